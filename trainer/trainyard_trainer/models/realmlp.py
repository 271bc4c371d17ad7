"""RealMLP-TD: a perceptron whose defaults were tuned over many data sets at once.

Source: Holzmüller, Grinsztajn, Steinwart, "Better by Default: Strong Pre-Tuned MLPs and Boosted Trees on Tabular
Data", NeurIPS 2024 (arXiv 2407.04491): robust scaling, periodic embeddings of numbers, a learnable scale of each input,
neural tangent parametrisation, activations that can turn into straight lines, start weights and biases from the data,
and schedules over a fixed number of epochs of which the best one is kept.
"""

from dataclasses import dataclass, replace
from typing import Any

from ..settings import faded
from . import shared_settings as shared
from .architecture import Architecture, Group, setting

START_ROWS = 8192


@dataclass(frozen=True, kw_only=True, slots=True)
class RealMlp:
    hidden_sizes: tuple[int, ...] = shared.hidden_sizes((256, 256, 256))
    activation: str = setting(
        "auto", {"type": "string", "enum": ["auto", "selu", "mish", "relu"]}, "Activation",
        "The bend between two layers, of which each neuron learns how much it takes. auto is selu for classes and mish "
        "for numbers.", group="network", order=2)
    dropout: float = shared.dropout(0.15, 3)
    numeric_embedding: str = setting(
        "pbld", {"type": "string", "enum": ["pbld", "pl", "plr", "none"]}, "Embedding of numbers",
        "How numbers enter the network: pbld as cosines with learned phases beside the number itself; pl as cosines and "
        "sines; plr as those, bent; none as they are.", group="embedding", order=4)
    frequencies: int = setting(
        16, {"type": "integer", "minimum": 2, "maximum": 256}, "Frequencies",
        "Waves that each number is seen through.", group="embedding", order=5, advanced=True)
    embedding_size: int = shared.embedding_size(4, 6, least=2, advanced=True)
    frequency_scale: float = setting(
        0.1, {"type": "number", "exclusiveMinimum": 0, "maximum": 100}, "Scale of the frequencies",
        "How fast the waves are at the start. Larger values follow finer detail in the data, and its noise.",
        group="embedding", order=7, log=True)
    one_hot_levels: int = setting(
        8, {"type": "integer", "minimum": 0, "maximum": 1000}, "Levels with an input each",
        "A category with at most so many levels becomes one input for each; one with more becomes an embedding.",
        group="embedding", order=8, advanced=True)
    category_size: int = setting(
        8, {"type": "integer", "minimum": 1, "maximum": 256}, "Size of a category's embedding",
        "How many inputs of the network a category with many levels becomes.",
        group="embedding", order=9, advanced=True)
    learning_rate: Any = shared.learning_rate_by_task(0.04, 0.2)
    weight_decay: float = shared.weight_decay(0.02)
    schedule: str = shared.schedule("cycles")
    regularization_schedule: str = setting(
        "fade", {"type": "string", "enum": ["fade", "constant"]}, "Schedule of dropout and weight decay",
        "fade holds both for half of the run and then lets them go down to zero; constant keeps them.",
        group="optimizer", order=13, advanced=True)
    second_moment: float = shared.second_moment(0.95)
    label_smoothing: float = shared.label_smoothing(0.1)


