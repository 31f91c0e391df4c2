"""Defaults that a text states, in the ways people write them.

In: a `Page` and the entry it speaks of. Out: `StatedDefault` values: which parameter, which value, where, and whether the
sentence is plain enough to be held against the source. "If given, defaults to 5" or "5 in version 2" contradict nothing: a
false alarm costs more than a missed error.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator

from docgen.claims.layout import Block, Page
from docgen.claims.signatures import shown_defaults
from docgen.facts import Entry
from docgen.later import Frozen, expression

_NUMBER = r"[-+−]?(?:\d[\d_]*(?:,\d{3}\b)*(?:\.\d+|\.(?=\s?[*/]))?|\.\d+)(?:[eE][-+]?\d+)?(?!\w|\.\w)"
VALUE = (
    r"(?P<value>(?::[\w:]{2,20}:)?(?P<tick>`{1,2})[^`\n]{1,80}(?P=tick)"
    r"|'[^'\n]{0,60}'|\"[^\"\n]{0,60}\"|“[^”\n]{0,60}”|‘[^’\n]{0,60}’"
    rf"|(?P<bold>\*{{0,2}})(?:{_NUMBER}(?:\s?(?:\*\*|<<|[*/])\s?\d[\d_]{{0,20}}(?:\.\d+)?(?!\w)){{0,3}}"
    r"|(?:True|False|None|true|false|none|null|NULL|nil)\b)(?P=bold)"
    r"|\([^()\n]{0,60}\)|\[[^\[\]\n]{0,60}\]|\{[^{}\n]{0,60}\})"
)
_TO = (
    r"(?:\s+value|\s+setting)?(?:\s*(?:[:=]|==)\s*|\s+(?:to\s+be|to|is\s+set\s+to|is|are|of)\s*:?\s+)"
    r"(?:a\s+value\s+of\s+|the\s+(?:value|string|integer)\s+)?"
)
_BY_DEFAULT = expression(r"(?<![\w.])" + VALUE + r"\s+by\s+default\b", re.I)
_PATTERNS = (
    # default: 5, defaults to 5, default value is 5, default=5
    expression(r"\bdefault(?:s|ing)?" + _TO + VALUE, re.I),
    # The bare "default 5" of a type line or brackets.
    expression(r"(?:[(,;.]\s*|^\s*)(?:by\s+)?default\s+" + VALUE + r"(?=\s*(?:[).,;]|$))", re.I | re.M),
    _BY_DEFAULT,
    # 5 (default)
    expression(r"(?<![\w.])" + VALUE + r"\s*[\[(](?:the\s+)?default[\])]", re.I),
)
# "The default `None` means …": which value that is, but not beyond doubt whose.
_THE_DEFAULT = expression(
    r"\bthe\s+default(?:\s+value)?(?:,?\s+of)?\s+(?P<value>(?P<tick>`{1,2})(?:None|True|False|-?\d[\w.]{0,20}|'[^'`\n]{0,40}'|"
    r"\"[^\"`\n]{0,40}\")(?P=tick))",
    re.I,
)
# The default encoding is 'utf-8', the default for `timeout` is 30: the name stands after the word.
_NAMED = expression(
    r"\bdefault,?\s+(?:value\s+)?(?:(?:of|for)\s+(?:the\s+)?)?(?P<mark>`{0,2})(?P<name>\w+)(?P=mark)"
    r"(?:\s+(?:parameter|argument|option))?\s+(?:is|of|=)\s+" + VALUE,
    re.I,
)
# How docgen's own plain statements put it.
_OWN = (
    expression(r"`(?P<name>\w+)`\s+is\s+" + VALUE + r"\s+unless\b"),
    expression(r"\bleave\s+out\s+`(?P<name>\w+)`\s+to\s+get\s+" + VALUE, re.I),
    expression(r"\bwithout\s+another\s+value,\s+`(?P<name>\w+)`\s+is\s+" + VALUE, re.I),
)
# So too: "`delta` is the value to prevent division by zero where there is none; it defaults to 0.001." Whatever the description
# says in between, other names and conditions included, `it` is what the sentence begins with.
_DESCRIBED = expression(
    r"(?:\A|(?<=[.!?]\s))`(?P<name>\w+)`(?:\s+is\b|:\s)(?:(?![.!?]\s)[^;\n]){0,300};\s+it\s+defaults\s+to\s+" + VALUE
)
# A pattern with a word that it cannot do without: most of them need not be tried.
_BY_WORD = (
    *zip(_OWN, ("unless", "leave", "without another"), strict=True),
    (_DESCRIBED, "; it defaults to "),
    (_NAMED, "default"),
    *zip(_PATTERNS, ("default", "default", "by", "default"), strict=True),
    (_THE_DEFAULT, "the default"),
)
_UNQUOTED = expression(
    r"\bdefault(?:s\s{1,3}to|\s{0,3}[:=]|\s{1,3}is)?\s{0,3}(?P<value>[A-Za-z0-9][\w./+-]{0,60}\w)(?=\s{0,3}(?:[]).,;]|$))",
    re.I | re.M,
)
# What is done without a value: whoever describes that takes None for the default.
_FALLBACK = expression(
    r"\b[Ii]f\s+(?:(?:it|this)\s+is\s+|set\s+to\s+|given\s+as\s+)?(?P<value>`{0,2}None`{0,2})(?=\s*(?:[,.;)]|\(the\s+default|is\s+(?:given|passed)|then\b))"
)
_LONGEST_SENTENCE = 400  # characters looked back over
_SENTENCE_END = expression(r"(?<!e\.g)(?<!i\.e)(?<!etc)[.!?]\s+(?=[A-Z`*\"'(\[]|$)")
# Before the value: what is told is another time's default, or another thing's.
HISTORY_WORDS = expression(
    r"\b(?:no longer|not|never|n't|previous(?:ly)?|former(?:ly)?|used to|was|were|will|would|future|old|original(?:ly)?|before|"
    r"prior|until|deprecated|instead of|rather than|chang(?:e|ed|es|ing)|unlike|overrid(?:e[sd]?|den)|differs?|except|whereas|"
    r"while|uses\s+an?|package|library|scipy|numpy|matplotlib|pandas|sklearn|keras|torch|pytorch|tensorflow)\b",
    re.I,
)
_CONDITION = expression(
    r"\b(?:if|when|whenever|in case|unless|otherwise|else|in which case|depend(?:s|ing))\b|^\W*(?:for|in|on|with|under)\b", re.I
)
_NOT_GIVEN = expression(
    r"\b(?:if|when|where)\s+(?:(?:it|this|the\s+(?:value|argument|parameter|option))\s+)?(?:is\s+|are\s+)?"
    r"(?:not\s+(?:given|specified|provided|passed|set|supplied|present)|omitted|unspecified|missing|left\s+out|absent)\b",
    re.I,
)
# After the value: it goes on, is one of several, or holds on a condition.
GOES_ON = expression(
    r"\s*(?:[,;(]?\s*(?:if|when|for|unless|otherwise|else|in|on|with|depend\w*|except|where|while|there|unlike|was|were|had)\b"
    r"|,?\s*(?:or|and|to|then|times|per|of|plus|minus|x|percent)\b|"
    r"[*/+×^%|\[=]|[-–]\s*\d|\.[^\s\"'`)\]},;]|\s+\d|,\s*[\"'`\d]|-\w)",
    re.I,
)
# "Leaflet's default is 3", "the copy() method, where it is 3 by default": somebody else's.
_ANOTHERS = expression(
    r"\w\(\)|(?:^|\s)(?!(?:The|By|Its|Their|An?|Bool(?:ean)?|Int(?:eger)?|Float|Str(?:ing)?|Optional|And|But)\b)"
    r"[A-Z][a-z]+(?:'s)?\s*$"
)
_IN_TYPE = expression(r"\W{0,4}\w+\W{0,3}\s?(?:\(|:(?!\w))[\w\[\]., |{}'\"`*/-]{0,80}[(:]?\s*")  # "limit: int, optional, "
# What "5 by default" follows where it is said of the parameter itself, and not of something computed from it.
_SAID_OF_IT = expression(r"(?:^|[(:=]|\b(?:is|are|be))\s*$")
_DESCRIBES = expression(r"\W{0,6}\w+=?[`*]{0,4}\s{0,3}(?:[:(–—]|--?\s)")  # "limit: how many, 5 by default"
UNIT = expression(
    r"[\s-]*(?:%|percent|(?:milli|micro|nano)?seconds?|minutes?|hours?|days?|weeks?|ms|us|s|min|h|[kmgt]i?b|"
    r"(?:kilo|mega|giga|kibi|mebi|gibi)?bytes?)\b",
    re.I,
)
_BARE_VERB = expression(r"default\s+to\b", re.I)  # "edges without it default to 1" speaks of the edges
# "Defaults to 7 octaves (84 bins)": which of the two numbers the source has is open.
_COUNTED = expression(r"\s+[a-z]+\b[^.;]{0,24}\d", re.I)
_TICKED = expression(r"`{1,2}\*{0,2}([^`\n]{1,80})`{1,2}")
_WORD_BEFORE = expression(
    r"(?:^|[^\w`.])(?P<name>[A-Za-z_]\w*)(?P<star>\*{0,2})\s*(?:\s(?:parameter|argument|keyword|option|setting|value))?"
    r"\s*(?:[(,:]|\s(?:is|which|that|and|by|has\s+a|with\s+a|to))*\s*$"
)
_TYPES = frozenset("int float str bool bytes list dict tuple set None True False object callable any".split())
# Where a parameter's name stands, but other things are described.
_OTHER_SECTIONS = frozenset(
    "attributes,returns,return,yields,see also,references,examples,example,methods,members,raises,warns".split(",")
)
_NO_DEFAULT = frozenset({"-", "--", "—", "–", "required", "n/a"})


class StatedDefault(Frozen):
    """A text says that the default of `parameter` is `value`. `bound` is False where another name stands near, `plain` where
    the words leave room for another reading; `unit` says that a unit of measure follows, `heads` that it stands in the line
    that the parameter's name begins."""

    parameter: str
    value: str
    start: int
    end: int
    bound: bool
    plain: bool
    unit: bool
    heads: bool


