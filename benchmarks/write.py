"""How fast the local writer is, and what confining it costs.

    python benchmarks/write.py docgen/bases/sm PACKAGE [PACKAGE ...] [--briefs 48] [--candidates 4]
    python benchmarks/write.py docgen/bases/sm PACKAGE --grammars

The same Briefs and the same model, in turn: one Brief at a time with plain `generate`, and as docgen writes: so many drafts of
each, not confined and confined, and as its writer does, which checks and ranks drafts and draws others where none may stand.
Times are of this process (`process_time`), so that others on the machine count little, with one thread, the best of `--rounds`.
Printed: sections a second, the ratio, the share of time outside the model's forward passes, and the memory that is held then.
`--grammars` compares the grammar with xgrammar and llguidance where these are installed: time to make a Brief's grammar, and
for the masks of its answer, a step.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch
from transformers import GenerationConfig

from docgen.brief import Brief, brief_for
from docgen.readers.python_api import find_package, read_package
from docgen.settings import Settings, WriteSettings
from docgen.writers.local import LocalWriter
from docgen.writers.local.generation import TEMPERATURE, Limits, generate_several
from docgen.writers.local.model import LocalModel
from docgen.writers.wording import Wording, wording_of

KINDS = ("introduction", "use-case", "error-handling")


def main() -> None:
    """Reads the packages, lets the model write both ways, prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("base", type=Path, help="a base's or an adapter's folder")
    parser.add_argument("packages", nargs="+", help="packages by path or installed name")
    parser.add_argument("--briefs", type=int, default=48, help="sections to write (default 48)")
    parser.add_argument("--candidates", type=int, default=4, help="answers drawn for each (default 4)")
    parser.add_argument("--rounds", type=int, default=1, help="how often all is timed (default 1)")
    parser.add_argument("--grammars", action="store_true", help="compare with xgrammar and llguidance instead")
    options = parser.parse_args()
    torch.set_num_threads(1)
    briefs = _briefs(options.packages, options.briefs)
    settings = Settings(write=WriteSettings(candidates=options.candidates))
    writer = LocalWriter(options.base, settings)
    if options.grammars:
        _compare_grammars(writer.model, briefs)
    else:
        _compare_speed(writer, briefs, options.candidates, options.rounds)


def _briefs(packages: Sequence[str], most: int) -> list[Brief]:
    found = []
    for name in packages:
        facts = read_package(find_package(name), tolerant=True)
        found += [brief_for(entry, kind, find=facts.get) for entry in facts if entry.get("doc") for kind in KINDS]
    random.Random(0).shuffle(found)
    return found[:most] or sys.exit("no documented symbols in these packages")


# Speed ----------------------------------------------------------------------------------------------------------------


class _Timed:
    """A model's forward passes, timed."""

    def __init__(self, model: torch.nn.Module) -> None:
        self.seconds = 0.0
        self._began = 0.0
        model.register_forward_pre_hook(lambda *_: self._begin())
        model.register_forward_hook(lambda *_: self._end())

    def _begin(self) -> None:
        self._began = time.process_time()

    def _end(self) -> None:
        self.seconds += time.process_time() - self._began


