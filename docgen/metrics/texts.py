"""What a metric sees of a text: the normal form, its lines, and its words in the ways that metrics count them.

In: a text. Out: the same in normal form, or its tokens. A rule that changes here changes numbers, so each way has a name that
stands in signatures: `norm:docgen.1`, `tok:docgen.1`, `tok:rouge`, `tok:13a`, `tok:codexglue`, `tok:tercom`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence

NORMALISATION = "docgen.1"
TOKENS = "docgen.1"
_COMMENT = re.compile(r"<!--.*?-->", re.S)
_DOUBLE_BACKTICKS = re.compile(r"(?<!`)``(?!`)([^`]+)(?<!`)``(?!`)")


def normalise(text: str) -> str:
    """The text as every text metric sees it: composed Unicode (NFC), no HTML comments (markers among them), reStructuredText's
    double backticks as single ones, each run of white space as one blank. `NORMALISATION` names these rules in signatures."""
    return " ".join(composed(text).split())


def first_line(composed_text: str) -> str:
    """The first line of a composed text in normal form; empty where there is none."""
    return next((normal for line in composed_text.split("\n") if (normal := " ".join(line.split()))), "")


def composed(text: str) -> str:
    """The text in normal form but for its white space."""
    text = text if text.isascii() else unicodedata.normalize("NFC", text)
    if "<!--" in text:
        end = text.rfind("-->") + 3  # after which a comment only begins, and would be looked for to the end of the text
        text = _COMMENT.sub(" ", text[:end]) + text[end:]
    return _DOUBLE_BACKTICKS.sub(r"`\1`", text) if "``" in text else text


# Scripts written without blanks between words: Thai to Myanmar, Khmer, kana, Han, and the two supplementary planes of Han.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}]+")
# What each ASCII character is to words: letters and digits themselves, all else a blank.
_ASCII_WORDS = bytes(code if chr(code).isalnum() else ord(" ") for code in range(128)).ljust(256)


def tokens(text: str) -> list[str]:
    """The words that ROUGE and the length ratio count: runs of letters and digits in lower case, without stemming.

    The same as rouge-score's own for ASCII. Letters beyond it count too (rouge-score drops them, and gives two equal Russian
    texts 0); in scripts that put no blanks between words each character is a token.
    """
    lowered = text.lower()
    return _ascii_words(lowered) if lowered.isascii() else _WORD.findall(lowered)


def rouge_tokens(text: str) -> list[str]:
    """rouge-score's own words: runs of ASCII letters and digits in lower case; whatever else is a blank."""
    return _ascii_words(text.lower())


def _ascii_words(lowered: str) -> list[str]:
    return lowered.encode("ascii", "replace").translate(_ASCII_WORDS).decode("ascii").split()


def stemmed(words: Callable[[str], list[str]]) -> Callable[[str], list[str]]:
    """The same words cut to their Porter stems as rouge-score cuts them: those of more than three letters, by NLTK's stemmer.

    Raises ModuleNotFoundError where NLTK is not installed.
    """
    from nltk.stem.porter import PorterStemmer  # slow to import, and wanted by few

    stem = PorterStemmer().stem
    known: dict[str, str] = {}

    def cut(text: str) -> list[str]:
        if len(known) > _STEMS_KEPT:
            known.clear()
        return [known.get(word) or known.setdefault(word, stem(word) if len(word) > 3 else word) for word in words(text)]

    return cut


_STEMS_KEPT = 50_000

# The tokenizer of mteval-v13a, as sacreBLEU applies it to a text in one line: every ASCII mark stands alone but for the
# apostrophe, a full stop or comma between digits, and a dash that follows no digit.
_MARKS = r"""!"#$%&()*+/:;<=>?@[\]^_`{|}~"""
_ENTITIES = (("&quot;", '"'), ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"))
_BETWEEN_DIGITS = re.compile(r"[.,](?=[0-9])(?<=[0-9].)")
_KEPT = {".": "\x1c", ",": "\x1d"}  # while others are parted: white space, so no character of a text in normal form
# Of stops in a row beside a digit its substitutions, one after the other and without overlap, part some and not others.
_STOPS = re.compile(r"[.,][.,](?:[0-9]|(?<=[0-9]..))")
_ALONE = re.compile(rf"[{re.escape(_MARKS)}]")
_STOP_AFTER = re.compile(r"([^0-9])([.,])")
_STOP_BEFORE = re.compile(r"([.,])([^0-9])")
_DASH = re.compile(r"-(?<=[0-9]-)")


def tokens_13a(texts: Sequence[str]) -> list[list[str]]:
    """The words that BLEU counts, as sacreBLEU's tokenizer `13a` finds them in each of some texts in normal form; all of them
    at once, a mark at a time, since replacing it in one long text takes no longer than finding it."""
    joined = "\n".join(texts).replace("<skipped>", "")
    if "&" in joined:
        for entity, mark in _ENTITIES:
            joined = joined.replace(entity, mark)
    has_stops = _STOPS.search(joined) is not None
    odd = {at: text for at, text in enumerate(joined.split("\n")) if _STOPS.search(text)} if has_stops else {}
    joined = _BETWEEN_DIGITS.sub(lambda found: _KEPT[found[0]], joined)
    for mark in f"{_MARKS}.,":
        if mark in joined:
            joined = joined.replace(mark, f" {mark} ")
    joined = _DASH.sub(" - ", joined)
    for stop, kept in _KEPT.items():
        joined = joined.replace(kept, stop)
    found = [text.split() for text in joined.split("\n")]
    for at, text in odd.items():
        found[at] = _parted(text)
    return found


def _parted(text: str) -> list[str]:
    text = _STOP_AFTER.sub(r"\1 \2 ", _ALONE.sub(r" \g<0> ", f" {text} "))
    return _DASH.sub(" - ", _STOP_BEFORE.sub(r" \1 \2", text)).split()


_PIECE = re.compile(r"[^\W_]+|_|[^\w\s]")


def tokens_codexglue(text: str) -> list[str]:
    """The words that CodeXGLUE's BLEU counts: in lower case, each mark alone, names split at underscores."""
    return _PIECE.findall(text.lower())


def tokens_tercom(text: str) -> list[str]:
    """The words that TER counts: in lower case, split at blanks, as sacreBLEU's tokenizer `tercom` has it by default."""
    return text.lower().split()
