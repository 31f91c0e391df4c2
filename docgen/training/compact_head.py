"""The output layer where it counts only: on a CPU, TRL 1.16 runs it over prompts and padding too, three to four times slower.

In: nothing, or a trainer to try it on. Out: a context in which TRL leaves out positions without a label, as it does on GPUs.
The switch is a private name of TRL's, so it is tried against the stock way first and left alone where the two differ or it is
gone.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import torch
from trl.trainer import utils as trl_utils

_SWITCH = "_use_triton"
_TOLERANCE = 2e-2  # relative, of a bfloat16 gradient; a wrong mask is off by far more


@contextmanager
def compact_head() -> Iterator[None]:
    """Inside, TRL's fused output layer skips the positions that have no label. Without its switch nothing changes."""
    before = getattr(trl_utils, _SWITCH, None)
    if before is None:
        yield
        return
    setattr(trl_utils, _SWITCH, lambda _device: True)
    try:
        yield
    finally:
        setattr(trl_utils, _SWITCH, before)


def is_equal(model: torch.nn.Module, batch: Mapping[str, torch.Tensor]) -> bool:
    """Whether the compact output layer gives the stock one's loss and gradient on a batch. Leaves no gradient and no
    randomness."""
    if not hasattr(trl_utils, _SWITCH):
        return False
    was_training = model.training
    model.eval()  # without dropout both must agree
    try:
        stock = _loss_and_gradient(model, batch)
        with compact_head():
            compact = _loss_and_gradient(model, batch)
    finally:
        model.train(was_training)
    close = math.isclose(stock[0], compact[0], rel_tol=1e-3, abs_tol=1e-4)
    return close and float((stock[1] - compact[1]).norm()) <= _TOLERANCE * float(stock[1].norm()) + 1e-6


def _loss_and_gradient(model: Any, batch: Mapping[str, torch.Tensor]) -> tuple[float, torch.Tensor]:
    """The loss, and its gradient for all trainable parameters in one vector."""
    with torch.enable_grad():
        loss = model(**batch, use_cache=False, fused_lm_head=True).loss
        parameters = [parameter for parameter in model.parameters() if parameter.requires_grad]
        gradients = torch.autograd.grad(loss, parameters, allow_unused=True)
    return float(loss.detach()), torch.cat([gradient.float().flatten() for gradient in gradients if gradient is not None])
