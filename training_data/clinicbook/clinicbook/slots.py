"""Slots with clinicians, and the diary that records who holds them."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

DEFAULT_SLOT_MINUTES = 20
MIN_SLOT_MINUTES = 5
DEFAULT_OPENS = time(9, 0)
DEFAULT_CLOSES = time(17, 0)
DEFAULT_NOTICE_HOURS = 24


class SlotTakenError(Exception):
    """Raised when a slot is asked for that another patient holds."""

    def __init__(self, slot: Slot) -> None:
        super().__init__(f"{slot.clinician} at {slot.start:%Y-%m-%d %H:%M} is already booked")
        self.slot = slot


class LateCancelError(Exception):
    """Raised when a booking is cancelled inside the notice period."""


@dataclass(frozen=True)
class Slot:
    """A span of time with one clinician."""

    clinician: str
    start: datetime
    minutes: int = DEFAULT_SLOT_MINUTES
    patient_id: str | None = None

    @property
    def end(self) -> datetime:
        return self.start + timedelta(minutes=self.minutes)

    @property
    def is_free(self) -> bool:
        return self.patient_id is None


def day_slots(
    clinician: str,
    day: date,
    *,
    opens: time = DEFAULT_OPENS,
    closes: time = DEFAULT_CLOSES,
    minutes: int = DEFAULT_SLOT_MINUTES,
    lunch: tuple[time, time] | None = None,
) -> Iterator[Slot]:
    """Yield free slots for one clinician, from opening to closing.

    Args:
        clinician: Name or code of the clinician.
        day: The day to lay out.
        opens: Start of the first slot.
        closes: No slot ends after this time.
        minutes: Length of every slot.
        lunch: Start and end of a break, kept free of slots.

    Yields:
        Slots in order of time.

    Raises:
        ValueError: If the times or the length make no sense.
    """
    if minutes < MIN_SLOT_MINUTES:
        raise ValueError(f"minutes must be at least {MIN_SLOT_MINUTES}, got {minutes}")
    if closes <= opens:
        raise ValueError(f"closes ({closes}) must be later than opens ({opens})")
    if lunch is not None and lunch[1] <= lunch[0]:
        raise ValueError(f"lunch must end after it begins, got {lunch}")
    step = timedelta(minutes=minutes)
    start = datetime.combine(day, opens)
    while start + step <= datetime.combine(day, closes):
        if lunch is not None:
            lunch_start, lunch_end = (datetime.combine(day, edge) for edge in lunch)
            if start < lunch_end and start + step > lunch_start:
                start = lunch_end
                continue
        yield Slot(clinician, start, minutes)
        start += step


class Diary:
    """Slots kept by clinician and start time."""

    def __init__(self, slots: Iterable[Slot] = ()) -> None:
        self._slots: dict[tuple[str, datetime], Slot] = {}
        for slot in slots:
            self.add(slot)

    def add(self, slot: Slot) -> None:
        for held in self._slots.values():
            if held.clinician == slot.clinician and held.start < slot.end and slot.start < held.end:
                raise ValueError(f"{slot.clinician} already has a slot at {held.start}")
        self._slots[slot.clinician, slot.start] = slot

    def book(self, clinician: str, start: datetime, patient_id: str) -> Slot:
        """Give a slot to a patient.

        Booking again for the same patient changes nothing.

        Args:
            clinician: Whose slot it is.
            start: Exact start of the slot.
            patient_id: The patient's number, not blank.

        Returns:
            The slot as it now stands.
        """
        if not patient_id.strip():
            raise ValueError("patient_id must not be blank")
        slot = self._slots.get((clinician, start))
        if slot is None:
            raise LookupError(f"no slot with {clinician} at {start}")
        if slot.patient_id not in (None, patient_id):
            raise SlotTakenError(slot)
        booked = replace(slot, patient_id=patient_id)
        self._slots[clinician, start] = booked
        return booked

    def cancel(self, slot: Slot, *, now: datetime, notice_hours: int = DEFAULT_NOTICE_HOURS) -> None:
        if slot.start - now < timedelta(hours=notice_hours):
            raise LateCancelError(f"cancelling needs {notice_hours} hours of notice")
        self._slots[slot.clinician, slot.start] = replace(slot, patient_id=None)

    def next_free(self, after: datetime, *, clinician: str | None = None) -> Slot | None:
        """Find the earliest free slot that starts at or after a moment.

        Args:
            after: The moment to search from.
            clinician: Look only at this clinician's slots.
        """
        free = (s for s in self._slots.values() if s.is_free and s.start >= after)
        wanted = (s for s in free if clinician is None or s.clinician == clinician)
        return min(wanted, key=lambda s: s.start, default=None)

    def first_free(self, after: datetime) -> Slot | None:
        """Deprecated: use ``next_free``."""
        warnings.warn("first_free is deprecated, use next_free", DeprecationWarning, stacklevel=2)
        return self.next_free(after)
