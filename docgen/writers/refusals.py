"""Why a text may not stand as the answer to a Brief: the rules that a writer's answers are held against.

In: a Brief and a text. Out: a reason in a few words, or none. Better to say little than something false: every rule here
refuses a text, and none mends one. Writers choose among their drafts by it, and what reaches a page is held against it again.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from docgen.brief import Brief
from docgen.claims import verify
from docgen.document import render_section
from docgen.facts import words_of
from docgen.report import InputError
from docgen.statements.code import summary_of
from docgen.statements.english import noun_phrase
from docgen.support import FUNCTION_WORDS, content_words, share_known, stem, stems_of, support
from docgen.writers.naming import invents_members, lists_twice, mixes_up, passes_a_switch
from docgen.writers.raising import is_true_of_exceptions, misquotes, names_exceptions, tells_conditions
from docgen.writers.reading import reads_badly
from docgen.writers.vocabulary import general_stems

__all__ = ["names_exceptions", "refusal", "states_docstring"]

_LEAST_OF_DOCSTRING = 0.7  # share of a docstring's content words that an introduction must hold
_LEAST_AT_ALL = 0.3  # of a writer that may say all in words of its own
_OWN_WORDS = 0.5  # support below which a writer may bring its own verb too
_LEFTOVER = re.compile(
    r"from these facts only|<\|[^|>\n]*\|>|</?s>|\[/?INST\]|"
    r"^(?:takes|source words|documented_raises|members|handles|raises|doc(?:\.description)?): |"
    r"^\s*(?:sure|certainly|here is|here's|assistant:|user:)",
    re.IGNORECASE | re.MULTILINE,
)
_BLOCK_MARKUP = re.compile(r"^ {0,3}(?:#{1,6}\s|```|~~~|\|)|^---\s*$", re.MULTILINE)
_SENTENCE_START = re.compile(r"[A-Z0-9`\"'(\[*_“]")
_SENTENCES = re.compile(r"(?<=[.!?])\s+|\n")
_STUTTER = re.compile(r"\b([a-z]+)\s+\1\b")
_CONDITION = re.compile(r"\b(?:if|when|unless)\s+([^,.;]+)")
_BEHAVES = re.compile(r"\b(?:if|unless|otherwise|raises?|raised)\b")
_RETURNS_NAME = re.compile(r"\breturns?\s+(?:an?\s+|the\s+)?(?:new\s+|given\s+)?`([A-Za-z_]\w*)`")
_RETURNS_LITERAL = re.compile(r"\breturns?\s+`?(True|False|None)\b")
_OFTEN_CIRCLED = frozenset("default value class exception error message instance object method function".split())
_PHRASE_ENDS = re.compile(
    r"[,;:.()]|\b(?:and|or|but|that(?! (?:is|are)\b)|which|who|whose|where|when|if|whether|unless|while|because|so|than|then|"
    r"before|after|until|what|how|as|by|per|until|into|onto|instead|rather|without|against|between|its|their|each|every|all|other)\b"
)
_ACTS = re.compile(r"(?:The (?:\w+ )?)?`[^`]+` (?:(?:function|method|class|module|package|property) )?([a-z]+s)\b")
_ACTS_ANYWAY = frozenset(
    """is has does provides holds gives returns contains offers covers implements signals tells takes gets represents
    defines yields describes serves acts lets allows helps makes controls stores keeps reads works computes creates
    builds means""".split()
)
_RETURNS_SORT = re.compile(r"\breturns an? (?:new )?(list|dictionary|dict|tuple)\b")
_TWICE = re.compile(r"(`[^`]+` (?:is|does|has) [^,;.]*?),? (?:and|or) \1(?!\w)")
_NOT_RETURNED = re.compile(r"(?<!returns a )(?<!returns )(?<!returns the )\b(\w+)\b")
_TYPES = frozenset("string str dict dictionary list tuple set integer int float boolean bool bytes number value".split())
_EMPTY = frozenset("base given code represent kind type".split())  # words that say nothing of what a name means
_REFUSED_UNKNOWN = ("name", "number", "raises", "parameter", "metric")


def refusal(brief: Brief, text: str, least_support: float) -> str:
    """Why a text may not stand as the answer to a Brief, in a few words; empty where it may."""
    return next((reason for reason in _refusals(brief, text.strip(), least_support)), "")


def _refusals(brief: Brief, text: str, least_support: float) -> Iterator[str]:
    if not text:
        yield "no answer"
        return
    if _LEFTOVER.search(text):
        yield "repeats the prompt"
    if _BLOCK_MARKUP.search(text) or not _stays_inside(brief, text) or _is_unbalanced(text):
        yield "breaks the layout"
    if not _is_whole(text):
        yield "breaks off in a sentence"
    if _repeats(brief, text) or _says_a_condition_twice(text) or _goes_in_circles(brief, text):
        yield "repeats itself"
    checked = verify(text, brief.entry)
    if any(item.verdict == "contradicted" for item in checked):
        yield "contradicts a fact"
    if any(item.verdict == "unknown" and item.claim.kind in _REFUSED_UNKNOWN for item in checked):
        yield "names what no fact holds"
    if misquotes(brief, text):
        yield "quotes what no fact says"
    if support(text, brief.sources) < least_support:
        yield "says what no fact supports"
    if lists_twice(text):
        yield "repeats itself"
    if mixes_up(brief, text):
        yield "mixes up what it names"
    if (
        _invents_behaviour(brief, text)
        or _guesses(brief, text)
        or invents_members(brief, text, least_support)
        or not is_true_of_exceptions(brief, text, least_support)
    ):
        yield "says what no fact supports"
    if _says_only_the_name(brief, text):
        yield "says no more than the name"
    if passes_a_switch(brief, text) or reads_badly(brief, text):
        yield "reads badly"
    if brief.kind == "error-handling" and not names_exceptions(brief, text):
        yield "leaves out an exception"
    if brief.kind == "error-handling" and not tells_conditions(brief, text):
        yield "leaves out a condition"
    if brief.kind == "introduction" and not states_docstring(brief, text, least_support):
        yield "says something other than the docstring"


def states_docstring(brief: Brief, text: str, least_support: float = 1.0) -> bool:
    """Whether a text says what the docstring does, with its first verb or the thing that it names; true where there is none. A
    writer that may bring words of its own, `least_support` being under a half, says it in fewer of the docstring's."""
    doc = brief.get("doc")
    if not isinstance(doc, str):
        return True
    said, noun = stems_of([text, brief.short]), summary_of(brief).noun
    is_free = least_support < _OWN_WORDS
    if share_known(doc, said) < (_LEAST_AT_ALL if is_free else _LEAST_OF_DOCSTRING):
        return False
    if is_free:
        return True
    if noun is not None and noun.head not in FUNCTION_WORDS and noun.head.isalpha() and stem(noun.head) not in said:
        return False
    named = re.match(rf"`{re.escape(brief.short)}` [a-z]+s (.+)", summary_of(brief).text)
    thing = noun_phrase(named[1]) if named is not None else None
    if thing is not None and thing.head.isalpha() and stem(thing.head) not in said:
        return False
    acts = _ACTS.match(text)
    return acts is None or acts[1] in _ACTS_ANYWAY or stem(acts[1]) in stems_of([doc, *_description(brief), brief.short])


