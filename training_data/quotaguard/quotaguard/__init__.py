"""Rate limits and token buckets for an API gateway."""

from quotaguard.buckets import QuotaExceeded, TokenBucket, reserve
from quotaguard.rules import (
    Rule,
    RuleError,
    bucket_for,
    load_rules,
    match_rule,
    parse_rule,
    shadowed_rules,
)

__all__ = [
    "QuotaExceeded",
    "Rule",
    "RuleError",
    "TokenBucket",
    "bucket_for",
    "load_rules",
    "match_rule",
    "parse_rule",
    "reserve",
    "shadowed_rules",
]