def _compare_speed(writer: LocalWriter, briefs: Sequence[Brief], candidates: int, rounds: int) -> None:
    model = writer.model
    plain = model.model.get_base_model() if hasattr(model.model, "get_base_model") else model.model
    timed = _Timed(plain)
    prompts = [model.chat.prompt(brief) for brief in briefs]
    wordings = [wording_of(brief) for brief in briefs]
    mean = sum(map(len, prompts)) / len(prompts)
    print(f"{len(briefs)} sections, prompts of {mean:.0f} tokens, {torch.get_num_threads()} thread, {plain.dtype}")
    print(f"{'':42} {'sections/s':>10} {'ratio':>6} {'outside model':>14} {'MiB':>6}")
    held: dict[str, float] = {}
    for count in sorted({1, candidates}):
        seeds = [None, *range(1, count)]
        rows: dict[str, Callable[[], object]] = {
            f"plain generate, {count} at a time a Brief": lambda seeds=seeds: _one_at_a_time(model, plain, prompts, seeds),
            f"docgen, {count} a Brief, not confined": lambda seeds=seeds: _together(model, prompts, seeds, None),
            f"docgen, {count} a Brief, confined": lambda seeds=seeds: _together(model, prompts, seeds, wordings),
        }
        if count == candidates:
            rows[f"docgen, {count} a Brief or {2 * count}, the best taken"] = lambda: writer.write(briefs)
        best: dict[str, tuple[float, float]] = {}
        for _ in range(rounds):
            for name, run in rows.items():
                model.chat.__dict__.pop("grammars", None)  # each row pays for its own
                timed.seconds = 0.0
                began = time.process_time()
                run()
                took = time.process_time() - began
                best[name] = min((took, 100 * (1 - timed.seconds / took)), best.get(name, (took, 100.0)))
                held[name] = _resident()
        first = next(iter(best.values()))[0]
        for name, (took, outside) in best.items():
            print(f"{name:42} {len(briefs) / took:10.2f} {first / took:6.1f} {outside:13.1f}% {held[name]:6.0f}", flush=True)


