"""A part of several networks: a perceptron on numbers and categories."""

from .mixed_linear import mixed_linear


def perceptron(numeric, levels, hidden_sizes, dropout, outputs):
    """Module: (numbers [rows, numeric], categories [rows, len(levels)]) -> [rows, outputs]; needs `mixed_linear`."""
    from torch import nn

    class Perceptron(nn.Module):
        def __init__(self):
            super().__init__()
            self.first = mixed_linear(numeric, levels, hidden_sizes[0])
            self.hidden = nn.ModuleList(nn.Linear(a, b) for a, b in zip(hidden_sizes, hidden_sizes[1:]))
            self.output = nn.Linear(hidden_sizes[-1], outputs)

        def forward(self, numbers, categories):
            x = self.first(numbers, categories)
            x = nn.functional.dropout(nn.functional.relu(x), dropout, self.training)
            for layer in self.hidden:
                x = nn.functional.dropout(nn.functional.relu(layer(x)), dropout, self.training)
            return self.output(x)

    return Perceptron()
