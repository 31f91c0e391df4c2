"""Secrets in a text: tokens by their make, passwords and keys by the name that they are given, random strings by themselves.

In: a text. Out: a `Match` for each secret. What a document may show, placeholders above all, is let through: a false alarm
costs a section.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from docgen.corpus.privacy.match import SECRET, Match
from docgen.corpus.privacy.placeholders import (
    is_example_password,
    is_hash_or_id,
    is_method_name,
    is_placeholder,
    is_random,
    is_wordy,
)
from docgen.corpus.privacy.tokens import PLUGINS, RULES, is_drawn

_SHORTEST_GROUP = 16
_EDGE = " \t\r\n=:\"'"  # what a plugin's pattern takes along at either side


def secrets_in(text: str) -> list[Match]:
    """Every secret of a text. The matches may overlap: a password in a connection string that is itself assigned."""
    return [*_by_rules(text), *_by_plugins(text), *_passwords(text), *_keys(text), *_random(text)]


def _by_rules(text: str) -> Iterator[Match]:
    for rule in RULES:
        if any(hint in text for hint in rule.hints):
            for found in rule.pattern.finditer(text):
                is_user = found.groupdict().get("user") == found["value"]  # postgres:postgres
                if rule.accepts(found["value"]) and not is_user:
                    yield Match(rule.sort, SECRET, *found.span("value"))


def _by_plugins(text: str) -> Iterator[Match]:
    for plugin in PLUGINS:
        if any(hint in text for hint in plugin.hints):
            for found in (found for pattern in plugin.detector.denylist for found in pattern.finditer(text)):
                start, end = _span(found)
                value, beside = text[start:end], text[start - 1 : start] + text[end : end + 1]
                # Within a longer run of letters and digits it is a piece of an image's base64, or of a name.
                if plugin.accepts(value) and any(map(str.isdigit, value)) and not re.search(r"[A-Za-z0-9]", beside):
                    yield Match(plugin.sort, SECRET, start, end)


def _span(found: re.Match[str]) -> tuple[int, int]:
    """The secret of a plugin's match: a group that is long enough to be one, else all but the marks at its edges."""
    group = next((number for number, value in enumerate(found.groups(), 1) if value and len(value) >= _SHORTEST_GROUP), 0)
    value = found[group]
    start = found.start(group) + len(value) - len(value.lstrip(_EDGE))
    return start, start + len(value.lstrip(_EDGE).rstrip(_EDGE.replace("=", "")))


# By name: password = "…", "api_key": "…", --token … -------------------------------------------------------------------------
# Spelled out in their cases: a search that minds case skips ahead to the first letters, one that does not cannot.

_PASSWORD_NAME = re.compile(
    r"[Pp]ass(?:[Ww]ord|wd|[Pp]hrase|wort)|PASS(?:WORD|WD|PHRASE)|[Pp]wd|PWD|[Kk]ennwort|[Cc]ontrase[nñ]a|_(?:pass|pw|PASS|PW)\b"
)
_KEY_NAME = re.compile(r"[Tt]oken|TOKEN|[Ss]ecret|SECRET|[Kk]ey|KEY|[Cc]redential|CREDENTIAL")
# Any key may be a key of a table: only one that is called so opens something.
_OPENS = re.compile(
    r"(?:api|access|auth|account|service|client|private|sign(?:ing)?|encryption|encrypt|master|shared|storage|license|app|secret|ssh"
    r"|deploy|webhook|admin)[ _-]?$",
    re.I,
)
# password_file, token_url, secret_name: the value is no secret itself.
_ABOUT_IT = re.compile(
    r"file|path|ur[il]|env|field|hash|type|format|name|policy|length|min|max|regex|pattern|prompt|label|valid|column|table|_?ids?$|index"
    r"|algorithm|hasher|scheme|method|class|size|count|vault|manager|store|version|_?at$|expir|scope",
    re.I,
)
_TYPE = r"(?:\s{0,2}:\s{0,2}[A-Za-z][\w.]{0,30}(?:\[[\w., ]{0,30}\])?(?:\s?\|\s?None)?(?=\s{0,2}=))?"
_IS = r"(?P<rest>[\w-]{0,20})[\"'`*\]]{0,3}" + _TYPE + r"\s{0,3}(?::=|=>|==?|:|,(?=\s?[\"']))\**\s{0,3}"
_QUOTED = re.compile(_IS + r"[bfru]?(?P<quote>[\"'`])(?P<value>[^\"'`\s]{6,100})(?P=quote)")
_BARE = re.compile(_IS + r"(?P<value>[^\s\"'`,;<>()\[\]{}|]{8,100})(?![\w(\[.])")
_SAID = re.compile(r"(?P<rest>)s?\s(?:[a-z]{1,12}\s){0,5}?is:?\s[\"'`](?P<value>[^\"'`\s]{8,100})[\"'`]")
_OPTION = re.compile(r"(?P<rest>[\w-]{0,20})[ =](?P<value>[^\s\"'`,;<>()\[\]{}|]{6,400})")
_KEY_IS = re.compile(_IS + r"[bfru]?[\"'`]?(?P<value>[\w+/=.~-]{16,400})(?![\w(\[])")
_LOGIN = re.compile(r"\s(?:-u|--user)[ =][\"']?[\w.@-]{1,64}:(?P<value>[^\s\"'@:]{4,100})")
_NETRC = re.compile(r"\bmachine\s+\S{1,100}\s+login\s+\S{1,100}\s+password\s+(?P<value>\S{4,200})")
_Accepts = Callable[[str], bool]


