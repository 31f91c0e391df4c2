"""What matters in the embedded base's recipe: small proxies trained from scratch, one setting changed at a time.

    python benchmarks/ablations.py build/base/examples --work build/ablations [--packages build/base/packages]
    python benchmarks/ablations.py build/base/examples --work build/ablations --table     # prints what is finished

Every proxy has the same budget of steps and of tokens a step; settings stay the baseline's but for one. Measured on packages
that none of them saw: the loss per character of the authors' and composed answers (vocabularies differ, characters do not),
greedy answers' chrF and support on introductions and claim F1 on error handling, and how many of those answers end by
themselves. Speed is rows' tokens per second of processor time, beside a baseline that trains in turn in the same process. A run
that is in the work folder's results is not run again.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import torch
from transformers import LlamaForCausalLM, PreTrainedTokenizerFast

from docgen.corpus.store import Example, dump_rows, from_row, read_rows
from docgen.metrics import Answer, score
from docgen.training.harvest import HELD_OUT, SUPPORT, harvest, is_supported, licence_of
from docgen.training.pretrain import Optimizer, Plan, Rows, Shape, batches, loss_of, new_model, padded, pretrain
from docgen.training.recipe import LONGEST_ROW, QUOTAS, tokenise
from docgen.training.tokenizer import load_tokenizer, train_tokenizer

BASELINE = Shape(vocabulary=8192, width=192, layers=4, heads=4, feed_forward=512, context=512)
BASELINE_RATE = 0.02  # of the matrices; the recipe has had half of it since these runs
TRAINED_ON = 40_000  # rows, drawn once, of kinds and origins as the recipe balances them
HELD, INTRODUCTIONS, ERRORS = 600, 150, 100  # held-out rows for the loss, and for answers of two kinds
PACKAGES = 25  # of which rows without the limit of support are harvested
NEW_TOKENS = 96
RESULTS = "results.jsonl"


@dataclass(frozen=True)
class Setting:
    """One run: the axis it stands on, what is changed, and all settings."""

    axis: str
    name: str
    shape: Shape = BASELINE
    plan: Plan = Plan()
    longest: int = LONGEST_ROW
    rows: str = "train"

    @property
    def key(self) -> str:
        return f"{self.axis}: {self.name}"


def settings(plan: Plan) -> list[Setting]:
    """Every run, the one to compare with first, then what tells most. Shapes have the baseline's parameters within a
    twentieth."""
    one = partial(Setting, plan=plan)
    changed = partial(replace, plan)
    shaped = partial(replace, BASELINE)
    return [
        one("baseline", "first seed"),
        one("optimizer", "AdamW alone", plan=changed(muon=False)),
        one("vocabulary", "4,096", shape=shaped(vocabulary=4096)),
        one("rows", f"of {PACKAGES} packages, at least {SUPPORT:.0%} supported", rows="supported"),
        one("rows", f"of {PACKAGES} packages, as they are", rows="any"),
        one("baseline", "second seed", plan=changed(seed=2)),
        one("shape", "8 layers of 144", shape=shaped(layers=8, width=144, feed_forward=416)),
        one("decay", "from the start", plan=changed(decay_from=0.0)),
        one("prompt weight", "1", plan=changed(prompt_weight=1.0)),
        one("vocabulary", "16,384", shape=shaped(vocabulary=16384)),
        one("decay", "none", plan=changed(decay_from=1.0)),
        one("prompt weight", "0", plan=changed(prompt_weight=0.0)),
        one("shape", "2 layers of 240", shape=shaped(layers=2, width=240, feed_forward=640)),
        one("Muon's rate", "doubled", plan=changed(matrix_rate=plan.matrix_rate * 2)),
        one("Muon's rate", "halved", plan=changed(matrix_rate=plan.matrix_rate / 2)),
        one("Muon's rate", "quartered", plan=changed(matrix_rate=plan.matrix_rate / 4)),
        one("longest row", f"{LONGEST_ROW // 2} tokens", longest=LONGEST_ROW // 2),
        one("key-value heads", "2 for 4 heads", shape=shaped(key_value_heads=2)),
    ]


def main() -> None:
    """Trains what is missing, then prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("examples", type=Path, help="folder with the harvest's train.jsonl and validation.jsonl")
    parser.add_argument("--work", type=Path, required=True, help="folder for rows, tokenizers and results")
    parser.add_argument("--packages", type=Path, help="installed packages, for the rows without the limit of support")
    parser.add_argument("--steps", type=int, default=1000, help="of each run (default 1000)")
    parser.add_argument("--tokens", type=int, default=4096, help="a step at most, padding counted (default 4096)")
    parser.add_argument("--table", action="store_true", help="print what is finished and train nothing")
    options = parser.parse_args()
    torch.set_num_threads(1)
    plan = Plan(
        matrix_rate=BASELINE_RATE,
        steps=options.steps,
        tokens_a_step=options.tokens,
        warmup_steps=options.steps // 20,
        save_minutes=10.0,
    )
    wanted = settings(plan)
    if not options.table:
        bench = Bench(options.examples, options.work, options.packages)
        for setting in wanted:
            if setting.rows == "train" or options.packages:
                bench.run(setting)
    print(table(wanted, results(options.work)))


