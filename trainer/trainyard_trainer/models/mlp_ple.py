"""Multi-layer perceptron on piecewise-linear embeddings of numbers and one-hot categories.

Source: Gorishniy, Rubachev, Babenko, "On Embeddings for Numerical Features in Tabular Deep Learning", 2022; the
defaults of the embeddings (48 bins, 16 wide) and the search space are those of the authors' package.
"""

from dataclasses import dataclass

from . import shared_settings as shared
from .architecture import Architecture
from .mixed_linear import mixed_linear
from .perceptron import perceptron
from .piecewise import fit_piecewise, piecewise_embedding


@dataclass(frozen=True, kw_only=True, slots=True)
class MlpPle:
    hidden_sizes: tuple[int, ...] = shared.hidden_sizes((384, 384))
    dropout: float = shared.dropout(0.1, 2)
    bins: int = shared.bins(48, 3)
    embedding_size: int = shared.embedding_size(16, 4)
    learning_rate: float = shared.learning_rate(1e-3)
    weight_decay: float = shared.weight_decay(1e-4)
    schedule: str = shared.schedule("constant")


def build_network(hyperparameters, numeric, levels, outputs):
    """numbers [rows, numeric], categories [rows, len(levels)] -> [rows, outputs]; level 0 is unknown or missing.

    Each number becomes `embedding_size` inputs: [rows, numeric * embedding_size] enters the first layer.
    """
    from torch import nn

    size = hyperparameters["embedding_size"]

    class MlpPleNetwork(nn.Module):
        def __init__(self):
            super().__init__()
            self.embedding = piecewise_embedding(numeric, hyperparameters["bins"], size)
            self.perceptron = perceptron(
                numeric * size, levels, hyperparameters["hidden_sizes"], hyperparameters["dropout"], outputs)

        def forward(self, numbers, categories):
            return self.perceptron(self.embedding(numbers).flatten(1), categories)

    return MlpPleNetwork()


ARCHITECTURE = Architecture(
    id="mlp_ple",
    title="Perceptron with piecewise-linear embeddings",
    source="Gorishniy et al., On Embeddings for Numerical Features in Tabular Deep Learning, NeurIPS 2022 "
           "(arXiv 2203.05556)",
    task_kinds=("classification", "regression"),
    hyperparameters=MlpPle,
    search_space={
        "hidden_sizes": {"list": {"int": [1, 512]}, "length": [1, 8]},
        "dropout": {"maybe": {"float": [0.0, 0.5]}},
        "bins": {"int": [2, 128]},
        "embedding_size": {"int": [8, 32], "step": 4},
        "learning_rate": {"float": [1e-5, 1e-2], "log": True},
        "weight_decay": {"maybe": {"float": [1e-6, 1e-3], "log": True}},
    },
    numeric_scaling="quantile",
    epochs=200,
    build=build_network,
    parts=(mixed_linear, perceptron, piecewise_embedding),
    start=lambda network, train: fit_piecewise(network.embedding, train.inputs[0]),
)
