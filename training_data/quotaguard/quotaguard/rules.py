"""Rate limit rules for gateway routes, one rule to a line of text.

A line reads ``GET /v1/orders 100/minute``. Where several rules match a
request, the first in the list decides.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from quotaguard.buckets import TokenBucket

UNITS = {"second": 1, "minute": 60, "hour": 3600}
DEFAULT_BURST = 1.5

log = logging.getLogger(__name__)


class RuleError(Exception):
    """A rule or a rules file cannot be understood."""


@dataclass(frozen=True)
class Rule:
    """One limit: ``limit`` requests in ``period`` seconds below ``prefix``."""

    method: str
    prefix: str
    limit: int
    period: int
    burst: float = DEFAULT_BURST

    @property
    def rate(self) -> float:
        """Requests per second."""
        return self.limit / self.period

    def matches(self, method: str, path: str) -> bool:
        if self.method not in ("*", method.upper()):
            return False
        stem = self.prefix.rstrip("/")
        return path == stem or path.startswith(stem + "/")


def parse_rule(text: str, *, burst: float = DEFAULT_BURST) -> Rule:
    """Parses one line of a rules file.

    Args:
        text: Method, path prefix and quota, parted by blanks. The method
            ``*`` stands for all methods.
        burst: Bucket capacity as a multiple of the limit.

    Returns:
        The rule, with its method in upper case.

    Raises:
        ValueError: If ``burst`` is below 1.
        RuleError: If the text is not a rule.
    """
    if burst < 1:
        raise ValueError(f"burst must be at least 1, got {burst}")
    parts = text.split()
    if len(parts) != 3:
        raise RuleError(f"expected METHOD PREFIX LIMIT/UNIT, got {text!r}")
    method, prefix, quota = parts
    if not prefix.startswith("/"):
        raise RuleError(f"prefix must start with '/', got {prefix!r}")
    limit, _, unit = quota.partition("/")
    if not limit.isdecimal() or int(limit) == 0:
        raise RuleError(f"limit must be a positive whole number, got {limit!r}")
    if unit not in UNITS:
        raise RuleError(f"unknown unit {unit!r}; choose from {', '.join(UNITS)}")
    return Rule(method.upper(), prefix, int(limit), UNITS[unit], burst)


def load_rules(path: str | Path, *, strict: bool = True) -> list[Rule]:
    """Loads the rules of a text file in their order.

    Args:
        path: A UTF-8 file. Blank lines and lines that begin with ``#`` are
            passed over.
        strict: Whether a bad line stops the load. If False, it is logged.

    Returns:
        At least one rule.

    Raises:
        FileNotFoundError: If there is no such file.
        RuleError: If a line is bad and ``strict`` is set, or no rule is left.
    """
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"no rules file at {path}")
    rules = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        try:
            rules.append(parse_rule(line))
        except RuleError as exc:
            if strict:
                raise RuleError(f"{path.name}:{number}: {exc}") from exc
            log.warning("%s:%d skipped: %s", path.name, number, exc)
    if not rules:
        raise RuleError(f"{path.name} holds no usable rule")
    return rules


def match_rule(rules: Sequence[Rule], method: str, path: str) -> Rule:
    for rule in rules:
        if rule.matches(method, path):
            return rule
    raise LookupError(f"no rule for {method} {path}")


def shadowed_rules(rules: Sequence[Rule]) -> Iterator[tuple[Rule, Rule]]:
    """Yields each rule that never decides, after the earlier rule that hides it."""
    for index, later in enumerate(rules):
        for earlier in rules[:index]:
            if earlier.matches(later.method, later.prefix):
                yield earlier, later
                break


def bucket_for(rule: Rule) -> TokenBucket:
    """Returns a full bucket that enforces the rule."""
    return TokenBucket(max(1, int(rule.limit * rule.burst)), rule.rate)


def requests_per_second(rule: Rule) -> float:
    """Deprecated: read ``Rule.rate`` instead."""
    warnings.warn("use Rule.rate", DeprecationWarning, stacklevel=2)
    return rule.rate
