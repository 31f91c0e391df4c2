"""Chart of accounts and journal."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Iterable, Iterator

KINDS = ("asset", "liability", "equity", "income", "expense")
SEPARATOR = ":"
MAX_DEPTH = 4


class ChartError(Exception):
    """An account is unknown or cannot be opened."""


class LockedDay(Exception):
    """The day of an entry is closed."""


class UnbalancedEntry(Exception):
    """The postings of an entry do not sum to zero."""


@dataclass(frozen=True)
class Account:
    name: str
    kind: str


@dataclass(frozen=True)
class Posting:
    """One line of an entry; debits positive, credits negative."""

    account: str
    amount: Decimal


@dataclass(frozen=True)
class Entry:
    day: date
    text: str
    postings: tuple[Posting, ...]

    @property
    def difference(self) -> Decimal:
        """Sum of all amounts; zero when the entry balances."""
        return sum((posting.amount for posting in self.postings), Decimal(0))


class Chart:
    """Accounts by name."""

    def __init__(self) -> None:
        self._accounts: dict[str, Account] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._accounts

    def of_kind(self, *kinds: str) -> list[str]:
        return sorted(a.name for a in self._accounts.values() if a.kind in kinds)

    def open(self, name: str, kind: str | None = None) -> Account:
        """Add an account.

        Parameters
        ----------
        name : str
            Full name; parts joined by ``SEPARATOR``.
        kind : str, optional
            One of ``KINDS``. Taken from the parent account when None.

        Returns
        -------
        Account

        Raises
        ------
        ChartError
            If the name is taken or too deep, or the parent is missing.
        ValueError
            If the kind is unknown.
        """
        if name in self._accounts:
            raise ChartError(f"account {name!r} is already open")
        parts = name.split(SEPARATOR)
        if len(parts) > MAX_DEPTH:
            raise ChartError(f"account {name!r} has more than {MAX_DEPTH} parts")
        if kind is None:
            parent = SEPARATOR.join(parts[:-1])
            if parent not in self._accounts:
                raise ChartError(f"account {name!r} needs a kind or an open parent")
            kind = self._accounts[parent].kind
        elif kind not in KINDS:
            raise ValueError(f"unknown kind {kind!r}")
        account = self._accounts[name] = Account(name, kind)
        return account


class Journal:
    """Balanced entries in order of posting."""

    def __init__(self, chart: Chart, *, locked_until: date | None = None) -> None:
        self.chart = chart
        self.locked_until = locked_until
        self.entries: list[Entry] = []

    def post(self, entry: Entry, *, tolerance: Decimal = Decimal(0)) -> None:
        """Check an entry and append it."""
        if not entry.postings:
            raise ValueError(f"entry {entry.text!r} has no postings")
        if self.locked_until is not None and entry.day <= self.locked_until:
            raise LockedDay(f"{entry.day} is not after {self.locked_until}")
        for posting in entry.postings:
            if posting.account not in self.chart:
                raise ChartError(f"no account {posting.account!r}")
        if abs(entry.difference) > tolerance:
            raise UnbalancedEntry(f"{entry.text!r} is off by {entry.difference}")
        self.entries.append(entry)


@contextmanager
def batch(journal: Journal) -> Iterator[Journal]:
    """Post several entries or none."""
    mark = len(journal.entries)
    try:
        yield journal
    except BaseException:
        del journal.entries[mark:]
        raise


def read_entries(lines: Iterable[str]) -> Iterator[Entry]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            postings = tuple(Posting(a, Decimal(str(v))) for a, v in row["postings"].items())
            entry = Entry(date.fromisoformat(row["day"]), row["text"], postings)
        except (ArithmeticError, AttributeError, KeyError, TypeError, ValueError) as exc:
            raise ValueError(f"line {number}: {exc!r}") from exc
        yield entry
