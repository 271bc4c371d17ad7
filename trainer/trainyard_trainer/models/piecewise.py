"""A part of several networks: piecewise-linear embeddings of numbers.

Source: Gorishniy, Rubachev, Babenko, "On Embeddings for Numerical Features in Tabular Deep Learning", NeurIPS 2022
(arXiv 2203.05556), in the form that its authors now recommend: bins between quantiles, a plain linear embedding, and
beside it one of the piecewise-linear code that starts at zero.
"""

FITTED_ROWS = 100_000  # quantiles of more rows are no better, and sorting all of a large table takes seconds


def piecewise_embedding(numeric, bins, size):
    """Module: numbers [rows, numeric] -> [rows, numeric, size].

    The code of a number is the share of each bin of its column that lies below it: 1 for the bins below, a share for
    its own, 0 above. Bins that a column does not need have no width and give 0. Numbers lie between the outermost
    edges, since the scaling cuts them off at what training saw.
    """
    import torch
    from torch import nn

    class PiecewiseEmbedding(nn.Module):
        def __init__(self):
            super().__init__()
            reach = size**-0.5
            self.register_buffer("left", torch.zeros(numeric, bins))
            self.register_buffer("inverse_width", torch.zeros(numeric, bins))
            self.weight = nn.Parameter(torch.empty(numeric, size).uniform_(-reach, reach))
            self.bias = nn.Parameter(torch.empty(numeric, size).uniform_(-reach, reach))
            self.code_weight = nn.Parameter(torch.zeros(numeric, bins, size))

        def forward(self, numbers):
            x = numbers.unsqueeze(-1)
            code = ((x - self.left) * self.inverse_width).clamp(0.0, 1.0)
            coded = torch.bmm(code.transpose(0, 1), self.code_weight).transpose(0, 1)
            return torch.addcmul(self.bias, x, self.weight) + coded

    return PiecewiseEmbedding()


def fit_piecewise(embedding, numbers):
    """Sets the bins of a `piecewise_embedding` from the training rows, numbers [rows, numeric]."""
    import torch

    sample = numbers[:: -(-len(numbers) // FITTED_ROWS)]
    bins = embedding.left.shape[1]
    shares = torch.linspace(0.0, 1.0, min(bins, max(len(sample) - 1, 1)) + 1, device=sample.device)
    for i in range(sample.shape[1]):
        edges = torch.quantile(sample[:, i], shares).unique()
        count = len(edges) - 1
        embedding.left[i, :count] = edges[:-1]
        embedding.inverse_width[i, :count] = 1.0 / (edges[1:] - edges[:-1]).clamp_min(1e-6)
