"""Every entry point that reads what people have written, as a function of a text.

In: any text. Out: nothing; DocgenError is the one exception that may leave. One reason to change: what docgen reads.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from docgen.check.baseline import parse as parse_baseline
from docgen.check.ignores import ignores_in_document, ignores_in_python, ignores_in_rst
from docgen.claims import asserted, complete, contradictions, verify
from docgen.document import Document
from docgen.facts import Entry, Fact
from docgen.front_matter import parse_fields
from docgen.ledger import Ledger
from docgen.readers.card import card_facts
from docgen.readers.docstring_text import docstrings_in
from docgen.readers.python_api import read_package
from docgen.report import DocgenError
from docgen.settings import load_settings

Reading = Callable[[str], object]
CODE = Entry(
    "web.redirect",
    (
        Fact("kind", "function"),
        Fact("doc", "Answers a request."),
        Fact("signature", "redirect(location, code=302)"),
        Fact("parameters", ["location", "code"]),
        Fact("parameters.code.default", "302"),
        Fact("raises", ["ValueError"]),
        Fact("raises.ValueError.when", ["code is less than 300"]),
        Fact("constants.LIMIT", "12"),
    ),
    "def redirect(location, code=302):\n    raise ValueError",
)
MODEL = Entry("tagger", (Fact("base_model", "acme/base"), Fact("eval.f1", 0.8978), Fact("lora.r", 8)))


def claims(text: str) -> None:
    """What a text claims of code, and of a model."""
    for entry in (CODE, MODEL):
        verify(text, entry)
        contradictions(text, entry)
        asserted(text, entry)
        complete(text, entry)


def document(text: str) -> None:
    """A document with its markers and the comments that silence findings."""
    parsed = Document.parse(text)
    assert str(parsed) == text
    list(parsed.headed_sections())
    ignores_in_document(parsed)
    ignores_in_rst(text)


def front_matter(text: str) -> None:
    """The front matter of a card."""
    list(card_facts(f"---\n{text}\n---\n", "README.md"))
    parse_fields(text, "README.md")


def ledger(text: str) -> None:
    """A ledger, and a baseline."""
    for read in (Ledger.parse, lambda content: parse_baseline(content, "baseline.json")):
        _tolerated(read, text)
        _tolerated(read, json.dumps({"schema": 1, "subject": {"kind": "api", "path": text}, "sections": {text: {}}}))


def settings(text: str) -> None:
    """A file of settings."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "docgen.toml").write_bytes(text.encode("utf-8", "surrogatepass"))
        load_settings(Path(folder))


def source(text: str) -> None:
    """A Python file, and a docstring in one."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "module.py")
        for content in (text, f"def load(path, limit=3):\n    {text!r}\n    return path\n"):
            path.write_bytes(content.encode("utf-8", "surrogatepass"))
            _tolerated(lambda _: read_package(path, private=True), "")
            _tolerated(lambda _: list(docstrings_in(path, Path(folder))), "")
        ignores_in_python(text.encode("utf-8", "surrogatepass"), [])


def _tolerated(read: Reading, text: str) -> None:
    try:
        read(text)
    except DocgenError:
        return


READINGS: Mapping[str, Reading] = MappingProxyType(
    {reading.__name__: reading for reading in (claims, document, front_matter, ledger, settings, source)}
)


def survive(reading: Reading, text: str) -> None:
    """Runs one entry point on a text; only a DocgenError may end it."""
    _tolerated(reading, text)