def _returns_another_type(brief: Brief, text: str, returns: str) -> bool:
    """Whether a text calls what comes back a list, a dictionary or a tuple, and neither annotation nor docstring does."""
    known = f"{returns} {_told(brief)}".lower()
    return any(word[:4] not in known and "sequence" not in known for word in _RETURNS_SORT.findall(text))


def _told(brief: Brief) -> str:
    """All that the docstring tells."""
    return " ".join(str(brief.get(name, "")) for name in ("doc", "doc.description", "returns.description"))


def _description(brief: Brief) -> list[str]:
    text = brief.get("doc.description")
    return [text] if isinstance(text, str) else []


def _stays_inside(brief: Brief, text: str) -> bool:
    """Whether the text can be a section: no marker, no open fence or comment."""
    try:
        render_section(brief.kind, brief.about, text)
    except InputError:
        return False
    return "<!--" not in text


def _is_whole(text: str) -> bool:
    """Whether each paragraph and bullet begins like a sentence and ends like one; a colon may end what a list follows."""
    blocks = [block.strip() for block in re.split(r"\n\s*\n|\n(?=\s*[-*] )", text) if block.strip()]
    for number, block in enumerate(blocks):
        is_bullet = block.startswith(("- ", "* "))
        body = block[2:] if is_bullet else block
        introduces = number + 1 < len(blocks) and blocks[number + 1].startswith(("- ", "* ")) and body.endswith(":")
        if not _SENTENCE_START.match(body) or not (introduces or re.search(r"[.!?][)\"'`*”]*$", body)):
            return False
    return True


