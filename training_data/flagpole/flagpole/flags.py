"""Flag definitions: keys, variants, weights and targeting rules."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .rollout import pick_variant

KEY_PATTERN = re.compile(r"[a-z][a-z0-9_-]*")
MAX_KEY_LENGTH = 64
ALLOWED_FIELDS = frozenset({"key", "weights", "rules", "off_variant", "enabled"})
DEFAULT_OFF = "off"


class FlagError(ValueError):
    """A flag definition that breaks the rules."""


@dataclass(frozen=True)
class Rule:
    """Sends users with a matching attribute to one variant.

    Attributes:
        attribute: Name of the user attribute to look at.
        values: Attribute values that match.
        variant: Variant that a matching user gets.
    """

    attribute: str
    values: frozenset[str]
    variant: str

    def matches(self, attributes: Mapping[str, str]) -> bool:
        return attributes.get(self.attribute) in self.values


@dataclass
class Flag:
    """One flag and everything needed to decide it.

    Attributes:
        key: Name of the flag.
        weights: Share of users for each variant.
        rules: Targeting rules, tried in order.
        off_variant: Variant for everyone while the flag is disabled.
        enabled: Whether rules and weights apply at all.
    """

    key: str
    weights: dict[str, int]
    rules: list[Rule] = field(default_factory=list)
    off_variant: str = DEFAULT_OFF
    enabled: bool = True

    def __post_init__(self) -> None:
        if len(self.key) > MAX_KEY_LENGTH or not KEY_PATTERN.fullmatch(self.key):
            raise FlagError(f"bad flag key {self.key!r}")
        if not self.weights:
            raise FlagError(f"{self.key} has no weights")
        for rule in self.rules:
            if rule.variant not in self.variants:
                raise FlagError(f"{self.key}: rule uses unknown variant {rule.variant!r}")

    @property
    def variants(self) -> set[str]:
        """Every variant that the flag can return."""
        return {*self.weights, self.off_variant}

    def decide(self, user_id: str, attributes: Mapping[str, str] | None = None) -> str:
        """Picks the variant for one user.

        Args:
            user_id: Stable identifier of the user.
            attributes: User attributes for the targeting rules.

        Returns:
            The off variant if the flag is disabled, else the variant of the
            first matching rule, else a variant by weight.
        """
        if not self.enabled:
            return self.off_variant
        for rule in self.rules:
            if rule.matches(attributes or {}):
                return rule.variant
        return pick_variant(user_id, self.key, self.weights)


def parse_flag(data: Any) -> Flag:
    """Turns decoded JSON into a flag.

    Args:
        data: Mapping with the fields of the flag.

    Returns:
        The checked flag.

    Raises:
        TypeError: If the data is not a mapping.
        FlagError: If fields are unknown, missing or malformed.
    """
    if not isinstance(data, Mapping):
        raise TypeError(f"flag must be a mapping, got {type(data).__name__}")
    unknown = sorted(set(data) - ALLOWED_FIELDS)
    if unknown:
        raise FlagError(f"unknown fields: {', '.join(unknown)}")
    for name in ("key", "weights"):
        if name not in data:
            raise FlagError(f"missing field {name!r}")
    if not isinstance(data["weights"], Mapping):
        raise FlagError("weights must be a mapping")
    try:
        rules = [
            Rule(raw["attribute"], frozenset(raw["values"]), raw["variant"])
            for raw in data.get("rules", ())
        ]
    except KeyError as error:
        raise FlagError(f"rule lacks {error}") from None
    return Flag(
        key=data["key"],
        weights=dict(data["weights"]),
        rules=rules,
        off_variant=data.get("off_variant", DEFAULT_OFF),
        enabled=bool(data.get("enabled", True)),
    )
