"""Pages: one self-contained HTML file of text, tables and charts, which asks for nothing from anywhere and runs nothing.

In: plain texts and numbers. Out: `Html`, and a `Page` that prints itself. All markup is made by `element`, which escapes every
text and attribute, so that no caller can forget to. Charts are tables and SVG measured in per cent: their words keep their size
at any width, wrap, and can be read aloud.
"""

from __future__ import annotations

import base64
import hashlib
import html
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

# Characters that would not show, or would turn the text around them: printed as the escapes that Python spells them by. A lone
# surrogate could not even be written to a file.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufff9-\ufffb]")
_SERIES = 6  # colours that page.css has for series
_HEIGHT = 132  # pixels of a histogram or a line chart
_BINS = 24
_VOID = frozenset(("br", "col", "meta", "wbr"))  # elements that have no end
_TAIL = 0.99  # quantile of the values from which a histogram's last bar holds the rest


class Html(str):
    """Markup that is finished. Every other text is escaped where it goes into an element."""

    __slots__ = ()


def element(name: str, /, *content: str, **attributes: str | float | None) -> Html:
    """An element with its children. `class_` stands for `class`, `aria_label` for `aria-label`; an attribute that is None is
    left out."""
    names = {key.rstrip("_").replace("_", "-"): value for key, value in attributes.items() if value is not None}
    given = "".join(f' {key}="{_escaped(str(value))}"' for key, value in names.items())
    inner = "".join(part if isinstance(part, Html) else _escaped(part) for part in content)
    return Html(f"<{name}{given}>" if name in _VOID else f"<{name}{given}>{inner}</{name}>")


def _escaped(text: str) -> str:
    """The one place where text becomes markup."""
    return html.escape(_UNSEEN.sub(lambda found: found[0].encode("unicode_escape").decode(), text.replace("\r\n", "\n")))


def joined(parts: Iterable[str]) -> Html:
    """Parts one after the other, texts escaped."""
    return Html("".join(part if isinstance(part, Html) else _escaped(part) for part in parts))


def foreign(text: str, tag: str = "bdi", **attributes: str | float | None) -> Html:
    """A text from elsewhere: its direction is its own, and turns nothing around it."""
    return element(tag, text, dir="auto", **attributes)


# The page ----------------------------------------------------------------------------------------------------------------


class Page:
    """A page with its title, a line below it, and sections that its head links to."""

    def __init__(self, title: str, subtitle: str = "") -> None:
        self._title, self._subtitle = title, subtitle
        self._sections: list[tuple[str, str, Html]] = []

    def section(self, title: str, *content: str) -> None:
        """Adds a section."""
        name = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
        anchor = f"{len(self._sections) + 1}-{name}".rstrip("-")
        body = element("section", element("h2", title), *content, id=anchor)
        self._sections.append((title, anchor, body))

    def __str__(self) -> str:
        links = [element("li", element("a", title, href=f"#{anchor}")) for title, anchor, _ in self._sections]
        header = element(
            "header",
            element("h1", foreign(self._title)),
            element("p", foreign(self._subtitle), class_="subtitle") if self._subtitle else "",
            element("nav", element("ul", *links), aria_label="Sections") if len(links) > 1 else "",
        )
        main = element("main", *(body for _, _, body in self._sections), id="content")
        body = element("body", element("a", "Skip to the content", href="#content", class_="skip"), header, main)
        return f'<!DOCTYPE html>\n<html lang="en">\n{_head(self._title)}\n{body}\n</html>\n'


def _head(title: str) -> Html:
    """The head, with the only style sheet, and a policy that allows that sheet and nothing else."""
    style = Path(__file__).with_name("page.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return element(
        "head",
        element("meta", charset="utf-8"),
        Html(f'<meta http-equiv="Content-Security-Policy" content="{policy}">'),  # its quotes would be escaped
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="referrer", content="no-referrer"),
        element("meta", name="color-scheme", content="light dark"),
        element("title", title),
        element("style", Html(style)),
    )


# Text and tables ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Span:
    """A passage of a text, from `start` to before `end`, of one `kind` (a class of page.css: `wrong`, `unseen`, `odd`, `added`,
    `missing`), and what is to say about it."""

    start: int
    end: int
    kind: str
    note: str = ""


def marked(text: str, spans: Iterable[Span]) -> Html:
    """A text with passages marked. Of overlapping ones the first counts, and of two that start together the longer."""
    parts: list[Html] = []
    at = 0
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        start, end = max(0, span.start), min(len(text), span.end)
        if start < at or start >= end:
            continue
        parts += [joined([text[at:start]]), element("mark", text[start:end], class_=span.kind, title=span.note or None)]
        at = end
    return joined([*parts, text[at:]])


def swatch(text: str, kind: str) -> Html:
    """Words marked whole, as a legend shows what a mark of this kind looks like."""
    return marked(text, [Span(0, len(text), kind)])


def paragraph(*content: str) -> Html:
    """A paragraph."""
    return element("p", *content)


def code(text: str) -> Html:
    """A name or a command."""
    return foreign(text, "code")


