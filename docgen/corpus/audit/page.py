"""The audit as one page: what is wrong, what there is in charts, and rows to look at beside their facts.

In: an `Audit`. Out: HTML in one file, which can be mailed, printed and opened without a network. It shows texts of the
corpus, and of rows with secrets or personal data only what may be shown of them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from statistics import median
from typing import TYPE_CHECKING

from docgen.brief import shown
from docgen.corpus.audit.faults import PRIVATE, SORTS, Fault, Sort
from docgen.corpus.audit.rows import Row, examples_of
from docgen.corpus.audit.summary import by_split
from docgen.corpus.privacy import redacted
from docgen.corpus.removal import RULES
from docgen.corpus.store import SPLITS, Example
from docgen.page import (
    Html,
    Page,
    badge,
    bars,
    code,
    dotted,
    element,
    folded,
    foreign,
    grid,
    histogram,
    joined,
    marked,
    paragraph,
    swatch,
    table,
    totals,
)

if TYPE_CHECKING:
    from docgen.corpus.audit import Audit

_MOST_LISTED = 100  # findings of one sort; a page of a hundred thousand lines opens nowhere
_GOOD, _BAD = 2, 4  # rows shown of each label
_MOST_FACTS = 8
_MOST_LABELS = 12  # that have histograms and rows of their own
_LONGEST_TEXT, _LONGEST_VALUE = 1500, 160  # characters shown
_WEIGHT = {"error": 2, "review": 1, "note": 0}
_SEVERITY = {"error": "error", "review": "to review", "note": "note"}


def page(audit: Audit) -> str:
    """The page's text; it holds no lone surrogate, and can be written as UTF-8."""
    made = Page("Corpus audit", f"{audit.corpus.name}: what it holds, and what is wrong with it, worst first")
    made.section("At a glance", _glance(audit))
    made.section("Findings", *_findings(audit))
    if audit.rows:
        made.section("What there is", grid(*_charts(audit.rows)))
        made.section("Lengths and support", grid(*_histograms(audit.rows)))
        made.section("Rows to look at", *_rows(audit))
    if audit.removed:
        made.section("Left out by the build", *_removed(audit.removed))
    if audit.wording:
        made.section("Wording", *_wording(audit.wording))
    made.section("How labels were checked", paragraph(_label_check(audit)))
    return str(made)


def _glance(audit: Audit) -> Html:
    severities = Counter(finding.severity for finding in audit.findings)
    words = [row.words for row in audit.rows]
    return totals(
        [
            ("rows", f"{len(audit.rows):,}"),
            ("labels", f"{len({row.kind for row in audit.rows}):,}"),
            ("sources", f"{len({row.source for row in audit.rows}):,}"),
            ("words in a text (median)", f"{median(words):.0f}" if words else "–"),
            ("errors", f"{severities['error']:,}"),
            ("to review", f"{severities['review']:,}"),
            ("notes", f"{severities['note']:,}"),
        ]
    )


# Findings ----------------------------------------------------------------------------------------------------------------


def _findings(audit: Audit) -> Iterator[Html]:
    groups: dict[str, list[Fault]] = defaultdict(list)
    for fault in audit.faults:
        groups[fault.code].append(fault)
    if not groups:
        yield paragraph(badge("clean", "good"), " Nothing was found.")
        return
    rows = [
        (_severity(SORTS[name]), SORTS[name].title, SORTS[name].meaning, code(name), f"{len(found):,}")
        for name, found in groups.items()
    ]
    yield table("Sorts of findings", ("Severity", "What", "What it means", "Code", "Findings"), rows, numbers=frozenset((4,)))
    for name, found in groups.items():
        yield _folded(SORTS[name], found)


def _severity(sort: Sort) -> Html:
    return badge(_SEVERITY[sort.severity], sort.severity)