def may_state_default(text: str) -> bool:
    """Whether a text has a word that tells of a default."""
    lowered = text.lower()
    return any(word in lowered for word in ("default", "unless", "leave", "without another"))


def defaults_in(page: Page, entry: Entry) -> Iterator[StatedDefault]:
    """Every default stated for one of the entry's parameters, each place once."""
    parameters = frozenset(entry.parameters)
    for shown in shown_defaults(page, entry) if parameters else ():
        if shown.parameter in parameters:
            yield StatedDefault(shown.parameter, shown.value, shown.start, shown.end, True, True, False, True)
    if not parameters or not may_state_default(page.plain):
        return
    for block in page.blocks:
        if block.cells:
            yield from _in_row(page, block, parameters)
        else:
            yield from _in_block(page, block, parameters)
            yield from _in_words(page, block, entry)


def fallbacks_in(page: Page, entry: Entry) -> Iterator[tuple[str, int, int]]:
    """The parameters for which a text tells what None stands for ("If None, the current year"), each with the place."""
    parameters = frozenset(entry.parameters)
    for block in page.blocks:
        names = [name for name in block.names if name in parameters and block.section not in _OTHER_SECTIONS]
        found = _FALLBACK.search(page.plain, block.start, block.end) if names and not block.cells else None
        for name in names if found else ():
            assert found is not None
            yield name, found.start("value"), found.end("value")