def dotted(name: str) -> Html:
    """A long name that may break after a dot or an underscore, and nowhere else."""
    parts = re.split(r"(?<=[._])", name)
    return foreign(joined(part for piece in parts for part in (piece, element("wbr")))) if len(parts) > 1 else foreign(name)


def badge(text: str, kind: str) -> Html:
    """A short word in a box; `kind` gives its colour: `error`, `review`, `note`, `good`."""
    return element("span", text, class_=f"badge {kind}")


def totals(numbers: Sequence[tuple[str, str]]) -> Html:
    """A row of large numbers, each with what it counts."""
    return element(
        "dl", *(element("div", element("dt", name), element("dd", value)) for name, value in numbers), class_="totals"
    )


def folded(summary: str, *content: str, is_open: bool = False) -> Html:
    """Content that opens by a click, or by Enter on its summary."""
    return element("details", element("summary", summary), *content, open="" if is_open else None)


def grid(*panels: str, wide: bool = False) -> Html:
    """Panels side by side as far as there is room; `wide` for two at most."""
    return element("div", *panels, class_="grid wide" if wide else "grid")


def panel(title: str, *content: str, note: str = "") -> Html:
    """A box with a heading."""
    return element("div", element("h3", title), *content, _noted(note), class_="panel")


def table(title: str, head: Sequence[str], rows: Iterable[Sequence[str]], numbers: frozenset[int] = frozenset()) -> Html:
    """A table that scrolls in itself where it is too wide; `numbers` are the columns set flush right, counted from 0."""
    columns = [element("th", name, scope="col", class_=_column(place, numbers)) for place, name in enumerate(head)]
    lines = [
        element("tr", *(element("td", cell, class_=_column(place, numbers)) for place, cell in enumerate(row))) for row in rows
    ]
    body = element("table", element("thead", element("tr", *columns)), element("tbody", *lines))
    return element("div", body, class_="scrolled", tabindex="0", role="region", aria_label=title)


def _column(place: int, numbers: frozenset[int]) -> str | None:
    return "number" if place in numbers else None


def _noted(note: str) -> Html:
    return element("p", note, class_="quiet") if note else Html("")


# Charts ------------------------------------------------------------------------------------------------------------------


def bars(title: str, counts: Mapping[str, Sequence[float]], series: Sequence[str], *, most: int = 12, note: str = "") -> Html:
    """A bar for each name, largest first, made of one part for each of `series`. Names beyond `most` are summed up."""
    ranked = sorted(counts.items(), key=lambda item: (-sum(item[1]), item[0]))
    largest = max((sum(values) for values in counts.values()), default=0) or 1
    rows = [_bar(name, values, series, largest) for name, values in ranked[:most]]
    if rest := ranked[most:]:
        amount = short(sum(sum(values) for _, values in rest))
        more = element("td", f"and {len(rest):,} more", colspan=2, class_="quiet")
        rows.append(element("tr", more, element("td", amount, class_="number quiet")))
    content = element("table", element("tbody", *rows), class_="bars") if rows else _noted("nothing to show")
    legend = _legend(series) if len(series) > 1 else ""
    return panel(title, legend, content, note=note)


def _bar(name: str, values: Sequence[float], series: Sequence[str], largest: float) -> Html:
    parts, start, least = [], 0.0, 0.5  # per cent: what there is once is seen
    for place, (part, value) in enumerate(zip(series, values, strict=True)):
        share = 100 * value / largest
        if value > 0:
            told = element("title", f"{part}: {short(value)}" if part else short(value))
            size = {"x": f"{start:.3f}%", "width": f"{max(least, share):.3f}%", "height": "100%"}
            parts.append(element("rect", told, class_=f"s{place % _SERIES}", **size))
        start += share
    said = ", ".join(f"{part} {short(value)}".strip() for part, value in zip(series, values, strict=True))
    drawn = element("svg", *parts, width="100%", height=14, role="img", aria_label=said)
    amount = element("td", short(sum(values)), class_="number")
    return element("tr", element("th", foreign(name), scope="row"), element("td", drawn), amount)


def _legend(series: Sequence[str]) -> Html:
    boxes = (
        element("svg", element("rect", width="100%", height="100%", class_=f"s{place % _SERIES}"), width=10, height=10)
        for place in range(len(series))
    )
    return element("ul", *(element("li", box, f" {name}") for box, name in zip(boxes, series, strict=True)), class_="legend")


def histogram(
    title: str, values: Sequence[float], *, low: float | None = None, high: float | None = None, unit: str = "", note: str = ""
) -> Html:
    """How often values of each size occur, from `low` to `high` (by default those that occur); the last bar holds what lies
    beyond. Below stand the smallest, the median and the largest."""
    finite = sorted(value for value in values if math.isfinite(value))
    if not finite:
        return panel(title, _noted("nothing to show"), note=note)
    start = finite[0] if low is None else low
    end = finite[min(len(finite) - 1, int(len(finite) * _TAIL))] if high is None else high
    counts, width = _binned(finite, start, end)
    told = f"smallest {short(finite[0])}, median {short(median(finite))}, largest {short(finite[-1])}{unit and ' ' + unit}"
    columns = [_pillar(place, count, counts, start + place * width, width) for place, count in enumerate(counts) if count]
    drawn = element("svg", *columns, width="100%", height=_HEIGHT, role="img", aria_label=told)
    beyond = "+" if finite[-1] > end and not math.isclose(finite[-1], end) else ""
    axis = [short(start), short((start + end) / 2), short(end) + beyond]
    ticks = element("div", *(element("span", tick) for tick in axis), class_="axis")
    return panel(title, element("div", drawn, ticks, class_="plot"), _noted(told), note=note)