def _repeats(brief: Brief, text: str) -> bool:
    """Whether three words in a row come twice, two of them with content: "raised if the" may, "reads a file" may not. Where
    names of code are among them, it is three in one sentence and four in all. Metrics may where results are compared."""
    if brief.kind == "evaluation":
        return False
    in_a_sentence = any(_comes_twice(sentence, 3, counts_names=True) for sentence in _SENTENCES.split(text))
    return in_a_sentence or _comes_twice(text, 3, counts_names=False) or _comes_twice(text, 4, counts_names=True)


def _comes_twice(text: str, size: int, *, counts_names: bool) -> bool:
    """Whether so many words in a row, at least two of them with content, come twice in a text; of more than three, one is no
    name: "when `a` or `b`" may."""
    words = re.findall(r"`[^`]*`|[a-z_][a-z0-9_']*", text.lower())
    told = []
    for run in (tuple(words[index : index + size]) for index in range(len(words) - size + 1)):
        plain = [word for word in run if word not in FUNCTION_WORDS and word[0] != "`"]
        names = [word for word in run if word[0] == "`"] if counts_names else []
        if len(plain) + len(names) > 1 and (plain or size == 3):
            told.append(run)
    return len(set(told)) < len(told)


def _goes_in_circles(brief: Brief, text: str) -> bool:
    """Whether a phrase says a thing by itself: "the year of the year", "a node that is a node", "`X` is an `X`". What a fact
    says so may be said so."""
    facts = (fact.value for fact in brief.facts if isinstance(fact.value, str))
    told = {word for value in facts for phrase in _PHRASE_ENDS.split(value.lower()) for word in _said_by_itself(phrase)}
    for sentence in _SENTENCES.split(text):
        named = re.findall(r"`([^`]+)`", sentence)
        if brief.kind != "error-handling" and any(named.count(name) > 1 for name in (brief.short, brief.about)):
            return True
        plain = re.sub(r"`[^`]*`", " ` ", sentence).lower()
        if _STUTTER.search(plain):
            return True
        if brief.kind == "error-handling":
            continue
        if any(word not in told for phrase in _PHRASE_ENDS.split(plain) for word in _said_by_itself(phrase)):
            return True
        if brief.kind == "introduction" and brief.symbol_kind in ("function", "method", "property") and _says_thrice(sentence):
            return True
    return False


def _says_thrice(sentence: str) -> bool:
    """Whether a sentence brings a word of content three times, names included."""
    counts = Counter(word for word in re.findall(r"[a-z]+", sentence.lower()) if len(word) > 2 and word not in FUNCTION_WORDS)
    return any(count > 2 for count in counts.values())


def _said_by_itself(phrase: str) -> Iterator[str]:
    """The stems of words that come again right behind themselves, joined by little words: "the year of the full year"."""
    words = re.findall(r"[a-z]+", phrase)
    carrying = [word not in FUNCTION_WORDS or word in _OFTEN_CIRCLED for word in words]
    for first, word in enumerate(words):
        for second in range(first + 2, min(first + 6, len(words))):
            between = carrying[first + 1 : second]
            is_compound = second + 1 < len(words) and carrying[second + 1]
            if carrying[first] and stem(word) == stem(words[second]) and sum(between) < 2 and not is_compound:
                yield stem(word)


