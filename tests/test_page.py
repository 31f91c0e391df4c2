"""Pages of HTML: one file, nothing asked for, nothing run, whatever the texts in it."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.page import (
    Html,
    Page,
    Span,
    badge,
    bars,
    code,
    dotted,
    element,
    folded,
    foreign,
    grid,
    histogram,
    lines,
    marked,
    paragraph,
    table,
    totals,
)

HOSTILE = "<script>alert('x')</script>\"'>&amp;<img src=x onerror=y>"
VOID = {"meta", "br", "col", "wbr"}


class Reader(HTMLParser):
    """Checks that every element is closed in its turn; keeps elements, attributes and text."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text += data


def whole(text: str) -> str:
    """A page with `text` in every place where a text can go."""
    page = Page(text, text)
    page.section(text, paragraph(text), code(text), foreign(text), dotted(text), badge(text, text), totals([(text, text)]))
    page.section(text, folded(text, text, is_open=True), table(text, [text, text], [[text, text]], frozenset((1,))))
    page.section(text, marked(text, [Span(0, 3, text, text), Span(1, 2, text)]))
    charts = [
        bars(text, {text: [1, 2], text + "2": [0, 0]}, [text, text + "b"], note=text),
        bars(text, {str(number): [number] for number in range(40)}, [text]),
        histogram(text, [1.0, 2.0, 300.0], unit=text, note=text),
        lines(text, {text: [(0, 1), (1, 0.5)]}, across=text, note=text),
    ]
    page.section(text, grid(*charts))
    return str(page)


@pytest.mark.parametrize(
    "text", ["plain", HOSTILE, "a\ud800b", "\u05d0\u05d1 \u202e abc", "\x00\x1b[31m", "]]>-->", "a" * 5000, ""]
)
def test_whatever_the_text_the_page_is_whole_and_runs_nothing(text: str) -> None:
    page = whole(text)
    page.encode("utf-8")
    read = Reader(page)
    tags = {tag for tag, _ in read.elements}
    assert not tags & {"script", "img", "iframe", "object", "link", "form", "base", "a href"}
    assert not {name for _, found in read.elements for name in found if name.startswith("on") or name in ("style", "src")}
    assert all(found.get("href", "#").startswith("#") for _, found in read.elements)


@given(st.text(st.characters(codec=None, exclude_categories=())))
def test_any_text_at_all_can_go_anywhere(text: str) -> None:
    page = whole(text)
    page.encode("utf-8")
    Reader(page)


def test_a_text_is_read_back_as_it_was() -> None:
    assert Reader(str(paragraph(HOSTILE))).text == HOSTILE


def test_a_long_name_can_break_at_its_dots() -> None:
    name = "parameters.create_using.default"
    assert Reader(str(dotted(name))).text == name
    assert [tag for tag, _ in Reader(str(dotted(name))).elements].count("wbr") >= 3


def test_what_does_not_show_is_spelled_out() -> None:
    assert Reader(str(foreign("a\ud800\u202eb\x00"))).text == "a\\ud800\\u202eb\\x00"


def test_the_policy_allows_the_one_style_sheet_and_nothing_else() -> None:
    page = whole("x")
    styles = re.findall(r"<style>(.*?)</style>", page, re.S)
    assert len(styles) == 1 and "http" not in styles[0] and "url(" not in styles[0] and "@import" not in styles[0]
    digest = base64.b64encode(hashlib.sha256(styles[0].encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert f'<meta http-equiv="Content-Security-Policy" content="{policy}">' in page


def test_the_page_names_no_address() -> None:
    assert not re.search(r"https?:|//[a-z]|xmlns", whole("x"))


def test_sections_are_linked_from_the_head_and_anchors_differ() -> None:
    read = Reader(whole("Same"))
    anchors = [found["id"] for tag, found in read.elements if tag == "section"]
    links = [str(found["href"]) for tag, found in read.elements if tag == "a" and found.get("class") != "skip"]
    assert links == [f"#{anchor}" for anchor in anchors]
    assert len(set(anchors)) == 4


def test_everything_that_scrolls_or_opens_can_be_reached_by_keys() -> None:
    read = Reader(whole("x"))
    scrolled = [found for _, found in read.elements if found.get("class") == "scrolled"]
    assert scrolled and all(found["tabindex"] == "0" and found["aria-label"] for found in scrolled)
    assert all(found.get("aria-label") for tag, found in read.elements if found.get("role") == "img")


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        pytest.param([Span(0, 3, "odd")], '<mark class="odd">abc</mark>def', id="at the beginning"),
        pytest.param([Span(3, 6, "odd", "why")], 'abc<mark class="odd" title="why">def</mark>', id="at the end, with a note"),
        pytest.param([Span(1, 4, "odd"), Span(2, 6, "wrong")], 'a<mark class="odd">bcd</mark>ef', id="overlapping"),
        pytest.param([Span(1, 2, "odd"), Span(1, 4, "wrong")], 'a<mark class="wrong">bcd</mark>ef', id="the longer of two"),
        pytest.param([Span(4, 99, "odd"), Span(99, 200, "odd")], 'abcd<mark class="odd">ef</mark>', id="beyond the end"),
        pytest.param([Span(2, 2, "odd"), Span(3, 1, "odd")], "abcdef", id="empty"),
    ],
)
def test_passages_are_marked(spans: list[Span], expected: str) -> None:
    assert marked("abcdef", spans) == Html(expected)


def test_markup_that_is_finished_is_left_alone_and_text_is_not() -> None:
    assert element("p", Html("<b>a</b>"), "<b>") == "<p><b>a</b>&lt;b&gt;</p>"


def test_bars_are_ranked_and_the_rest_is_summed_up() -> None:
    text = Reader(bars("Sources", {f"s{number}": [number, 1] for number in range(20)}, ["train", "test"], most=3)).text
    assert text.index("s19") < text.index("s18") < text.index("s17")
    assert "and 17 more" in text and "153" in text  # 0 + ... + 16, and 17 ones


def test_a_bar_is_drawn_in_proportion() -> None:
    read = Reader(bars("Labels", {"a": [3, 1], "b": [1, 0]}, ["train", "test"]))
    widths = [found["width"] for tag, found in read.elements if tag == "rect" and "x" in found]
    assert widths == ["75.000%", "25.000%", "25.000%"]


@pytest.mark.parametrize(
    ("values", "told"),
    [
        pytest.param([], "nothing to show", id="no values"),
        pytest.param([float("nan")], "nothing to show", id="no numbers"),
        pytest.param([5.0], "smallest 5, median 5, largest 5", id="one value"),
        pytest.param([1.0, 2.0, 10_000.0], "smallest 1, median 2, largest 10,000", id="an outlier"),
    ],
)
def test_a_histogram_says_what_it_shows(values: list[float], told: str) -> None:
    assert told in Reader(histogram("Words", values)).text


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True, width=32), max_size=50))
def test_every_finite_value_is_counted_in_one_bar(values: list[float]) -> None:
    finite = [value for value in values if abs(value) < float("inf")]
    counts = [int(found.replace(",", "")) for found in re.findall(r": ([\d,]+)</title>", histogram("x", values))]
    assert sum(counts) == len(finite)
