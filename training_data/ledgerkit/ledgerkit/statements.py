"""Balances and year end."""

from __future__ import annotations

import warnings
from collections import defaultdict
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Iterator

from .journal import Entry, Journal, Posting

DEFAULT_PLACES = 2
RESULT_ACCOUNT = "equity:result"
NOMINAL_KINDS = ("income", "expense")


def trial_balance(
    journal: Journal, *, until: date | None = None, places: int = DEFAULT_PLACES
) -> dict[str, Decimal]:
    """Sum the journal per account.

    Parameters
    ----------
    journal : Journal
    until : date, optional
        Last day to count. All days when None.
    places : int, default DEFAULT_PLACES
        Decimal places of the sums.

    Returns
    -------
    dict
        Balance by account name, sorted; zero balances left out.

    Raises
    ------
    ValueError
        If `places` is negative.
    """
    if places < 0:
        raise ValueError(f"places must not be negative, got {places}")
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for entry in journal.entries:
        if until is None or entry.day <= until:
            for posting in entry.postings:
                sums[posting.account] += posting.amount
    unit = Decimal(1).scaleb(-places)
    rounded = {name: sums[name].quantize(unit, rounding=ROUND_HALF_EVEN) for name in sorted(sums)}
    return {name: value for name, value in rounded.items() if value}


def totals(journal: Journal) -> dict[str, Decimal]:
    """Deprecated. Use `trial_balance`."""
    warnings.warn("totals is deprecated, use trial_balance", DeprecationWarning, stacklevel=2)
    return trial_balance(journal)


def net_result(journal: Journal) -> Decimal:
    names = set(journal.chart.of_kind(*NOMINAL_KINDS))
    balance = trial_balance(journal)
    return -sum((value for name, value in balance.items() if name in names), Decimal(0))


def account_lines(
    journal: Journal, account: str, *, children: bool = False
) -> Iterator[tuple[date, str, Decimal, Decimal]]:
    """Yield day, text, amount and running balance of one account.

    Parameters
    ----------
    journal : Journal
    account : str
        Account to follow.
    children : bool, default False
        Count accounts below `account` too.

    Yields
    ------
    tuple
        In order of posting.
    """
    below = account + ":"
    balance = Decimal(0)
    for entry in journal.entries:
        for posting in entry.postings:
            if posting.account == account or (children and posting.account.startswith(below)):
                balance += posting.amount
                yield entry.day, entry.text, posting.amount, balance


def close_year(journal: Journal, year: int, *, result: str = RESULT_ACCOUNT) -> Entry:
    """Move income and expense into one account and lock the year.

    Parameters
    ----------
    journal : Journal
    year : int
    result : str, default RESULT_ACCOUNT
        Account that takes the result.

    Returns
    -------
    Entry
        The closing entry, already posted.

    Raises
    ------
    LookupError
        If `result` is not open.
    RuntimeError
        If the year is locked or there is nothing to close.
    """
    last = date(year, 12, 31)
    if result not in journal.chart:
        raise LookupError(f"result account {result!r} is not open")
    if journal.locked_until is not None and journal.locked_until >= last:
        raise RuntimeError(f"{year} is closed already")
    nominal = journal.chart.of_kind(*NOMINAL_KINDS)
    balance = trial_balance(journal, until=last)
    postings = [Posting(name, -balance[name]) for name in nominal if name in balance]
    if not postings:
        raise RuntimeError(f"nothing to close in {year}")
    postings.append(Posting(result, -sum((p.amount for p in postings), Decimal(0))))
    entry = Entry(last, f"Closing {year}", tuple(postings))
    journal.post(entry)
    journal.locked_until = last
    return entry
