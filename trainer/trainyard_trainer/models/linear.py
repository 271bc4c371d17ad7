"""Linear model: logistic regression for classes, linear regression for numbers, trained with AdamW.

Source: Cox, "The Regression Analysis of Binary Sequences", 1958 (logistic); the learning rate and its range are ours.
"""

from dataclasses import dataclass

from . import shared_settings as shared
from .architecture import Architecture


@dataclass(frozen=True, kw_only=True, slots=True)
class Linear:
    learning_rate: float = shared.learning_rate(1e-2)
    weight_decay: float = shared.weight_decay(1e-4)
    schedule: str = shared.schedule("constant")


def build_network(hyperparameters, numeric, levels, outputs):
    """numbers [rows, numeric], categories [rows, len(levels)] -> [rows, outputs]; level 0 is unknown or missing."""
    import torch
    from torch import nn

    class LinearNetwork(nn.Module):
        def __init__(self):
            super().__init__()
            self.bias = nn.Parameter(torch.zeros(outputs))
            self.weight = nn.Parameter(torch.zeros(outputs, numeric))
            if levels:
                self.level_weights = nn.Parameter(torch.zeros(sum(levels), outputs))
                starts = [sum(levels[:i]) for i in range(len(levels))]
                self.register_buffer("starts", torch.tensor(starts), persistent=False)

        def forward(self, numbers, categories):
            result = nn.functional.linear(numbers, self.weight, self.bias)
            if levels:
                result = result + nn.functional.embedding(categories + self.starts, self.level_weights).sum(1)
            return result

    return LinearNetwork()


ARCHITECTURE = Architecture(
    id="linear",
    title="Linear model",
    source="Logistic and linear regression (Cox 1958), trained with AdamW",
    task_kinds=("classification", "regression"),
    hyperparameters=Linear,
    search_space={
        "learning_rate": {"float": [1e-3, 1e-1], "log": True},
        "weight_decay": {"float": [1e-6, 1e-1], "log": True},
    },
    numeric_scaling="standard",
    epochs=100,
    build=build_network,
)
