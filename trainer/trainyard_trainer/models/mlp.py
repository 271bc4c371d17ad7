"""Multi-layer perceptron on one-hot categories and scaled numbers.

Source: Gorishniy et al., "Revisiting Deep Learning Models for Tabular Data", 2021: two layers of 384, dropout 0.1,
AdamW with learning rate 0.001, and its search space.
"""

from dataclasses import dataclass

from . import shared_settings as shared
from .architecture import Architecture
from .mixed_linear import mixed_linear
from .perceptron import perceptron


@dataclass(frozen=True, kw_only=True, slots=True)
class Mlp:
    hidden_sizes: tuple[int, ...] = shared.hidden_sizes((384, 384))
    dropout: float = shared.dropout(0.1, 2)
    learning_rate: float = shared.learning_rate(1e-3)
    weight_decay: float = shared.weight_decay(1e-4)
    schedule: str = shared.schedule("constant")


def build_network(hyperparameters, numeric, levels, outputs):
    """numbers [rows, numeric], categories [rows, len(levels)] -> [rows, outputs]; level 0 is unknown or missing."""
    return perceptron(numeric, levels, hyperparameters["hidden_sizes"], hyperparameters["dropout"], outputs)


ARCHITECTURE = Architecture(
    id="mlp",
    title="Multi-layer perceptron",
    source="Gorishniy et al., Revisiting Deep Learning Models for Tabular Data, NeurIPS 2021 (arXiv 2106.11959)",
    task_kinds=("classification", "regression"),
    hyperparameters=Mlp,
    search_space={
        "hidden_sizes": {"list": {"int": [1, 512]}, "length": [1, 8]},
        "dropout": {"maybe": {"float": [0.0, 0.5]}},
        "learning_rate": {"float": [1e-5, 1e-2], "log": True},
        "weight_decay": {"maybe": {"float": [1e-6, 1e-3], "log": True}},
    },
    numeric_scaling="quantile",
    epochs=100,
    build=build_network,
    parts=(mixed_linear, perceptron),
)