def _resident() -> float:
    """MiB of memory that this process holds; 0 where the system does not say."""
    status = Path("/proc/self/statm")
    return int(status.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20 if status.exists() else 0.0


def _together(model: LocalModel, prompts: list[list[int]], seeds: list[int | None], wordings: Sequence[Wording] | None) -> None:
    generate_several(model.model, model.chat, prompts, seeds, Limits(), wordings=wordings)


def _one_at_a_time(model: LocalModel, plain: Any, prompts: list[list[int]], seeds: list[int | None]) -> None:
    stops, pad = sorted(model.chat.stops), model.chat.tokenizer.pad_token_id
    for prompt in prompts:
        for seed in seeds:
            how: dict[str, Any] = {"temperature": TEMPERATURE, "top_p": 0.9, "top_k": 0} if seed is not None else {}
            config = GenerationConfig(
                max_new_tokens=Limits().new_tokens, eos_token_id=stops, pad_token_id=pad, do_sample=seed is not None, **how
            )
            tokens = torch.tensor([prompt])
            with torch.no_grad():
                plain.generate(input_ids=tokens, attention_mask=torch.ones_like(tokens), generation_config=config)


# Grammars -------------------------------------------------------------------------------------------------------------


def _compare_grammars(model: LocalModel, briefs: Sequence[Brief]) -> None:
    """Time for the masks of greedy answers, a step and a row, and for making a Brief's grammar."""
    prompts = [model.chat.prompt(brief) for brief in briefs]
    wordings = [wording_of(brief) for brief in briefs]
    answers = generate_several(model.model, model.chat, prompts, (None,), Limits(), wordings=wordings)
    texts = [drafts[0].text for drafts in answers]
    rows = [model.chat.tokenizer(text, add_special_tokens=False)["input_ids"] for text in texts]
    steps = sum(map(len, rows))
    print(f"{len(briefs)} answers of {steps} tokens, vocabulary of {len(model.chat.tokenizer)}")
    print(f"{'':28} {'grammar ms':>11} {'mask µs':>9} {'refused':>8}")
    for name, run in (("docgen", _own), ("llguidance", _llguidance), ("xgrammar", _xgrammar)):
        try:
            made, masked, refused = run(model, wordings, rows)
        except ModuleNotFoundError as error:
            print(f"{name:28} skipped: `{error.name}` is not installed")
            continue
        print(f"{name:28} {1e3 * made / len(rows):11.2f} {1e6 * masked / steps:9.1f} {refused:8}")


def _own(model: LocalModel, wordings: Sequence[Wording], rows: Sequence[list[int]]) -> tuple[float, float, int]:
    model.chat.__dict__.pop("grammars", None)
    _ = model.chat.pieces.mixed, model.chat.pieces.coded, model.chat.pieces.plain, model.chat.pieces.ending
    began = time.process_time()
    grammars = [model.chat.grammars.of(wording) for wording in wordings]
    made = time.process_time() - began
    began, refused = time.process_time(), 0
    for grammar, row in zip(grammars, rows, strict=True):
        state = grammar.start
        for token in row:
            grammar.allowed(state)
            after = grammar.after(state, token)
            if after is None:
                refused += 1
                break
            state = after
    return made, time.process_time() - began, refused


def _lark(wording: Wording) -> str:
    """The wording as a grammar: passages of plain words, units and names. A word that begins like a unit and is none cannot be
    told apart without looking ahead, so plain words hold no digit and no underscore, as docgen's do."""
    names = " | ".join(_quoted(name) for name in sorted(wording.names)) or '"None"'
    units = " | ".join(_quoted(unit) for unit in sorted(wording.units)) or '"0"'
    return (
        "start: GAP? (word GAP)* word?\n"
        'word: PLAIN | unit JOINERS? | "`" name "`" JOINERS?\n'
        f"unit: {units}\nname: {names}\n"
        r"PLAIN: /[^\s0-9_`()\\]+/" + "\n"
        r"JOINERS: /[.,:;!?]+/" + "\n"
        r"GAP: /[\s()]+/" + "\n"
    )


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _llguidance(model: LocalModel, wordings: Sequence[Wording], rows: Sequence[list[int]]) -> tuple[float, float, int]:
    import llguidance.hf
    import llguidance.torch as masks
    from llguidance import LLMatcher

    tokenizer = llguidance.hf.from_tokenizer(model.chat.tokenizer)
    began = time.process_time()
    matchers = [LLMatcher(tokenizer, LLMatcher.grammar_from_lark(_lark(wording))) for wording in wordings]
    made = time.process_time() - began
    mask = masks.allocate_token_bitmask(1, tokenizer.vocab_size)
    began, refused = time.process_time(), 0
    for matcher, row in zip(matchers, rows, strict=True):
        for token in row:
            masks.fill_next_token_bitmask(matcher, mask)
            if not matcher.consume_token(token):
                refused += 1
                break
    return made, time.process_time() - began, refused


def _xgrammar(model: LocalModel, wordings: Sequence[Wording], rows: Sequence[list[int]]) -> tuple[float, float, int]:
    import xgrammar

    information = xgrammar.TokenizerInfo.from_huggingface(model.chat.tokenizer, stop_token_ids=sorted(model.chat.stops))
    compiler = xgrammar.GrammarCompiler(information, max_threads=1)
    began = time.process_time()
    matchers = [xgrammar.GrammarMatcher(compiler.compile_grammar(_ebnf(wording))) for wording in wordings]
    made = time.process_time() - began
    mask = xgrammar.allocate_token_bitmask(1, information.vocab_size)
    began, refused = time.process_time(), 0
    for matcher, row in zip(matchers, rows, strict=True):
        for token in row:
            matcher.fill_next_token_bitmask(mask)
            if not matcher.accept_token(token):
                refused += 1
                break
    return made, time.process_time() - began, refused


def _ebnf(wording: Wording) -> str:
    names = " | ".join(_quoted(name) for name in sorted(wording.names)) or '"None"'
    units = " | ".join(_quoted(unit) for unit in sorted(wording.units)) or '"0"'
    return (
        "root ::= gap? (word gap)* word?\n"
        'word ::= [^ \\n0-9_`()\\\\]+ | unit joiners? | "`" name "`" joiners?\n'
        f"unit ::= {units}\nname ::= {names}\njoiners ::= [.,:;!?]+\ngap ::= [ \\n()]+\n"
    )


if __name__ == "__main__":
    main()
