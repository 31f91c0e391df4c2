"""Words that a small writer may use: masked while decoding, or drafts with foreign words rejected and the rest ranked.

    python benchmarks/vocabulary.py docgen/bases/sm PACKAGE [PACKAGE ...] [--briefs 100] [--sentences FILE]
    python benchmarks/vocabulary.py --verdicts FILE

The same Briefs, model and seeds, asked as `docgen write` asks (four drafts, four more where none may stand), three ways:
`free`, any words; `ranked`, drafts with words that are neither of the Brief nor general are rejected, as docgen does;
`masked`, the same words are all that the tokenizer's grammar lets through, with their inflections. Printed: the share of Briefs
with an answer of the model's own that stands, the support of those answers, their foreign words, and the time.

`--sentences` writes the answers that differ into a file for a reader, one a line, shuffled, without the method; who reads puts
`keep`, `clumsy` or `false` before each. `--verdicts` counts them: the methods stand in the file beside it, FILE.key.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path

import torch

from docgen.brief import Brief, brief_for
from docgen.readers.python_api import find_package, read_package
from docgen.statements.verbs import third_person
from docgen.support import FUNCTION_WORDS, content_words, support
from docgen.writers.local import best, may_stand
from docgen.writers.local.chat import Chat
from docgen.writers.local.confinement import Grammar, Grammars, State
from docgen.writers.local.generation import Draft, generate_several
from docgen.writers.local.model import LocalModel, find_local
from docgen.writers.local.pieces import Node, Pieces
from docgen.writers.vocabulary import foreign_words, general_words
from docgen.writers.wording import Wording, sort_of, wording_of

KINDS = ("introduction", "use-case", "error-handling")
LEAST_SUPPORT = 0.8
SEEDS = [20_240 * number if number else None for number in range(8)]
FIRST = 4  # drafts before a second round
METHODS = ("free", "ranked", "masked")


def main() -> None:
    """Writes three ways and compares, or counts a reader's verdicts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("base", type=Path, nargs="?", help="a base's or an adapter's folder")
    parser.add_argument("packages", nargs="*", help="packages by path or installed name")
    parser.add_argument("--briefs", type=int, default=100, help="sections to write (default 100)")
    parser.add_argument("--sentences", type=Path, help="file to write the answers to, for a reader")
    parser.add_argument("--verdicts", type=Path, help="file of sentences that was read")
    options = parser.parse_args()
    if options.verdicts:
        return count_verdicts(options.verdicts)
    if options.base is None or not options.packages:
        parser.error("name a base and packages, or --verdicts FILE")
    torch.set_num_threads(1)
    briefs = drawn(options.packages, options.briefs)
    model = find_local(options.base).load()
    answers = compare(model, briefs)
    if options.sentences:
        write_sentences(options.sentences, briefs, answers)


def drawn(packages: Sequence[str], most: int) -> list[Brief]:
    """Briefs of the packages' documented symbols, drawn with a seed."""
    found = []
    for name in packages:
        facts = read_package(find_package(name), tolerant=True)
        found += [brief_for(entry, kind, find=facts.get) for entry in facts if entry.get("doc") for kind in KINDS]
    kept = [brief for brief in found if brief.kind != "error-handling" or brief.entry.strings("raises")]
    random.Random(0).shuffle(kept)
    return kept[:most] or sys.exit("no documented symbols in these packages")


def compare(model: LocalModel, briefs: Sequence[Brief]) -> dict[str, list[str]]:
    """The answers of each method; prints what they come to."""
    answers: dict[str, list[str]] = {}
    began = time.process_time()
    free = drafts(model.chat, model, briefs, [wording_of(brief) for brief in briefs])
    seconds = {"free": time.process_time() - began}
    began = time.process_time()
    masked = drafts(of_words(model.chat), model, briefs, [with_words(brief) for brief in briefs])
    seconds["masked"] = time.process_time() - began
    seconds["ranked"] = seconds["free"]
    print(f"{'method':8} {'own':>6} {'support':>8} {'foreign':>8} {'words':>6} {'seconds':>8}")
    for method in METHODS:
        pool = masked if method == "masked" else free
        answers[method] = [chosen(brief, own, method == "ranked") for brief, own in zip(briefs, pool, strict=True)]
        written = [(brief, text) for brief, text in zip(briefs, answers[method], strict=True) if text]
        held = sum(support(text, brief.sources) for brief, text in written) / max(len(written), 1)
        foreign = sum(len(foreign_words(brief, text)) for brief, text in written)
        words = sum(len(content_words(text)) for _, text in written)
        share = len(written) / len(briefs)
        print(f"{method:8} {share:6.0%} {held:8.3f} {foreign:8} {words:6} {seconds[method]:8.0f}")
    return answers


def drafts(chat: Chat, model: LocalModel, briefs: Sequence[Brief], wordings: Sequence[Wording]) -> list[list[Draft]]:
    """All drafts of every Brief, as `LocalModel.drafts` makes them, with another chat and wordings."""
    found: list[list[Draft]] = []
    for start in range(0, len(briefs), 32):  # a grammar's masks are kept for its own Briefs alone
        prompts = [chat.prompt(brief) for brief in briefs[start : start + 32]]
        found += generate_several(model.model, chat, prompts, SEEDS, model.limits, wordings=wordings[start : start + 32])
        print(f"  {len(found)} of {len(briefs)}", file=sys.stderr, flush=True)
    return found


