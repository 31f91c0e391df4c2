"""Stable buckets, weighted variants and timed ramps."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Mapping, Sequence
from datetime import datetime

BUCKETS = 10_000
DEFAULT_SALT = "flagpole"


def bucket_for(user_id: str, flag_key: str, *, salt: str = DEFAULT_SALT) -> int:
    """Hashes a user and a flag to a bucket.

    Args:
        user_id: Stable identifier of the user.
        flag_key: Key of the flag, so that flags split users independently.
        salt: Prefix of the hash; change it to reshuffle everyone.

    Returns:
        A bucket from 0 up to, but not including, ``BUCKETS``.

    Raises:
        ValueError: If the user identifier is empty.
    """
    if not user_id:
        raise ValueError("user_id must not be empty")
    digest = hashlib.sha256(f"{salt}:{flag_key}:{user_id}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % BUCKETS


def in_rollout(
    user_id: str, flag_key: str, percentage: float, *, salt: str = DEFAULT_SALT
) -> bool:
    if not 0 <= percentage <= 100:
        raise ValueError(f"percentage must be from 0 to 100, got {percentage}")
    return bucket_for(user_id, flag_key, salt=salt) < percentage / 100 * BUCKETS


def pick_variant(
    user_id: str, flag_key: str, weights: Mapping[str, int], *, salt: str = DEFAULT_SALT
) -> str:
    """Picks a variant in proportion to its weight.

    Args:
        user_id: Stable identifier of the user.
        flag_key: Key of the flag.
        weights: Weight of each variant, in a fixed order.
        salt: Prefix of the hash.

    Returns:
        The same variant for the same arguments.

    Raises:
        TypeError: If a weight is not an integer.
        ValueError: If a weight is negative or all weights are zero.
    """
    for variant, weight in weights.items():
        if not isinstance(weight, int):
            raise TypeError(f"weight of {variant!r} must be an int, got {weight!r}")
        if weight < 0:
            raise ValueError(f"weight of {variant!r} is negative: {weight}")
    total = sum(weights.values())
    if total == 0:
        raise ValueError("at least one weight must be above 0")
    point = bucket_for(user_id, flag_key, salt=salt) * total // BUCKETS
    for variant, weight in weights.items():
        point -= weight
        if point < 0:
            break
    return variant


class Ramp:
    """A percentage that grows at fixed moments.

    Args:
        steps: Pairs of a moment and the percentage from then on.

    Raises:
        ValueError: If there are no steps, or they are out of order.
    """

    def __init__(self, steps: Sequence[tuple[datetime, float]]) -> None:
        if not steps:
            raise ValueError("a ramp needs at least one step")
        for (earlier, low), (later, high) in zip(steps, steps[1:]):
            if later <= earlier or high < low:
                raise ValueError(f"step at {later} does not follow the one at {earlier}")
        self._steps = list(steps)

    def percentage_at(self, moment: datetime) -> float:
        """Returns the percentage in force, 0 before the first step."""
        current = 0.0
        for start, percentage in self._steps:
            if start > moment:
                break
            current = percentage
        return current


def is_enabled(user_id: str, flag_key: str, percentage: float) -> bool:
    """Deprecated alias of ``in_rollout``."""
    warnings.warn("is_enabled is deprecated, use in_rollout", DeprecationWarning, stacklevel=2)
    return in_rollout(user_id, flag_key, percentage)
