"""The page of a run: what it learnt, what it did with it, what it left out and what it cost, in one HTML file.

In: the finished record, the log, and what base and adapter wrote. Out: a page that needs nothing else. It shows held-out texts,
as a person must see them to judge a run; so it stays beside the adapter and is never pushed.
"""

from __future__ import annotations

import difflib
import math
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from docgen.metrics import METRICS
from docgen.page import Html, Page, Span, code, folded, grid, joined, lines, marked, paragraph, table, totals
from docgen.report import Finding
from docgen.training.evaluation import OWN, SELECTION, Scored, digits, is_beyond_chance, score_texts, too_few
from docgen.training.rows import Row
from docgen.writers.local.record import Record

PAGE = "report.html"
_SHOWN = 5  # examples at each end
_CHANCE = "In brackets 95 % intervals, from resampling them; * adapter and base differ beyond chance."
_WORD = re.compile(r"\w+|[^\w\s]")


def run_page(
    record: Record,
    log: Sequence[Mapping[str, Any]],
    held: Sequence[Row],
    scored: Mapping[str, Scored],
    dropped: Sequence[Finding],
) -> str:
    """The page of a run whose writers gave `scored` for the rows `held`."""
    page = Page(f"Training of {record.base.name}", _subtitle(record))
    page.section("Curves", _curves(log))
    if scored:
        told = f"{len(held)} held-out section{'' if len(held) == 1 else 's'}. {_CHANCE}"
        warning = [paragraph(f"Note: {few}.")] if (few := too_few(len(held))) else []
        page.section("Scores", paragraph(told), *warning, _scores(record))
        page.section("Scores by label", *_by_label(held, scored))
        answers = scored["adapter"].texts if "adapter" in scored else ()
        if answers:
            page.section("Examples", *_examples(held, scored))
            page.section("Confusions", _confusions(held, answers))
    page.section("Left out", _dropped(dropped))
    page.section("Cost", _cost(record))
    page.section("Settings", _settings(record))
    return str(page)


def _subtitle(record: Record) -> str:
    chosen = record.selected
    how = f", chosen by validation {chosen['metric']} {chosen['value']}" if "metric" in chosen else ""
    return f"step {chosen.get('step')}{how}; corpus {record.corpus.get('mark')}; {record.quantization}"


def _curves(log: Sequence[Mapping[str, Any]]) -> Html:
    def points(key: str) -> list[tuple[float, float]]:
        found = {float(entry["step"]): float(entry[key]) for entry in log if key in entry and math.isfinite(entry[key])}
        return sorted(found.items())

    losses = {name: found for name, key in (("training", "loss"), ("validation", "eval_loss")) if (found := points(key))}
    panels = [lines("Loss, nats a token", losses, across="step")]
    if found := points(f"eval_{SELECTION}"):
        panels.append(lines(f"Validation {SELECTION}", {SELECTION: found}, across="step"))
    if found := points("learning_rate"):
        panels.append(lines("Learning rate", {"rate": found}, across="step"))
    if found := points("grad_norm"):
        panels.append(lines("Gradient norm", {"norm": found}, across="step"))
    return grid(*panels)


def _scores(record: Record) -> Html:
    """The scores with their intervals, and by how much adapter and base differ."""
    (split, scores), *_ = record.scores.items()
    names = [name for name in (*METRICS, *OWN) if any(name in found for found in scores.values())]
    rows = []
    for name in names:
        bounds = [record.intervals[split][writer].get(name) for writer in scores]
        own = [_with_interval(name, found.get(name), each) for found, each in zip(scores.values(), bounds, strict=True)]
        rows.append([name, *own, _difference(name, record.differences[split].get(name))])
    return table("Scores", ["", *scores, "adapter - base"], rows, frozenset(range(1, len(scores) + 2)))


def _with_interval(name: str, value: float | None, bounds: Mapping[str, float] | None) -> str:
    between = f" ({bounds['low']:.{digits(name)}f} to {bounds['high']:.{digits(name)}f})" if bounds else ""
    return "" if value is None else f"{value:.{digits(name)}f}{between}"


def _difference(name: str, found: Mapping[str, float] | None) -> str:
    if not found:
        return ""
    low, high = (f"{found[end]:+.{digits(name)}f}" for end in ("low", "high"))
    return f"{found['difference']:+.{digits(name)}f} ({low} to {high})" + (" *" if is_beyond_chance(found) else "")


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"


def _by_label(held: Sequence[Row], scored: Mapping[str, Scored]) -> list[Html]:
    """Base and adapter by the kind of section."""
    places: dict[str, list[int]] = defaultdict(list)
    for place, row in enumerate(held):
        places[row.example.brief.kind].append(place)
    writers = [name for name in ("base", "adapter", "statements") if name in scored and scored[name].texts]
    shown = ("chrF", "ROUGE-L", "claims.F1")
    rows = []
    for kind, own in sorted(places.items()):
        of = [score_texts([held[place] for place in own], [scored[name].texts[place] for place in own]) for name in writers]
        rows.append(
            [kind, str(len(own)), *(_number(found.metrics.get(metric)) for metric in shown for found in of)],
        )
    head = ["label", "sections", *(f"{metric}, {name}" for metric in shown for name in writers)]
    return [table("Scores by label", head, rows, frozenset(range(1, len(head))))]


