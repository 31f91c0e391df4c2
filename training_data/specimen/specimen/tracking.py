"""Sample log: where each sample is, and what has been done to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timezone

TRANSITIONS = {
    "received": ("frozen", "bench", "discarded"),
    "frozen": ("bench", "discarded"),
    "bench": ("frozen", "discarded"),
    "discarded": (),
}
MAX_THAWS = 3
DEFAULT_LOCATION = "intake"


class TrackingError(Exception):
    """A sample may not be handled that way."""


@dataclass
class Sample:
    """State of one sample and the states it has been in."""

    sample_id: str
    location: str
    state: str = "received"
    thaws: int = 0
    history: list[tuple[datetime, str]] = field(default_factory=list)


class SampleLog:
    """Keep the samples of a laboratory by their ids."""

    def __init__(self) -> None:
        self._samples: dict[str, Sample] = {}

    def __len__(self) -> int:
        return len(self._samples)

    def register(self, sample_id: str, *, location: str = DEFAULT_LOCATION) -> Sample:
        """Enter a new sample in the state ``received``.

        Raises
        ------
        TrackingError
            If the id is in the log already.
        """
        if sample_id in self._samples:
            raise TrackingError(f"{sample_id} is registered already")
        sample = Sample(sample_id, location)
        sample.history.append((datetime.now(timezone.utc), sample.state))
        self._samples[sample_id] = sample
        return sample

    def get(self, sample_id: str) -> Sample | None:
        return self._samples.get(sample_id)

    def move(self, sample_id: str, state: str, *, location: str | None = None) -> Sample:
        """Bring a sample into another state.

        Parameters
        ----------
        sample_id : str
            Id under which the sample was registered.
        state : str
            The new state, a key of ``TRANSITIONS``.
        location : str, optional
            The new place. None leaves the sample where it is.

        Returns
        -------
        Sample
            The sample after the move.

        Raises
        ------
        KeyError
            If the sample is not in the log.
        ValueError
            If there is no such state.
        TrackingError
            If the state cannot follow the present one, or the sample may not
            be thawed again.
        """
        sample = self._samples.get(sample_id)
        if sample is None:
            raise KeyError(f"{sample_id} is not registered")
        if state not in TRANSITIONS:
            raise ValueError(f"unknown state {state!r}")
        if state not in TRANSITIONS[sample.state]:
            raise TrackingError(f"{sample_id} cannot go from {sample.state} to {state}")
        if sample.state == "frozen" and state == "bench":
            if sample.thaws >= MAX_THAWS:
                raise TrackingError(f"{sample_id} was thawed {sample.thaws} times already")
            sample.thaws += 1
        sample.state = state
        if location is not None:
            sample.location = location
        sample.history.append((datetime.now(timezone.utc), state))
        return sample

    @contextmanager
    def on_bench(self, sample_id: str) -> Iterator[Sample]:
        """Take a sample to the bench and freeze it again after the block."""
        sample = self.move(sample_id, "bench")
        try:
            yield sample
        finally:
            if sample.state == "bench":
                self.move(sample_id, "frozen")

    def in_state(self, state: str) -> Iterator[Sample]:
        """Yield the samples that are in a state now."""
        for sample in self._samples.values():
            if sample.state == state:
                yield sample