def _folded(sort: Sort, faults: Sequence[Fault]) -> Html:
    """The findings of one sort; errors stand open."""
    listed = faults[:_MOST_LISTED]
    has_documents = any(fault.document for fault in listed)
    lines = [
        (
            code(_place(fault)),
            fault.row.kind if fault.row else "",
            prose(fault.message),
            *([foreign(fault.document)] if has_documents else []),
        )
        for fault in listed
    ]
    more = len(faults) - _MOST_LISTED
    rest = f"and {more:,} more; docgen corpus audit --all prints them" if more > 0 else ""
    summary = joined([sort.title, _severity(sort), element("span", f"{len(faults):,}", class_="quiet")])
    return folded(
        summary,
        paragraph("To mend: ", prose(sort.fix), "."),
        table(sort.title, ("Row", "Label", "What", *(["From"] if has_documents else [])), lines),
        element("p", rest, class_="quiet") if rest else Html(""),
        is_open=sort.severity == "error",
    )


def _place(fault: Fault) -> str:
    return f"{fault.row.split if fault.row else fault.split}.jsonl:{fault.row.line if fault.row else 1}"


def prose(message: str) -> Html:
    """A message with what it sets in backticks as code."""
    return joined(code(part) if place % 2 else part for place, part in enumerate(message.split("`")))


# Charts ------------------------------------------------------------------------------------------------------------------


def _charts(rows: Sequence[Row]) -> Iterator[Html]:
    yield bars("Labels", by_split(rows, lambda row: row.kind), SPLITS)
    yield bars("Origins", by_split(rows, lambda row: row.origin), SPLITS)
    yield bars("How the label was found", by_split(rows, lambda row: row.labelled), SPLITS)
    yield bars("Sources", by_split(rows, lambda row: row.source), SPLITS)
    yield bars("Licences", by_split(rows, lambda row: row.license or "unknown"), SPLITS)


def _histograms(rows: Sequence[Row]) -> Iterator[Html]:
    for kind in _kinds(rows)[:_MOST_LABELS]:
        yield histogram(f"Words: {kind}", [row.words for row in rows if row.kind == kind], low=0, unit="words")
    supported = [row.support for row in rows if row.support is not None]
    yield histogram("Support", supported, low=0, high=1, note="Share of a text's statements that its facts hold.")
    guessed = [row.confidence for row in rows if row.labelled == "classifier"]
    if guessed:
        yield histogram("Confidence of labels", guessed, low=0, high=1, note="Of labels that a classifier has given.")
    if any(row.weight != 1 for row in rows):
        weights = [row.weight for row in rows if row.split == "train"]
        yield histogram("Weights", weights, low=0, note="How often training draws a row, in epochs.")


def _kinds(rows: Sequence[Row]) -> list[str]:
    """Labels, those of most rows first."""
    return [kind for kind, _ in Counter(row.kind for row in rows).most_common()]


# Rows --------------------------------------------------------------------------------------------------------------------


def _rows(audit: Audit) -> Iterator[Html]:
    yield paragraph(
        "Of each label a few rows without a fault and the worst with one, each text beside the facts that it is written from. ",
        swatch("Contradicted", "wrong"),
        ", ",
        swatch("in no fact", "unseen"),
        " and ",
        swatch("odd words", "odd"),
        " are marked; what exactly is wrong shows beside the pointer.",
    )
    faulty = {fault.row for fault in audit.faults}
    private = {fault.row for fault in audit.faults if fault.code in PRIVATE}
    for kind in _kinds(audit.rows)[:_MOST_LABELS]:
        good = _good([row for row in audit.rows if row.kind == kind and row not in faulty])
        bad = _bad([fault for fault in audit.faults if fault.row and fault.row.kind == kind])
        blocks = [_row(example, row) for row, example in zip(good, examples_of(audit.corpus, good), strict=True)]
        found = examples_of(audit.corpus, [fault.row for fault in bad if fault.row])
        for fault, example in zip(bad, found, strict=True):
            if fault.row:
                blocks.append(_row(example, fault.row, fault, is_private=fault.row in private))
        if blocks:
            yield folded(kind, *blocks, is_open=True)


