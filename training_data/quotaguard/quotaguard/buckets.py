"""Token buckets that decide whether a gateway request may pass."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

DEFAULT_CAPACITY = 60
DEFAULT_RATE = 1.0
MIN_PAUSE = 0.01


class QuotaExceeded(Exception):
    """A caller has spent its quota.

    Attributes:
        key: Name of the caller.
        retry_after: Seconds until enough tokens are back.
    """

    def __init__(self, key: str, retry_after: float) -> None:
        super().__init__(f"quota of {key!r} is spent; retry in {retry_after:.2f} s")
        self.key = key
        self.retry_after = retry_after


class TokenBucket:
    """A thread-safe bucket of tokens that refills with time.

    Args:
        capacity: Most tokens the bucket holds; it starts full.
        rate: Tokens that come back each second.
        clock: Source of monotonic seconds, replaced in tests.

    Raises:
        ValueError: If ``capacity`` is below 1 or ``rate`` is not positive.
    """

    def __init__(
        self,
        capacity: int = DEFAULT_CAPACITY,
        rate: float = DEFAULT_RATE,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if capacity < 1:
            raise ValueError(f"capacity must be at least 1, got {capacity}")
        if rate <= 0:
            raise ValueError(f"rate must be positive, got {rate}")
        self.capacity = capacity
        self.rate = rate
        self._clock = clock
        self._tokens = float(capacity)
        self._stamp = clock()
        self._lock = threading.Lock()

    def _refill(self) -> None:
        now = self._clock()
        gained = max(0.0, now - self._stamp) * self.rate
        self._tokens = min(float(self.capacity), self._tokens + gained)
        self._stamp = now

    @property
    def available(self) -> float:
        """Tokens in the bucket at this moment."""
        with self._lock:
            self._refill()
            return self._tokens

    def delay_for(self, cost: int = 1) -> float:
        """Returns the seconds until ``cost`` tokens are there, 0.0 if they are."""
        return max(0.0, (cost - self.available) / self.rate)

    def take(self, cost: int = 1) -> bool:
        """Takes tokens without waiting.

        Args:
            cost: Tokens the request is worth.

        Returns:
            True if the tokens were taken, False if too few were there.

        Raises:
            ValueError: If ``cost`` is below 1 or above the capacity.
        """
        if not 1 <= cost <= self.capacity:
            raise ValueError(f"cost must be from 1 to {self.capacity}, got {cost}")
        with self._lock:
            self._refill()
            if self._tokens < cost:
                return False
            self._tokens -= cost
            return True

    def give_back(self, cost: int = 1) -> None:
        with self._lock:
            self._tokens = min(float(self.capacity), self._tokens + cost)

    async def wait(self, cost: int = 1, *, timeout: float | None = None) -> float:
        """Takes tokens, sleeping until they are there.

        Args:
            cost: Tokens the request is worth; checked by ``take``.
            timeout: Longest wait in seconds. None waits as long as it takes.

        Returns:
            The seconds that were spent waiting.

        Raises:
            ValueError: If ``timeout`` is negative.
            TimeoutError: If the tokens cannot be there in time.
        """
        if timeout is not None and timeout < 0:
            raise ValueError(f"timeout must not be negative, got {timeout}")
        start = self._clock()
        while not self.take(cost):
            pause = max(MIN_PAUSE, self.delay_for(cost))
            waited = self._clock() - start
            if timeout is not None and waited + pause > timeout:
                raise TimeoutError(f"{cost} tokens are not free within {timeout} s")
            await asyncio.sleep(pause)
        return self._clock() - start


@contextmanager
def reserve(bucket: TokenBucket, cost: int = 1, *, key: str = "anonymous") -> Iterator[TokenBucket]:
    """Holds tokens for a block of work.

    The tokens are given back if the block ends in a ``ConnectionError``, since
    the upstream service did no work then.

    Raises:
        QuotaExceeded: If too few tokens are there.
    """
    if not bucket.take(cost):
        raise QuotaExceeded(key, bucket.delay_for(cost))
    try:
        yield bucket
    except ConnectionError:
        bucket.give_back(cost)
        raise
