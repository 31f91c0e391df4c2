"""A run as one page of HTML: what fails, the numbers with their intervals, and every text beside its reference.

In: a ScoreReport. Out: a file that asks for nothing and runs nothing. One reason to change: what a person looks at to find out
why a score is low.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from docgen.page import (
    Html,
    Page,
    Span,
    badge,
    bars,
    code,
    element,
    folded,
    foreign,
    grid,
    histogram,
    joined,
    lines,
    marked,
    panel,
    paragraph,
    swatch,
    table,
    totals,
    whisker,
)
from docgen.report import Finding
from docgen.score.differences import differences
from docgen.score.history import Run
from docgen.score.items import Item, by_document
from docgen.score.scored import SEED, Scored, is_share, is_text, ordered
from docgen.score.statistics import described
from docgen.score.table import CLAIM_COLUMNS, KEY_METRICS, between, claim_rows, shown
from docgen.score.worst import badness, checked, told, unsupported

if TYPE_CHECKING:
    from docgen.score.debugging import Bad, Diagnosis
    from docgen.score.report import ScoreReport

_MOST_DOCUMENTS, _MOST_TEXTS, _MOST_OF_ONE = 100, 300, 60  # shown in full; a page of a hundred thousand lines opens nowhere
_MOST_FINDINGS = 200
_MOST_RUNS = 200  # of a history that are plotted
_LONGEST_TEXT, _LONGEST_TAUGHT = 6000, 300  # characters shown of one text, and of one that a writer was taught
_SEVERITY = {"error": "fails", "review": "to review", "note": "note"}


def page(report: ScoreReport) -> str:
    """The page's text; it holds no lone surrogate, and can be written as UTF-8."""
    first = report.columns[0]
    made = Page("Documentation scores", report.title)
    made.section("At a glance", *_glance(report))
    if report.findings:
        made.section("What fails, and what to review", *_findings(report.findings))
    made.section("Metrics", *_metrics(report))
    if report.compared:
        made.section(f"{first.name} against {report.compared[0].against}", *_comparison(report))
    if report.diagnosis:
        made.section("What is wrong with the answers", *_diagnosis(report.diagnosis))
    if report.changes:
        made.section("Since the baseline", _changes(report))
    if report.runs:
        made.section("History", *_history(report.runs))
    made.section("Distributions", _distributions(first))
    if first.slices:
        made.section("By label, source and length", *_slices(first, report.headline))
    made.section("Texts", *_texts(first, report.headline))
    made.section("How this was made", *_method(report))
    return str(made)


def _glance(report: ScoreReport) -> Iterator[Html]:
    first = report.columns[0]
    severities = Counter(finding.severity for finding in report.findings)
    numbers = [("documents", f"{len(first.documents):,}"), ("texts", f"{first.scores.n:,}")]
    for name in dict.fromkeys((report.headline, *(name for name in KEY_METRICS if first.value(name) is not None))):
        if name and len(numbers) < 6:
            numbers.append((name, shown(name, first.value(name))))
    numbers += [("fails", f"{severities['error']:,}"), ("to review", f"{severities['review']:,}")]
    yield totals(numbers)
    if report.notes:
        yield panel("Notes", element("ul", *(element("li", foreign(note)) for note in report.notes)))


def _findings(findings: Sequence[Finding]) -> Iterator[Html]:
    rows = [
        (
            badge(_SEVERITY[finding.severity], finding.severity),
            code(f"{finding.path}:{finding.line}" if finding.line > 1 else finding.path),
            foreign(finding.message),
            foreign(finding.fix),
        )
        for finding in findings[:_MOST_FINDINGS]
    ]
    yield table("Findings", ("", "Where", "What", "What to do"), rows)
    if (more := len(findings) - _MOST_FINDINGS) > 0:
        yield element("p", f"and {more:,} more; docgen score prints them all", class_="quiet")


# Numbers -----------------------------------------------------------------------------------------------------------------


