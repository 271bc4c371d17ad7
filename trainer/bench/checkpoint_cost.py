"""What checkpoints cost: the time to publish one, as a share of the time between two at the default cadence.

The baseline is `torch.save` over the only file, which a kill in the middle would lose.
"""

import tempfile
import time
from pathlib import Path

import torch

from trainyard_trainer.checkpoint import Checkpoints
from trainyard_trainer.loop import State
from trainyard_trainer.pace import CHECKPOINT_SECONDS

from .figures import Figure

ROUNDS = 7
SIZES = {"70 thousand parameters": 256, "4 million parameters": 2000, "25 million parameters": 5000}


def trained(width: int) -> State:
    """Adam's moments and the weights of a best epoch included: four times the parameters."""
    network = torch.nn.Sequential(torch.nn.Linear(16, width), torch.nn.ReLU(), torch.nn.Linear(width, width),
                                  torch.nn.ReLU(), torch.nn.Linear(width, 1))
    state = State(network=network, optimizer=torch.optim.AdamW(network.parameters(), fused=True))
    network(torch.randn(8, 16)).sum().backward()
    state.optimizer.step()
    state.best_weights = {name: t.clone() for name, t in network.state_dict().items()}
    return state


def checkpoint_cost() -> list[Figure]:
    figures = []
    for label, width in SIZES.items():
        state = trained(width)
        with tempfile.TemporaryDirectory() as folder:
            checkpoints = Checkpoints(Path(folder), lambda: "bench")
            publish, save = [], []
            for step in range(ROUNDS):
                clock = time.perf_counter()
                checkpoints.publish(step, state.saved())
                publish.append(100 * (time.perf_counter() - clock) / CHECKPOINT_SECONDS)
                clock = time.perf_counter()
                torch.save(state.saved(), Path(folder) / "only.pt")
                save.append(100 * (time.perf_counter() - clock) / CHECKPOINT_SECONDS)
        name = f"checkpoint_cost, {label}"
        figures += [Figure(benchmark=name, contender="ours", unit="%", samples=publish, note="of the time"),
                    Figure(benchmark=name, contender="torch.save", unit="%", samples=save)]
    return figures
