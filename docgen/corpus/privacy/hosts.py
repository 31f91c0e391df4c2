"""What tells of an internal network or of a person's machine: host names, private addresses, home folders.

In: a text. Out: a `Match` for each. Modules and attributes are called `internal` and `local` as well, so that such a name is a
host only where something beside it says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from docgen.corpus.privacy.match import Match

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(
    r"(?P<before>[a-z][a-z0-9+.-]{1,12}://(?:[^\s/@]{1,80}@)?|@"
    r"|\b(?:host(?:name)?|server|ssh|scp|ping|curl|wget|proxy|dns|fqdn|address)[\s:=*`\"']{1,5})?(?<![\w.-])"
    rf"(?P<host>(?:{_LABEL}\.){{1,6}}(?P<top>internal|corp|local|lan|intranet|intra|localdomain|home\.arpa)"
    r"|intranet(?:\.[a-z0-9-]{2,40}){1,4})(?P<port>:\d{2,5}\b|/(?=[\w-]))?(?![\w(\[-]|\.\w)",
    re.I,
)
_HINTS = (".internal", ".corp", ".local", ".lan", "intranet", ".intra", ".home.arpa")
_CERTAIN = frozenset(("corp", "lan", "intranet", "localdomain", "home.arpa"))  # no module is called so
_EVERYWHERE = re.compile(
    r"(?:^|\.)(?:docker\.internal|google\.internal|cluster\.local|example\.[\w.]+|localhost\.localdomain|_tcp\.local)$", re.I
)
# RFC 1918, but not after what compares versions.
_PRIVATE = re.compile(
    r"(?<![\w.<>~^-])(?<![=<>~!]=)(?P<host>10\.\d{1,3}\.\d{1,3}\.\d{1,3}|192\.168\.\d{1,3}\.\d{1,3}"
    r"|172\.(?:1[6-9]|2\d|3[01])\.\d{1,3}\.\d{1,3})(?![\w-]|\.\d)"
)
_WHOLE_RANGE = re.compile(r"(?:10\.0\.0\.0/8|172\.16\.0\.0/12|192\.168\.0\.0/16)(?!\d)")
_VERSION = re.compile(r"(?:version|release|cuda|driver|v\.?)\s{0,2}$", re.I)
_HOME = re.compile(
    r"(?<![\w.])(?:/home/|/Users/|[A-Za-z]:(?:\\{1,2}|/)(?:Users|Documents and Settings)(?:\\{1,2}|/))"
    r"(?P<user>[A-Za-z][\w.-]{0,40}\w)(?=[/\\\"'`\s:,)]|\.?$)"
)
_NO_USER = frozenset(
    """admin administrator alice all app appuser bar baz bob centos circleci coder conda default docker ec2-user example
    foo git guest home jovyan mambauser me my myname myuser name node nobody nonroot pi public root runner runneradmin
    service shared some_user somebody someone someuser stored student test tester travis ubuntu debian user user1
    user_name username users vagrant vscode worker www-data xyz you your your-user your-username your_name your_user
    your_username yourname yourusername""".split()
)


def hosts_in(text: str, lowered: str) -> Iterator[Match]:
    """Internal host names and private addresses; not the loopback, not the ranges that are reserved for documents."""
    if any(hint in lowered for hint in _HINTS):
        for found in _HOST.finditer(text):
            if _is_host(found) and not _EVERYWHERE.search(found["host"]):
                yield Match("internal host", "[host]", *found.span("host"))
    if "10." in text or "192.168." in text or "172." in text:
        for found in _PRIVATE.finditer(text):
            is_address = all(int(part) <= 255 for part in found["host"].split("."))
            is_version = _VERSION.search(text[max(0, found.start() - 12) : found.start()])
            if is_address and not is_version and not _WHOLE_RANGE.match(text, found.start()):
                yield Match("internal host", "[host]", *found.span("host"))


def _is_host(found: re.Match[str]) -> bool:
    """Whether a dotted name is a host: by what stands before it, by its port or path, or by a hyphen or digits in it."""
    if found["before"]:
        return True
    if any(map(str.isupper, found["host"])) and not found["host"].isupper():
        return False
    labels = found["host"].split(".")
    has_marks = any("-" in label or label[-1].isdigit() for label in labels)
    return has_marks or found["port"] is not None or (found["top"] or "intranet").lower() in _CERTAIN


def homes_in(text: str, lowered: str) -> Iterator[Match]:
    """The user in the path of a home folder."""
    if "/home/" in text or "users" in lowered or "documents and settings" in lowered:
        for found in _HOME.finditer(text):
            if found["user"].lower() not in _NO_USER:
                yield Match("user name", "[user]", *found.span("user"))