# Rows --------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Bench:
    """Where rows come from and results go."""

    examples: Path
    work: Path
    packages: Path | None

    def run(self, setting: Setting) -> None:
        """Trains and measures one proxy, unless its result is kept already."""
        if setting.key in results(self.work):
            return
        tokenizer = self.tokenizer(setting.shape.vocabulary)
        rows = self.tokenised(setting.rows, setting)
        held = self.held()
        folder = self.work / "run"
        kept = self.work / "running.txt"
        if not kept.is_file() or kept.read_text() != setting.key:
            shutil.rmtree(folder, ignore_errors=True)
            kept.write_text(setting.key)
        ends = (tokenizer.eos_token_id, tokenizer.pad_token_id)
        say = partial(_say, setting.key)
        model = pretrain(rows, _NO_ROWS, folder, setting.shape, setting.plan, ends, say).eval()
        run = json.loads((folder / "checkpoint.json").read_bytes())
        found: dict[str, object] = {"key": setting.key, "steps": run["step"], "tokens": run["tokens"]}
        found |= {"parameters": model.num_parameters(), "rows": len(rows), **measured(model, tokenizer, held)}
        found["speed"] = self.speed(setting, rows)
        with (self.work / RESULTS).open("a") as stream:
            stream.write(json.dumps(found) + "\n")

    def tokenizer(self, vocabulary: int) -> PreTrainedTokenizerFast:
        """The tokenizer of so many tokens, trained on the drawn rows."""
        folder = self.work / f"tokenizer-{vocabulary}"
        if not folder.is_dir():
            texts = (text for example in read_rows(self.drawn("train")) for text in (_prompt(example), example.text))
            unfinished = folder.with_suffix(".part")
            train_tokenizer(texts, vocabulary).save_pretrained(unfinished)
            os.replace(unfinished, folder)
        return load_tokenizer(folder)

    def tokenised(self, rows: str, setting: Setting) -> Rows:
        """The rows of that name by the setting's vocabulary and longest row."""
        path = self.work / f"{rows}-{setting.shape.vocabulary}-{setting.longest}.npz"
        if not path.is_file():
            tokenizer = self.work / f"tokenizer-{setting.shape.vocabulary}"
            tokenise(read_rows(self.drawn(rows)), tokenizer, setting.longest).save(path)
        return Rows.load(path)

    def drawn(self, rows: str) -> Path:
        """The file of the rows of that name, made where it is missing."""
        path = self.work / f"{rows}.jsonl"
        if not path.is_file():
            self.work.mkdir(parents=True, exist_ok=True)
            examples = (
                list(_balanced(self.examples / "train.jsonl", TRAINED_ON))
                if rows == "train"
                else self._harvested(supported=rows == "supported")
            )
            unfinished = path.with_suffix(".part")
            unfinished.write_bytes(dump_rows(examples))
            os.replace(unfinished, path)
        return path

    def _harvested(self, *, supported: bool) -> list[Example]:
        """Rows of some packages, docstrings' sections of any support or only well supported ones. Neither set is larger."""
        folder = self.work / "without-limit"
        if not (folder / "packages.json").is_file():
            harvest(self._some_packages(), folder, authored=(), models=0, seed=1, progress=print, least=0.0)
        found = [row for row in _balanced(folder / "train.jsonl") if not supported or _is_kept(row)]
        random.Random(1).shuffle(found)
        return found[:TRAINED_ON]

    def _some_packages(self) -> Path:
        """A folder of links to packages drawn at random."""
        folder = self.work / "packages"
        if not folder.is_dir() and self.packages:
            folder.mkdir()
            names = sorted(
                child.name for child in self.packages.iterdir() if child.name not in HELD_OUT and licence_of(child)[1]
            )
            for name in random.Random(1).sample(names, min(PACKAGES, len(names))):
                (folder / name).symlink_to((self.packages / name).resolve())
        return folder

    def held(self) -> list[Example]:
        """Held-out rows, of kinds as they are trained on, the same for all runs."""
        path = self.work / "held.jsonl"
        if not path.is_file():
            found = list(_balanced(self.examples / "validation.jsonl"))
            random.Random(1).shuffle(found)
            path.write_bytes(dump_rows(found))
        return list(read_rows(path))

    def speed(self, setting: Setting, rows: Rows) -> float:
        """Tokens a second of processor time over those of the baseline, some steps of each in turn."""
        base = Setting("baseline", "first seed", plan=setting.plan)
        both = [_stepper(setting, rows), _stepper(base, self.tokenised("train", base))]
        for step in both:
            step()
        return statistics.median(
            statistics.mean(both[0]() for _ in range(4)) / statistics.mean(both[1]() for _ in range(4)) for _ in range(3)
        )


