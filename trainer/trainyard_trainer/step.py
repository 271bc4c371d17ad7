"""One optimizer step, on a batch that is taken in pieces where it does not fit into memory at once."""

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from .events import Events
from .memory import is_out_of_memory
from .precision import computing_in
from .randomness import seed_step
from .settings import Settings
from .tasks.problem import Part, Problem

if TYPE_CHECKING:
    from .loop import State


def train_step(problem: Problem, state: "State", rows: Part, settings: Settings, steps: int, events: Events) -> float:
    """One optimizer step of `steps`; returns its loss.

    A loss that is not a number is stepped on like any other: inputs are bounded, so it comes from weights that have
    run away, and leaving the step out would only hide that for a while.
    """
    if settings.at is not None:
        settings.at(state.network, state.step / steps)
    rate, decay = settings.rate(state.step, steps), settings.decay(state.step, steps)
    for group, (of_rate, of_decay) in zip(state.optimizer.param_groups, settings.factors, strict=True):
        group["lr"], group["weight_decay"] = rate * of_rate, decay * of_decay
    loss = gradient_in_memory(problem, state, rows, settings, events)
    if settings.gradient_clip > 0:
        nn.utils.clip_grad_norm_(state.network.parameters(), settings.gradient_clip)
    state.optimizer.step()
    return loss.item()


def gradient_in_memory(problem: Problem, state: "State", rows: Part, settings: Settings, events: Events) -> Tensor:
    """The gradient of a batch. Where the memory is too small the batch is taken in pieces half as large, from here to
    the end of the run; raises when single rows do not fit. The weights are the same before and after each try."""
    while True:
        at_once = min(state.rows_at_once or settings.micro_batch_size, rows.rows)
        try:
            return gradient(problem, state, rows, settings, at_once)
        except Exception as error:
            if at_once == 1 or not is_out_of_memory(error):
                raise
        # After the except block: the error held what the failed try had in memory.
        state.optimizer.zero_grad(set_to_none=True)
        if next(state.network.parameters()).is_cuda:
            torch.cuda.empty_cache()
        state.rows_at_once = (at_once + 1) // 2
        events.log("warning", f"A batch of {rows.rows} rows does not fit into memory: it is taken in pieces of at most "
                              f"{state.rows_at_once} rows from step {state.step + 1} on. The result will not equal that "
                              "of a run with more memory exactly.")


def gradient(problem: Problem, state: "State", rows: Part, settings: Settings, at_once: int) -> Tensor:
    """Sets the gradient of a batch, summed over pieces of at most `at_once` rows; returns the loss of the batch."""
    network, mass = state.network, problem.training_mass(rows)
    device = next(network.parameters()).device
    state.optimizer.zero_grad(set_to_none=True)
    seed_step(settings.seed, state.epoch, state.batch, device)
    whole = torch.zeros((), device=device)
    for piece in rows.pieces(at_once):
        with computing_in(settings.precision, device):
            outputs = network(*piece.inputs)
        loss = problem.training_loss(outputs.float(), piece, mass)
        loss.backward()
        whole += loss.detach()
    return whole
