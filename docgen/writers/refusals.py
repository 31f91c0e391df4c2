"""Why a text may not stand as the answer to a Brief: the rules that a writer's answers are held against.

In: a Brief and a text. Out: a reason in a few words, or none. Better to say little than something false: every rule here
refuses a text, and none mends one. Writers choose among their drafts by it, and what reaches a page is held against it again.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from docgen.brief import Brief, exceptions_to_name
from docgen.claims import verify
from docgen.document import render_section
from docgen.facts import words_of
from docgen.report import InputError
from docgen.statements.english import has_finite_verb
from docgen.statements.verbs import verb_of
from docgen.support import FUNCTION_WORDS, content_words, stem, support
from docgen.writers.raising import is_true_of_exceptions

# Share of a clause's words from which it is another parameter's description, and by how much its own must hold fewer.
_ANOTHERS, _NEARER = 0.9, 0.2
_LEAST_OF_DOCSTRING = 0.7  # share of a docstring's content words that an introduction must hold
_LEFTOVER = re.compile(
    r"from these facts only|<\|[^|>\n]*\|>|</?s>|\[/?INST\]|"
    r"^(?:takes|source words|documented_raises|members|handles|raises|doc(?:\.description)?): |"
    r"^\s*(?:sure|certainly|here is|here's|assistant:|user:)",
    re.IGNORECASE | re.MULTILINE,
)
_BLOCK_MARKUP = re.compile(r"^ {0,3}(?:#{1,6}\s|```|~~~|\|)|^---\s*$", re.MULTILINE)
_SENTENCE_START = re.compile(r"[A-Z0-9`\"'(\[*_“]")
_ENUMERATION = re.compile(r"`[^`]+`(?:(?:, | and | or |, and )`[^`]+`)+")
_TAKES = re.compile(r"`([^`]+)` (?:method |function )?takes `")
_SENTENCES = re.compile(r"(?<=[.!?])\s+|\n")
_CONDITION = re.compile(r"\b(?:if|when|unless)\s+([^,.;]+)")
_BEHAVES = re.compile(r"\b(?:if|unless|otherwise|raises?|raised)\b")
_RETURNS_NAME = re.compile(r"\breturns?\s+(?:an?\s+|the\s+)?(?:new\s+|given\s+)?`([A-Za-z_]\w*)`")
_RETURNS_LITERAL = re.compile(r"\breturns?\s+`?(True|False|None)\b")
_RAISES = re.compile(r"`([^`]+)` raises\b")
_NEEDS_TO = re.compile(r"\b(?:need|has|have) to (\S+[^.;]*)")
_NEEDS_A = re.compile(r"\bwhere you need (\S+[^.;]*)")
_NO_NOUN = re.compile(r"\b(?:the|an?) (?:where|how|whether|if|when|why|see|the|an?)\b", re.IGNORECASE)
_OPENS = re.compile(r"(?:(?:Call|Use) `([^`]+)` |`([^`]+)` (?:is for code|serves as) )")
_PASSED = re.compile(r"\bPass (?:an?|the) [^.]*? as `([^`]+)`")
_DEFAULTS = re.compile(r"`(\w+)` defaults to\b|`(\w+)` is `[^`]*` (?:by default|unless)\b")
_LEFT_OF_DOCSTRING = re.compile(r"(?<!\.)\.\.(?!\.)|\b(?:Returns?|Raises?|Args|Yields?|Parameters)\b[^.\n]{0,30}: [A-Z]")
_NEEDED = re.compile(r"\bneeds ([^.;]*)")
_OPTIONAL = re.compile(r"((?:`[^`]+`(?:, | and )?)+) (?:is|are) optional\b")
_LEAST_OF_MEMBER = 0.5  # share of the content words of what is said of a member that its own summary holds
_OFTEN_CIRCLED = frozenset("default value class exception error message instance object method function".split())
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
    if _repeats(text) or _says_a_condition_twice(text) or _goes_in_circles(brief, text):
        yield "repeats itself"
    checked = verify(text, brief.entry)
    if any(item.verdict == "contradicted" for item in checked):
        yield "contradicts a fact"
    if any(item.verdict == "unknown" and item.claim.kind in _REFUSED_UNKNOWN for item in checked):
        yield "names what no fact holds"
    if support(text, brief.sources) < least_support:
        yield "says what no fact supports"
    if _lists_twice(text):
        yield "repeats itself"
    if (
        _mixes_up(brief, text)
        or _mixes_up_subject(brief, text)
        or _gives_a_default_to_another(brief, text)
        or _mistakes_the_optional(brief, text)
    ):
        yield "mixes up what it names"
    if (
        _invents_behaviour(brief, text)
        or _invents_members(brief, text)
        or not is_true_of_exceptions(brief, text, least_support)
    ):
        yield "says what no fact supports"
    if _says_only_the_name(brief, text):
        yield "says no more than the name"
    if _passes_a_switch(brief, text) or _is_no_phrase(text) or _LEFT_OF_DOCSTRING.search(text):
        yield "reads badly"
    if brief.kind == "error-handling" and not names_exceptions(brief, text):
        yield "leaves out an exception"
    if brief.kind == "introduction" and not states_docstring(brief, text):
        yield "says something other than the docstring"


def states_docstring(brief: Brief, text: str) -> bool:
    """Whether a text says what the docstring does; true where there is none."""
    doc = brief.get("doc")
    return not isinstance(doc, str) or support(doc, [text, brief.short]) >= _LEAST_OF_DOCSTRING


def names_exceptions(brief: Brief, text: str) -> bool:
    """Whether a text names every exception that is raised or documented, those of members as far as a prompt tells them."""
    return all(f"`{name}`" in text for name in exceptions_to_name(brief))


def _lists_twice(text: str) -> bool:
    """Whether an enumeration holds a name twice."""
    runs = (re.findall(r"`([^`]+)`", run) for run in _ENUMERATION.findall(text))
    return any(len(set(names)) < len(names) for names in runs)


def _mixes_up(brief: Brief, text: str) -> bool:
    """Whether a sentence says of one thing what the facts say of another: of the subject in another name, or of a parameter
    in the words of another parameter's description."""
    if any(name.rpartition(".")[2] != brief.short for name in _TAKES.findall(text)):
        return True
    described = {
        name.lstrip("*"): str(words)
        for name in brief.entry.strings("parameters")
        if (words := brief.get(f"parameters.{name.lstrip('*')}.description"))
    }
    for sentence in re.split(r"(?<=[.!?])\s+|\n", text):
        named = [name for name in re.findall(r"`([^`]+)`", sentence) if name in brief.entry.strings("parameters")]
        if len(set(named)) != 1 or named[0] not in described:
            continue
        for clause in re.split(r"; |, (?:and|while) ", sentence):
            if f"`{named[0]}`" not in clause:
                continue
            alone = support(clause, [described[named[0]], named[0]])
            own = support(clause, [described[named[0]], named[0], brief.short, str(brief.get("doc", ""))])
            others = [support(clause, [words, name, named[0]]) for name, words in described.items() if name != named[0]]
            if any(other > own or (other >= _ANOTHERS and other > alone + _NEARER) for other in others):
                return True
    return False


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


