"""Text reminders: when to send them, what they say, and sending them."""

from __future__ import annotations

import asyncio
import heapq
import logging
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

logger = logging.getLogger(__name__)

DEFAULT_LEAD_HOURS = 48
QUIET_FROM = time(20, 0)
QUIET_UNTIL = time(8, 0)
MAX_SMS_CHARS = 160
DEFAULT_RETRIES = 2
RETRY_PAUSE_SECONDS = 1.5


class ReminderError(Exception):
    """Raised when a reminder text cannot be made from its template."""


@dataclass(order=True)
class Reminder:
    """A text that waits for its sending time."""

    send_at: datetime
    phone: str = field(compare=False)
    text: str = field(compare=False)


class ReminderQueue:
    """Reminders in order of their sending time."""

    def __init__(self) -> None:
        self._heap: list[Reminder] = []

    def __len__(self) -> int:
        return len(self._heap)

    def push(self, reminder: Reminder) -> None:
        heapq.heappush(self._heap, reminder)

    def take_due(self, now: datetime) -> Iterator[Reminder]:
        """Remove and yield, one at a time, what is due at ``now``."""
        while self._heap and self._heap[0].send_at <= now:
            yield heapq.heappop(self._heap)


def reminder_time(start: datetime, *, lead_hours: int = DEFAULT_LEAD_HOURS) -> datetime:
    """Work out when the reminder for an appointment goes out.

    A time that falls in the quiet hours moves back to the evening before
    they began.

    Args:
        start: Start of the appointment.
        lead_hours: How long before the appointment to remind.
    """
    if lead_hours <= 0:
        raise ValueError(f"lead_hours must be positive, got {lead_hours}")
    wanted = start - timedelta(hours=lead_hours)
    if QUIET_UNTIL <= wanted.time() <= QUIET_FROM:
        return wanted
    day = wanted.date() if wanted.time() > QUIET_FROM else wanted.date() - timedelta(days=1)
    return datetime.combine(day, QUIET_FROM, wanted.tzinfo)


def render_reminder(
    template: str,
    *,
    name: str,
    start: datetime,
    clinic: str,
    max_chars: int = MAX_SMS_CHARS,
) -> str:
    """Fill in a reminder template.

    Args:
        template: Text with ``{name}``, ``{day}``, ``{hour}`` and ``{clinic}``.
        name: What to call the patient.
        start: Start of the appointment.
        clinic: Name of the clinic.
        max_chars: Longest text allowed.

    Returns:
        The finished text, without space at either end.
    """
    fields = {"name": name, "day": f"{start:%d %B}", "hour": f"{start:%H:%M}", "clinic": clinic}
    try:
        text = template.format(**fields).strip()
    except KeyError as error:
        raise ReminderError(f"unknown placeholder {error} in template") from error
    if not text:
        raise ReminderError("the template gives an empty text")
    if len(text) > max_chars:
        raise ReminderError(f"text has {len(text)} characters, at most {max_chars} allowed")
    return text


async def send_due(
    queue: ReminderQueue,
    send: Callable[[str, str], Awaitable[None]],
    *,
    now: datetime,
    retries: int = DEFAULT_RETRIES,
    pause: float = RETRY_PAUSE_SECONDS,
) -> list[Reminder]:
    """Send what is due and return what could not be sent.

    Args:
        queue: Reminders to take from.
        send: Called with the phone number and the text.
        now: Reminders up to this moment are due.
        retries: Further attempts after a failed one.
        pause: Seconds to wait between attempts.

    Raises:
        ValueError: If ``retries`` is negative.
    """
    if retries < 0:
        raise ValueError(f"retries must not be negative, got {retries}")
    failed = []
    for reminder in queue.take_due(now):
        for attempt in range(retries + 1):
            if attempt:
                await asyncio.sleep(pause)
            try:
                await send(reminder.phone, reminder.text)
            except OSError as error:
                logger.warning("reminder to %s failed: %s", reminder.phone, error)
            else:
                break
        else:
            failed.append(reminder)
    return failed