_NO_ROWS = Rows(np.zeros(0, dtype=np.uint16), np.zeros(1, dtype=np.int64), np.zeros(0, dtype=np.int64))


def _say(key: str, told: str) -> None:
    print(f"{key}: {told}", flush=True)


def _is_kept(example: Example) -> bool:
    """Whether the harvest would keep this row by its support."""
    return example.origin != "docstring" or is_supported(example, SUPPORT)


def _prompt(example: Example) -> str:
    return example.brief.messages()[0]["content"]


def _balanced(path: Path, most: int | None = None) -> Iterator[Example]:
    """The rows of a file by the recipe's quotas, thinned to about `most`."""
    counts = Counter(group for group, _ in _grouped(path))
    quotas = {group: min(count, QUOTAS.get(group, count)) for group, count in counts.items()}
    share = min(1.0, (most or counts.total()) / sum(quotas.values()))
    draw = random.Random(0)
    for number, (group, line) in enumerate(_grouped(path), start=1):
        if draw.random() < share * quotas[group] / counts[group]:
            yield from_row(json.loads(line), f"{path}:{number}")


def _grouped(path: Path) -> Iterator[tuple[tuple[str, str], bytes]]:
    """The lines of a file, each with its kind and origin."""
    with path.open("rb") as stream:
        for line in stream:
            row = json.loads(line)
            yield (row["kind"], row["origin"]), line


# Measuring ---------------------------------------------------------------------------------------------------------------