def _repeats(text: str) -> bool:
    """Whether three words in a row come twice, two of them with content: "raised if the" may, "reads a file" may not."""
    words = re.findall(r"[a-z_][a-z0-9_']*", text.lower())
    seen: set[tuple[str, ...]] = set()
    for index in range(len(words) - 2):
        triple = tuple(words[index : index + 3])
        if sum(word not in FUNCTION_WORDS for word in triple) < 2:
            continue
        if triple in seen:
            return True
        seen.add(triple)
    return False


def _goes_in_circles(brief: Brief, text: str) -> bool:
    """Whether a sentence says a thing by itself: "the year of the year", "a node that is a node", "`X` is an `X`". What a
    docstring says twice may be said twice."""
    doc = [stem(word) for word in content_words(" ".join(str(brief.get(name, "")) for name in ("doc", "doc.description")))]
    for sentence in _SENTENCES.split(text):
        named = re.findall(r"`([^`]+)`", sentence)
        if len(set(named)) < len(named) and brief.kind != "error-handling":
            return True
        plain = re.findall(r"[A-Za-z]+", re.sub(r"`[^`]*`", " ` ", sentence).lower())
        if any(first == second for first, second in zip(plain, plain[1:], strict=False)):
            return True
        words = Counter(stem(word) for word in plain if word not in FUNCTION_WORDS or word in _OFTEN_CIRCLED)
        described = [stem(word) for fact in brief.facts if fact.name.endswith(".description") for word in _words(fact.value)]
        if any(count > 1 and doc.count(word) < 2 and described.count(word) < 2 for word, count in words.items()):
            return brief.kind != "error-handling"
    return False


def _words(value: object) -> list[str]:
    return content_words(value) if isinstance(value, str) else []


def _says_a_condition_twice(text: str) -> bool:
    """Whether a sentence gives the same condition twice."""
    for sentence in _SENTENCES.split(text):
        conditions = [condition.strip() for condition in _CONDITION.findall(sentence)]
        if len(set(conditions)) < len(conditions):
            return True
    return False