def build_network(hyperparameters, numeric, levels, outputs):
    """numbers [rows, numeric], categories [rows, len(levels)] -> [rows, outputs]; level 0 is unknown or missing.

    All columns together become [rows, inputs]: a number `embedding_size` of them, a category with two levels one (-1
    or 1), with few levels one each, with many levels `category_size`. One output answers within the range of the
    training target.
    """
    import math

    import torch
    from torch import nn

    kind, size = hyperparameters["numeric_embedding"], hyperparameters["embedding_size"]
    frequencies = hyperparameters["frequencies"]
    activation = {"selu": torch.selu, "relu": torch.relu, "mish": nn.functional.mish}[hyperparameters["activation"]]

    class Periodic(nn.Module):
        """numbers [rows, numeric] -> [rows, numeric * size]"""

        def __init__(self):
            super().__init__()
            phased = kind == "pbld"
            waves, given = (frequencies, size - 1) if phased else (frequencies // 2, size)
            coded = waves if phased else 2 * waves
            reach = coded**-0.5
            self.frequency = nn.Parameter(torch.randn(numeric, waves) * hyperparameters["frequency_scale"])
            self.phase = nn.Parameter(torch.empty(numeric, waves).uniform_(-math.pi, math.pi)) if phased else None
            self.weight = nn.Parameter(torch.empty(numeric, coded, given).uniform_(-reach, reach))
            self.bias = nn.Parameter(torch.empty(numeric, given).uniform_(-reach, reach))

        def forward(self, numbers):
            turns = 2 * math.pi * numbers.unsqueeze(-1) * self.frequency
            waves = torch.cat([turns.cos(), turns.sin()], -1) if self.phase is None else (turns + self.phase).cos()
            x = torch.bmm(waves.transpose(0, 1), self.weight).transpose(0, 1) + self.bias
            if kind == "plr":
                x = x.relu()
            return torch.cat([x.flatten(1), numbers], 1) if kind == "pbld" else x.flatten(1)

    class Category(nn.Module):
        """level numbers [rows] -> [rows, inputs]; what is unknown or missing is 0 everywhere."""

        def __init__(self, count):
            super().__init__()
            few = count - 1 <= hyperparameters["one_hot_levels"]
            if not few:
                table = torch.randn(count, hyperparameters["category_size"])
                table[0] = 0.0
                self.table = nn.Parameter(table)
            elif count == 3:
                self.register_buffer("table", torch.tensor([[0.0], [-1.0], [1.0]]))
            else:
                self.register_buffer("table", torch.eye(count)[:, 1:].contiguous())
            self.scaled = few and count != 3

        def forward(self, category):
            return nn.functional.embedding(category, self.table)

    class Tangent(nn.Module):
        """A linear layer whose weights are of size 1 whatever its width; the width is divided out here."""

        def __init__(self, inputs, width):
            super().__init__()
            self.weight = nn.Parameter(torch.randn(inputs, width))
            self.bias = nn.Parameter(torch.zeros(width))
            self.factor = max(inputs, 1) ** -0.5

        def forward(self, x):
            return x @ self.weight * self.factor + self.bias

    class RealMlpNetwork(nn.Module):
        def __init__(self):
            super().__init__()
            self.dropout = hyperparameters["dropout"]
            self.fading = self.dropout if hyperparameters["regularization_schedule"] == "fade" else None
            self.periodic = Periodic() if numeric and kind != "none" else None
            self.categories = nn.ModuleList(Category(count) for count in levels)
            inputs = numeric * (size if self.periodic else 1) + sum(c.table.shape[1] for c in self.categories)
            sizes = [inputs, *hyperparameters["hidden_sizes"], outputs]
            self.scale = nn.Parameter(torch.ones(inputs))
            self.layers = nn.ModuleList(Tangent(a, b) for a, b in zip(sizes, sizes[1:]))
            self.bends = nn.ParameterList(nn.Parameter(torch.ones(width)) for width in sizes[1:-1])
            if outputs == 1:
                self.register_buffer("range", torch.tensor([-math.inf, math.inf]))

        def features(self, numbers, categories):
            parts = [numbers if self.periodic is None else self.periodic(numbers)]
            parts += [category(categories[:, i]) for i, category in enumerate(self.categories)]
            return torch.cat(parts, 1) * self.scale

        def bend(self, x, i):
            return x + (activation(x) - x) * self.bends[i]

        def forward(self, numbers, categories):
            x = self.features(numbers, categories)
            for i, layer in enumerate(self.layers[:-1]):
                x = nn.functional.dropout(self.bend(layer(x), i), self.dropout, self.training)
            x = self.layers[-1](x)
            return x if self.training or outputs > 1 else x.clamp(self.range[0], self.range[1])

    return RealMlpNetwork()


def start(network, train) -> None:
    """Weights that give every neuron a spread of 1 on the training rows, and biases that put its bend among them
    (minus a random mixture of five rows), layer by layer."""
    import torch

    with torch.no_grad():
        every = -(-train.rows // START_ROWS)
        numbers, categories = (t[::every] for t in train.inputs)
        for i, category in enumerate(network.categories):
            if category.scaled:
                _scale_levels(category, categories[:, i])
        if hasattr(network, "range"):
            network.range.copy_(torch.stack([train.target.min(), train.target.max()]))
        x = network.features(numbers, categories)
        for i, layer in enumerate(network.layers):
            spread = layer(x).std(0, correction=0)
            layer.weight /= torch.where(spread > 1e-6, spread, 1.0)
            x = layer(x)
            rows = torch.randint(len(x), (5, x.shape[1]))
            shares = torch.empty(5, x.shape[1]).exponential_()
            layer.bias.copy_(-(x.gather(0, rows) * shares / shares.sum(0)).sum(0))
            x = x + layer.bias
            if i < len(network.bends):
                x = network.bend(x, i)


def _scale_levels(category, column) -> None:
    """The inputs of a category are centred and scaled as numbers are: by median and quartiles, else by half the range,
    and clipped smoothly."""
    import torch

    present = torch.bincount(column, minlength=len(category.table))[1:] / max(len(column), 1)
    hot = torch.eye(len(category.table), device=column.device)[:, 1:]
    usual = (present > 0.5).float()
    factor = torch.where((present >= 0.25) & (present <= 0.75), 1.0, 2.0)
    x = (hot - usual) * factor
    x = x / (1 + (x / 3) ** 2).sqrt()
    x[0] = 0.0
    category.table.copy_(x)


def groups(network) -> list[Group]:
    """Faster steps for the input scales, slower ones for embeddings, bends and biases; no decay of biases."""
    sorted_out: dict[tuple[float, float], list] = {}
    for name, parameter in network.named_parameters():
        key = (1.0, 1.0)
        if name == "scale":
            key = (6.0, 1.0)
        elif name.startswith(("periodic.", "bends.")):
            key = (0.1, 1.0)
        elif name.endswith(".bias"):
            key = (0.1, 0.0)
        sorted_out.setdefault(key, []).append(parameter)
    return [Group(parameters, rate, decay) for (rate, decay), parameters in sorted_out.items()]


def at(network, progress: float) -> None:
    if network.fading is not None:
        network.dropout = network.fading * faded(progress)


def settle(hyperparameters: RealMlp, task: str) -> RealMlp:
    classes = task == "classification"
    rate, activation = hyperparameters.learning_rate, hyperparameters.activation
    return replace(hyperparameters,
                   learning_rate=(0.04 if classes else 0.2) if rate == "auto" else rate,
                   activation=("selu" if classes else "mish") if activation == "auto" else activation)


ARCHITECTURE = Architecture(
    id="realmlp",
    title="RealMLP",
    source="Holzmüller et al., Better by Default: Strong Pre-Tuned MLPs and Boosted Trees on Tabular Data, NeurIPS 2024 "
           "(arXiv 2407.04491)",
    task_kinds=("classification", "regression"),
    hyperparameters=RealMlp,
    search_space={
        "hidden_sizes": {"choice": [[256, 256, 256], [64, 64, 64, 64, 64], [512]]},
        "activation": {"choice": ["relu", "selu", "mish"]},
        "dropout": {"choice": [0.0, 0.15, 0.3]},
        "numeric_embedding": {"choice": ["none", "pbld", "pl", "plr"]},
        "frequency_scale": {"float": [0.05, 0.5], "log": True},
        "learning_rate": {"float": [2e-2, 3e-1], "log": True},
        "weight_decay": {"choice": [0.0, 2e-2]},
    },
    numeric_scaling="robust",
    epochs=256,
    build=build_network,
    patience=None,
    batch_size=256,
    settle=settle,
    start=start,
    groups=groups,
    at=at,
)
