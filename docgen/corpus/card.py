"""The dataset card of a corpus: what is in it, from where, under which licence, what was left out, and what it lacks.

In: the record of a corpus. Out: the text of its `README.md`, with the front matter that the Hub reads. Counts alone: a row may
be private, and a card travels further than the rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from docgen.corpus.record import Record, SourceRecord
from docgen.corpus.removal import REVERSIBLE, RULES
from docgen.corpus.store import SPLITS
from docgen.settings import CorpusSettings

CARD = "README.md"
_MOST_SOURCES = 200  # rows of the table of sources
_FEW = 20  # rows of a label, below which little can be learnt or measured
_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"), (10_000_000, "1M<n<10M"))
_SUBJECTS = ("module", "class", "function", "method", "model")
# The columns with their types, so that no tool has to guess them from the first rows.
_TEXTS = ("kind", "heading", "about", "excerpt", "text", "source", "license", "origin", "path", "labelled")
_NUMBERS = {"line": "int64", "confidence": "float64", "support": "float64", "weight": "float64"}
_FEATURES = dict.fromkeys(_TEXTS, "string") | _NUMBERS


def card(record: Record) -> str:
    """The card of a corpus."""
    parts = [
        _front_matter(record),
        "# Documentation sections",
        _opening(record),
        "## Labels",
        _table(("label", *SPLITS), ((kind, *(counts[split] for split in SPLITS)) for kind, counts in record.labels.items())),
        _labelled(record),
        "## Sources",
        _sources(record.sources),
        "## Left out",
        _left_out(record),
        "## Private words",
        _private(record),
        "## Splits",
        _splits(record),
        "## Known gaps",
        "\n".join(f"- {gap}" for gap in _gaps(record)) or "None of those that can be counted.",
        "## Loading it",
        _LOADING,
    ]
    return "\n\n".join(parts) + "\n"


_LOADING = """```python
import json
from datasets import load_dataset

corpus = load_dataset("path/to/this/folder")           # or streaming=True
rows = load_dataset("json", data_files="train.jsonl")  # the same columns
facts = {
    fact["name"]: fact["value"] if fact["type"] == "text" else json.loads(fact["value"])
    for fact in corpus["train"][0]["facts"]
}
```

