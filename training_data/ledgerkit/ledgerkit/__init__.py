"""Double-entry bookkeeping for small ledgers."""

from .journal import (
    Account,
    Chart,
    ChartError,
    Entry,
    Journal,
    LockedDay,
    Posting,
    UnbalancedEntry,
    batch,
    read_entries,
)
from .statements import account_lines, close_year, net_result, totals, trial_balance

__all__ = [
    "Account",
    "Chart",
    "ChartError",
    "Entry",
    "Journal",
    "LockedDay",
    "Posting",
    "UnbalancedEntry",
    "account_lines",
    "batch",
    "close_year",
    "net_result",
    "read_entries",
    "totals",
    "trial_balance",
]
