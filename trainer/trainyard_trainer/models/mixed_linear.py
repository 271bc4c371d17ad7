"""A part of several networks: the first layer on numbers and categories."""


def mixed_linear(numeric, levels, width):
    """Module: (numbers [rows, numeric], categories [rows, len(levels)]) -> [rows, width].

    A linear layer on numbers and one-hot categories, written as a product and a sum of table rows so that a column
    with many levels costs no more than one with two. Rows of level 0 start at zero: a value that training never saw
    adds nothing.
    """
    import torch
    from torch import nn

    starts = [sum(levels[:i]) for i in range(len(levels))]

    class MixedLinear(nn.Module):
        def __init__(self):
            super().__init__()
            reach = max(numeric + sum(levels), 1) ** -0.5
            self.weight = nn.Parameter(torch.empty(width, numeric).uniform_(-reach, reach))
            self.bias = nn.Parameter(torch.empty(width).uniform_(-reach, reach))
            if levels:
                table = torch.empty(sum(levels), width).uniform_(-reach, reach)
                table[starts] = 0.0
                self.level_weights = nn.Parameter(table)
                self.register_buffer("starts", torch.tensor(starts), persistent=False)

        def forward(self, numbers, categories):
            x = nn.functional.linear(numbers, self.weight, self.bias)
            if levels:
                x = x + nn.functional.embedding(categories + self.starts, self.level_weights).sum(1)
            return x

    return MixedLinear()
