"""TabM: many perceptrons in one, which share their weights and differ by cheap scales.

Source: Gorishniy, Kotelnikov, Babenko, "TabM: Advancing Tabular Deep Learning with Parameter-Efficient Ensembling",
ICLR 2025 (arXiv 2410.24210). Layers are those of BatchEnsemble (Wen et al., 2020): member k computes
`((x * r_k) @ W) * s_k + b_k`, and has an output layer of its own. Each member is trained on its own loss; the answer
is the mean of the members' probabilities or values. Defaults are the authors', with piecewise-linear embeddings; 16
members instead of their 32, which costs half the time and by their measurements little accuracy.
"""

from dataclasses import dataclass

from . import shared_settings as shared
from .architecture import Architecture, setting
from .piecewise import fit_piecewise, piecewise_embedding


@dataclass(frozen=True, kw_only=True, slots=True)
class TabM:
    members: int = setting(
        16, {"type": "integer", "minimum": 1, "maximum": 128}, "Members",
        "Perceptrons that are trained side by side and answer together. More of them are more accurate, up to about "
        "32, and take as many times longer.", group="network", order=1)
    blocks: int = setting(
        2, {"type": "integer", "minimum": 1, "maximum": 8}, "Layers", "Hidden layers of each member.",
        group="network", order=2)
    width: int = setting(
        512, {"type": "integer", "minimum": 1, "maximum": 4096}, "Width", "Width of each hidden layer.",
        group="network", order=3, unit="neurons")
    dropout: float = shared.dropout(0.1, 4)
    numeric_embedding: str = setting(
        "piecewise_linear", {"type": "string", "enum": ["piecewise_linear", "none"]}, "Embedding of numbers",
        "How numbers enter the network: as pieces between their quantiles, which follows steps and bends in the data, "
        "or as they are, which is faster; give that network a third layer.", group="embedding", order=5)
    bins: int = shared.bins(48, 6, advanced=True)
    embedding_size: int = shared.embedding_size(16, 7, advanced=True)
    learning_rate: float = shared.learning_rate(2e-3)
    weight_decay: float = shared.weight_decay(3e-4)
    schedule: str = shared.schedule("constant")
    gradient_clip: float = shared.gradient_clip(1.0)


def build_network(hyperparameters, numeric, levels, outputs):
    """numbers [rows, numeric], categories [rows, len(levels)] -> [rows, outputs]; level 0 is unknown or missing.

    Hidden values are [rows, members, width]. While training the network gives [rows, members, outputs]; else logits
    whose softmax is the mean of the members' probabilities, or for one output the mean of their values.
    """
    import math

    import torch
    from torch import nn

    members, width = hyperparameters["members"], hyperparameters["width"]
    embedded = hyperparameters["numeric_embedding"] == "piecewise_linear"
    size = hyperparameters["embedding_size"] if embedded else 1
    starts = [sum(levels[:i]) for i in range(len(levels))]

    def first_scales(columns):
        """One scale for each member and column, so that members see the data differently from the start."""
        drawn = torch.randn(members, columns)
        return drawn if embedded else drawn.sign()

    class Shared(nn.Module):
        def __init__(self, inputs, fan_in):
            super().__init__()
            reach = max(fan_in, 1) ** -0.5
            self.weight = nn.Parameter(torch.empty(inputs, width).uniform_(-reach, reach))
            self.input_scale = nn.Parameter(torch.ones(members, inputs))
            self.output_scale = nn.Parameter(torch.ones(members, width))
            self.bias = nn.Parameter(torch.empty(width).uniform_(-reach, reach).repeat(members, 1))

        def forward(self, x, more=0.0):
            return ((x * self.input_scale) @ self.weight + more) * self.output_scale + self.bias

    class Levels(nn.Module):
        """The share of the categories in the first layer: rows of its weight, scaled for each member."""

        def __init__(self, fan_in):
            super().__init__()
            reach = fan_in**-0.5
            table = torch.empty(sum(levels), width).uniform_(-reach, reach)
            table[starts] = 0.0
            self.weight = nn.Parameter(table)
            self.scale = nn.Parameter(first_scales(len(levels)).repeat_interleave(torch.tensor(levels), 1).T.contiguous())
            self.register_buffer("starts", torch.tensor(starts), persistent=False)

        def forward(self, categories):
            places = categories + self.starts
            rows = nn.functional.embedding(places, self.weight)  # [rows, columns, width]
            scales = nn.functional.embedding(places, self.scale)  # [rows, columns, members]
            return scales.transpose(1, 2) @ rows

    class TabMNetwork(nn.Module):
        def __init__(self):
            super().__init__()
            fan_in = numeric * size + sum(levels)
            self.embedding = piecewise_embedding(numeric, hyperparameters["bins"], size) if embedded else None
            self.levels = Levels(fan_in) if levels else None
            self.first = Shared(numeric * size, fan_in)
            self.first.input_scale.data.copy_(first_scales(numeric).repeat_interleave(size, 1))
            self.hidden = nn.ModuleList(Shared(width, width) for _ in range(hyperparameters["blocks"] - 1))
            reach = width**-0.5
            self.output_weight = nn.Parameter(torch.empty(members, width, outputs).uniform_(-reach, reach))
            self.output_bias = nn.Parameter(torch.empty(members, outputs).uniform_(-reach, reach))

        def active(self, x):
            return nn.functional.dropout(nn.functional.relu(x), hyperparameters["dropout"], self.training)

        def forward(self, numbers, categories):
            x = numbers if self.embedding is None else self.embedding(numbers).flatten(1)
            more = 0.0 if self.levels is None else self.levels(categories)
            x = self.active(self.first(x.unsqueeze(1), more))
            for layer in self.hidden:
                x = self.active(layer(x))
            answers = torch.bmm(x.transpose(0, 1), self.output_weight).transpose(0, 1) + self.output_bias
            if self.training:
                return answers
            if outputs == 1:
                return answers.mean(1)
            return answers.log_softmax(-1).logsumexp(1) - math.log(members)

    return TabMNetwork()


def start(network, train) -> None:
    if network.embedding is not None:
        fit_piecewise(network.embedding, train.inputs[0])


ARCHITECTURE = Architecture(
    id="tabm",
    title="TabM ensemble",
    source="Gorishniy et al., TabM: Advancing Tabular Deep Learning with Parameter-Efficient Ensembling, ICLR 2025 "
           "(arXiv 2410.24210)",
    task_kinds=("classification", "regression"),
    hyperparameters=TabM,
    search_space={
        "blocks": {"int": [1, 4]},
        "width": {"int": [64, 1024], "step": 16},
        "dropout": {"maybe": {"float": [0.0, 0.5]}},
        "bins": {"int": [2, 128]},
        "embedding_size": {"int": [8, 32], "step": 4},
        "learning_rate": {"float": [1e-4, 5e-3], "log": True},
        "weight_decay": {"maybe": {"float": [1e-4, 1e-1], "log": True}},
    },
    numeric_scaling="quantile",
    epochs=200,
    build=build_network,
    parts=(piecewise_embedding,),
    start=start,
)
