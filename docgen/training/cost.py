"""What a run has cost: time, memory, and energy where codecarbon is installed.

In: the work, as a block. Out: a `Cost` that is filled in when the block ends. codecarbon measures or estimates this machine's
energy; it is asked to stay offline and to write nothing.
"""

from __future__ import annotations

import importlib.util
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from docgen.facts import JSON


@dataclass
class Cost:
    """Seconds of the block; kilowatt-hours where they are known."""

    seconds: float = 0.0
    energy: float | None = None

    @property
    def record(self) -> dict[str, JSON]:
        """As it stands in the adapter's record."""
        found: dict[str, JSON] = {"seconds": round(self.seconds, 1)}
        return found if self.energy is None else found | {"energy_kwh": round(self.energy, 6)}


@contextmanager
def measured() -> Iterator[Cost]:
    """Measures what the block costs."""
    cost, tracker, began = Cost(), _tracker(), time.monotonic()
    try:
        yield cost
    finally:
        cost.seconds = time.monotonic() - began
        if tracker is not None:
            tracker.stop()
            cost.energy = float(tracker.final_emissions_data.energy_consumed)


def _tracker() -> Any:
    """A tracker that runs; None without codecarbon."""
    if importlib.util.find_spec("codecarbon") is None:
        return None
    from codecarbon import OfflineEmissionsTracker

    logging.getLogger("codecarbon").setLevel(logging.CRITICAL)
    # The country decides only about the carbon, which is not reported.
    tracker = OfflineEmissionsTracker(
        country_iso_code="DEU", save_to_file=False, log_level="critical", allow_multiple_runs=True, tracking_mode="process"
    )
    tracker.start()
    return tracker
