"""Content-addressed storage for clips, with retention rules."""

from .digests import DigestError, file_digest, parse_digest, verify
from .retention import Rule, SweepLimit, parse_rule, sweep
from .store import ClipMissing, Vault, VaultError

__all__ = [
    "ClipMissing",
    "DigestError",
    "Rule",
    "SweepLimit",
    "Vault",
    "VaultError",
    "file_digest",
    "parse_digest",
    "parse_rule",
    "sweep",
    "verify",
]
