"""The entries that the tests of claims hold texts against, and what a text says of them."""

from __future__ import annotations

from docgen.claims import IMPLIED, asserted, verify
from docgen.facts import JSON, Entry, Fact


def entry(excerpt: str = "", about: str = "rates.io.load", **facts: JSON) -> Entry:
    """An entry whose facts are given with `__` for dots."""
    named = {name.replace("__", "."): value for name, value in facts.items()}
    return Entry(about, tuple(Fact(name, value, "src/rates/io.py:12") for name, value in named.items()), excerpt)


LOAD = entry(
    """def load(path, year=None, *, limit=302, mode='strict', tidy=True, retries=MAX_RETRIES):
    if limit < 0:
        raise ValueError("limit is negative")
    if not path:
        raise LookupError(path)
    return parse(path, limit=min(limit, MAX_RETRIES))""",
    kind="function",
    signature="load(path: str | Path, year: int | None = None, *, limit: int = 302, mode: str = 'strict', tidy: bool = True, "
    "columns: list[str] | None = None) -> dict[str, float]",
    parameters=["path", "year", "limit", "mode", "tidy", "columns"],
    parameters__path__annotation="str | Path",
    parameters__year__annotation="Optional[int]",
    parameters__year__default="None",
    parameters__limit__annotation="int",
    parameters__limit__default="302",
    parameters__mode__annotation="str",
    parameters__mode__default="'strict'",
    parameters__tidy__annotation="bool",
    parameters__tidy__default="True",
    parameters__columns__annotation="List[str] | None",
    parameters__columns__default="None",
    returns="dict[str, float]",
    raises=["ValueError", "LookupError"],
    raises__ValueError__when=["limit is negative"],
    constants__MAX_RETRIES="5",
    constants__ENCODING="'utf-8'",
)

CLIENT = entry(
    about="rates.Client", kind="class", signature="Client(host)", parameters=["host"], members=["get", "put", "close"]
)

MODEL = entry(
    about="triage",
    architecture="LlamaForCausalLM",
    base_model="acme/base-7B",
    license="Apache-2.0",
    context_length=32768,
    hidden_size=4096,
    layers=32,
    heads=32,
    vocab_size=32000,
    lora__r=16,
    lora__alpha=32,
    lora__dropout=0.05,
    parameters__total=7241732096,
    quantization__bits=4,
    training__epochs=3,
    training__steps=1200,
    training__batch_size=8,
    eval__loss=1.3026,
    eval__accuracy=0.8978000283,
    eval__f1=0.7712,
)


def told(text: str, of: Entry = LOAD) -> dict[str, JSON]:
    """What a text asserts, without what every text takes for granted."""
    return {name: value for name, value in asserted(text, of).items() if name not in IMPLIED}


def contradicted(text: str, of: Entry = LOAD) -> list[tuple[str, str, str]]:
    """Sort, name and value of each claim that is contradicted."""
    found = [item for item in verify(text, of) if item.verdict == "contradicted"]
    return [(item.claim.kind, item.claim.name, item.claim.value) for item in found]
