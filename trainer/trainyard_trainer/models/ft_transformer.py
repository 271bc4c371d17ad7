"""FT-Transformer: every column is a token, and attention lets columns look at each other.

Source: Gorishniy et al., "Revisiting Deep Learning Models for Tabular Data", 2021: three blocks of 192 with 8 heads,
ReGLU of 4/3 the width, dropouts 0.2 and 0.1, AdamW with learning rate 0.0001 and decay 0.00001, none on tokens, norms
and biases; and its search space. The width is set per head, so that it always is a multiple of the heads.
"""

from dataclasses import dataclass

from . import shared_settings as shared
from .architecture import Architecture, Group, setting


@dataclass(frozen=True, kw_only=True, slots=True)
class FtTransformer:
    blocks: int = setting(
        3, {"type": "integer", "minimum": 1, "maximum": 12}, "Blocks",
        "Transformer blocks one after the other.", group="network", order=1)
    heads: int = setting(
        8, {"type": "integer", "minimum": 1, "maximum": 32}, "Attention heads",
        "How many ways of looking at the other columns each block has.", group="network", order=2)
    head_width: int = setting(
        24, {"type": "integer", "minimum": 2, "maximum": 128}, "Width of a head",
        "Numbers that each head works with. A column becomes a token of heads × this width: 8 × 24 is 192.",
        group="network", order=3)
    ffn_factor: float = setting(
        4 / 3, {"type": "number", "minimum": 0.25, "maximum": 8}, "Inner width",
        "How many times wider than a token the layers between attentions are.",
        group="network", order=4, unit="× token", advanced=True)
    attention_dropout: float = shared.dropout(0.2, 5, "Dropout of attention", "the looks at other columns")
    ffn_dropout: float = shared.dropout(0.1, 6, "Dropout between attentions")
    residual_dropout: float = shared.dropout(0.0, 7, "Dropout after a block", "what a block adds", advanced=True)
    learning_rate: float = shared.learning_rate(1e-4)
    weight_decay: float = shared.weight_decay(1e-5)
    schedule: str = shared.schedule("constant")


def build_network(hyperparameters, numeric, levels, outputs):
    """numbers [rows, numeric], categories [rows, len(levels)] -> [rows, outputs]; level 0 is unknown or missing.

    Tokens [rows, 1 + numeric + len(levels), width]: the first one reads the answer, a number is its weight times its
    value plus its bias, a category its row of a table plus its bias. In the last block only the first token asks.
    """
    import torch
    from torch import nn

    heads = hyperparameters["heads"]
    width = heads * hyperparameters["head_width"]
    inner = max(1, round(width * hyperparameters["ffn_factor"]))
    starts = [sum(levels[:i]) for i in range(len(levels))]
    functional = nn.functional

    class Tokens(nn.Module):
        def __init__(self):
            super().__init__()
            reach = width**-0.5
            self.answer = nn.Parameter(torch.empty(width).uniform_(-reach, reach))
            self.weight = nn.Parameter(torch.empty(numeric, width).uniform_(-reach, reach))
            self.bias = nn.Parameter(torch.empty(numeric + len(levels), width).uniform_(-reach, reach))
            if levels:
                table = torch.empty(sum(levels), width).uniform_(-reach, reach)
                table[starts] = 0.0
                self.table = nn.Parameter(table)
                self.register_buffer("starts", torch.tensor(starts), persistent=False)

        def forward(self, numbers, categories):
            parts = [numbers.unsqueeze(-1) * self.weight]
            if levels:
                parts.append(functional.embedding(categories + self.starts, self.table))
            columns = torch.cat(parts, 1) + self.bias
            return torch.cat([self.answer.expand_as(columns[:, :1]), columns], 1)

    class Block(nn.Module):
        def __init__(self, first, last):
            super().__init__()
            self.last = last
            self.attention_norm = nn.Identity() if first else nn.LayerNorm(width)
            self.queries = nn.Linear(width, width)
            self.keys_values = nn.Linear(width, 2 * width)
            self.merge = nn.Linear(width, width)
            self.ffn_norm = nn.LayerNorm(width)
            self.widen = nn.Linear(width, 2 * inner)
            self.narrow = nn.Linear(inner, width)

        def split(self, x):
            return x.unflatten(-1, (heads, -1)).transpose(1, 2)  # [rows, heads, tokens, head_width]

        def drop(self, x, share):
            return functional.dropout(x, hyperparameters[share], self.training)

        def forward(self, x):
            seen = self.attention_norm(x)
            if self.last:
                x, asking = x[:, :1], seen[:, :1]
            else:
                asking = seen
            keys, values = self.keys_values(seen).chunk(2, -1)
            found = functional.scaled_dot_product_attention(
                self.split(self.queries(asking)), self.split(keys), self.split(values),
                dropout_p=hyperparameters["attention_dropout"] if self.training else 0.0)
            x = x + self.drop(self.merge(found.transpose(1, 2).flatten(2)), "residual_dropout")
            value, gate = self.widen(self.ffn_norm(x)).chunk(2, -1)
            inside = self.drop(value * functional.relu(gate), "ffn_dropout")
            return x + self.drop(self.narrow(inside), "residual_dropout")

    class FtTransformerNetwork(nn.Module):
        def __init__(self):
            super().__init__()
            count = hyperparameters["blocks"]
            self.tokens = Tokens()
            self.blocks = nn.ModuleList(Block(i == 0, i == count - 1) for i in range(count))
            self.output = nn.Sequential(nn.LayerNorm(width), nn.ReLU(), nn.Linear(width, outputs))

        def forward(self, numbers, categories):
            x = self.tokens(numbers, categories)
            for block in self.blocks:
                x = block(x)
            return self.output(x[:, 0])

    return FtTransformerNetwork()


def groups(network) -> list[Group]:
    """Weight decay for the matrices of blocks and output; none for tokens, norms and biases."""
    free = {id(p) for name, p in network.named_parameters() if p.dim() < 2 or name.startswith("tokens.")}
    parameters = list(network.parameters())
    return [Group([p for p in parameters if id(p) not in free]),
            Group([p for p in parameters if id(p) in free], decay=0.0)]


ARCHITECTURE = Architecture(
    id="ft_transformer",
    title="FT-Transformer",
    source="Gorishniy et al., Revisiting Deep Learning Models for Tabular Data, NeurIPS 2021 (arXiv 2106.11959)",
    task_kinds=("classification", "regression"),
    hyperparameters=FtTransformer,
    search_space={
        "blocks": {"int": [1, 4]},
        "head_width": {"int": [8, 64]},
        "ffn_factor": {"float": [1.0, 4.0]},
        "attention_dropout": {"float": [0.0, 0.5]},
        "ffn_dropout": {"float": [0.0, 0.5]},
        "residual_dropout": {"maybe": {"float": [0.0, 0.2]}},
        "learning_rate": {"float": [1e-5, 1e-3], "log": True},
        "weight_decay": {"float": [1e-6, 1e-3], "log": True},
    },
    numeric_scaling="quantile",
    epochs=200,
    build=build_network,
    groups=groups,
)
