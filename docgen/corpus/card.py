"""The dataset card of a corpus: what is in it, from where, under which licence.

In: examples by split. Out: the text of its `README.md`, with the front matter that the Hub reads. Counts alone: a row may be
private, and a card travels further than the rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from docgen.corpus.store import SPLITS, Example, Split


def card(splits: Mapping[Split, Sequence[Example]], left_out: int) -> str:
    """The card of a corpus from which so many labelled passages were left out."""
    everything = [example for examples in splits.values() for example in examples]
    sources = len({example.source for example in everything})
    lines = [
        *_front_matter(splits),
        "",
        "# Documentation sections",
        "",
        f"{len(everything)} labelled sections from {sources} source{'' if sources == 1 else 's'}, split by source.",
        "",
        *_kinds(splits),
        "",
        *_sources(splits),
        "",
    ]
    if left_out:
        lines += [f"Labelled passages left out because they were too short, or tied to no symbol or model: {left_out}.", ""]
    return "\n".join(lines)


def _front_matter(splits: Mapping[Split, Sequence[Example]]) -> list[str]:
    licences = {example.license for examples in splits.values() for example in examples}
    stated = [f"license: {next(iter(licences)).lower()}"] if len(licences) == 1 and "" not in licences else []
    files = [f"  - split: {split}\n    path: {split}.jsonl" for split in SPLITS if splits[split]]
    return ["---", *stated, "configs:", "- config_name: default", "  data_files:", *files, "---"]


def _kinds(splits: Mapping[Split, Sequence[Example]]) -> list[str]:
    counts = {split: Counter(example.brief.kind for example in splits[split]) for split in SPLITS}
    kinds = sorted({kind for count in counts.values() for kind in count})
    rows = [f"| {kind} | " + " | ".join(str(counts[split][kind]) for split in SPLITS) + " |" for kind in kinds]
    return ["| label | " + " | ".join(SPLITS) + " |", "|---|" + "---:|" * len(SPLITS), *rows]


def _sources(splits: Mapping[Split, Sequence[Example]]) -> list[str]:
    counts = Counter(
        (example.source, example.license or "not stated", example.origin, split)
        for split, examples in splits.items()
        for example in examples
    )
    rows = [f"| {' | '.join(map(_cell, row))} | {count} |" for row, count in sorted(counts.items())]
    return ["| source | licence | origin | split | sections |", "|---|---|---|---|---:|", *rows]


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())