def _in_row(page: Page, block: Block, parameters: frozenset[str]) -> Iterator[StatedDefault]:
    """The default column of a parameter's row."""
    names = [name for name in block.names if name in parameters]
    for cell in block.cells:
        text = page.text[cell.start : cell.end].replace("\\|", "|")
        if names and cell.header in ("default", "default value", "defaults") and text.strip("`* "):
            is_value = text.strip(" *`").lower() not in _NO_DEFAULT
            for name in names if is_value else ():
                yield StatedDefault(name, bare(text), cell.start, cell.end, True, True, False, True)


def _in_block(page: Page, block: Block, parameters: frozenset[str]) -> Iterator[StatedDefault]:
    text = page.plain[block.start : block.end]
    if not may_state_default(text):
        return
    lowered = text.lower()
    ends = [0, *(found.end() for found in _SENTENCE_END.finditer(text)), len(text)]
    seen: set[int] = set()
    for pattern, word in _BY_WORD:
        for found in pattern.finditer(text) if word in lowered else ():
            at = found.start("value")
            if at in seen:
                continue
            sentence = max(ends[bisect.bisect_right(ends, found.start()) - 1], found.start() - _LONGEST_SENTENCE)
            reading = _Reading(text, block, parameters, found, sentence)
            for name, bound in reading.parameters_meant():
                seen.add(at)
                unit = UNIT.match(text, found.end("value")) is not None
                span = block.start + at, block.start + found.end("value")
                heads = block.heads and "\n" not in text[:at].strip()
                yield StatedDefault(name, bare(found["value"]), *span, bound, bound and reading.is_plain(), unit, heads)


def _in_words(page: Page, block: Block, entry: Entry) -> Iterator[StatedDefault]:
    """Texts that are given as the default without quotes ("default: strict"), where that is so: another word may be prose."""
    names = block.names if block.section not in _OTHER_SECTIONS else ()
    for found in _UNQUOTED.finditer(page.plain, block.start, block.end) if names else ():
        for name in names:
            fact = entry.fact(f"parameters.{name}.default")
            if fact is not None and fact.value == f"'{found['value']}'":
                yield StatedDefault(name, found["value"], *found.span("value"), True, False, False, block.heads)