def _words(value: object) -> list[str]:
    return content_words(value) if isinstance(value, str) else []


def _says_a_condition_twice(text: str) -> bool:
    """Whether a sentence gives the same condition twice."""
    for sentence in _SENTENCES.split(text):
        conditions = [condition.strip() for condition in _CONDITION.findall(sentence)]
        if len(set(conditions)) < len(conditions) or _TWICE.search(sentence):
            return True
    return False


def _invents_behaviour(brief: Brief, text: str) -> bool:
    """Whether a text tells what a symbol returns against its annotation, or an introduction tells conditions of which no
    docstring speaks."""
    returns = brief.get("returns")
    if isinstance(returns, str) and _returns_another_type(brief, text, returns):
        return True
    parameters = brief.entry.strings("parameters")
    if (
        returns is None
        and "return" not in _told(brief).lower()
        and any(name in parameters for name in _RETURNS_NAME.findall(text))
    ):
        return True
    if isinstance(returns, str):
        names = set(re.findall(r"\w+", returns))
        told = {"bool" if value in ("True", "False") else "None" for value in _RETURNS_LITERAL.findall(text)}
        if not told <= names | ({"None"} if "Optional" in names else set()) and not names & {"Any", "object"}:
            return True
        members = {*brief.entry.strings("parameters"), *names, brief.short}
        if brief.get("doc") is None and any(name not in members for name in _RETURNS_NAME.findall(text)):
            return True
    is_code = brief.get("kind") in ("function", "method", "property")
    return brief.kind == "introduction" and is_code and brief.get("doc") is None and _BEHAVES.search(text) is not None


def _guesses(brief: Brief, text: str) -> bool:
    """Whether an introduction of a symbol without docstring says more than its names bear out, or loses a word of its own
    name: what a body's words mean together, a small model only guesses."""
    is_code = brief.symbol_kind in ("function", "method", "property", "class")
    if brief.kind != "introduction" or brief.is_model or not is_code or brief.get("doc") is not None:
        return False
    if brief.short.startswith("__") or (brief.symbol_kind == "class" and re.search(r"` is an? ", text)):
        return True
    members = brief.entry.strings("members")
    names = [*brief.entry.strings("parameters"), *members, *brief.entry.strings("bases")]
    told = [str(brief.get(f"members.{name}", "")) for name in members]
    known = stems_of([brief.about, str(brief.get("returns", "")), *names, *told]) | general_stems()
    prose = re.sub(r"`[^`]*`", " ", text)
    strange = {stem(word) for word in content_words(prose)} - known
    if len(strange) > 1 or strange & stems_of([brief.excerpt]):
        return True
    types = {word for word in _NOT_RETURNED.findall(prose.lower()) if word in _TYPES}
    if any(stem(word) not in stems_of([brief.short, *names]) for word in types):
        return True
    said = stems_of([text.replace(f"`{brief.short}`", " ")])
    return brief.symbol_kind != "class" and not {stem(word) for word in content_words(brief.short)} <= said


def _says_only_the_name(brief: Brief, text: str) -> bool:
    """Whether an introduction or a use case without a docstring behind it holds no word beyond those of the subject's name."""
    if brief.kind not in ("introduction", "use-case") or brief.is_model or brief.get("doc") is not None:
        return False
    if set(re.findall(r"`([^`]+)`", text)) - {brief.short, brief.about}:
        return False
    own = {stem(word) for word in words_of(brief.short)} | {stem(word) for word in _EMPTY}
    return all(stem(word) in own for word in content_words(re.sub(r"`[^`]*`", " ", text)))


def _is_unbalanced(text: str) -> bool:
    """Whether a parenthesis or a quotation is left open, or closed without having been opened."""
    prose = re.sub(r"`[^`]*`", "", text)
    depth = 0
    for character in prose:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if depth < 0:
            return True
    return depth != 0 or prose.count('"') % 2 == 1
