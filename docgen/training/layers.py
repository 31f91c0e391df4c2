"""Which layers learn when: a base's higher layers first, where that is asked for.

In: the names of parameters and how far the run is. Out: which of them have no gradient yet. Freezing goes by gradients and not
by switching parameters off, so that several processes stay in step and a resumed run finds the same optimiser.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

import torch

_NUMBERED = re.compile(r"(?:^|\.)(?:layers|layer|h|blocks|block)\.(\d+)(?:\.|$)")


def layer_of(name: str) -> int | None:
    """The block that a parameter or module belongs to, from 0 at the bottom; None for what stands outside of them."""
    found = _NUMBERED.search(name)
    return int(found[1]) if found else None


@dataclass(frozen=True)
class Thaw:
    """The highest of `layers` learns from the beginning, and one after the other joins in until the share `until` of the run is
    over."""

    layers: int
    until: float

    def frozen(self, done: float) -> int:
        """How many of the lowest layers are still frozen when the share `done` of the run is over."""
        return max(0, self.layers - 1 - math.floor(self.layers * done / self.until))

    def forget(self, model: torch.nn.Module, done: float) -> None:
        """Takes the gradients of frozen layers away."""
        if frozen := self.frozen(done):
            for name, parameter in model.named_parameters():
                if (layer := layer_of(name)) is not None and layer < frozen:
                    parameter.grad = None