def _examples(held: Sequence[Row], scored: Mapping[str, Scored]) -> list[Html]:
    """The best and the worst answers of the adapter, by chrF, with their differences from what a person wrote."""
    answers = scored["adapter"].texts
    values = [score_texts([row], [text]).metrics.get("chrF", 0.0) for row, text in zip(held, answers, strict=True)]
    ranked = sorted(range(len(held)), key=lambda place: -values[place])
    best, worst = ranked[:_SHOWN], [place for place in ranked[::-1][:_SHOWN] if place not in ranked[:_SHOWN]]
    found = []
    for title, places in (("best", best), ("worst", worst)):
        for place in places:
            row = held[place]
            parts = [_compared(answers[place], row.example.text)]
            if "base" in scored and scored["base"].texts:
                parts.append(paragraph("The base wrote: ", scored["base"].texts[place] or "nothing"))
            found.append(
                folded(f"{title}: {row.key}, chrF {values[place]:.1f}", *parts, is_open=place in (best[0], *worst[:1]))
            )
    return found


def _compared(answer: str, reference: str) -> Html:
    """An answer and its reference, with the words marked that the other has not."""
    one, other = list(_WORD.finditer(answer)), list(_WORD.finditer(reference))
    matcher = difflib.SequenceMatcher(None, [word[0] for word in one], [word[0] for word in other], autojunk=False)
    here, there = [], []
    for operation, first, last, start, end in matcher.get_opcodes():
        if operation != "equal":
            if last > first:
                here.append(Span(one[first].start(), one[last - 1].end(), "wrong", "not in the reference"))
            if end > start:
                there.append(Span(other[start].start(), other[end - 1].end(), "unseen", "not in the answer"))
    wrote = paragraph("The adapter wrote: ", marked(answer, here) if answer else "nothing")
    return joined([wrote, paragraph("A person wrote: ", marked(reference, there))])


def _confusions(held: Sequence[Row], answers: Sequence[str]) -> Html:
    """The label whose references each answer is nearest to, by words: an introduction that reads like error handling is a
    confusion."""
    texts: dict[str, Counter[str]] = defaultdict(Counter)
    for row in held:
        texts[row.example.brief.kind].update(set(_words(row.example.text)))
    sizes = Counter(row.example.brief.kind for row in held)
    everything = sum(texts.values(), Counter[str]())
    counts: dict[tuple[str, str], int] = Counter()
    for row, answer in zip(held, answers, strict=True):
        counts[row.example.brief.kind, _nearest(set(_words(answer)), texts, sizes, everything, len(held))] += 1
    kinds = sorted(sizes)
    rows = [[kind, *(str(counts.get((kind, other), 0) or "") for other in (*kinds, ""))] for kind in kinds]
    head = ["asked for", *(f"reads like {kind}" for kind in kinds), "says nothing"]
    return table("Confusions", head, rows, frozenset(range(1, len(head))))


def _nearest(
    words: set[str], texts: Mapping[str, Counter[str]], sizes: Mapping[str, int], everything: Counter[str], rows: int
) -> str:
    """The kind whose references hold the answer's words more often than all do (naive Bayes, smoothed by one)."""
    if not words:
        return ""

    def likelihood(kind: str) -> float:
        own, size = texts[kind], sizes[kind]
        return sum(math.log((own[word] + 1) / (size + 2)) - math.log((everything[word] + 1) / (rows + 2)) for word in words)

    return max(sorted(texts), key=likelihood)


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z]{3,}", text.lower())


def _dropped(dropped: Sequence[Finding]) -> Html:
    if not dropped:
        return paragraph("Every row was used as it is.")
    return table(
        "Left out",
        ["where", "section", "what"],
        [[code(f"{finding.path}:{finding.line}"), finding.section, finding.message] for finding in dropped],
    )


def _cost(record: Record) -> Html:
    energy, whole = record.cost.get("energy_kwh"), record.cost.get("seconds")
    forgotten = record.forgetting.get("rise")
    numbers = [
        ("seconds of training", f"{record.seconds:,.0f}"),
        *([("seconds in all", f"{float(str(whole)):,.0f}")] if whole is not None else []),
        ("tokens a second", f"{record.tokens_per_second:,.0f}"),
        ("peak memory", f"{record.peak_memory_bytes / 1e9:.2f} GB"),
        *([("energy", f"{float(str(energy)) * 1000:.2f} Wh")] if energy is not None else []),
        *([("forgotten, nats a token", f"{float(str(forgotten)):+.3f}")] if forgotten is not None else []),
    ]
    return totals(numbers)


def _settings(record: Record) -> Html:
    rows = [[name, str(value)] for name, value in sorted({**record.settings, **record.versions}.items())]
    return table("Settings", ["setting", "value"], rows)