def _metrics(report: ScoreReport) -> Iterator[Html]:
    first, others = report.columns[0], report.columns[1:]
    rows = []
    for name in ordered({name: None for column in report.columns for name in column.scores.metrics}):
        value, interval = first.value(name), first.intervals.get(name)
        drawn = Html("") if value is None or not is_share(name) else whisker(value, *(interval or (None, None)))
        others_told = [shown(name, column.value(name)) for column in others]
        rows.append((foreign(name), shown(name, value), between(name, interval), drawn, *others_told))
    head = ("Metric", first.name, "95 % interval", "from 0 to 100", *(column.name for column in others))
    yield table("Metrics", head, rows, numbers=frozenset((1, 2, *range(4, 4 + len(others)))))
    claims = first.scores.claims
    if claims.by_kind:
        head = ("", *CLAIM_COLUMNS)
        listed = table("Claims", head, list(claim_rows(claims)), numbers=frozenset(range(1, len(head))))
        yield panel("Claims by kind", listed)


def _comparison(report: ScoreReport) -> Iterator[Html]:
    widest = max((abs(end) for each in report.compared for end in (each.low, each.high)), default=1.0) or 1.0
    rows = []
    for each in report.compared:
        drawn = whisker(each.difference, each.low, each.high, start=-widest, end=widest)
        numbers = (f"{each.difference:+.2f}", f"{each.low:+.2f} to {each.high:+.2f}")
        chances = (f"{each.p_bootstrap:.3f}", f"{each.p_randomisation:.3f}")
        rows.append((foreign(each.metric), *numbers, drawn, *chances, f"{each.better:,}", f"{each.worse:,}", f"{each.texts:,}"))
    head = ("Metric", "Difference", "95 % interval", "", "p, bootstrap", "p, randomisation", "Better in", "Worse in", "Texts")
    yield table("Comparison", head, rows, numbers=frozenset((1, 2, 4, 5, 6, 7, 8)))
    yield element("p", "Differences of the same texts. An interval that holds 0 may be chance.", class_="quiet")


def _changes(report: ScoreReport) -> Html:
    found = [each.comparison for each in report.changes]
    widest = max((abs(end) for each in found for end in (each.low, each.high)), default=1.0) or 1.0
    rows = []
    for change, each in zip(report.changes, found, strict=True):
        drawn = whisker(each.difference, each.low, each.high, start=-widest, end=widest)
        values = (shown(change.metric, change.before), shown(change.metric, change.now))
        told_change = (f"{each.difference:+.2f}", f"{each.low:+.2f} to {each.high:+.2f}")
        rows.append((foreign(change.metric), *values, *told_change, drawn, f"{each.texts:,}"))
    head = ("Metric", "Baseline", "Now", "Change", "95 % interval", "", "Documents")
    return table("Since the baseline", head, rows, numbers=frozenset((1, 2, 3, 4, 6)))


def _history(runs: Sequence[Run]) -> Iterator[Html]:
    """A chart for each metric of the last run, over the runs that were scored in its way."""
    last = runs[-1]
    own = [run for run in runs if (run.way, run.name) == (last.way, last.name)][-_MOST_RUNS:]
    if len(own) < 2:
        yield paragraph("The first run that was scored in this way; from the next one on its metrics are plotted here.")
        return
    across = f"{len(own)} runs, {own[0].time[:10]} to {last.time[:10]}"
    charts = []
    for name in ordered(last.metrics):
        points = [(number, run.metrics[name]) for number, run in enumerate(own, 1) if name in run.metrics]
        if len(points) > 1:
            charts.append(lines(name, {name: points}, across=across))
    yield grid(*charts)
    if other := len(runs) - len(own):
        yield element("p", f"{other:,} runs of other texts, or scored in another way, are not plotted.", class_="quiet")
    names = [name for name in ordered(last.metrics) if name in KEY_METRICS]
    rows = [
        (
            run.time.replace("T", " ").rstrip("Z"),
            code(run.revision),
            f"{run.texts:,}",
            *(shown(n, run.metrics.get(n)) for n in names),
        )
        for run in reversed(own[-20:])
    ]
    numbers = frozenset(range(2, 3 + len(names)))
    yield folded("The last runs", table("Runs", ("Time (UTC)", "Revision", "Texts", *names), rows, numbers=numbers))


def _distributions(first: Scored) -> Html:
    charts = []
    for name in first.metrics:
        values = [item[name] for item in first.scores.items.values() if name in item]
        if len(values) > 1 and is_share(name):
            charts.append(histogram(name, values, low=0, high=100, note=f"Of {len(values):,} texts, each by itself."))
        elif len(values) > 1 and any(values):  # of nothing but zeros, the table says all
            charts.append(histogram(name, values, low=0, note=f"Of {len(values):,} texts, each by itself."))
    return grid(*charts) if charts else paragraph("There is a single text.")


