"""The base and the licence that a card names.

In: a `Page` and a model's entry. Out: `Named` values: which fact, what the text says, and whether that is so. Only phrases with
one reading count: "the code is under MIT" says nothing of the weights.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from docgen.claims.layout import Page
from docgen.claims.models import sentence_of
from docgen.facts import Entry, Fact
from docgen.later import Frozen, expression

_HUB = r"(?P<value>[A-Za-z0-9][\w.-]{0,60}/[A-Za-z0-9][\w.-]{0,90}\w)(?![\w/])"
_BASE = expression(
    r"\b(?:(?:fine-?tuned|finetuned|adapted|quanti[sz]ed|distilled)\s+(?:(?:version|variant|checkpoint)\s+of|from)"
    r"|(?:adapter|fine-?tune|quanti[sz]ation)\s+(?:of|for)|base[_ ]model\W{0,4}[:|])"
    r"\s*(?:the\s+)?[`\[*\s]{0,5}(?:https://huggingface\.co/)?" + _HUB,
    re.I,
)
_LICENCE_NAME = (
    r"(?P<value>Apache(?:\s+Licen[sc]e)?(?:,?\s+version)?[\s-]2(?:\.0)?|MIT|BSD[- ][23][- ]clause"
    r"|[AL]?GPL[- ]?v?[23](?:\.0)?|MPL[- ]2\.0|CC[- ]BY(?:[- ](?:SA|NC|ND)){0,2}[- ][34]\.0|CC0(?:[- ]1\.0)?)(?![\w.]\w)"
)
_LICENCE = expression(
    r"\b(?:(?:released|licen[sc]ed|distributed|available|published|shared)\s+under\s+(?:the\s+|an?\s+)?|licen[sc]e\W{1,4})"
    r"[`*\[]{0,3}" + _LICENCE_NAME,
    re.I,
)
_LICENCE_KEY = expression(r"apache2|mit|bsd[23]clause|[al]?gpl[23]|mpl2|ccby(?:sa|nc|nd)*[34]|cc0")
_OTHER_WORK = expression(
    r"\b(?:code|script\w*|data\w*|corpus|tokenizer|base|original|paper|docs|documentation|images?|library|package|and|or|but)\b",
    re.I,
)
_OF_TWO_CELLS = 3  # bars of a row


class Named(Frozen):
    """A text says that the base or the licence (`fact`) is `value`, and that is so or not."""

    fact: Fact
    value: str
    start: int
    end: int
    holds: bool


def named_in(page: Page, entry: Entry) -> Iterator[Named]:
    """The base and the licence where a text names them in a phrase that leaves no doubt."""
    base, licence = entry.fact("base_model"), entry.fact("license")
    if entry.get("kind") is not None or (base is None and licence is None):
        return
    for block in page.blocks:
        text = page.plain[block.start : block.end]
        for fact, pattern, same in ((base, _BASE, _same_base), (licence, _LICENCE, _same_licence)):
            for found in pattern.finditer(text) if fact is not None and isinstance(fact.value, str) else ():
                assert fact is not None
                sentence = sentence_of(text, found.start(), found.end())
                holds = same(found["value"], str(fact.value))
                of_another = _OTHER_WORK.search(sentence) or _is_in_list_of_works(page, block.start + found.start())
                if holds is not None and not (pattern is _LICENCE and of_another):
                    span = block.start + found.start("value"), block.start + found.end("value")
                    yield Named(fact, found["value"], *span, holds)


def _is_in_list_of_works(page: Page, at: int) -> bool:
    """Whether a place is in a row of more than two cells: a table of several works and their licences."""
    start, end = page.plain.rfind("\n", 0, at) + 1, page.plain.find("\n", at)
    row = page.plain[start : end if end >= 0 else None].strip()
    return row.startswith("|") and row.count("|") > _OF_TWO_CELLS


def _same_base(stated: str, base: str) -> bool | None:
    """Whether two Hub names are the same; None where the facts hold a folder."""
    return stated.lower().rstrip(".") == base.lower() if base.count("/") == 1 and base[:1] not in "./~" else None


def _same_licence(stated: str, licence: str) -> bool | None:
    first, second = _licence_key(stated), _licence_key(licence)
    return first == second if _LICENCE_KEY.fullmatch(first) and _LICENCE_KEY.fullmatch(second) else None


def _licence_key(name: str) -> str:
    plain = re.sub(r"licen[sc]e|version|-(?:only|or-later)$|(?<=\d)\.0", "", name.lower())
    plain = re.sub(r"[^a-z0-9]", "", plain)
    return re.sub(r"(?<=gpl)v", "", plain).replace("cc01", "cc0")