def _passwords(text: str) -> Iterator[Match]:
    tails: tuple[tuple[re.Pattern[str], _Accepts], ...] = (
        (_QUOTED, _is_password),
        (_BARE, _is_bare_password),
        (_SAID, _is_said_password),
    )
    for name in _PASSWORD_NAME.finditer(text):
        yield from _beside(name, text, "password", (*tails, (_OPTION, _is_bare_password)) if _is_option(name, text) else tails)
    for hint, pattern in ((" -u", _LOGIN), ("--user", _LOGIN), ("machine", _NETRC)):
        for found in pattern.finditer(text) if hint in text else ():
            if not is_example_password(found["value"]) and (pattern is _NETRC or _is_bare_password(found["value"])):
                yield Match("password", SECRET, *found.span("value"))


def _keys(text: str) -> Iterator[Match]:
    for name in _KEY_NAME.finditer(text):
        if (
            name.group().lower() != "key"
            or _OPENS.search(text, max(0, name.start() - 14), name.start())
            or _is_option(name, text)
        ):
            yield from _beside(
                name, text, "key", ((_KEY_IS, is_drawn), *(((_OPTION, _is_long_key),) if _is_option(name, text) else ()))
            )


def _is_option(name: re.Match[str], text: str) -> bool:
    return re.search(r"--[\w-]{0,20}$", text[max(0, name.start() - 22) : name.start()]) is not None


def _beside(name: re.Match[str], text: str, sort: str, tails: tuple[tuple[re.Pattern[str], _Accepts], ...]) -> Iterator[Match]:
    """The secret that a name is given, by the first of the tails that fits."""
    for tail, accepts in tails:
        found = tail.match(text, name.end())
        if found and not _ABOUT_IT.search(found["rest"]) and accepts(found["value"]):
            yield Match(sort, SECRET, *found.span("value"))
            return


def _is_password(value: str) -> bool:
    """Whether a quoted value beside `password` is one: more than a word, a name or a path."""
    if is_example_password(value) or is_method_name(value) or not any(map(str.isalpha, value)) or value[0] in "/.~":
        return False
    has_marks = re.search(r"[^\w.:-]", value) is not None
    return has_marks or (any(map(str.isdigit, value)) and not re.search(r"[a-z]\.[a-z]", value))


def _is_bare_password(value: str) -> bool:
    """Whether an unquoted value beside `password` is one: code and prose stand in the same place."""
    mixed = any(map(str.isdigit, value)) and any(map(str.isalpha, value))
    is_name = re.fullmatch(r"[A-Za-z_]+_?\d{1,2}|\d+[a-z]{1,3}|[A-Za-z_]\w*(?:\.\w+)+", value)
    return mixed and len(value) >= 8 and _is_password(value) and not is_hash_or_id(value) and not is_name


def _is_said_password(value: str) -> bool:
    return _is_bare_password(value) and not is_wordy(value)


def _is_long_key(value: str) -> bool:
    return len(value) >= 16 and is_drawn(value)


# By themselves ------------------------------------------------------------------------------------------------------------

_QUOTED_RUN = re.compile(r"(?P<quote>[\"'])(?P<value>[A-Za-z0-9+/_=-]{24,120})(?P=quote)")
_NAMED_BEFORE = re.compile(r"(?P<name>[A-Za-z_][\w-]{0,60})[\"']?\s{0,3}[:=]\s{0,3}[bru]?$")
_LONGEST_BEFORE = 72
_CONTENT = re.compile(
    r"hash|sha\d|md5|checksum|digest|commit|rev|(?:^|_)u?u?id|guid|etag|finger|signature|integrity|version|ur[il]|path|file|src|image|"
    r"data|public|alphabet|chars|pattern|regex|format|doc|description|message|text|name|expected|result|smiles|sequence|(?:^|_)mac$",
    re.I,
)


def _random(text: str) -> Iterator[Match]:
    """Random values that are assigned to any name but one that says that they are a hash, an id or content."""
    for found in _QUOTED_RUN.finditer(text):
        before = _NAMED_BEFORE.search(text[max(0, found.start() - _LONGEST_BEFORE) : found.start()])
        if before and not _CONTENT.search(before["name"]) and _is_random(found["value"]):
            yield Match("random string", SECRET, *found.span("value"))


def _is_random(value: str) -> bool:
    """Whether a value is random whatever its name: upper and lower case and digits, in no order."""
    cases = any(map(str.isupper, value)) and any(map(str.islower, value))
    return cases and not is_placeholder(value) and not is_hash_or_id(value) and is_random(value, 4.2)
