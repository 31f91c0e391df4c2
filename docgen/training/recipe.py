"""The recipe of the embedded base, start to finish: install, harvest, tokenise, train, export.

In: a work folder and a time budget. Out: a base folder (weights, tokenizer, `docgen_base.json`). Every stage leaves its result in
the work folder and is skipped when it is there, so a broken run goes on where it stopped.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from pathlib import Path

import numpy as np

from docgen.brief import prompt_mark
from docgen.corpus.store import Example, read_rows
from docgen.report import InputError, Report
from docgen.training.harvest import HELD_OUT, SUPPORT, harvest
from docgen.training.pretrain import Plan, Rows, Shape, pretrain
from docgen.training.tokenizer import load_tokenizer, train_tokenizer

LONGEST_ROW = 352  # tokens; a longer row costs attention for little text
# Most rows of a kind and origin, drawn at random: what docstrings hold too much of would drown the rest, and a time budget
# that passes once over a balanced harvest beats one that never reaches its end.
QUOTAS = {
    ("introduction", "docstring"): 75_000,
    ("introduction", "synthetic"): 36_000,
    ("use-case", "docstring"): 20_000,
    ("use-case", "synthetic"): 24_000,
}
MODELS = 6_000  # composed sections about drawn models
AUTHORED_COPIES = 3  # passes over the starter corpus's training split for one over the harvest
TOKENIZER_ROWS = 120_000
Progress = Callable[[str], None]


def build_base(output: Path, *, packages: Path, work: Path, corpus: Path | None, shape: Shape, plan: Plan, progress: Progress) -> Report:
    """Makes a base folder at `output`. `packages` holds one installed package a subfolder (installed by this recipe where it is
    absent), `corpus` a built corpus whose train split joins the harvest."""
    install(packages, progress)
    examples = work / "examples"
    if not (examples / "packages.json").is_file():
        authored = [example for example in read_rows(corpus / "train.jsonl")] * AUTHORED_COPIES if corpus else []
        harvest(packages, examples, authored=authored, models=MODELS, seed=plan.seed, progress=progress)
    rows, held = tokenised(examples, work, shape, progress)
    tokenizer = load_tokenizer(work / "tokenizer")
    progress(f"{len(rows)} rows, {int(rows.starts[-1]):,} tokens; {len(held)} held-out rows")
    model = pretrain(rows, held, work / "run", shape, plan, (tokenizer.eos_token_id, tokenizer.pad_token_id), progress)
    return export(model, work, output, shape, plan, rows)


def install(packages: Path, progress: Progress) -> None:
    """Installs the listed packages without their dependencies, one folder each; nothing of them is run."""
    for line in package_list():
        folder = packages / line.partition("==")[0]
        if folder.is_dir():
            continue
        progress(f"installing {line}")
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-compile", "--only-binary=:all:", "--target", str(folder), line]
        if subprocess.run(command, check=False).returncode != 0:
            raise InputError(f"could not install {line}", str(packages), "check the network, then run the command again: it goes on from here")


def package_list() -> list[str]:
    """The harvested packages as `name==version`, from the list that ships beside this module."""
    text = (Path(__file__).parent / "packages.txt").read_text(encoding="utf-8")
    return [line.split("#")[0].strip() for line in text.splitlines() if line.split("#")[0].strip()]


def tokenised(examples: Path, work: Path, shape: Shape, progress: Progress) -> tuple[Rows, Rows]:
    """The training and held-out rows, with the tokenizer trained on the way."""
    if not (work / "tokenizer" / "tokenizer.json").is_file():
        progress("training the tokenizer")
        texts = (text for number, example in enumerate(read_rows(examples / "train.jsonl")) if number < TOKENIZER_ROWS * 4 and number % 4 == 0 for text in _texts(example))
        train_tokenizer(texts, shape.vocabulary).save_pretrained(work / "tokenizer")
    made = []
    for split in ("train", "validation"):
        path = work / f"{split}.npz"
        if not path.is_file():
            progress(f"tokenising {split}")
            _tokenise(_balanced(examples / f"{split}.jsonl"), work / "tokenizer").save(path)
        made.append(Rows.load(path))
    return made[0], made[1]


def _balanced(path: Path) -> Iterator[Example]:
    """The rows of a file, those of a kind and origin with a quota thinned to it."""
    counts = Counter((example.brief.kind, example.origin) for example in read_rows(path))
    draw = random.Random(0)
    for example in read_rows(path):
        group = (example.brief.kind, str(example.origin))
        if draw.random() < QUOTAS.get(group, counts[group]) / counts[group]:
            yield example


def _texts(example: Example) -> list[str]:
    return [example.brief.messages()[0]["content"], example.text]


def _tokenise(examples: Iterable[Example], tokenizer_folder: Path) -> Rows:
    tokenizer = load_tokenizer(tokenizer_folder)
    encode = tokenizer.backend_tokenizer.encode_batch
    tokens, lengths, answers = [], [], []
    for chunk in _chunks(examples, 2000):
        prompts = [tokenizer.apply_chat_template(example.brief.messages(), tokenize=False, add_generation_prompt=True) for example in chunk]
        for prompt, answer in zip(encode(prompts), encode([example.text + tokenizer.eos_token for example in chunk]), strict=True):
            if len(prompt.ids) + len(answer.ids) <= LONGEST_ROW:
                tokens.append(np.array(prompt.ids + answer.ids, dtype=np.uint16))
                lengths.append(len(tokens[-1]))
                answers.append(len(prompt.ids))
    starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    return Rows(np.concatenate(tokens), starts, np.array(answers, dtype=np.int64))


def _chunks(examples: Iterable[Example], size: int) -> Iterable[list[Example]]:
    chunk: list[Example] = []
    for example in examples:
        chunk.append(example)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def export(model: object, work: Path, output: Path, shape: Shape, plan: Plan, rows: Rows) -> Report:
    """The finished model as a folder that plain transformers loads, with the record of how it was made."""
    output.mkdir(parents=True, exist_ok=True)
    model.save_pretrained(output)  # type: ignore[attr-defined]
    load_tokenizer(work / "tokenizer").save_pretrained(output)
    run = json.loads((work / "run" / "checkpoint.json").read_text())
    packages = json.loads((work / "examples" / "packages.json").read_text())
    record = {
        "schema": 1,
        "prompt": {"mark": prompt_mark(0), "excerpt_lines": 0},
        "shape": asdict(shape),
        "plan": asdict(plan),
        "run": {key: run[key] for key in ("step", "seconds", "tokens", "history")},
        "rows": len(rows),
        "support": SUPPORT,
        "held_out_packages": list(HELD_OUT),
        "packages": packages,
    }
    (output / "docgen_base.json").write_text(json.dumps(record, indent=1, sort_keys=True) + "\n")
    return Report("base build", summary={"folder": str(output), "steps": run["step"], "tokens": run["tokens"], "held_out_loss": run["history"][-1]["held_out"]})
