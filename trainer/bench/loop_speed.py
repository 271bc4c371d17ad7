"""The loop against other loops: 40,000 rows of 20 floats, two layers of 256, batches of 256, AdamW, 10 epochs.

All contenders take turns, on one thread. Ours also scores 256 validation rows, reports progress and asks for stops.
"""

import logging
import warnings
from collections.abc import Callable

import numpy as np
import torch
from torch import nn

from trainyard_trainer.control import Control
from trainyard_trainer.events import Events
from trainyard_trainer.loop import State, fit
from trainyard_trainer.pace import NoCheckpoints
from trainyard_trainer.settings import Settings
from trainyard_trainer.tasks.objective import row_losses, summed
from trainyard_trainer.tasks.problem import Part

from .figures import Figure, Taken, timed

ROWS, COLUMNS, WIDTH, BATCH, EPOCHS, ROUNDS = 40_000, 20, 256, 256, 10, 3


def network() -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(COLUMNS, WIDTH), nn.ReLU(), nn.Linear(WIDTH, WIDTH), nn.ReLU(), nn.Linear(WIDTH, 2))


def data() -> tuple[torch.Tensor, torch.Tensor]:
    x = torch.randn(ROWS, COLUMNS, generator=torch.Generator().manual_seed(1))
    return x, (x[:, 0] * x[:, 1] + x[:, 2] > 0).long()


class Classes:
    """A problem for the loop without a file."""

    metric, direction = "loss", "min"

    def __init__(self, x: torch.Tensor, y: torch.Tensor):
        self.train, self.validation, self.test = Part((x,), y), Part((x[:256],), y[:256]), Part((x[:1],), y[:1])

    def training_mass(self, rows: Part) -> float:
        return float(rows.rows)

    def training_loss(self, outputs: torch.Tensor, rows: Part, mass: float) -> torch.Tensor:
        return summed(row_losses("cross_entropy", outputs, rows.target, None, 0.0), None) / mass

    def evaluate(self, outputs: torch.Tensor, rows: Part) -> dict[str, float]:
        return {"loss": float(nn.functional.cross_entropy(outputs, rows.target))}


def ours(x: torch.Tensor, y: torch.Tensor) -> None:
    made = network()
    state = State(network=made, optimizer=torch.optim.AdamW(made.parameters(), fused=True))
    settings = Settings(epochs=EPOCHS, batch_size=BATCH, micro_batch_size=BATCH, precision="float32", patience=None,
                        seed=0, learning_rate=1e-3, weight_decay=1e-2, schedule="constant")
    fit(Classes(x, y), settings, state, Events(lambda event: None), Control(), NoCheckpoints())


def tensor_loop(x: torch.Tensor, y: torch.Tensor) -> None:
    made = network()
    optimizer = torch.optim.AdamW(made.parameters(), fused=True)
    for _ in range(EPOCHS):
        order = torch.randperm(ROWS)
        xs, ys = x[order], y[order]
        for start in range(0, ROWS, BATCH):
            optimizer.zero_grad()
            nn.functional.cross_entropy(made(xs[start : start + BATCH]), ys[start : start + BATCH]).backward()
            optimizer.step()


def loader(x: torch.Tensor, y: torch.Tensor) -> torch.utils.data.DataLoader:
    return torch.utils.data.DataLoader(torch.utils.data.TensorDataset(x, y), batch_size=BATCH, shuffle=True)


def data_loader(x: torch.Tensor, y: torch.Tensor) -> None:
    made, batches = network(), loader(x, y)
    optimizer = torch.optim.AdamW(made.parameters())
    for _ in range(EPOCHS):
        for xs, ys in batches:
            optimizer.zero_grad()
            nn.functional.cross_entropy(made(xs), ys).backward()
            optimizer.step()


def lightning(x: torch.Tensor, y: torch.Tensor) -> None:
    import lightning

    class Module(lightning.LightningModule):
        def __init__(self):
            super().__init__()
            self.made = network()

        def training_step(self, batch, _):
            return nn.functional.cross_entropy(self.made(batch[0]), batch[1])

        def configure_optimizers(self):
            return torch.optim.AdamW(self.parameters())

    lightning.Trainer(max_epochs=EPOCHS, accelerator="cpu", logger=False, enable_checkpointing=False,
                      enable_progress_bar=False, enable_model_summary=False).fit(Module(), loader(x, y))


def skorch(x: torch.Tensor, y: torch.Tensor) -> None:
    from skorch import NeuralNetClassifier

    NeuralNetClassifier(network(), criterion=nn.CrossEntropyLoss, optimizer=torch.optim.AdamW, max_epochs=EPOCHS,
                        batch_size=BATCH, train_split=None, verbose=0).fit(x.numpy(), y.numpy())


def scikit_learn(x: torch.Tensor, y: torch.Tensor) -> None:
    from sklearn.neural_network import MLPClassifier

    MLPClassifier((WIDTH, WIDTH), batch_size=BATCH, max_iter=EPOCHS, n_iter_no_change=EPOCHS).fit(
        x.numpy().astype(np.float64), y.numpy())


CONTENDERS: dict[str, Callable[[torch.Tensor, torch.Tensor], None]] = {
    "ours": ours, "tensors by hand, fused AdamW": tensor_loop, "DataLoader": data_loader, "Lightning": lightning,
    "skorch": skorch, "scikit-learn": scikit_learn}


def loop_speed() -> list[Figure]:
    warnings.filterwarnings("ignore")
    logging.disable(logging.WARNING)
    torch.set_num_threads(1)
    torch.optim.AdamW(network().parameters())  # the first optimizer imports much of torch
    x, y = data()
    taken: dict[str, list[Taken]] = {name: [] for name in CONTENDERS}
    for _ in range(ROUNDS):
        for name, run in CONTENDERS.items():
            taken[name].append(timed(lambda: run(x, y)))
    return [
        *(Figure(benchmark="loop_speed", contender=name, unit="s", samples=[t.wall for t in each])
          for name, each in taken.items()),
        *(Figure(benchmark="loop_speed, processor", contender=name, unit="s", samples=[t.cpu for t in each])
          for name, each in taken.items())]
