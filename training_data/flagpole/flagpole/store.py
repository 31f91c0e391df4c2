"""A flag store backed by one JSON file."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from .flags import Flag, FlagError, parse_flag

DEFAULT_POLL_SECONDS = 30.0
FALLBACK_VARIANT = "off"

logger = logging.getLogger(__name__)


class StoreError(Exception):
    """The flag file could not be used."""


class UnknownFlagError(StoreError, LookupError):
    """The store has no flag with that key."""


class FlagStore:
    """Flags from a file, with overrides for tests.

    Args:
        path: JSON file that holds a list of flags.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self._flags: dict[str, Flag] = {}
        self._overrides: dict[str, str] = {}

    def load(self) -> int:
        """Reads the file and replaces all flags at once.

        Returns:
            The number of flags read.

        Raises:
            StoreError: If the file is missing, is not a JSON list, holds a
                bad flag or has a key twice.
        """
        try:
            data = json.loads(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise StoreError(f"no flag file at {self.path}") from None
        except json.JSONDecodeError as error:
            raise StoreError(f"{self.path.name} is not JSON: {error}") from error
        if not isinstance(data, list):
            raise StoreError(f"{self.path.name} must hold a list of flags")
        flags: dict[str, Flag] = {}
        for item in data:
            try:
                flag = parse_flag(item)
            except (TypeError, FlagError) as error:
                raise StoreError(f"{self.path.name}: {error}") from error
            if flag.key in flags:
                raise StoreError(f"{self.path.name} defines {flag.key!r} twice")
            flags[flag.key] = flag
        self._flags = flags
        return len(flags)

    def get(self, key: str) -> Flag:
        if key not in self._flags:
            raise UnknownFlagError(f"no flag {key!r}")
        return self._flags[key]

    def variant(
        self,
        key: str,
        user_id: str,
        attributes: Mapping[str, str] | None = None,
        *,
        fallback: str = FALLBACK_VARIANT,
    ) -> str:
        """Decides a flag for a user without ever failing the caller.

        Args:
            key: Key of the flag.
            user_id: Stable identifier of the user.
            attributes: User attributes for the targeting rules.
            fallback: Variant to return if the flag cannot be decided.

        Returns:
            The override, the decided variant or the fallback.
        """
        if key in self._overrides:
            return self._overrides[key]
        try:
            return self.get(key).decide(user_id, attributes)
        except Exception:
            logger.exception("flag %s fell back to %s", key, fallback)
            return fallback

    @contextmanager
    def override(self, key: str, variant: str) -> Iterator[None]:
        """Forces a variant for everyone inside a with block.

        Args:
            key: Key of a loaded flag.
            variant: Variant that ``variant()`` returns meanwhile.

        Raises:
            UnknownFlagError: If the key is not loaded.
            ValueError: If the flag has no such variant.
        """
        if key not in self._flags:
            raise UnknownFlagError(f"cannot override {key!r}, it is not loaded")
        if variant not in self._flags[key].variants:
            raise ValueError(f"{key} has no variant {variant!r}")
        previous = self._overrides.get(key)
        self._overrides[key] = variant
        try:
            yield
        finally:
            if previous is None:
                del self._overrides[key]
            else:
                self._overrides[key] = previous

    async def watch(self, seconds: float = DEFAULT_POLL_SECONDS) -> AsyncIterator[int]:
        """Reloads the file at intervals and yields the number of flags."""
        if seconds <= 0:
            raise ValueError(f"seconds must be positive, got {seconds}")
        while True:
            try:
                yield self.load()
            except StoreError as error:
                logger.warning("kept the old flags: %s", error)
            await asyncio.sleep(seconds)
