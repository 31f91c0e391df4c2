"""Which answers of a writer may stand. What is refused is replaced by the plain statement of the Brief's facts.

In: Briefs and a writer's texts. Out: `Answer`: the text that may stand, and why it is not the writer's own where it is
not. Better to say little than something false: every rule here refuses a text, and none mends one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from docgen.brief import Brief, exceptions_to_name
from docgen.claims import verify
from docgen.document import render_section
from docgen.report import InputError
from docgen.statements import state
from docgen.support import FUNCTION_WORDS, support
from docgen.write.markdown import prose

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
_REFUSED_UNKNOWN = ("name", "number", "raises", "parameter", "metric")


@dataclass(frozen=True)
class Answer:
    """The text of one section, and the `reason` for which it is the plain statement; empty where it is the writer's own."""

    text: str
    reason: str = ""


def accepted(briefs: Sequence[Brief], texts: Sequence[str], least_support: float) -> list[Answer]:
    """An answer for each Brief: the writer's text, or the plain statement where something is wrong with it. `least_support` is
    the share of a text's content words that its sources must hold.

    Raises InputError where the writer gave another number of texts than it was asked for.
    """
    if len(texts) != len(briefs):
        raise InputError(f"the writer answered {len(texts)} of {len(briefs)} Briefs", fix="mend the writer: one text a Brief")
    answers = []
    for brief, text in zip(briefs, texts, strict=True):
        plain, text = prose(state(brief)), prose(text.strip())
        reason = "" if text == plain else refusal(brief, text, least_support)
        answers.append(Answer(plain, reason) if reason else Answer(text))
    return answers


def refusal(brief: Brief, text: str, least_support: float) -> str:
    """Why a text may not stand as the answer to a Brief, in a few words; empty where it may."""
    return next((reason for reason in _refusals(brief, text.strip(), least_support)), "")


def _refusals(brief: Brief, text: str, least_support: float) -> Iterator[str]:
    if not text:
        yield "no answer"
        return
    if _LEFTOVER.search(text):
        yield "repeats the prompt"
    if _BLOCK_MARKUP.search(text) or not _stays_inside(brief, text):
        yield "breaks the layout"
    if not _is_whole(text):
        yield "breaks off in a sentence"
    if _repeats(text):
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
    if _mixes_up(brief, text):
        yield "mixes up what it names"
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
        own = support(sentence, [described[named[0]], named[0], brief.short, str(brief.get("doc", ""))])
        others = (support(sentence, [words, name, named[0]]) for name, words in described.items() if name != named[0])
        if any(other > own for other in others):
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