def _slices(first: Scored, headline: str) -> Iterator[Html]:
    for dimension, parts in first.slices.items():
        names = ordered({name: None for own in parts.values() for name in own.metrics if name in (*KEY_METRICS, headline)})
        rows = []
        for part, own in parts.items():
            value = own.metrics.get(headline)
            drawn = Html("") if value is None or not is_share(headline) else whisker(value, None, None)
            rows.append((foreign(part), f"{own.texts:,}", drawn, *(shown(name, own.metrics.get(name)) for name in names)))
        numbers = frozenset((1, *range(3, 3 + len(names))))
        yield panel(f"By {dimension}", table(f"By {dimension}", (dimension, "Texts", headline, *names), rows, numbers=numbers))


# Texts -------------------------------------------------------------------------------------------------------------------


def _texts(first: Scored, headline: str) -> Iterator[Html]:
    yield paragraph(
        "Worst first. In a text ",
        swatch("contradicted", "wrong"),
        " claims, those that stand ",
        swatch("in no fact", "unseen"),
        " and ",
        swatch("words that its reference does not have", "added"),
        " are marked; in the reference ",
        swatch("words that the text does not have", "missing"),
        ". What exactly is wrong shows beside the pointer.",
    )
    documents = by_document(first.items)
    if all(len(own) == 1 for own in documents.values()):
        ranked = sorted(first.items, key=lambda item: badness(first.of(item), headline))
        yield from (_folded_text(item, first) for item in ranked[:_MOST_TEXTS])
        left, noun = len(ranked) - _MOST_TEXTS, "texts"
    else:
        names = sorted(documents, key=lambda name: (badness(first.documents.get(name, {}), headline), name))
        for name in names[:_MOST_DOCUMENTS]:
            yield _document(name, documents[name], first, headline)
        left, noun = len(names) - _MOST_DOCUMENTS, "documents"
    if left > 0:
        yield element("p", f"and {left:,} {noun} that scored better; --format json has the numbers of all", class_="quiet")


def _document(name: str, items: Sequence[Item], first: Scored, headline: str) -> Html:
    """A document with its sections, the worst first; one with a contradiction stands open."""
    values = first.documents.get(name, {})
    ranked = sorted(items, key=lambda item: badness(first.of(item), headline))
    blocks = [_text(item, first) for item in ranked[:_MOST_OF_ONE]]
    more = len(ranked) - _MOST_OF_ONE
    rest = element("p", f"and {more:,} sections that scored better", class_="quiet") if more > 0 else Html("")
    return folded(_summary(name, values), *blocks, rest, is_open=values.get("contradicted", 0.0) > 0)


def _folded_text(item: Item, first: Scored) -> Html:
    return folded(_summary(item.key, first.of(item)), _text(item, first, is_alone=True))


def _summary(name: str, values: Mapping[str, float]) -> Html:
    parts: list[str] = [foreign(name)]
    if count := int(values.get("contradicted", 0)):
        parts.append(badge(f"{count} contradicted", "error"))
    numbers = [
        f"{name} {shown(name, values[name])}" for name in ordered(values) if name in KEY_METRICS and name != "contradicted"
    ]
    parts.append(element("span", ", ".join(numbers) or "not scored", class_="quiet"))
    return joined(parts)


def _text(item: Item, first: Scored, *, is_alone: bool = False) -> Html:
    """One text beside its reference, with what is wrong in either."""
    values = first.of(item)
    title = item.key.partition("#")[2] or item.key
    where = f"{item.path}:{item.line}" if item.line else ""
    head = [] if is_alone else [joined([element("b", foreign(title)), " ", foreign(where, "span", class_="where")])]
    numbers = ", ".join(f"{name} {shown(name, values[name])}" for name in ordered(values))
    text, reference = item.answer.text, item.answer.reference
    wrong = _claims_of(item)
    differing = differences(text, reference) if reference.strip() else None
    own = [Span(*place, "added") for place in differing.added] if differing else []
    ours = marked(text.rstrip()[:_LONGEST_TEXT], [*wrong, *_beside(own, wrong)])
    sides = [element("div", element("h3", "Text"), element("div", ours, class_="passage", dir="auto"))]
    if differing:
        theirs = marked(reference.rstrip()[:_LONGEST_TEXT], [Span(*place, "missing") for place in differing.missing])
        sides.append(element("div", element("h3", "Reference"), element("div", theirs, class_="passage", dir="auto")))
    contradicted = [element("li", foreign(note)) for note in dict.fromkeys(s.note for s in wrong if s.kind == "wrong")]
    doubted = [element("li", "nothing bears out: ", foreign(each.line)) for each in unsupported(item)]
    listed = element("ul", *contradicted, *doubted) if contradicted or doubted else Html("")
    cut = len(text) > _LONGEST_TEXT or len(reference) > _LONGEST_TEXT
    rest = element("p", "The rest is left out here.", class_="quiet") if cut else Html("")
    quiet = element("p", numbers, class_="where")
    return element("div", *head, quiet, listed, element("div", *sides, class_="beside"), rest, class_="row")