def _binned(values: Sequence[float], start: float, end: float) -> tuple[list[int], float]:
    """Counts by bin, and a bin's width; whole numbers get bins of whole width, so that none holds more of them than another."""
    width = (end - start) / _BINS or 1.0
    if width > 0.5 and all(value == int(value) for value in values):
        width = float(max(1, math.ceil((end - start + 1) / _BINS)))
    bins = max(1, math.ceil((end - start) / width))
    counts = [0] * bins
    for value in values:
        counts[max(0, min(bins - 1, int((value - start) / width)))] += 1
    return counts, width


def _pillar(place: int, count: int, counts: Sequence[int], start: float, width: float) -> Html:
    height = max(2.0, (_HEIGHT - 4) * count / max(counts))  # what occurs once is seen
    share = 100 / len(counts)
    told = element("title", f"{short(start)} to {short(start + width)}: {count:,}")
    return element(
        "rect",
        told,
        x=f"{place * share + 0.1 * share:.3f}%",
        width=f"{0.8 * share:.3f}%",
        y=f"{_HEIGHT - height:.1f}",
        height=f"{height:.1f}",
        class_="s0",
    )


def lines(title: str, series: Mapping[str, Sequence[tuple[float, float]]], *, across: str = "", note: str = "") -> Html:
    """Curves of (x, y) points over one pair of axes; `across` says what x is. Points without a finite number are left out."""
    curves = {name: [point for point in points if all(map(math.isfinite, point))] for name, points in series.items()}
    drawn = [point for points in curves.values() for point in points]
    if not drawn:
        return panel(title, _noted("nothing to show"), note=note)
    left, right = min(x for x, _ in drawn), max(x for x, _ in drawn)
    bottom, top = min(y for _, y in drawn), max(y for _, y in drawn)
    size = {"viewBox": "0 0 1000 1000", "preserveAspectRatio": "none", "width": "100%", "height": str(_HEIGHT)}
    paths = []
    for place, points in enumerate(curves.values()):
        at = (f"{1000 * (x - left) / ((right - left) or 1):.1f},{_up(y, bottom, top):.1f}" for x, y in points)
        paths.append(element("polyline", points=" ".join(at), class_=f"l{place % _SERIES}", vector_effect="non-scaling-stroke"))
    ends = {name: (points[0][1], points[-1][1]) for name, points in curves.items() if points}
    told = "; ".join(f"{name} from {short(first)} to {short(last)}" for name, (first, last) in ends.items())
    plot = element("svg", *paths, role="img", aria_label=told, **size)
    ticks = element("div", *(element("span", tick) for tick in (short(left), across, short(right))), class_="axis")
    scale = element("div", element("span", short(top)), element("span", short(bottom)), class_="scale")
    drawing = element("div", scale, element("div", plot, ticks, class_="plot"), class_="scaled")
    return panel(title, _legend(list(curves)) if len(curves) > 1 else "", drawing, note=note)


def whisker(value: float, low: float | None, high: float | None, *, start: float = 0, end: float = 100) -> Html:
    """A value as a dot on a line from `start` to `end`, with its interval as a bar; where `start` is below 0, a tick at 0."""
    size = (end - start) or 1

    def at(number: float) -> float:
        return 100 * (min(max(number, start), end) - start) / size

    told = short(value) if low is None or high is None else f"{short(value)}, from {short(low)} to {short(high)}"
    parts = [element("line", x1="0%", x2="100%", y1=8, y2=8, class_="rule")]
    if start < 0 < end:
        parts.append(element("line", x1=f"{at(0):.2f}%", x2=f"{at(0):.2f}%", y1=1, y2=15, class_="rule"))
    if low is not None and high is not None:
        width = max(0.5, at(high) - at(low))
        parts.append(element("rect", x=f"{at(low):.2f}%", width=f"{width:.2f}%", y=5, height=6, class_="interval"))
    parts.append(element("circle", cx=f"{at(value):.2f}%", cy=8, r=4, class_="s0"))
    return element("svg", element("title", told), *parts, width="100%", height=16, role="img", aria_label=told)


def _up(value: float, bottom: float, top: float) -> float:
    """A value's height in a frame of 1000, with a little room above and below; in the middle where all are the same."""
    return 980 - 960 * (value - bottom) / (top - bottom) if top > bottom else 500.0


def short(number: float) -> str:
    """A number as charts print it: `12,345`, `0.83`."""
    if float(number).is_integer():
        return f"{int(number):,}"
    return f"{number:,.1f}" if abs(number) >= 100 else f"{number:.3g}"