def measured(model: LlamaForCausalLM, tokenizer: PreTrainedTokenizerFast, held: Sequence[Example]) -> dict[str, float]:
    """The held-out numbers of a proxy."""
    authored = [row for row in held if row.brief.kind == "introduction" and row.origin == "docstring"]
    errors = [row for row in held if row.brief.kind == "error-handling"][:ERRORS]
    introduced, endings = answers(model, tokenizer, authored[:INTRODUCTIONS])
    handled, more = answers(model, tokenizer, errors)
    told = score(introduced).metrics
    return {
        "loss": loss_a_character(model, tokenizer, held[:HELD]),
        "loss_authored": loss_a_character(model, tokenizer, authored[: HELD // 2]),
        "chrf": told["chrF"].value,
        "support": told["support"].value,
        "claims": score(handled).metrics["claims.F1"].value,
        "ended": (sum(endings) + sum(more)) / (len(endings) + len(more)),
    }


@torch.no_grad()
def loss_a_character(model: LlamaForCausalLM, tokenizer: PreTrainedTokenizerFast, rows: Sequence[Example]) -> float:
    """Nats an answer costs, over its characters; the end counts as one."""
    nats = 0.0
    encode = tokenizer.backend_tokenizer.encode
    for row in rows:
        prompt = encode(_asked(tokenizer, row)).ids
        answer = encode(row.text + tokenizer.eos_token).ids
        logits = model(torch.tensor([prompt + answer])).logits[0, len(prompt) - 1 : -1].float()
        nats += float(torch.nn.functional.cross_entropy(logits, torch.tensor(answer), reduction="sum"))
    return nats / sum(len(row.text) + 1 for row in rows)


@torch.no_grad()
def answers(
    model: LlamaForCausalLM, tokenizer: PreTrainedTokenizerFast, rows: Sequence[Example]
) -> tuple[list[Answer], list[bool]]:
    """What the model writes, the likeliest token each time, and whether it ended by itself."""
    tokenizer.padding_side = "left"
    found, ended = [], []
    for start in range(0, len(rows), 50):
        chunk = rows[start : start + 50]
        asked = tokenizer(
            [_asked(tokenizer, row) for row in chunk], return_tensors="pt", padding=True, add_special_tokens=False
        )
        inputs = {name: asked[name] for name in ("input_ids", "attention_mask")}
        written = model.generate(**inputs, max_new_tokens=NEW_TOKENS, do_sample=False, pad_token_id=tokenizer.pad_token_id)
        for number, row in enumerate(chunk):
            tokens = written[number, inputs["input_ids"].shape[1] :]
            text = tokenizer.decode(tokens, skip_special_tokens=True)
            found.append(Answer(f"{start + number}", row.brief, text, row.text))
            ended.append(bool((tokens == tokenizer.eos_token_id).any()))
    return found, ended


def _asked(tokenizer: PreTrainedTokenizerFast, row: Example) -> str:
    asked: str = tokenizer.apply_chat_template(row.brief.messages(), tokenize=False, add_generation_prompt=True)
    return asked


def _stepper(setting: Setting, rows: Rows) -> Callable[[], float]:
    """Does one step of a fresh proxy when called, and gives its tokens a second of processor time."""
    model = new_model(setting.shape, 1, 0).bfloat16()
    optimizer, order = Optimizer(model, setting.plan), batches(rows, setting.plan.tokens_a_step, 0)
    generator = torch.Generator().manual_seed(0)

    def step() -> float:
        batch = padded(rows, next(order))
        began = time.process_time()
        loss_of(model, batch, setting.plan, generator)[0].backward()
        optimizer.step(1, 0.1)
        return int((batch[2] > 0).sum()) / (time.process_time() - began)

    return step


# The table ---------------------------------------------------------------------------------------------------------------


def results(work: Path) -> dict[str, dict[str, float]]:
    """What is finished, by setting."""
    path = work / RESULTS
    found = [json.loads(line) for line in path.read_text().splitlines()] if path.is_file() else []
    return {entry["key"]: entry for entry in found}


def table(wanted: Sequence[Setting], found: dict[str, dict[str, float]]) -> str:
    """Finished runs as Markdown."""
    head = (
        "Axis",
        "Setting",
        "Parameters",
        "Loss",
        "Loss, authors' sentences",
        "chrF",
        "Support",
        "Claim F1",
        "Ended",
        "Speed",
    )
    lines = [f"| {' | '.join(head)} |", "| --- | --- |" + " ---: |" * (len(head) - 2)]
    axes = list(dict.fromkeys(setting.axis for setting in wanted))
    for setting in sorted(wanted, key=lambda setting: axes.index(setting.axis)):
        if entry := found.get(setting.key):
            numbers = [f"{entry[name]:.4f}" for name in ("loss", "loss_authored")]
            numbers += [f"{entry[name]:.1f}" for name in ("chrf", "support", "claims")]
            cells = (
                setting.axis,
                setting.name,
                f"{entry['parameters'] / 1e6:.2f}M",
                *numbers,
                f"{entry['ended']:.0%}",
                f"{entry['speed']:.2f}",
            )
            lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