def chosen(brief: Brief, own: Sequence[Draft], keeps_words: bool) -> str:
    """The answer that `docgen write` would take of these drafts; "" where none may stand."""
    first = list(own[:FIRST])
    pool = first if any(may_stand(brief, draft, LEAST_SUPPORT, keeps_words) for draft in first) else list(own)
    standing = [draft for draft in pool if may_stand(brief, draft, LEAST_SUPPORT, keeps_words)]
    return best(brief, standing, LEAST_SUPPORT, keeps_words) if standing else ""


# Masking ----------------------------------------------------------------------------------------------------------------


def of_words(chat: Chat) -> WordChat:
    """A chat whose grammars confine every word."""
    return WordChat(*(getattr(chat, field.name) for field in fields(chat)))


def with_words(brief: Brief) -> Wording:
    """The wording of a Brief with every word that it may use among the units: its own, the general ones, little ones."""
    wording = wording_of(brief)
    known = {word for source in brief.sources for word in content_words(source)} | general_words() | FUNCTION_WORDS
    letters = {word for source in brief.sources for word in source.replace("`", " ").split() if word.isalpha()}
    forms = {form for word in known if word.isalpha() for form in inflected(word)} | letters
    return Wording(wording.names, wording.units | forms | {form[:1].upper() + form[1:] for form in forms})


def inflected(word: str) -> Iterable[str]:
    """A word with its common English endings."""
    bare = word.removesuffix("e")
    plain = word.removesuffix("s")
    return {
        word,
        plain,
        third_person(plain),
        f"{bare}ed",
        f"{bare}ing",
        f"{bare}er",
        f"{word}{word[-1:]}ed",
        f"{word}{word[-1:]}ing",
    }


@dataclass(frozen=True)
class WordChat(Chat):
    """A chat that lets through words of a wording alone."""

    @cached_property
    def grammars(self) -> Grammars:
        """What confines an answer to a wording, its plain words too."""
        return WordGrammars(self.pieces, self.stops)


class WordGrammars(Grammars):
    """Grammars of words, each made once."""

    def __init__(self, pieces: Pieces, stops: Iterable[int]) -> None:
        super().__init__(pieces, stops)
        self._every = every_piece(pieces)
        self._kept: dict[Wording, WordGrammar] = {}

    def of(self, wording: Wording) -> WordGrammar:
        """The grammar of a wording; those of earlier ones are given up."""
        if wording not in self._kept:
            self._kept = dict(list(self._kept.items())[-31:])
            self._kept[wording] = WordGrammar(self._pieces, wording, self._stops, self._every)
        return self._kept[wording]


class WordGrammar(Grammar):
    """A grammar in which a word of letters has to be known as well: the trie of units holds all words, and nothing is free."""

    def __init__(self, pieces: Pieces, wording: Wording, stops: Sequence[int], every: Node) -> None:
        super().__init__(pieces, wording, stops)
        self._every = every
        for node in range(2, self._unit_nodes):
            self._whole[node] = False
        for unit in wording.units:
            node = 0
            for character in unit:
                node = self._children[node][character]
            self._whole[node] = True

    def _step(self, place: int, character: str) -> int:
        if place == 1 or place >= self._unit_nodes:
            return self._inside(place, character)
        sort = sort_of(character)
        if sort == "banned":
            return -1
        child = self._children[place].get(character) if place >= 0 else None
        if child is not None:
            return child
        if sort not in ("gap", "tick", "joiner") or (place > 0 and not self._whole[place]):
            return -1
        if sort == "tick":
            return 1 if place >= 0 and self._good[1] else -1
        return 0

    def _mask(self, state: State) -> torch.Tensor:
        mask = torch.zeros(len(self._pieces.written), dtype=torch.bool)
        allowed = [token for token in self._pieces.broken if self.after(state, token) is not None]
        if not state.pending:
            allowed += self._walk(self._every, state.place)
        mask[torch.tensor(allowed, dtype=torch.long)] = True
        return mask


def every_piece(pieces: Pieces) -> Node:
    """A trie of all tokens of whole characters."""
    root = Node()
    for text, tokens in pieces.by_text.items():
        node = root
        for character in text:
            node = node.children.setdefault(character, Node())
        node.tokens += tokens
    return root


# Reading ----------------------------------------------------------------------------------------------------------------


def write_sentences(path: Path, briefs: Sequence[Brief], answers: dict[str, list[str]]) -> None:
    """The answers in which methods differ, each text once a Brief, shuffled; the methods of each line in a file beside it."""
    lines = []
    for number, brief in enumerate(briefs):
        texts: dict[str, list[str]] = defaultdict(list)
        for method in METHODS:
            texts[answers[method][number]].append(method)
        if len(texts) > 1:
            lines += [(methods, brief, text) for text, methods in texts.items() if text]
    random.Random(1).shuffle(lines)
    shown = (f"? | {brief.kind} {brief.about} | {brief.get('doc')} | {' '.join(text.split())}" for _, brief, text in lines)
    path.write_text("\n".join(shown) + "\n", encoding="utf-8")
    path.with_name(f"{path.name}.key").write_text(json.dumps([methods for methods, _, _ in lines]), encoding="utf-8")
    print(f"{len(lines)} answers to read in {path}")


def count_verdicts(path: Path) -> None:
    """How many answers of each method a reader would keep."""
    methods = json.loads(path.with_name(f"{path.name}.key").read_text(encoding="utf-8"))
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for own, line in zip(methods, path.read_text(encoding="utf-8").splitlines(), strict=True):
        for method in own:
            counted[method][line.partition("|")[0].strip().lower()] += 1
    for method in METHODS:
        told = ", ".join(f"{count} {verdict}" for verdict, count in sorted(counted[method].items()))
        print(f"{method:8} {counted[method].total():4} read: {told}")


if __name__ == "__main__":
    main()
