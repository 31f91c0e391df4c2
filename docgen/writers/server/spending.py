"""The tokens that a run may have a server read and write.

In: a limit, what a request may cost at most, and what it did. Out: leave to ask, or an error before the limit is passed.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence

from docgen.facts import JSON
from docgen.report import DocgenError

_LETTERS_PER_TOKEN = 2  # fewer than tokenizers put into one, so that an estimate is over what a prompt costs
_MESSAGE = 16  # tokens with which a chat template surrounds a message, at most


class Spending:
    """What one run has spent of `limit` tokens, 0 for any number; its workers share it."""

    def __init__(self, limit: int) -> None:
        self.limit, self.spent = limit, 0
        self._reserved = 0
        self._changed = threading.Condition()

    def reserve(self, most: int, where: str) -> None:
        """Sets aside what a request may cost; where that could pass the limit, once the others have cost what they do. Raises
        DocgenError where it still could."""
        with self._changed:
            while self._reserved and self.limit and self.spent + self._reserved + most > self.limit:
                self._changed.wait()
            if self.limit and self.spent + most > self.limit:
                what = (
                    f"the run has used {self.spent:,} of its {self.limit:,} tokens, and the next answer may take {most:,}; "
                    "nothing was written"
                )
                fix = "raise --max-tokens-total, or run the same again: the answers so far are kept (without --no-cache)"
                raise DocgenError(what, where, fix)
            self._reserved += most

    def settle(self, most: int, spent: int) -> None:
        """Books what a request that had `most` set aside came to."""
        with self._changed:
            self._reserved -= most
            self.spent += spent
            self._changed.notify_all()


def most_tokens(messages: Sequence[Mapping[str, str]], answer: int) -> int:
    """The most that a request may cost: its messages, estimated from above, and an answer of so many tokens."""
    return answer + sum(len(message["content"]) // _LETTERS_PER_TOKEN + _MESSAGE for message in messages)


def tokens_used(answer: JSON, most: int) -> int:
    """What the server says that an answer cost; `most` where it does not say."""
    usage = answer.get("usage") if isinstance(answer, dict) else None
    total = usage.get("total_tokens") if isinstance(usage, dict) else None
    return total if isinstance(total, int) and not isinstance(total, bool) and total > 0 else most