Each row is an order and its answer: `kind` (the label), `heading`, `about` (what it speaks of), `facts` and `excerpt` (what is
known of that), and `text` (what people wrote). A fact's `value` is text in every row: the value itself where `type` is `text`,
else its JSON. `source`, `license`, `origin`, `path` and `line` say where the text comes from, `labelled` and `confidence` how
its label was found, `support` which share of its statements the facts bear out, `weight` how often training is to draw it."""


def _opening(record: Record) -> str:
    total, sources = sum(record.rows.values()), len(record.sources)
    return (
        f"{total} labelled section{_s(total)} of technical documentation from {sources} source{_s(sources)}, each with the "
        "facts that were read from the code or the model it speaks of. `docgen corpus build` made it; `corpus.json` holds "
        "these counts for programs."
    )


def _front_matter(record: Record) -> str:
    licences = {licence for source in record.sources.values() for licence in source.licenses}
    stated = [f"license: {next(iter(licences)).lower()}"] if len(licences) == 1 and "" not in licences else []
    languages = record.settings.get("corpus.languages", list(CorpusSettings().languages))
    total = sum(record.rows.values())
    size = next((name for bound, name in _SIZES if total < bound), "10M<n<100M")
    lines = [
        *("---", "pretty_name: Documentation sections", *stated),
        *(["language:", *(f"- {name}" for name in languages)] if isinstance(languages, list) and languages else []),
        *("task_categories:", "- text-generation", "size_categories:", f"- {size}", "tags:", "- documentation"),
        *("configs:", "- config_name: default", "  data_files:"),
        *(f"  - split: {split}\n    path: {split}.jsonl" for split in SPLITS if record.rows[split]),
        *("dataset_info:", "  features:"),
        *(f"  - name: {name}\n    dtype: {kind}" for name, kind in _FEATURES.items()),
        "  - name: facts\n    list:",
        *(f"    - name: {name}\n      dtype: string" for name in ("name", "type", "value")),
        "---",
    ]
    return "\n".join(lines)


def _labelled(record: Record) -> str:
    meanings = {
        "heading": "by a heading that docgen knows",
        "settings": "by a heading that the project's settings map",
        "classifier": "by docgen's classifier, from heading and text",
        "given": "by the source itself: docstrings, rows, sections that docgen placed",
    }
    said = [f"{count} {meanings.get(how, how)}" for how, count in _by_count(record.labelled)]
    return "Labelled " + "; ".join(said) + "."


def _sources(sources: Mapping[str, SourceRecord]) -> str:
    ordered = sorted(sources.items(), key=lambda item: (-item[1].rows, item[0]))
    rows = [
        (name, _listed(source.licenses, "not stated"), _listed(source.origins), source.split, source.rows)
        for name, source in ordered[:_MOST_SOURCES]
    ]
    more = f"\n\nAnd {len(ordered) - _MOST_SOURCES} smaller ones." if len(ordered) > _MOST_SOURCES else ""
    return _table(("source", "licence", "origin", "split", "sections"), rows) + more


def _left_out(record: Record) -> str:
    if not record.removed and not record.repaired:
        return "Nothing."
    rows = [
        (rule, RULES.get(rule, rule), count, f"`--keep {rule}`" if rule in REVERSIBLE else "")
        for rule, count in _by_count(record.removed)
    ]
    repaired = [f"{what}: {count}." for what, count in _by_count(record.repaired)]
    return "\n\n".join([_table(("rule", "what it leaves out", "passages", "keeps them"), rows), *repaired])


def _private(record: Record) -> str:
    policy = CorpusSettings()
    secrets = record.settings.get("corpus.secrets", policy.secrets)
    personal = record.settings.get("corpus.personal", policy.personal)
    done = {"remove": "the section is left out", "mask": "masked", "keep": "kept"}
    found = ", ".join(f"{count} {sort}" for sort, count in _by_count(record.private)) or "none"
    return (
        f"Policy: secrets, {done.get(str(secrets), secrets)}; personal data, {done.get(str(personal), personal)}. "
        f"Found: {found}. They are looked for by rules, which miss some."
    )


def _splits(record: Record) -> str:
    counts = ", ".join(f"{record.rows[split]} {split}" for split in SPLITS)
    leaks = ", ".join(f"{count} {sort}" for sort, count in _by_count(record.leaks))
    proof = f"The leakage check found: {leaks}." if leaks else "The leakage check found nothing that stands on two sides."
    return (
        f"By source, never by row ({counts}); a source stays in its split when the corpus is built again or others join. "
        f"{proof} It looks for shared sources, subjects, texts and near-duplicates, and for held-out texts inside longer ones."
    )


def _gaps(record: Record) -> Iterator[str]:
    for kind, counts in record.labels.items():
        if (rows := sum(counts.values())) < _FEW:
            yield f"`{kind}` has {rows} row{_s(rows)}."
    for split in SPLITS:
        if not record.rows[split]:
            yield f"The {split} split is empty."
    if missing := [subject for subject in _SUBJECTS if not record.subjects.get(subject)]:
        yield f"Nothing is about a {', a '.join(missing)}."
    total = sum(record.rows.values())
    name, largest = max(record.sources.items(), key=lambda item: item[1].rows)
    if len(record.sources) > 1 and largest.rows * 2 > total:
        yield f"`{name}` has {largest.rows / total:.0%} of all rows."
    if unknown := sum(source.licenses.get("", 0) for source in record.sources.values()):
        yield f"The licence of {unknown} row{_s(unknown)} is not known."


def _table(head: Sequence[str], rows: Iterable[Sequence[str | int]]) -> str:
    body = list(rows)
    numeric = [bool(body) and all(isinstance(row[column], int) for row in body) for column in range(len(head))]
    lines = [head, ["---:" if number else "---" for number in numeric], *body]
    return "\n".join("| " + " | ".join(map(_cell, line)) + " |" for line in lines)


def _listed(counts: Mapping[str, int], unnamed: str = "") -> str:
    return ", ".join(name or unnamed for name, _ in _by_count(counts))


def _by_count(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def _cell(value: object) -> str:
    return " ".join(str(value).replace("|", "\\|").split())


def _s(count: int) -> str:
    return "" if count == 1 else "s"