def _good(rows: Sequence[Row]) -> list[Row]:
    """The rows of most support, those of middling length first."""
    if not rows:
        return []
    middle = median(row.words for row in rows)
    return sorted(rows, key=lambda row: (-(row.support or 0.0), -row.confidence, abs(row.words - middle)))[:_GOOD]


def _bad(faults: Sequence[Fault]) -> list[Fault]:
    """The worst faults, of each sort one before any has two, each row once."""
    seen: Counter[str] = Counter()
    turns = []
    for fault in faults:
        turns.append((seen[fault.code], -_WEIGHT[SORTS[fault.code].severity], fault))
        seen[fault.code] += 1
    once: dict[Row | None, Fault] = {}
    for _, _, fault in sorted(turns, key=lambda turn: turn[:2]):
        once.setdefault(fault.row, fault)
    return list(once.values())[:_BAD]


def _row(example: Example, row: Row, fault: Fault | None = None, *, is_private: bool = False) -> Html:
    shows: Callable[[str], str] = redacted if is_private else str
    where = f"{row.short}, from {fault.document if fault else row.document}" if row.document else row.short
    sort = SORTS[fault.code] if fault else None
    head = paragraph(
        badge(sort.title, sort.severity) if sort else badge("no fault", "good"),
        " ",
        code(shows(row.about)),
        " ",
        foreign(where, "span", class_="where"),
    )
    told = paragraph(prose(fault.message)) if fault else Html("")
    spans = fault.spans if fault and not is_private else ()  # masks have moved what they are about
    passage = element("div", marked(_cut(shows(example.text), _LONGEST_TEXT), spans), class_="passage", dir="auto")
    return element("div", head, told, element("div", passage, _facts(example, shows), class_="beside"), class_="row")


def _facts(example: Example, shows: Callable[[str], str]) -> Html:
    facts = [
        element(
            "div",
            element("dt", dotted(fact.name)),
            element("dd", foreign(_cut(shows(shown(fact.value)), _LONGEST_VALUE))),
        )
        for fact in example.brief.facts[:_MOST_FACTS]
    ]
    if (more := len(example.brief.facts) - _MOST_FACTS) > 0:
        facts.append(element("div", element("dt", "…"), element("dd", f"and {more} more")))
    return element("dl", *facts, class_="facts") if facts else element("p", "no facts", class_="quiet")


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


# What is not in the corpus -----------------------------------------------------------------------------------------------


def _removed(removed: Mapping[str, int]) -> Iterator[Html]:
    yield paragraph(
        f"{sum(removed.values()):,} passages became no row. Most rules can be switched off: ",
        code("docgen corpus build --keep RULE"),
        ".",
    )
    ranked = sorted(removed.items(), key=lambda item: (-item[1], item[0]))
    lines = [(code(rule), RULES.get(rule, ""), f"{count:,}") for rule, count in ranked if count]
    yield table("Left out by the build", ("Rule", "What it leaves out", "Passages"), lines, numbers=frozenset((2,)))


def _wording(wording: Mapping[tuple[str, str], int]) -> Iterator[Html]:
    yield paragraph("Terms that leave readers out or talk down to them. Add your own under ", code("[corpus.terms]"), ".")
    lines = [(foreign(term), foreign(instead), f"{count:,}") for (term, instead), count in wording.items()]
    yield table("Wording", ("Term", "Write instead", "Times"), lines, numbers=frozenset((2,)))


def _label_check(audit: Audit) -> str:
    labels = audit.labels
    if labels.reason:
        return f"They were not: {labels.reason}."
    return (
        "A linear classifier learnt from the words of all sources but one group, and judged that group, until all "
        f"{labels.checked:,} rows were judged; its macro F1 against the labels is {labels.agreement:.2f}. Where it disagrees "
        "so clearly that its own errors do not explain it (confident learning), the label is likely wrong. It sees neither "
        "headings nor which facts a row has."
    )
