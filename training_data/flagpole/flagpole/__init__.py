"""Feature flags and gradual rollouts."""

from .flags import Flag, FlagError, Rule, parse_flag
from .rollout import Ramp, bucket_for, in_rollout, pick_variant
from .store import FlagStore, StoreError, UnknownFlagError

__all__ = [
    "Flag",
    "FlagError",
    "FlagStore",
    "Ramp",
    "Rule",
    "StoreError",
    "UnknownFlagError",
    "bucket_for",
    "in_rollout",
    "parse_flag",
    "pick_variant",
]
