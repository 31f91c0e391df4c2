"""An in-memory outbox with leases, so that a failed delivery is tried again."""

from __future__ import annotations

import heapq
import itertools
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

MAX_ATTEMPTS = 5
RETRY_DELAY = 60.0
DEFAULT_CAPACITY = 1000


class QueueFull(Exception):
    """The outbox holds as many messages as it may."""


@dataclass
class Message:
    """One message on its way to one address."""

    address: str
    subject: str
    body: str
    attempts: int = 0
    errors: list[str] = field(default_factory=list)


class Outbox:
    """Messages waiting for delivery, ordered by the time they are due.

    Args:
        capacity: Most messages that may wait at once.
        clock: Source of the current time in seconds.
    """

    def __init__(
        self, capacity: int = DEFAULT_CAPACITY, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        if capacity < 1:
            raise ValueError(f"capacity must be at least 1: {capacity}")
        self.capacity = capacity
        self.dead: list[Message] = []
        self._clock = clock
        self._heap: list[tuple[float, int, Message]] = []
        self._numbers = itertools.count()

    def __len__(self) -> int:
        return len(self._heap)

    def enqueue(self, message: Message, *, delay: float = 0.0) -> None:
        """Put a message in the outbox.

        Args:
            message: The message to send.
            delay: Seconds before it is due.

        Raises:
            ValueError: If the address has no @ or the delay is negative.
            QueueFull: If the outbox is at its capacity.
        """
        if "@" not in message.address:
            raise ValueError(f"not an address: {message.address!r}")
        if delay < 0:
            raise ValueError(f"delay must not be negative: {delay}")
        if len(self._heap) >= self.capacity:
            raise QueueFull(f"outbox holds {self.capacity} messages")
        self._push(message, delay)

    def push(self, message: Message) -> None:
        """Deprecated: call `enqueue` instead."""
        warnings.warn("push is deprecated, call enqueue", DeprecationWarning, stacklevel=2)
        self.enqueue(message)

    @contextmanager
    def lease(self, *, max_attempts: int = MAX_ATTEMPTS) -> Iterator[Message]:
        """Take the next due message for the length of a with block.

        If the block fails, the message goes back with a delay that grows with
        each attempt, or to `dead` once its attempts are used up.

        Args:
            max_attempts: Attempts after which a message is given up.

        Yields:
            The message.

        Raises:
            LookupError: If no message is due.
        """
        if not self._heap or self._heap[0][0] > self._clock():
            raise LookupError("no message is due")
        _, _, message = heapq.heappop(self._heap)
        message.attempts += 1
        try:
            yield message
        except Exception as exc:
            message.errors.append(str(exc))
            if message.attempts >= max_attempts:
                self.dead.append(message)
            else:
                self._push(message, RETRY_DELAY * message.attempts)

    def _push(self, message: Message, delay: float) -> None:
        heapq.heappush(self._heap, (self._clock() + delay, next(self._numbers), message))


def drain(outbox: Outbox, send: Callable[[Message], None]) -> int:
    sent = 0
    while True:
        try:
            with outbox.lease() as message:
                send(message)
                sent += 1
        except LookupError:
            return sent
