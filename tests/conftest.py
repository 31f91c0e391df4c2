"""Tiny models and corpora that the tests of training and of the local writer share; nothing heavy is imported before its use.

Every width is a multiple of 64 and every output one of 32, as 4-bit layers want it. The weights are random: what is tested is
the machinery, not the texts.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import settings

from docgen.brief import Brief, brief_for
from docgen.corpus.store import Example, dump_rows
from docgen.facts import Entry, Fact
from docgen.report import Report
from docgen.settings import TrainSettings

settings.register_profile("docgen", deadline=None)  # a busy machine is no fault
settings.load_profile("docgen")


def pytest_configure() -> None:
    """A shell in the background lets its children ignore Ctrl-C, and they theirs: here it is to be seen what it does."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


ARCHITECTURES = ("llama", "qwen3", "gemma3", "gpt2")
SETTINGS = TrainSettings(
    epochs=2, batch_size=4, max_length=256, eval_rows=2, learning_rate=1e-3, dropout=0.1, rank=4, alpha=8.0
)
_NOUNS = "report ledger parcel sensor ticket route".split()


def brief(number: int = 0, kind: str = "introduction") -> Brief:
    """A Brief about a small function, another one for every number."""
    noun = _NOUNS[number % len(_NOUNS)]
    facts = (
        Fact("kind", "function"),
        Fact("doc", f"Load a {noun} from disk."),
        Fact("parameters", ["path", "limit"]),
        Fact("parameters.limit.default", number + 2),
        Fact("raises", ["ValueError"]),
        Fact("raises.ValueError.when", ["path is empty"]),
    )
    return brief_for(Entry(f"store.{noun}s.load_{noun}_{number}", facts, f"def load_{noun}_{number}(path, limit): ..."), kind)


def example(number: int, text: str = "") -> Example:
    """An example with its Brief and a short text."""
    own = brief(number)
    written = text or f"`{own.short}` loads a {_NOUNS[number % len(_NOUNS)]} from disk." + " Call it once." * (number % 3)
    return Example(own, written, f"source-{number % 3}", "MIT", "authored")


def write_corpus(folder: Path, train: Sequence[Example], validation: Sequence[Example], test: Sequence[Example]) -> Path:
    """A corpus folder with these splits."""
    folder.mkdir(parents=True, exist_ok=True)
    for split, examples in (("train", train), ("validation", validation), ("test", test)):
        (folder / f"{split}.jsonl").write_bytes(dump_rows(examples))
    return folder


@dataclass(frozen=True)
class Trained:
    """An adapter that `train` has made, what it was made from, and the report."""

    folder: Path
    base: Path
    corpus: Path
    report: Report


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight rows to learn from, two to choose by, two to score on."""
    rows = [example(number) for number in range(12)]
    return write_corpus(tmp_path_factory.mktemp("corpus"), rows[:8], rows[8:10], rows[10:])


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The folder of a tiny base of one architecture, made when it is first asked for."""
    root, made = tmp_path_factory.mktemp("bases"), {}

    def of(architecture: str) -> Path:
        if architecture not in made:
            from tiny_bases import make_base

            made[architecture] = make_base(root / f"tiny-{architecture}", architecture)
        return made[architecture]

    return of


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory, corpus: Path, base: Callable[[str], Path]) -> Trained:
    """An adapter of the tiny Llama, trained in 4 bits with evaluations."""
    from docgen.train import train

    folder = tmp_path_factory.mktemp("adapters") / "adapter"
    report = train(corpus, output=folder, base=str(base("llama")), settings=SETTINGS)
    return Trained(folder, base("llama"), corpus, report)


@pytest.fixture
def short(corpus: Path) -> TrainSettings:
    """Settings of a run of two steps."""
    return replace(SETTINGS, epochs=1.0)
