"""How fast docgen trains, beside `trl sft` as it is shipped: the same base, rows, adapter, batch and steps, in turn.

    python benchmarks/train.py                              # the embedded base, on training_data
    python benchmarks/train.py --vocabulary 49152           # a random Llama with a large vocabulary, made for this
    python benchmarks/train.py --base PATH --corpus CORPUS --epochs 2 --repeats 3

Each run is a process of its own, with one thread. Tokens a second are those of the rows, padding not counted, over the
processor time of the training loop, which other work on the machine does not change (over the time by the clock on a GPU). The
peak is the process's largest resident memory, libraries included. The loss is a mean over the answer tokens of the validation
split, of both adapters on the same base. TRL gets docgen's tokens and labels, so both learn from the same.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docgen.corpus.store import Split
    from docgen.writers.local.base import Quantization

ROOT = Path(__file__).parent.parent
LEARNT_FROM = 30_000_000  # characters that the large vocabulary is learnt from


@dataclass(frozen=True)
class Task:
    """One comparison: what is trained, on what, and how."""

    base: str
    corpus: Path
    epochs: float
    quantization: Quantization
    learning_rate: float
    rows: int


@dataclass(frozen=True)
class Measured:
    """One run: processor seconds of its training loop, tokens of its rows, peak memory (bytes), the loss afterwards."""

    seconds: float
    tokens: int
    peak: int
    loss: float

    @property
    def speed(self) -> float:
        return self.tokens / self.seconds


def main() -> None:
    """Makes what is missing, lets both train in turn, prints the ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", default="sm", help="a base: `sm`, a folder or a Hub id (default sm)")
    parser.add_argument("--vocabulary", type=int, help="make a random Llama with so many tokens instead")
    parser.add_argument("--corpus", type=Path, help="a built corpus (default: one of training_data)")
    parser.add_argument("--epochs", type=float, default=2.0, help="passes over the rows (default 2)")
    parser.add_argument("--learning-rate", type=float, default=2e-3, help="of both (default 0.002)")
    parser.add_argument("--quantization", choices=["nf4", "none"], default="nf4")
    parser.add_argument("--rows", type=int, default=0, help="rows learnt from, from all over the corpus (default all)")
    parser.add_argument("--repeats", type=int, default=2, help="runs of each, in turn (default 2)")
    parser.add_argument("--one", choices=["rows", "trl", "docgen", "loss"], help=argparse.SUPPRESS)
    parser.add_argument("--out", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    how = (options.epochs, options.quantization, options.learning_rate, options.rows)
    if options.one:
        kinds = {"docgen": _train, "loss": _loss, "rows": _rows_for_trl, "trl": _train_by_trl}
        print(json.dumps(kinds[options.one](Task(options.base, options.corpus, *how), options.out)))
        return
    with tempfile.TemporaryDirectory() as folder:
        corpus = options.corpus or _starter_corpus(Path(folder) / "corpus")
        _compare(Task(options.base, corpus, *how), options.vocabulary, options.repeats, Path(folder))


def _starter_corpus(folder: Path) -> Path:
    """A corpus of training_data."""
    command = [sys.executable, "-m", "docgen", "corpus", "build", str(ROOT / "training_data"), "-o", str(folder)]
    subprocess.run(command, check=True, env=_environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return folder


def _compare(task: Task, vocabulary: int | None, repeats: int, folder: Path) -> None:
    if vocabulary:
        task = replace(task, base=str(_random_base(folder / f"llama-{vocabulary}", vocabulary)))
    runs: dict[str, list[Measured]] = {"trl sft": [], "docgen": []}
    for number in range(repeats):
        for name, run in (("trl sft", _run_trl), ("docgen", _run_docgen)):
            found = run(task, folder / f"{name.partition(' ')[0]}-{number}")
            runs[name].append(found)
            print(
                f"{name:8} {found.seconds:7.1f} s  {found.speed:8,.0f} tokens/s  {found.peak / 1e6:7,.0f} MB  "
                f"validation loss {found.loss:.4f}",
                flush=True,
            )
    stock, own = runs["trl sft"], runs["docgen"]
    speed = statistics.median(run.speed for run in own) / statistics.median(run.speed for run in stock)
    memory = statistics.median(run.peak for run in own) / statistics.median(run.peak for run in stock)
    losses = [statistics.mean(run.loss for run in found) for found in (stock, own)]
    print(f"{Path(task.base).name}, {task.quantization}, {stock[0].tokens:,} tokens each, medians of {repeats}:")
    print(f"speed {speed:.2f} times, peak memory {memory:.2f} times, loss {losses[0]:.4f} -> {losses[1]:.4f}")


def _environment() -> dict[str, str]:
    return {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "HF_HUB_OFFLINE": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "TOKENIZERS_PARALLELISM": "false",
        "TRANSFORMERS_VERBOSITY": "error",
        "OMP_NUM_THREADS": "1",
    }


def _child(arguments: list[str]) -> tuple[str, int]:
    """The standard output of a process, and its peak memory in bytes."""
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        process = subprocess.Popen(arguments, env=_environment(), stdout=out, stderr=err, text=True)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        if process.returncode:
            sys.exit(f"{' '.join(arguments[:4])} ended with {process.returncode}:\n{err.read()[-3000:]}")
        return out.read(), usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def _self(task: Task, what: str, out: Path) -> tuple[dict[str, Any], int]:
    words = [sys.executable, __file__, "--one", what, "--out", str(out), "--base", task.base, "--corpus", str(task.corpus)]
    words += ["--epochs", str(task.epochs), "--quantization", task.quantization, "--learning-rate", str(task.learning_rate)]
    words += ["--rows", str(task.rows)]
    printed, peak = _child(words)
    return json.loads(printed.splitlines()[-1]), peak


def _run_docgen(task: Task, out: Path) -> Measured:
    found, peak = _self(task, "docgen", out)
    loss, _ = _self(task, "loss", out)
    return Measured(found["seconds"], found["tokens"], peak, loss["loss"])


def _run_trl(task: Task, out: Path) -> Measured:
    made, _ = _self(task, "rows", out)
    found, peak = _self(task, "trl", out)
    loss, _ = _self(task, "loss", out)
    return Measured(found["seconds"], made["tokens"], peak, loss["loss"])


# In processes of their own -----------------------------------------------------------------------------------------------


def _loaded(task: Task, split: Split) -> tuple[Any, Any, Any]:
    from docgen.training.rows import read_rows_of
    from docgen.writers.local.base import load_tokenizer, resolve
    from docgen.writers.local.chat import Chat
    from docgen.writers.local.quiet import quiet_libraries

    quiet_libraries()
    base = resolve(task.base)
    chat = Chat.of(load_tokenizer(base), base.folder, base.excerpt_lines(512))
    rows = read_rows_of(task.corpus, split, chat, 512)
    if split == "train" and 0 < task.rows < len(rows):
        rows = replace(rows, kept=tuple(rows.kept[number * len(rows) // task.rows] for number in range(task.rows)))
    return base, chat, rows


def _settings(task: Task) -> Any:
    from docgen.settings import TrainSettings

    return TrainSettings(epochs=task.epochs, learning_rate=task.learning_rate, rank=16, alpha=32.0, dropout=0.05)


def _train(task: Task, out: Path) -> dict[str, Any]:
    """docgen's training loop, without evaluations, as TRL's has none."""
    base, chat, rows = _loaded(task, "train")
    from docgen.training.lean_layers import hold_open
    from docgen.training.steps import Steps
    from docgen.training.trainer import make_trainer, run
    from docgen.writers.local.base import load_model

    settings = _settings(task)
    model = load_model(base, task.quantization)
    steps = Steps.of(len(rows), settings, model.num_parameters())
    hold_open(model)
    trainer = make_trainer(model, chat, rows, None, settings, steps, out, lambda *_: None)
    began = _clock()
    trained = run(trainer, settings.seed, None)
    seconds = _clock() - began
    trainer.model.save_pretrained(out, save_embedding_layers=False)
    return {"seconds": seconds, "tokens": trained.tokens}


def _rows_for_trl(task: Task, out: Path) -> dict[str, Any]:
    """docgen's rows as a dataset of tokens, and what its run would be, in the words of TRL's options."""
    base, _, rows = _loaded(task, "train")
    from docgen.training.rows import dataset
    from docgen.training.steps import Steps

    settings = _settings(task)
    folder = out.with_name(f"{out.name}-rows")
    (folder / "data").mkdir(parents=True)
    dataset(rows).to_json(folder / "data" / "train.jsonl")
    steps = Steps.of(len(rows), settings, 0).total
    found = {
        "model": str(base.folder),
        "rows": str(folder / "data"),
        "steps": steps,
        "tokens": round(rows.tokens * task.epochs),
        "lora_r": settings.rank,
        "lora_alpha": int(settings.alpha),
        "lora_dropout": settings.dropout,
        "learning_rate": settings.learning_rate,
        "lr_scheduler_type": "cosine",
        "warmup_steps": 0.06,
    }
    (folder / "run.json").write_text(json.dumps(found))
    return found


def _loss(task: Task, out: Path) -> dict[str, float]:
    """The loss of an adapter on the validation split."""
    base, chat, rows = _loaded(task, "validation")
    from docgen.training.evaluation import loss
    from docgen.writers.local.base import load_model
    from docgen.writers.local.model import with_adapter

    model = with_adapter(load_model(base, task.quantization), out)
    return {"loss": loss(model, chat, rows.kept)}


def _train_by_trl(task: Task, out: Path) -> dict[str, float]:
    """`trl sft` with its own defaults but for what says which training it is: the adapter, the rate, the steps, 4 bits."""
    from trl import SFTTrainer
    from trl.scripts import sft

    made = json.loads((out.with_name(f"{out.name}-rows") / "run.json").read_text())
    words = ["--model_name_or_path", made["model"], "--dataset_name", made["rows"], "--output_dir", str(out)]
    words += ["--disable_tqdm", "True", "--dtype", "bfloat16", "--use_peft", "--lora_target_modules", "all-linear"]
    words += ["--max_steps", str(made["steps"]), "--gradient_accumulation_steps", "2"]
    if task.quantization == "nf4":
        words += ["--load_in_4bit", "--bnb_4bit_quant_type", "nf4", "--use_bnb_nested_quant"]
    for name in ("lora_r", "lora_alpha", "lora_dropout", "learning_rate", "lr_scheduler_type", "warmup_steps"):
        words += [f"--{name}", str(made[name])]
    import torch

    words += [] if torch.cuda.is_available() else ["--use_cpu"]
    seconds: list[float] = []
    train = SFTTrainer.train

    def timed(*arguments: Any, **options: Any) -> Any:
        began = _clock()
        found = train(*arguments, **options)
        seconds.append(_clock() - began)
        return found

    SFTTrainer.train = timed
    sft.main(*sft.make_parser().parse_args_and_config(words))
    return {"seconds": seconds[0]}


def _clock() -> float:
    import torch

    return time.monotonic() if torch.cuda.is_available() else time.process_time()


# A base with a large vocabulary ------------------------------------------------------------------------------------------


def _random_base(folder: Path, vocabulary: int) -> Path:
    """A Llama in the embedded base's shape with random weights, whose tokenizer is learnt from Python's own library."""
    import torch
    from transformers import AutoModelForCausalLM, LlamaConfig

    from docgen.training.tokenizer import train_tokenizer

    began = time.monotonic()
    tokenizer = train_tokenizer(list(_texts()), vocabulary)
    config = LlamaConfig(
        vocab_size=-(-max(len(tokenizer), vocabulary) // 64) * 64,
        hidden_size=384,
        intermediate_size=1024,
        num_hidden_layers=6,
        num_attention_heads=6,
        num_key_value_heads=6,
        head_dim=64,
        max_position_embeddings=1024,
        tie_word_embeddings=True,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    torch.manual_seed(0)
    model = AutoModelForCausalLM.from_config(config)
    model.bfloat16().save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    print(f"a random Llama with {len(tokenizer):,} tokens: {time.monotonic() - began:.0f} s", flush=True)
    return folder


def _texts() -> Iterator[str]:
    """Python's own library, as text."""
    left = LEARNT_FROM
    for path in sorted(Path(sysconfig.get_path("stdlib")).rglob("*.py")):
        if "site-packages" in path.parts or left <= 0:
            continue
        text = path.read_text(encoding="utf-8", errors="ignore")
        left -= len(text)
        yield text


if __name__ == "__main__":
    main()
