"""Multi-layer perceptron on one-hot categories and scaled numbers.

Source: Gorishniy et al., "Revisiting Deep Learning Models for Tabular Data", 2021: two layers of 384, dropout 0.1,
AdamW with learning rate 0.001, and its search space.
"""

from dataclasses import dataclass

from . import optimizer_settings as optimizer
from .architecture import Architecture, setting


@dataclass(frozen=True, kw_only=True, slots=True)
class Mlp:
    hidden_sizes: tuple[int, ...] = setting(
        (384, 384),
        {"type": "array", "items": {"type": "integer", "minimum": 1, "maximum": 4096}, "minItems": 1, "maxItems": 8},
        "Width of each hidden layer, from the input to the output.", group="network", order=1, unit="neurons")
    dropout: float = setting(
        0.1, {"type": "number", "minimum": 0, "exclusiveMaximum": 1},
        "Share of the neurons that are switched off at random in each step; guards against overfitting.",
        group="network", order=2)
    learning_rate: float = optimizer.learning_rate(1e-3)
    weight_decay: float = optimizer.weight_decay(1e-4)
    schedule: str = optimizer.schedule("constant")


def build_network(hyperparameters, numeric, levels, outputs):
    """numbers [rows, numeric], categories [rows, len(levels)] -> [rows, outputs]; level 0 is unknown or missing.

    The first layer is a linear layer on numbers and one-hot categories, written as a product and a sum of table rows
    so that a column with many levels costs no more than one with two. Rows of level 0 start at zero: a value that
    training never saw adds nothing.
    """
    import torch
    from torch import nn

    sizes = list(hyperparameters["hidden_sizes"])
    dropout = hyperparameters["dropout"]
    starts = [sum(levels[:i]) for i in range(len(levels))]
    inputs = numeric + sum(levels)

    class MlpNetwork(nn.Module):
        def __init__(self):
            super().__init__()
            reach = inputs**-0.5
            self.weight = nn.Parameter(torch.empty(sizes[0], numeric).uniform_(-reach, reach))
            self.bias = nn.Parameter(torch.empty(sizes[0]).uniform_(-reach, reach))
            if levels:
                table = torch.empty(sum(levels), sizes[0]).uniform_(-reach, reach)
                table[starts] = 0.0
                self.level_weights = nn.Parameter(table)
                self.register_buffer("starts", torch.tensor(starts), persistent=False)
            self.hidden = nn.ModuleList(nn.Linear(a, b) for a, b in zip(sizes, sizes[1:]))
            self.output = nn.Linear(sizes[-1], outputs)

        def forward(self, numbers, categories):
            x = nn.functional.linear(numbers, self.weight, self.bias)
            if levels:
                x = x + nn.functional.embedding(categories + self.starts, self.level_weights).sum(1)
            x = nn.functional.dropout(nn.functional.relu(x), dropout, self.training)
            for layer in self.hidden:
                x = nn.functional.dropout(nn.functional.relu(layer(x)), dropout, self.training)
            return self.output(x)

    return MlpNetwork()


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
)
