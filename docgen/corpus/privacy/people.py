"""Names of people, where a line says that somebody wrote, maintains or owns something.

In: a text. Out: a `Match` for each name. Only such lines are looked at: a name in prose is as likely a method's, and to mask
Bayes or Poisson would spoil a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from docgen.corpus.privacy.match import Match

_DEEDS = "written authored created contributed developed maintained implemented ported adapted modified reviewed".split()
_HINTS = (
    "author",
    "maintain",
    "copyright",
    "(c) ",
    "©",
    "signed-off",
    "contact:",
    "contributor",
    *(f"{deed} by" for deed in _DEEDS),
)
_ROLE = (
    r"(?:authors?|maintainers?|contributors?|contacts?|contact\s+person|code\s+owners?|reviewers?|signed-off-by|co-authored-by|"
    rf"(?:{'|'.join(_DEEDS)})[\s-]by)"
)
# `Author:` that begins a line, or in capitals within one; `:author:`, `@author`, `.. codeauthor::`, `__author__ =`.
_KEYED = re.compile(
    rf"(?:^[\s#*/%;!>|+.\"'`~-]{{0,12}}(?:{_ROLE}[*_`]{{0,2}}\s?:[*_`]{{0,2}}|__(?:author|maintainer|credits)__\s*=)"
    r"|(?<=\s)(?-i:Authors?|Maintainers?|Contact|Signed-off-by|Co-authored-by):|(?<![\w`])[:@\\](?:authors?|maintainers?)\b:?"
    r"|(?:code|section|module)author::)(?P<names>[^\n]{0,300})",
    re.I | re.M,
)
_ITEM = r"\n[ \t#*]{0,8}[-*+•][ \t]"
_LISTED = re.compile(rf"(?P<names>(?:{_ITEM}[^\n]{{0,120}}){{1,40}})")
_BY = re.compile(rf"\b(?:{'|'.join(_DEEDS)})\sby:?\s(?P<names>[^\n]{{2,200}})", re.I)
_YEAR = r"(?:19|20)\d\d"
_COPYRIGHT = re.compile(
    rf"(?:\bcopyright\b|©|(?<!\w)\(c\)(?=\s?\d{{4}}))[\s:]{{0,2}}(?:\(c\)|©|&copy;)?[\s,]{{0,3}}"
    rf"(?:{_YEAR}(?:\s?[-–,]\s?(?:{_YEAR}|present|now))*)?[\s,:]{{0,3}}(?:by\s)?(?P<names>[^\n]{{2,200}})",
    re.I,
)
_BETWEEN = re.compile(
    rf"{_ITEM}|\s(?:and|und|et|&|with)\s|[,;|/()<>\[\]{{}}\"`=]|\s[-–—]\s|\s@|\be-?mail\b|\bat\b|\b{_YEAR}\b"
    r"|[:@]?\b(?:authors?|contact|date|since|version|licen[cs]e|url)\b(?=[-:])",
    re.I,
)
_WORD = re.compile(r"[^\s*_'‘’]\S*")
_NAME = re.compile(r"[^\W\d_]+(?:[-'’.][^\W\d_]+)*")
_PARTICLES = frozenset("de da di do dos del della der den des du van von vom zu ten ter la le el al bin ibn af av y".split())
# What goes on after a name: "by Jane Doe for the team".
_GOES_ON = frozenset("the this these that see for of a an it its their your our in as at by with to from who".split())
_NO_PERSON = _GOES_ON | frozenset(
    """ab ag ai all amazon anonymous any apache apple as association author authors bank board bv center centre college
    committee community company consortium contributor contributors copyright core corp corporation council data db
    default department dev developer developers development domain every face facebook field file foundation free gmbh
    google group hat holder holders hugging huggingface ibm inc inria institut institute int intel international
    internet jupyter lab laboratories laboratory labs licence license linux list llc ltd maintainer maintainers meta
    microsoft ministry mozilla museum name names national none notice null numpy nv nvidia observatory office openai
    open optional organisation organization owner oy pandas plc press project projects pty public python pytorch red
    regents research reserved rights sa school scikit-learn scipy services society software solutions source str string
    systems team technologies technology tensorflow text trustees type types university universität unknown user users
    value various""".split()
)
_MOST_WORDS = 5


def people_in(text: str, lowered: str) -> Iterator[Match]:
    """Every name in lines that tell who wrote, maintains or owns something."""
    if not any(hint in lowered for hint in _HINTS):
        return
    for pattern, alone in ((_KEYED, True), (_BY, False), (_COPYRIGHT, False)):
        for found in pattern.finditer(text):
            start, names = found.start("names"), found["names"]
            if alone and not names.strip(" *_`\"'[(") and (listed := _LISTED.match(text, found.end())):
                start, names = listed.start("names"), listed["names"]
            yield from (Match("person", "[person]", start + at, start + end) for at, end in _names(names, alone))


def _names(names: str, alone: bool) -> Iterator[tuple[int, int]]:
    """Where names stand in what follows a role: the first thing there is one, of two words unless the role is given `alone`."""
    for number, (start, end) in enumerate(piece for piece in _pieces(names) if names[slice(*piece)].strip(" *_`'.:")):
        words = list(_WORD.finditer(names, start, end))
        count = _words_of_name([word.group() for word in words])
        is_one_word = count == 1 and alone and len(words) == 1 and len(words[0].group().strip(".'\"")) > 2
        if count >= 2 or is_one_word:
            last = words[count - 1]
            yield words[0].start(), last.start() + len(last.group().rstrip(".,:'\"*_") or last.group())
        elif number == 0:
            return  # "written by hand", "Copyright Some Company, Berlin", "author: the one who wrote it"


def _pieces(names: str) -> Iterator[tuple[int, int]]:
    """What stands between commas, brackets, `and` and the like."""
    at = 0
    for between in _BETWEEN.finditer(names):
        yield at, between.start()
        at = between.end()
    yield at, len(names)


def _words_of_name(words: list[str]) -> int:
    """How many of the first words make up a person's name; 0 where they are a group's, or none."""
    count = 0
    for word in words:
        plain = word.strip(".,:'\"*_")
        if plain.lower() in _NO_PERSON:
            return count if plain.lower() in _GOES_ON else 0
        if not (plain[:1].isupper() or plain.lower() in _PARTICLES) or not _NAME.fullmatch(plain):
            break
        count += 1
        if word[-1] in ".,:" and len(plain) > 2:
            break
    while count and words[count - 1].lower() in _PARTICLES:
        count -= 1
    return count if count <= _MOST_WORDS else 0