def _claims_of(item: Item) -> list[Span]:
    spans = []
    for each in checked(item):
        if each.verdict == "contradicted":
            spans.append(Span(each.claim.start, each.claim.end, "wrong", told(each)))
        elif each.verdict == "unknown":
            spans.append(Span(each.claim.start, each.claim.end, "unseen", f"no fact holds this {each.claim.kind}"))
    return spans


def _beside(spans: Sequence[Span], taken: Sequence[Span]) -> Iterator[Span]:
    """The parts of `spans` that lie outside `taken`, which say more."""
    for span in spans:
        start = span.start
        for other in sorted(taken, key=lambda other: other.start):
            if other.end <= start or other.start >= span.end:
                continue
            if other.start > start:
                yield Span(start, other.start, span.kind, span.note)
            start = other.end
        if start < span.end:
            yield Span(start, span.end, span.kind, span.note)


# Errors of a writer ------------------------------------------------------------------------------------------------------


def _diagnosis(found: Diagnosis) -> Iterator[Html]:
    from docgen.score.errors import SORTS  # brings along what judges a writer's answers

    by_sort = found.by_sort()
    yield paragraph(f"{len(found.bad):,} of {found.answers:,} answers have an error.")
    yield bars("Answers by sort of error", {sort: [len(own)] for sort, own in by_sort.items()}, [""])
    for sort, own in by_sort.items():
        blocks = [_bad(bad, fault.detail) for bad, fault in own[:_MOST_OF_ONE]]
        summary = joined([sort, element("span", f"{len(own):,}: {SORTS[sort]}", class_="quiet")])
        yield folded(summary, *blocks)
    if found.suggestions:
        rows = [
            (badge(each.action, "note"), code(f"train.jsonl:{each.line}"), code(each.example.brief.about), foreign(each.why))
            for each in found.suggestions
        ]
        listed = table("Rows to review", ("", "Row", "About", "Why"), rows)
        yield panel("Rows to review", listed, note="docgen score --debug --suggest FILE writes them, with a draft for each.")


def _bad(bad: Bad, detail: str) -> Html:
    """An answer with its error, and the training texts that are most like it."""
    near = [
        (
            code(f"train.jsonl:{each.line}"),
            code(each.example.brief.about),
            f"{each.score:.1f}",
            foreign(", ".join(dict.fromkeys(fault.sort for fault in each.faults)) or "none"),
            foreign(each.example.text[:_LONGEST_TAUGHT] + "…" * (len(each.example.text) > _LONGEST_TAUGHT)),
        )
        for each in bad.nearest
    ]
    passage = element("div", bad.item.answer.text.strip(), class_="passage", dir="auto")
    head = ("Taught", "About", "BM25", "Its own errors", "Text")
    listed = table("Nearest in training", head, near, numbers=frozenset((2,))) if near else Html("")
    return element("div", paragraph(element("b", foreign(bad.item.key)), " ", foreign(detail)), passage, listed, class_="row")


def _method(report: ScoreReport) -> Iterator[Html]:
    first = report.columns[0]
    rows = [(foreign(name), code(first.scores.metrics[name].signature)) for name in first.metrics]
    yield table("Signatures", ("Metric", "Signature"), rows)
    if any(is_text(name) for name in first.metrics):
        yield element(
            "p",
            "BLEU, chrF and ROUGE compare wordings: they cannot see that a text is wrong, and a correct text in other words "
            "scores low. Claims and support hold a text against its facts.",
            class_="quiet",
        )
    yield element(
        "p",
        f"Chance: {described(SEED)} (samples of the bootstrap and of approximate randomisation, and their seed).",
        class_="quiet",
    )