class _Reading(Frozen):
    """One match of a pattern in its block: whose default is it, and is that beyond doubt?"""

    text: str
    block: Block
    parameters: frozenset[str]
    found: re.Match[str]
    sentence: int

    def parameters_meant(self) -> Iterator[tuple[str, bool]]:
        """The parameters that the default is stated for, each with whether that is beyond doubt."""
        described = self.block.section not in _OTHER_SECTIONS
        if name := self.found.groupdict().get("name"):
            if name in self.parameters and described:
                yield name, True
            return
        named = self._named_in(self.text[self.sentence : self.found.start()])
        own = [name for name in self.block.names if name in self.parameters and described]
        if named is None or named in own:
            yield from ((name, True) for name in own)
        elif named in self.parameters:
            yield named, not own
        else:
            yield from ((name, False) for name in own)

    def _named_in(self, before: str) -> str | None:
        """The name that the words before the statement speak of: a parameter, some other ticked name, or None."""
        keyword = re.search(r"(\w+)\s*=\s*$", self.text[max(0, self.found.start("value") - 60) : self.found.start("value")])
        if keyword and keyword.group(1).lower() not in ("default", "defaults"):
            return keyword.group(1)
        if inner := re.match(r"`{1,2}(\w+)\s*[=:]\s*(?=\S)", self.found["value"]):
            return inner.group(1)
        ticked = (found.group(1).strip() for found in _TICKED.finditer(before))
        names = [name for name in ticked if name.isidentifier() and name not in _TYPES]
        if names:
            return next((name for name in reversed(names) if name in self.parameters), names[-1])
        # In an item of its own, plain words before it are prose about that item.
        if not any(name in self.parameters for name in self.block.names):
            word = _WORD_BEFORE.search(" ".join(before.split())[-80:])
            return word["name"] if word and word["name"] in self.parameters else None
        return None

    def is_plain(self) -> bool:
        """Whether the sentence states the default without conditions, history or alternatives."""
        if self.found.re.pattern == _DESCRIBED.pattern:
            return GOES_ON.match(self.text[self.found.end() : self.found.end() + 60]) is None
        if self.found.re.pattern == _THE_DEFAULT.pattern:
            return False
        before = self.text[self.sentence : self.found.start("value")]
        after = self.text[self.found.end() : self.found.end() + 60]
        if self.block.heads and self.sentence == 0:
            before = _after_type(before)
        before = _NOT_GIVEN.sub("", before)
        if HISTORY_WORDS.search(before) or GOES_ON.match(after) or _BARE_VERB.match(self.found.group()):
            return False
        if self.found["value"][-1].isdigit() and _COUNTED.match(after):
            return False
        told = self.text[self.sentence : self.found.start()]
        if self.block.heads and self.sentence == 0 and _IN_TYPE.fullmatch(told):
            told = ""
        if _ANOTHERS.search(told):
            return False
        is_item = self.block.heads and told.rstrip()[-1:] in (",", ";") and _DESCRIBES.match(told) is not None
        if self.found.re.pattern == _BY_DEFAULT.pattern and not is_item and not _SAID_OF_IT.search(told):
            return False
        return not _CONDITION.search(before)


def _after_type(before: str) -> str:
    """What stands before a default in an item's first line, without the name and the type in front of it."""
    line, newline, rest = before.partition("\n")
    if newline:
        return rest
    bracket = re.match(r"[^(\n]*\([^()\n]*$", line)
    named = re.match(r"\W*\w+[\w, *]*\s*:([^.]*)$", line)
    # After the colon stands a type, or already the description: "code: If moved, defaults to 302".
    return "" if bracket or (named and not _CONDITION.search(named.group(1).strip())) else line


def bare(value: str) -> str:
    """A stated value without the marks around it: `` ``5`` ``, **5** and :obj:`5` are 5."""
    value = re.sub(r"^:[\w:]+:(?=`)", "", " ".join(value.split()))
    value = value.strip("*").strip()
    if value[:1] in ("'", '"', "“", "‘") and value[1:2] == value[-2:-1] == "`":
        value = value[1:-1]  # code within quotes
    if value.startswith("`"):
        value = value.strip("`").strip()
    if keyword := re.fullmatch(r"[A-Za-z_]\w*\s*[=:]\s*(\S.*)", value):
        value = keyword.group(1)
    return value.lstrip("~").replace("\\|", "|") if value[:1] not in "'\"" else value
