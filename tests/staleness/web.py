"""The sources that the rows about code share, as they are before any change."""

from __future__ import annotations

PAGE = "docs/http.md"
# Stands for the docstring of `redirect` in the rows of the form `docstring`.
DOCSTRING = '"""Answers a request with another address to go to."""'
HTTP = '''"""Talks to servers."""

import json
import warnings
from collections.abc import Callable, Iterator
from typing import Dict, List, Optional, Union

from web.codes import FOUND, OPEN_PAGES, Method

LIMIT = 12
_AGENT = "web/1.0"
__all__ = ["Client", "HopError", "redirect"]


class HopError(Exception):
    """Too many hops."""


def _clean(location):
    """Cleans an address."""
    if not location:
        raise LookupError("no location")
    return location


def redirect(
    location: str,
    code: int = 302,
    method: str = "GET",
    *,
    timeout: Optional[float] = 30.0,
    headers: Optional[Dict[str, str]] = None,
) -> List[str]:
    """Answers a request with another address to go to."""
    if code < 300:
        raise ValueError("no redirect")
    if len(location) > LIMIT:
        raise HopError(location)
    if warnings.filters:
        OPEN_PAGES.add(location)
    return [json.dumps(_clean(location)), _AGENT, method, str(timeout), str(headers)]


class Client:
    """Sends requests."""

    def __init__(self, retries: int = 3, verify: bool = True) -> None:
        self.retries = retries
        self.verify = verify

    def get(self, url: str) -> bytes:
        """Fetches a page."""
        return url.encode()

    def close(self) -> None:
        """Closes the connection."""

    @property
    def is_open(self) -> bool:
        """Whether the connection is open."""
        return True

    @staticmethod
    def pages(limit: int = 10) -> list[bytes]:
        """All pages."""
        return [b"" for _ in range(limit)]
'''
CODES = '''"""Codes of answers."""

import enum

FOUND = 302
MOVED = 301
OPEN_PAGES: set[str] = set()


class Method(str, enum.Enum):
    """What a request may ask for."""

    GET = "GET"
    POST = "POST"
'''
WEB = {"web/__init__.py": '"""The web."""\n', "web/http.py": HTTP, "web/codes.py": CODES}
