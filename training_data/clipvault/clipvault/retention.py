"""Retention: which clips may go, and when."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Collection
from dataclasses import dataclass

from .digests import parse_digest
from .store import ClipMissing, Vault

MAX_DELETIONS = 500
UNITS = {"d": 1, "w": 7, "y": 365}
DAY_SECONDS = 86_400
RULE = re.compile(r"(\d+)([a-z])")

log = logging.getLogger(__name__)


class SweepLimit(RuntimeError):
    """A sweep wants to delete more clips than allowed."""


@dataclass(frozen=True)
class Rule:
    """Keep clips for a number of days."""

    days: int

    def __post_init__(self) -> None:
        if self.days < 1:
            raise ValueError(f"a rule needs at least 1 day, got {self.days}")

    @property
    def seconds(self) -> int:
        return self.days * DAY_SECONDS


def parse_rule(text: str) -> Rule:
    """Read a rule such as ``90d``, ``12w`` or ``2y``.

    Args:
        text: A whole number and a unit.

    Raises:
        ValueError: If the text has another form or an unknown unit.
    """
    match = RULE.fullmatch(text.strip().lower())
    if match is None:
        raise ValueError(f"not a retention rule: {text!r}")
    amount, unit = match.groups()
    if unit not in UNITS:
        raise ValueError(f"unknown unit {unit!r}, use one of {', '.join(UNITS)}")
    return Rule(int(amount) * UNITS[unit])


def sweep(
    vault: Vault,
    rule: Rule,
    *,
    holds: Collection[str] = (),
    now: float | None = None,
    limit: int = MAX_DELETIONS,
    dry_run: bool = False,
) -> list[str]:
    """Delete the clips that are older than a rule allows.

    Args:
        vault: The vault to clean.
        rule: How long to keep a clip.
        holds: Digests that must stay whatever their age.
        now: Seconds since the epoch; the clock's time if None.
        limit: Largest number of clips to delete.
        dry_run: Whether to report without deleting.

    Returns:
        The digests of the clips deleted, or to be deleted in a dry run.

    Raises:
        SweepLimit: If more clips than the limit have expired.
    """
    held = {parse_digest(digest) for digest in holds}
    moment = time.time() if now is None else now
    expired = [
        digest
        for digest, status in vault.clips()
        if moment - status.st_mtime > rule.seconds and parse_digest(digest) not in held
    ]
    if len(expired) > limit:
        raise SweepLimit(f"{len(expired)} clips have expired, limit {limit}")
    if dry_run:
        return expired
    deleted = []
    for digest in expired:
        try:
            vault.delete(digest)
        except ClipMissing:
            log.info("%s is gone already", digest)
            continue
        deleted.append(digest)
    return deleted
