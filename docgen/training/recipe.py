"""The recipe of the embedded base, start to finish: install, harvest, tokenise, train, export.

In: a work folder and a budget. Out: a base folder (weights, tokenizer, `docgen_base.json`). Every stage leaves its result in
the work folder and is skipped when it is there, so a broken run goes on where it stopped.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch
from transformers import LlamaForCausalLM

from docgen.brief import prompt_mark
from docgen.corpus.store import Example, read_rows, read_split
from docgen.metrics import Answer, score
from docgen.readers.base_record import RECORD
from docgen.report import InputError, Report
from docgen.statements import state
from docgen.support import support
from docgen.training.harvest import HELD_OUT, PACKAGES, SUPPORT, harvest
from docgen.training.pretrain import Plan, Rows, Shape, held_out_loss, pretrain
from docgen.training.tokenizer import load_tokenizer, train_tokenizer
from docgen.writers.local.quiet import quiet_libraries

LONGEST_ROW = 448  # tokens; a longer row costs attention for little text
# Most rows of a kind and origin, drawn at random: what docstrings hold too much of would drown the rest, and a time budget
# that passes once over a balanced harvest beats one that never reaches its end.
QUOTAS = {
    ("introduction", "docstring"): 55_000,
    ("introduction", "synthetic"): 10_000,
    ("use-case", "docstring"): 7_000,
    ("use-case", "synthetic"): 13_000,
    ("error-handling", "docstring"): 3_000,
    ("error-handling", "synthetic"): 25_000,
}
INTRODUCTION_SUPPORT = 0.8  # least share of supported words in a docstring's introduction: what is below teaches invention
MODELS = 14_000  # composed sections about drawn models
AUTHORED_COPIES = 4  # passes over the starter corpus's training split for one over the harvest
TOKENIZER_ROWS = 120_000
_OF_THE_LAST = frozenset({"packages", "held_out_packages", "scores"})  # parts of a record that a later stage tells anew
_TOLD = frozenset({"BLEU", "ROUGE-L", "chrF", "support", "length"})
HELD_OUT_ROWS = 400  # introductions that the finished base is scored on
_INSTALLED = "packages"  # in the work folder
Progress = Callable[[str], None]


def build_base(
    output: Path,
    *,
    packages: Path | None,
    work: Path,
    corpus: Path | None,
    shape: Shape,
    plan: Plan,
    progress: Progress,
    models: int = MODELS,
    begin: Path | None = None,
) -> Report:
    """Makes a base folder at `output`; with `begin`, from the weights and the tokenizer of that base, as the mean of both.

    `packages` holds one installed package a subfolder; where it is None or absent the listed ones are installed there, or in
    `work`. `corpus` is a built corpus whose train split joins the harvest, `models` the number of composed sections about
    models. Raises InputError for what cannot be installed, read or resumed.
    """
    installed = work / _INSTALLED
    packages = packages or installed
    if packages == installed or not packages.is_dir():
        install(packages, package_list(), progress)
    examples = work / "examples"
    if not (examples / PACKAGES).is_file():
        authored = read_split(corpus, "train") * AUTHORED_COPIES if corpus else []
        harvest(packages, examples, authored=authored, models=models, seed=plan.seed, progress=progress)
    if begin is not None and not (work / "tokenizer" / "tokenizer.json").is_file():
        load_tokenizer(begin).save_pretrained(work / "tokenizer")
    rows, held = tokenised(examples, work, shape, progress)
    tokenizer = load_tokenizer(work / "tokenizer")
    progress(f"{len(rows)} rows, {int(rows.starts[-1]):,} tokens; {len(held)} held-out rows")
    ends = (tokenizer.eos_token_id, tokenizer.pad_token_id)
    model = pretrain(rows, held, work / "run", shape, plan, ends, progress, begin)
    if begin is not None:
        meet(model, begin)
    return export(model, work, output, shape, plan, rows, held, begin)


def install(packages: Path, lines: Sequence[str], progress: Progress, options: Sequence[str] = ()) -> None:
    """Installs packages (`name==version`) without their dependencies, one folder each, where it is not there yet.

    Nothing of them is run. `options` are further ones for pip. Raises InputError for a package that cannot be installed.
    """
    for line in lines:
        folder = packages / line.partition("==")[0]
        if folder.is_dir():
            continue
        progress(f"installing {line}")
        unfinished = folder.with_name(f".{folder.name}.part")
        shutil.rmtree(unfinished, ignore_errors=True)
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        wanted = ["--no-deps", "--no-compile", "--only-binary=:all:", "--target", str(unfinished), line]
        if subprocess.run([*pip, *options, *wanted], check=False, stdout=sys.stderr).returncode != 0:
            shutil.rmtree(unfinished, ignore_errors=True)
            fix = "check the network, then run the command again: it goes on from here"
            raise InputError(f"could not install {line}", str(packages), fix)
        os.replace(unfinished, folder)


def package_list() -> list[str]:
    """The harvested packages as `name==version`, from the list that ships beside this module."""
    text = (Path(__file__).parent / "packages.txt").read_text(encoding="utf-8")
    return [line.split("#")[0].strip() for line in text.splitlines() if line.split("#")[0].strip()]


def tokenised(examples: Path, work: Path, shape: Shape, progress: Progress) -> tuple[Rows, Rows]:
    """The training and held-out rows, with the tokenizer trained on the way."""
    if not (work / "tokenizer" / "tokenizer.json").is_file():
        progress("training the tokenizer")
        unfinished = work / "tokenizer.part"
        shutil.rmtree(unfinished, ignore_errors=True)
        train_tokenizer(_tokenizer_texts(examples / "train.jsonl"), shape.vocabulary).save_pretrained(unfinished)
        os.replace(unfinished, work / "tokenizer")
    made = []
    for split in ("train", "validation"):
        path = work / f"{split}.npz"
        if not path.is_file():
            progress(f"tokenising {split}")
            tokenise(_balanced(examples / f"{split}.jsonl"), work / "tokenizer").save(path)
        made.append(Rows.load(path))
    return made[0], made[1]


def _tokenizer_texts(path: Path) -> Iterator[str]:
    """Prompts and answers of every fourth row, up to as many as the tokenizer needs; of all rows where there are few."""
    every = 4 if path.stat().st_size > 100_000_000 else 1
    for number, example in enumerate(read_rows(path)):
        if number >= TOKENIZER_ROWS * every:
            return
        if number % every == 0:
            yield example.brief.messages()[0]["content"]
            yield example.text


def _balanced(path: Path) -> Iterator[Example]:
    """The well-supported rows of a file, those of a kind and origin with a quota thinned to it."""
    counts = Counter((example.brief.kind, str(example.origin)) for example in filter(_is_well_supported, read_rows(path)))
    draw = random.Random(0)
    for example in filter(_is_well_supported, read_rows(path)):
        group = (example.brief.kind, str(example.origin))
        if draw.random() < QUOTAS.get(group, counts[group]) / counts[group]:
            yield example


def _is_well_supported(example: Example) -> bool:
    if (example.brief.kind, example.origin) != ("introduction", "docstring"):
        return True
    return support(example.text, example.brief.sources) >= INTRODUCTION_SUPPORT


def tokenise(examples: Iterable[Example], tokenizer_folder: Path, longest: int = LONGEST_ROW) -> Rows:
    """The rows of examples, prompt and answer, but for those of more than `longest` tokens."""
    tokenizer = load_tokenizer(tokenizer_folder)
    encode = tokenizer.backend_tokenizer.encode_batch
    tokens, answers = [np.zeros(0, dtype=np.uint16)], []
    for chunk in _chunks(examples, 2000):
        messages = [example.brief.messages() for example in chunk]
        prompts = [tokenizer.apply_chat_template(asked, tokenize=False, add_generation_prompt=True) for asked in messages]
        texts = [example.text + tokenizer.eos_token for example in chunk]
        for prompt, answer in zip(encode(prompts), encode(texts), strict=True):
            if len(prompt.ids) + len(answer.ids) <= longest:
                tokens.append(np.array(prompt.ids + answer.ids, dtype=np.uint16))
                answers.append(len(prompt.ids))
    starts = np.cumsum([len(row) for row in tokens]).astype(np.int64)
    return Rows(np.concatenate(tokens), starts, np.array(answers, dtype=np.int64))


def _chunks(examples: Iterable[Example], size: int) -> Iterator[list[Example]]:
    chunk: list[Example] = []
    for example in examples:
        chunk.append(example)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


@torch.no_grad()
def meet(model: LlamaForCausalLM, begin: Path) -> None:
    """Makes the weights the mean of those that a stage ended with and those that it began with: the mean keeps what either rows
    taught, and of the embedded base it lost 0.03 nats a token less on held-out packages than both (Wortsman et al. 2022)."""
    earlier = LlamaForCausalLM.from_pretrained(begin, dtype=torch.float32).state_dict()
    now = model.state_dict()
    model.load_state_dict({name: ((value.float() + earlier[name]) / 2).to(value.dtype) for name, value in now.items()})


def export(
    model: LlamaForCausalLM,
    work: Path,
    output: Path,
    shape: Shape,
    plan: Plan,
    rows: Rows,
    held: Rows,
    begin: Path | None = None,
) -> Report:
    """The finished model as a folder that plain transformers loads, with the record of how it was made; that of the base which
    it began with goes along, without its packages and scores."""
    output.mkdir(parents=True, exist_ok=True)
    model.save_pretrained(output)
    load_tokenizer(work / "tokenizer").save_pretrained(output)
    run = json.loads((work / "run" / "checkpoint.json").read_bytes())
    examples = work / "examples"
    packages = json.loads((examples / PACKAGES).read_bytes())
    record = {
        "schema": 1,
        "prompt": {"mark": prompt_mark(0), "excerpt_lines": 0},
        "shape": asdict(shape),
        "plan": asdict(plan),
        "run": {key: run[key] for key in ("step", "seconds", "tokens", "history")},
        "rows": len(rows),
        "support": SUPPORT,
        "introduction_support": INTRODUCTION_SUPPORT,
        "held_out_loss": held_out_loss(model, held),
        "held_out_packages": [package["name"] for package in packages if package["name"] in HELD_OUT],
        "packages": packages,
    }
    if begin is not None:
        earlier = json.loads((begin / RECORD).read_bytes()) if (begin / RECORD).is_file() else {}
        record["averaged"] = True  # its weights are the mean of this stage's and of those that it began with
        record["begun_from"] = {key: value for key, value in earlier.items() if key not in _OF_THE_LAST}
    (output / RECORD).write_text(json.dumps(record, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    record["scores"] = held_out_scores(output, examples / "validation.jsonl")
    (output / RECORD).write_text(json.dumps(record, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    steps, tokens, held_out = run["step"], run["tokens"], record["held_out_loss"]
    told = "" if held_out is None else f", held-out loss {held_out:.3f}"
    summary = {"folder": str(output), "steps": steps, "tokens": tokens, "held_out_loss": held_out}
    return Report("base build", (), summary, f"{output}: {shape.layers} layers, {steps} steps, {tokens:,} tokens{told}")


def held_out_scores(base: Path, examples: Path, most: int = HELD_OUT_ROWS) -> dict[str, dict[str, dict[str, float]]]:
    """How well the quantised base introduces functions of packages it never saw, docstrings taken away, by what their authors
    wrote; beside it the plain statement of the facts. Other kinds of section are composed from their facts, so scoring them by
    those compositions would say little."""
    quiet_libraries()  # before the first import of what they quiet
    from docgen.writers.local.model import find_local

    rows = [item for item in read_rows(examples) if item.brief.kind == "introduction" and item.origin == "docstring"]
    random.Random(0).shuffle(rows)
    chosen = rows[:most]
    briefs = [example.brief for example in chosen]
    model = find_local(base).load()
    texts = {"base": [drafts[0].text for drafts in model.drafts(briefs)], "none": [state(brief) for brief in briefs]}
    return {"introduction": {writer: _metrics(chosen, answers) for writer, answers in texts.items()}} if chosen else {}


def _metrics(examples: Sequence[Example], texts: Sequence[str]) -> dict[str, float]:
    answers = [
        Answer(f"{number}:{example.brief.about}", example.brief, text, example.text)
        for number, (example, text) in enumerate(zip(examples, texts, strict=True))
    ]
    return {name: round(found.value, 2) for name, found in score(answers).metrics.items() if name in _TOLD}
