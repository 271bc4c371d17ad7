"""Residual network on scaled numbers and one-hot categories.

Source: Gorishniy et al., "Revisiting Deep Learning Models for Tabular Data", 2021: two blocks of 192, twice as wide
inside, batch normalisation, dropout 0.15 inside a block, AdamW with learning rate 0.001, and its search space.
"""

from dataclasses import dataclass

from . import shared_settings as shared
from .architecture import Architecture, setting
from .mixed_linear import mixed_linear


@dataclass(frozen=True, kw_only=True, slots=True)
class ResNet:
    blocks: int = setting(
        2, {"type": "integer", "minimum": 1, "maximum": 32}, "Blocks",
        "Residual blocks one after the other; each adds two layers.", group="network", order=1)
    width: int = setting(
        192, {"type": "integer", "minimum": 1, "maximum": 4096}, "Width",
        "Width of what flows from block to block.", group="network", order=2, unit="neurons")
    hidden_factor: float = setting(
        2.0, {"type": "number", "minimum": 0.25, "maximum": 8}, "Inner width",
        "How many times wider a block is inside.", group="network", order=3, unit="× width")
    hidden_dropout: float = shared.dropout(0.15, 4, "Dropout inside a block")
    residual_dropout: float = shared.dropout(0.0, 5, "Dropout after a block", "what a block adds", advanced=True)
    learning_rate: float = shared.learning_rate(1e-3)
    weight_decay: float = shared.weight_decay(1e-5)
    schedule: str = shared.schedule("constant")


def build_network(hyperparameters, numeric, levels, outputs):
    """numbers [rows, numeric], categories [rows, len(levels)] -> [rows, outputs]; level 0 is unknown or missing.

    A block maps [rows, width] to [rows, width] and is added to what entered it.
    """
    from torch import nn

    width = hyperparameters["width"]
    inner = max(1, round(width * hyperparameters["hidden_factor"]))

    class BatchNorm(nn.BatchNorm1d):
        def forward(self, x):
            # A single row has no spread; the last batch of an epoch may be one.
            if self.training and len(x) == 1:
                return nn.functional.batch_norm(
                    x, self.running_mean, self.running_var, self.weight, self.bias, False, 0.0, self.eps)
            return super().forward(x)

    class ResNetNetwork(nn.Module):
        def __init__(self):
            super().__init__()
            self.first = mixed_linear(numeric, levels, width)
            self.blocks = nn.ModuleList(
                nn.Sequential(
                    BatchNorm(width), nn.Linear(width, inner), nn.ReLU(), nn.Dropout(hyperparameters["hidden_dropout"]),
                    nn.Linear(inner, width), nn.Dropout(hyperparameters["residual_dropout"]))
                for _ in range(hyperparameters["blocks"]))
            self.output = nn.Sequential(BatchNorm(width), nn.ReLU(), nn.Linear(width, outputs))

        def forward(self, numbers, categories):
            x = self.first(numbers, categories)
            for block in self.blocks:
                x = x + block(x)
            return self.output(x)

    return ResNetNetwork()


ARCHITECTURE = Architecture(
    id="resnet",
    title="Residual network",
    source="Gorishniy et al., Revisiting Deep Learning Models for Tabular Data, NeurIPS 2021 (arXiv 2106.11959)",
    task_kinds=("classification", "regression"),
    hyperparameters=ResNet,
    search_space={
        "blocks": {"int": [1, 8]},
        "width": {"int": [64, 512]},
        "hidden_factor": {"float": [1.0, 4.0]},
        "hidden_dropout": {"float": [0.0, 0.5]},
        "residual_dropout": {"maybe": {"float": [0.0, 0.5]}},
        "learning_rate": {"float": [1e-5, 1e-2], "log": True},
        "weight_decay": {"maybe": {"float": [1e-6, 1e-3], "log": True}},
    },
    numeric_scaling="quantile",
    epochs=200,
    build=build_network,
    parts=(mixed_linear,),
)