def _mixes_up_subject(brief: Brief, text: str) -> bool:
    """Whether a text says of the subject what is true of something else: that an exception raises itself, or what a parameter's
    description says."""
    opened = _OPENS.match(text)
    if brief.kind == "use-case" and opened and (opened[1] or opened[2]) not in (brief.short, brief.about):
        return True
    exceptions = exceptions_to_name(brief)
    if any(name in exceptions and name != brief.short for name in _RAISES.findall(text)):
        return True
    described = [str(fact.value) for fact in brief.facts if re.fullmatch(r"parameters\.\w+\.description", fact.name)]
    own = [str(brief.get(name, "")) for name in ("doc", "doc.description")]
    for sentence in _SENTENCES.split(text):
        if re.match(rf"`{re.escape(brief.short)}` (?:is|holds|takes) (?:an?|the) ", sentence):
            rest = sentence.partition("` ")[2]
            if max((support(rest, [words]) for words in described), default=0.0) > support(rest, own):
                return True
    return False


def _invents_behaviour(brief: Brief, text: str) -> bool:
    """Whether a text tells what a symbol returns against its annotation, or an introduction tells conditions of which no
    docstring speaks."""
    returns = brief.get("returns")
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


def _gives_a_default_to_another(brief: Brief, text: str) -> bool:
    """Whether a default is told of a name that is no parameter, where the facts list the parameters."""
    parameters = {name.lstrip("*") for name in brief.entry.strings("parameters")}
    return bool(parameters) and any(name not in parameters for found in _DEFAULTS.findall(text) for name in found if name)


def _mistakes_the_optional(brief: Brief, text: str) -> bool:
    """Whether a parameter with a default is called needed, or one without called optional."""
    told = {name.lstrip("*"): brief.get(f"parameters.{name.lstrip('*')}.default") for name in brief.entry.strings("parameters")}
    needed = {name for run in _NEEDED.findall(text) for name in re.findall(r"`([^`]+)`", run)}
    optional = {name for run in _OPTIONAL.findall(text) for name in re.findall(r"`([^`]+)`", run)}
    has_default = {name for name, value in told.items() if value is not None}
    return bool(needed & has_default) or bool(optional & (told.keys() - has_default))


def _invents_members(brief: Brief, text: str) -> bool:
    """Whether a text tells what a member is or does of which the facts have no more than the name, or something else."""
    if brief.kind == "error-handling" or brief.symbol_kind not in ("module", "package", "class"):
        return False
    for name in brief.entry.strings("members"):
        doc = brief.get(f"members.{name}")
        for told in re.findall(rf"(?:\A|[.;,] (?:and |while )?|\n)`{re.escape(name)}` ((?!and\b|or\b)[a-z][^.;`]*)", text):
            if not isinstance(doc, str) or support(told, [doc, name]) < _LEAST_OF_MEMBER:
                return True
        if not isinstance(doc, str) and re.search(
            rf"\b(?:uses|[Cc]all|Use|[Rr]each for) `{re.escape(name)}`(?! and| or|,)", text
        ):
            return True
    return False


def _says_only_the_name(brief: Brief, text: str) -> bool:
    """Whether an introduction or a use case without a docstring behind it holds no word beyond those of the subject's name."""
    if brief.kind not in ("introduction", "use-case") or brief.is_model or brief.get("doc") is not None:
        return False
    if set(re.findall(r"`([^`]+)`", text)) - {brief.short, brief.about}:
        return False
    own = {stem(word) for word in words_of(brief.short)} | {stem(word) for word in _EMPTY}
    return all(stem(word) in own for word in content_words(re.sub(r"`[^`]*`", " ", text)))


def _passes_a_switch(brief: Brief, text: str) -> bool:
    """Whether a switch is spoken of as a thing: "Pass the force removal of the image as `force`", which is True or False."""
    return any(brief.get(f"parameters.{name}.default") in ("True", "False") for name in _PASSED.findall(text))


def _is_no_phrase(text: str) -> bool:
    """Whether a phrase stands where another sort belongs: "need to dumps it", "where you need a frozen instance has been
    modified"."""
    if _NO_NOUN.search(text):
        return True
    for phrase in _NEEDS_TO.findall(text):
        verb = verb_of(phrase)
        if verb is None or not phrase.lower().startswith(verb[0]) or phrase.lower().startswith(verb[1] + " "):
            return True
    return any(has_finite_verb(phrase) for phrase in _NEEDS_A.findall(text))


def _is_unbalanced(text: str) -> bool:
    """Whether a parenthesis or a quotation is left open, or closed without having been opened."""
    prose = re.sub(r"`[^`]*`", "", text)
    depth = 0
    for character in prose:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if depth < 0:
            return True
    return depth != 0 or prose.count('"') % 2 == 1
