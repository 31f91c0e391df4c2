"""The version of a package that a text names as today's, and the Python that it says is required.

In: a `Page` and the package's own entry, which holds `version` and `requires_python`. Out: `StatedVersion` values. Most version
numbers in prose are history, examples or another project's: only the phrases count that say it of the package itself, and a
number of the package alone is never contradicted, for a release may be on its way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from docgen.claims.layout import Block, Page
from docgen.facts import Entry, Fact
from docgen.later import Frozen, expression

_NUMBER = r"\d{1,4}(?:\.\d{1,4}){1,3}"
_PYTHON = r"(?<![\w.])[`*]{0,2}\bC?Python[`*]{0,2}"
_RELEASE = r"[23]\.\d{1,2}(?:\.\d{1,2})?(?![\w.]*\d)"
_OR_NEWER = (
    r"\s*(?:\+|\(?(?:or|and)\s+(?:newer|later|above|higher|greater|up|upwards?|beyond|any\s+(?:newer|later))\b"
    r"|\(?or\s+(?:a\s+)?(?:newer|later|higher)\s+version|\s(?:upwards?|onwards?)\b)"
)
_FURTHER = rf"(?:\s*(?:,\s*(?:and|or)?|and|or|to|through|[-–—])\s*(?:Python\s+)?{_RELEASE})"
# Python >= 3.9; Python 3.9+; at least Python 3.9; Python 3.9, 3.10 and 3.11.
_LEAST = expression(
    rf"{_PYTHON}\s*(?:versions?\s*)?[`*(]{{0,3}}(?:(?:>=|≥|&gt;=)\s*(?P<least>{_RELEASE})"
    rf"|\s[`*]{{0,2}}(?P<open>{_RELEASE})[`*]{{0,2}}{_OR_NEWER}"
    rf"|\s(?P<first>{_RELEASE})(?P<more>{_FURTHER}{{1,12}}))"
    rf"|\b(?:at\s+least|minimum(?:\s+of)?)\s+{_PYTHON}\s+(?:version\s+)?(?P<bound>{_RELEASE})",
    re.I,
)
_ADVERB = r"(?:\s+(?:also|always|currently|officially|only|now|still|will))?"
_NEEDS = expression(
    rf"{_ADVERB}\s+(?:requires?|needs?|depends\s+on)\s+(?:a\s+|to\s+have\s+)?$|^\W*(?:requires?|needs?)\W+$", re.I
)
_SUPPORTS = expression(
    rf"{_ADVERB}\s+(?:supports?|(?:works?|runs?)\s+(?:with|on|under)|is\s+(?:compatible\s+with|supported\s+on|tested\s+on))\s+$"
    r"|^\W*supports?\W+$",
    re.I,
)
_IS_NEEDED = expression(r"[`*]{0,2}\s+(?:is|are)\s+(?:required|needed)\b\s*(?:[.;!]|$)", re.I)
_SECTIONS = expression(r"(?:requirements?|prerequisites?|dependencies|supported (?:python )?versions|compatibility)$")
# Words of a sentence that speaks of a part, of another time, or of a case.
_ASIDE = expression(
    r"\b(?:if|when|unless|while|until|before|after|since|older|earlier|previous|prior|last|drop\w*|deprecat\w*|legacy|future|next|"
    r"tests?|testing|develop\w*|contribut\w*|build\w*|compil\w*|documentation|docs|extras?|optional\w*|examples?|plugins?|"
    r"backends?|features?|some|windows|linux|macos|free-thread\w*|except|but|not|no longer|version\s+\d|v\d)\b",
    re.I,
)
_PROJECT = r"(?:it|(?:the|this|our)\s+(?:package|library|project|module|tool|framework|client|program|software))"
_TODAY = expression(
    r"\b(?:(?:current|latest|newest|this)\s+(?:stable\s+)?(?:version|release)\s*(?:of\s+(?P<of>[\w.`*-]{1,60})\s*)?(?:is|:)\s*"
    r"|(?:documentation|docs|manual)\s+(?:for|of|describes?|covers?)\s+(?P<docs>[\w.`*-]{1,60}\s+)?(?:version|release)\s+)"
    rf"[`*]{{0,2}}v?(?P<value>{_NUMBER})(?![\w.]*\d)",
    re.I,
)
_PINNED = expression(
    rf"(?<![\w.-])(?P<name>[A-Za-z][\w.-]{{0,60}}?)(?:\[[\w,. -]{{1,60}}\])?==(?P<value>{_NUMBER})(?![\w.]*\w|\.\*)"
)
_TAGGED = expression(
    r"/(?P<name>[\w.-]{1,60}?)(?:\.git)?(?:@|/(?:releases/download|archive(?:/refs/tags)?|tree|blob)/)"
    rf"v?(?P<value>{_NUMBER})(?![\w.]*\d)"
    rf"|\brepo:[ \t]*(?:[^\s#/]{{0,100}}/){{1,8}}(?P<hook>[\w.-]{{1,60}}?)(?:\.git)?[ \t]*(?:#[^\n]{{0,200}})?\n"
    rf"[ \t]*rev:[ \t]*['\"]?v?(?P<rev>{_NUMBER})(?![\w.]*\d)"
)
_OTHER_TIMES = expression(r"\b(?:from|since|until|before|after|to|with|in|than|of)\s+[`*\"']*$", re.I)
_SENTENCE_END = expression(r"[.;!](?:\s|$)")
_LONGEST_SENTENCE = 400  # characters looked over on either side
_HINTS = ("ython", "==", "version", "release", "rev:", "@")


class StatedVersion(Frozen):
    """A text gives `value` for the fact; `holds` says whether that is so, None where it may be right all the same."""

    fact: Fact
    value: str
    start: int
    end: int
    holds: bool | None


def may_state_version(text: str) -> bool:
    """Whether a text may name a version at all."""
    return any(hint in text for hint in _HINTS)


def versions_in(page: Page, entry: Entry) -> Iterator[StatedVersion]:
    """Every version that the text gives for the package or the Python that it requires."""
    required, version = entry.fact("requires_python"), entry.fact("version")
    if required is not None and (least := least_of(str(required.value))) and "ython" in page.plain:
        for block in page.blocks:
            yield from _required(page, block, entry, required, least)
    if version is not None:
        yield from _own(page, entry, version)


def least_of(specifier: str) -> tuple[int, ...] | None:
    """The oldest release that a specifier such as `>=3.9,<4` lets in; None where it has no lower bound."""
    bounds = [_numbers(found) for found in re.findall(r"(?:>=|~=|===?)\s*(\d+(?:\.\d+)*)", specifier)]
    return max(bounds, default=None)


def names_version(stated: str, version: str) -> bool:
    """Whether `stated` is the version, as far as it is spelled out: 2.3 is 2.3.1, and 2.3.0 is 2.3."""
    if not re.fullmatch(r"v?\d+(?:\.\d+)*", version):
        return False  # a version that is no release: what is released is another
    first, second = _numbers(stated), _numbers(version.removeprefix("v"))
    return (*second, *[0] * (len(first) - len(second)))[: len(first)] == first


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split("."))


# The Python that is required ---------------------------------------------------------------------------------------------


def _required(page: Page, block: Block, entry: Entry, fact: Fact, least: tuple[int, ...]) -> Iterator[StatedVersion]:
    text = page.plain[block.start : block.end]
    for found in _LEAST.finditer(text) if "ython" in text else ():
        first, last = max(0, found.start() - _LONGEST_SENTENCE), found.end() + _LONGEST_SENTENCE
        start = max(text.rfind(". ", first, found.start()), text.rfind(".\n", first, found.start()), first - 1)
        end = _SENTENCE_END.search(text, found.end(), last)
        sentence = text[start + 1 : end.start() if end else last]
        before = text[start + 1 : found.start()]
        if _ASIDE.search(sentence):
            continue
        force = _force(before, text[found.end() : found.end() + 40], block, entry)
        if force:
            group = next(name for name in ("least", "open", "first", "bound") if found[name])
            value = min((found[group], *re.findall(_RELEASE, found["more"] or "")), key=_numbers)
            span = block.start + found.start(group), block.start + found.end(group)
            yield StatedVersion(fact, value, *span, _holds(_numbers(value), least, force))


def _force(before: str, after: str, block: Block, entry: Entry) -> str:
    """How a sentence about Python is meant of the package: `needs`, `supports`, or empty where it is not."""
    plain = re.sub(r"[`*_\[\]]", "", before)
    for force, verb in (("needs", _NEEDS), ("supports", _SUPPORTS)):
        said = verb.search(plain)
        if said and _is_package(plain[: said.start()], entry):
            return force
    if not plain.strip(" \t\n-*•:"):
        is_listed = _SECTIONS.search(block.section) is not None and not after.strip(" `*.)\n")
        return "needs" if _IS_NEEDED.match(after) or is_listed else ""
    return ""


def _is_package(words: str, entry: Entry) -> bool:
    """Whether the subject of a sentence is the package, or is left out."""
    words = " ".join(words.split()).strip(" -•:,")
    names = "|".join(re.escape(name) for name in _names(entry))
    return (
        not words or re.fullmatch(rf"(?:{_PROJECT}|(?:the\s+)?(?:{names})(?:\s+(?:package|library))?)", words, re.I) is not None
    )


def _names(entry: Entry) -> Sequence[str]:
    """What the package is called: in code, and where it is installed from."""
    distribution = entry.get("distribution")
    return [entry.about, *([distribution] if isinstance(distribution, str) else [])]


def _holds(stated: tuple[int, ...], least: tuple[int, ...], force: str) -> bool | None:
    """Whether Python from `stated` on is what is required. Support may begin later than what can be installed."""
    length = min(len(stated), len(least))
    if stated[:length] == least[:length]:
        return True if len(stated) <= len(least) or not any(stated[length:]) else None
    return False if stated[:length] < least[:length] or force == "needs" else None


# The package's own version -----------------------------------------------------------------------------------------------


def _own(page: Page, entry: Entry, fact: Fact) -> Iterator[StatedVersion]:
    named = frozenset(_plain(name) for name in _names(entry))
    for found in _TODAY.finditer(page.plain) if "version" in page.plain or "release" in page.plain else ():
        of = (found["of"] or found["docs"] or "").strip(" `*.")
        if not of or _plain(of) in named:
            yield _stated(fact, found["value"], found.span("value"))
    seen: set[int] = set()
    for text in (page.plain, page.code) if any(hint in page.text for hint in ("==", "rev:", "@", "/")) else ():
        for pattern in (_PINNED, _TAGGED):
            for found in pattern.finditer(text):
                name, group = ("name", "value") if found["name"] else ("hook", "rev")
                if pattern is _PINNED and _OTHER_TIMES.search(text, max(0, found.start() - 40), found.start()):
                    continue  # "starting from rates==2.0": history
                if _plain(found[name]) in named and found.start(group) not in seen:
                    seen.add(found.start(group))
                    yield _stated(fact, found[group], found.span(group))


def _stated(fact: Fact, value: str, span: tuple[int, int]) -> StatedVersion:
    return StatedVersion(fact, value, *span, names_version(value, str(fact.value)) or None)


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
