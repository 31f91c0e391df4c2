"""The promises of documents: every byte comes back, markers are read as Markdown is, people's text is never touched."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from docgen.document import Document, HeadedSection, render_section, text_mark
from docgen.report import InputError

OPEN = "<!-- docgen:section introduction of=pkg.load -->"
CLOSE = "<!-- docgen:end mark=7f3a91 -->"
KEY = "introduction:pkg.load"

LINES = (
    *(OPEN, "  <!-- docgen:section use-case of=pkg.save -->", "<!-- docgen:section faq of=My Model -->"),
    *(CLOSE, " <!-- docgen:end -->", "<!-- docgen:end mark=zz -->", "<!--docgen:section-->"),
    *("# docgen:section evaluation of=model", "# docgen:end mark=abc", "---", "...", "license: mit", "text: |"),
    *("```", "~~~", "````python", "- ```", "  ```", "> ```", "1. item", "    code", "", "  ", "\t"),
    *("# Heading", "Under", "=====", "-----", "some *text*  ", "<div>", "<!--", "-->", "é", "é", "\f", "\u2028x"),
)
ANY_LINES = st.lists(st.tuples(st.sampled_from(LINES), st.sampled_from(("\n", "\r\n", "\r", ""))), max_size=30)
ANY_TEXT = st.one_of(st.text(), ANY_LINES.map(lambda lines: "".join(line + end for line, end in lines)))
PLAIN_TEXT = st.text(st.characters(codec="utf-8", exclude_characters="`~<"), max_size=200)


def around(*lines: str, end: str = "\n") -> str:
    return "".join(line + end for line in lines)


def error_of(text: str) -> InputError:
    with pytest.raises(InputError) as caught:
        Document.parse(text, "docs/a.md")
    return caught.value


# Every byte comes back


@settings(max_examples=500)
@given(ANY_TEXT)
def test_every_text_is_given_back_byte_for_byte_or_refused_with_its_line(text: str) -> None:
    try:
        document = Document.parse(text, "a.md")
    except InputError as error:
        lines = [str(number + 1) for number, _ in enumerate(re.split(r"\r\n|\r|\n", text))]
        assert error.where.removeprefix("a.md:") in lines
        assert error.what
        assert error.fix
    else:
        assert str(document) == text
        assert all(part.source for part in document.parts)


@given(ANY_TEXT)
def test_a_text_without_markers_is_never_refused(text: str) -> None:
    text = text.replace("docgen:", "")
    document = Document.parse(text)
    assert str(document) == text
    assert document.sections == ()
    assert "".join(passage.source for passage in document.human) == text


@given(ANY_TEXT)
def test_the_line_of_a_part_is_where_its_first_character_is(text: str) -> None:
    try:
        document = Document.parse(text)
    except InputError:
        return
    before = ""
    for part in document.parts:
        assert part.line == len(re.findall(r"\r\n|\r|\n", before)) + 1
        before += part.source


@given(ANY_TEXT)
def test_headed_sections_partition_what_follows_the_first_heading(text: str) -> None:
    headed = Document.parse(text.replace("docgen:", "")).headed_sections()
    lines = re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+", text.replace("docgen:", ""))
    for section, following in zip(headed, [*headed[1:], None], strict=False):
        end = following.line - 1 if following else len(lines)
        assert section.text == "".join(lines[section.text_line - 1 : end])
        assert section.line < section.text_line


@pytest.mark.parametrize("end", [pytest.param("\n", id="lf"), pytest.param("\r\n", id="crlf"), pytest.param("\r", id="cr")])
@pytest.mark.parametrize("last", [pytest.param(True, id="final-newline"), pytest.param(False, id="no-final-newline")])
def test_a_section_is_read_with_any_line_end(end: str, last: bool) -> None:
    text = around("# Title", "", OPEN, "", "Loads.", "", CLOSE, end=end)
    text = text if last else text.removesuffix(end)
    document = Document.parse(text)
    (section,) = document.sections
    assert (section.key, section.kind, section.about, section.line) == (KEY, "introduction", "pkg.load", 3)
    assert section.text == f"{end}Loads.{end}{end}"
    assert section.mark == "7f3a91"
    assert [passage.source for passage in document.human] == [f"# Title{end}{end}"]
    assert str(document) == text


# Which markers count


@pytest.mark.parametrize(
    "before",
    [
        pytest.param("", id="at-the-start"),
        pytest.param("# Title\n", id="after-a-heading"),
        pytest.param("a paragraph\n", id="after-a-paragraph-without-blank-line"),
        pytest.param("- item\n", id="after-a-list-item"),
        pytest.param("> ```\n> quoted code, never closed\n", id="after-a-quote-that-ends-its-fence"),
        pytest.param("- ```\n  code of the item, never closed\n", id="after-a-list-item-that-ends-its-fence"),
        pytest.param("```\ncode\n```\n", id="after-a-closed-fence"),
        pytest.param("````\n```\n````\n", id="after-a-fence-that-holds-a-shorter-one"),
        pytest.param("~~~\n```\n~~~\n", id="after-a-fence-that-holds-the-other-kind"),
        pytest.param("    ```\n", id="after-an-indented-line-of-backticks"),
        pytest.param("``` a`b\n", id="after-backticks-that-open-no-fence"),
        pytest.param("<div>\n```\n", id="after-backticks-in-html"),
        pytest.param("<!--\n```\n-->\n", id="after-backticks-in-a-comment"),
        pytest.param("---\n", id="after-a-rule-that-is-no-front-matter"),
        pytest.param("---\na: 1\n---\n", id="after-front-matter"),
        pytest.param("---\na: '```'\n---\n", id="after-front-matter-with-backticks"),
        pytest.param("| a |\n| - |\n| b |\n", id="after-a-table"),
    ],
)
def test_a_marker_on_its_own_line_begins_a_section(before: str) -> None:
    document = Document.parse(before + around(OPEN, "text", CLOSE))
    assert [section.key for section in document.sections] == [KEY]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(around("```", OPEN, "x", CLOSE, "```"), id="backtick-fence"),
        pytest.param(around("~~~ markdown", OPEN, "x", CLOSE, "~~~"), id="tilde-fence"),
        pytest.param(around("````", "```", OPEN, "x", CLOSE, "```", "````"), id="fence-in-a-longer-fence"),
        pytest.param(around("```", OPEN, "~~~", CLOSE), id="fence-open-to-the-end"),
        pytest.param(around("   ```", "   " + OPEN, "   " + CLOSE, "   ```"), id="indented-fence"),
        pytest.param(around("- item", "", "  ```", "  " + OPEN, "  " + CLOSE, "  ```"), id="fence-in-a-list-item"),
        pytest.param(around("1. ~~~", "   " + OPEN, "   " + CLOSE, "   ~~~"), id="fence-on-a-list-line"),
        pytest.param(around("> ```", "> " + OPEN, "> " + CLOSE, "> ```"), id="fence-in-a-quote"),
        pytest.param(around("text", "", "    " + OPEN, "    x", "    " + CLOSE), id="indented-code"),
        pytest.param(around("text", "", "\t" + OPEN, "\tx", "\t" + CLOSE), id="code-indented-by-a-tab"),
        pytest.param(around("- item", "", "      " + OPEN, "      " + CLOSE), id="indented-code-in-a-list"),
        pytest.param(around("Write `" + OPEN + "` first."), id="in-a-sentence"),
        pytest.param(around("see " + OPEN), id="after-words"),
        pytest.param(around("<!-- docgen:ignore D101 reason -->"), id="another-comment"),
        pytest.param(around("<!-- docgen:sections are fine -->", "<!-- docgen:end-user text -->"), id="longer-words"),
        pytest.param(around("# docgen:section a of=b"), id="yaml-form-outside-front-matter"),
        pytest.param(around("---", OPEN, "---"), id="html-form-in-front-matter"),
        pytest.param(around("---", "description: |", "  # docgen:section a of=b", "---"), id="literal-yaml"),
        pytest.param(around("---", "- a: >-  # folded", "    # docgen:end", "  b: 1", "---"), id="folded-yaml-in-a-list"),
        pytest.param(around("---", "- |", "  # docgen:end", "---"), id="literal-yaml-item"),
    ],
)
def test_a_marker_that_is_shown_is_text(text: str) -> None:
    document = Document.parse(text)
    assert document.sections == ()
    assert str(document) == text


@pytest.mark.parametrize("blanks", ["", " ", "  ", "   "])
def test_up_to_three_blanks_may_stand_before_a_marker(blanks: str) -> None:
    (section,) = Document.parse(around(blanks + OPEN + "  ", "text", blanks + CLOSE + "\t")).sections
    assert (section.key, section.mark) == (KEY, "7f3a91")


def test_a_name_may_hold_blanks_and_dashes() -> None:
    (section,) = Document.parse("<!--docgen:section model-card of=My --Model-- v2-->\n<!--docgen:end-->\n").sections
    assert section.key == "model-card:My --Model-- v2"
    assert section.mark == ""


def test_front_matter_holds_sections_between_comments() -> None:
    text = around("---", "license: mit", "# docgen:section evaluation of=model", "metrics:", "  - f1")
    text += around("  # docgen:end mark=7F3A91", "tags: []", "---", "# Model", OPEN, "It classifies.", CLOSE)
    document = Document.parse(text)
    first, second = document.sections
    assert (first.key, first.text, first.mark, first.line) == ("evaluation:model", "metrics:\n  - f1\n", "7f3a91", 3)
    assert (first.in_front_matter, second.in_front_matter) == (True, False)
    assert [(passage.source, passage.in_front_matter) for passage in document.human] == [
        ("---\nlicense: mit\n", True),
        ("tags: []\n---\n", True),
        ("# Model\n", False),
    ]
    assert document.front_matter == "".join(text.splitlines(keepends=True)[1:7])
    assert str(document) == text


def test_a_comment_after_literal_yaml_is_a_marker_again() -> None:
    text = around("---", "list:", "  - text: |", "      # docgen:end", "    # docgen:section a of=b", "    # docgen:end", "---")
    assert [section.line for section in Document.parse(text).sections] == [5]


@pytest.mark.parametrize(
    ("text", "front_matter"),
    [
        pytest.param("---\na: 1\n---\ntext", "a: 1\n", id="ordinary"),
        pytest.param("---\r\na: 1\r\n---", "a: 1\r\n", id="crlf-and-no-final-newline"),
        pytest.param("--- \na: 1\n...\n", "a: 1\n", id="ended-by-dots"),
        pytest.param("---\n---\n", "", id="empty"),
        pytest.param("---\na: 1\n", None, id="never-closed"),
        pytest.param("---", None, id="a-lone-rule"),
        pytest.param("\n---\na: 1\n---\n", None, id="not-on-the-first-line"),
        pytest.param("----\na: 1\n---\n", None, id="four-dashes"),
        pytest.param("", None, id="empty-document"),
    ],
)
def test_front_matter_is_what_lies_between_dashes_at_the_very_start(text: str, front_matter: str | None) -> None:
    assert Document.parse(text).front_matter == front_matter


# What is refused


@pytest.mark.parametrize(
    ("lines", "line", "words"),
    [
        pytest.param(["a", OPEN, "b"], 2, f"`{KEY}` has no end marker", id="unclosed"),
        pytest.param([OPEN, "```", CLOSE], 1, "the one on line 3 is inside code", id="closed-only-inside-code"),
        pytest.param([OPEN, "<!-- docgen:section b of=c -->", CLOSE], 2, f"inside section `{KEY}`", id="nested"),
        pytest.param([OPEN, CLOSE, CLOSE], 3, "an end marker without a section", id="stray-end"),
        pytest.param([OPEN, CLOSE, "", OPEN, CLOSE], 4, "is on line 1 and again on line 4", id="duplicate"),
        pytest.param(["<!-- docgen:section introduction -->"], 1, "marker not understood: <!-- docgen", id="without-name"),
        pytest.param(["<!-- docgen:section of=a -->"], 1, "not understood", id="without-kind"),
        pytest.param(["<!-- docgen:section a:b of=c -->"], 1, "not understood", id="colon-in-kind"),
        pytest.param(["<!-- docgen:section a of=b\u200b -->"], 1, "not understood", id="invisible-character-in-name"),
        pytest.param([OPEN, "<!-- docgen:end mark=xyz -->"], 2, "not understood", id="mark-not-hexadecimal"),
        pytest.param([OPEN + " text"], 1, "not understood", id="text-after-the-marker"),
        pytest.param(["<!-- docgen:section a of=b", "-->"], 1, "not understood", id="marker-over-two-lines"),
        pytest.param(["---", "# docgen:section a of=b", "---", CLOSE], 2, "no end marker", id="open-at-end-of-front-matter"),
        pytest.param(["---", "# docgen:section a", "---"], 2, "not understood", id="malformed-in-front-matter"),
        pytest.param(["---", "# docgen:section a of=b", "# docgen:end", "---", "<!-- docgen:section a of=b -->", CLOSE],
                     5, "is on line 2 and again on line 5", id="duplicate-in-front-matter"),
    ],
)  # fmt: skip
def test_a_broken_marker_is_refused_with_its_line_and_a_fix(lines: list[str], line: int, words: str) -> None:
    error = error_of(around(*lines))
    assert error.where == f"docs/a.md:{line}"
    assert words in error.what
    assert error.fix


def test_a_long_malformed_marker_is_shown_shortened() -> None:
    assert len(error_of("<!-- docgen:section " + "x" * 5000).what) < 120


# Marks


@pytest.mark.parametrize(
    "other",
    [
        pytest.param("Loads.\r\n\r\nTwice.\r\n", id="crlf"),
        pytest.param("Loads.\r\rTwice.", id="cr"),
        pytest.param("Loads.  \n \t\nTwice.\t", id="trailing-blanks"),
        pytest.param("\n \nLoads.\n\nTwice.\n\n\n", id="outer-blank-lines"),
    ],
)
def test_the_mark_is_blind_to_what_formatters_change(other: str) -> None:
    assert text_mark(other) == text_mark("Loads.\n\nTwice.")


def test_the_mark_is_blind_to_unicode_composition() -> None:
    composed = "Étalonné"
    decomposed = unicodedata.normalize("NFD", composed)
    assert composed != decomposed
    assert text_mark(composed) == text_mark(decomposed)


@pytest.mark.parametrize("other", ["Loads!\n\nTwice.", " Loads.\n\nTwice.", "Loads.\nTwice.", "Loads.\n\n\nTwice.", ""])
def test_the_mark_sees_every_other_change(other: str) -> None:
    assert text_mark(other) != text_mark("Loads.\n\nTwice.")


def test_the_mark_is_the_same_on_every_machine() -> None:
    assert text_mark("Loads a file.") == "ba598c"
    assert text_mark("\ud800") == text_mark("\ud800")


@pytest.mark.parametrize(
    ("text", "recorded", "edited"),
    [
        pytest.param("Loads.", text_mark("Loads."), False, id="as-marked"),
        pytest.param("Loads.  ", text_mark("Loads.").upper(), False, id="formatted-since"),
        pytest.param("Saves.", text_mark("Loads."), True, id="changed"),
        pytest.param("", text_mark("Loads."), True, id="emptied-by-a-person"),
        pytest.param("Loads.", "", True, id="written-by-a-person-without-mark"),
        pytest.param("", "", False, id="awaiting-its-first-text"),
    ],
)
def test_a_section_is_edited_when_its_text_no_longer_has_its_mark(text: str, recorded: str, edited: bool) -> None:
    closing = f"<!-- docgen:end mark={recorded} -->" if recorded else "<!-- docgen:end -->"
    (section,) = Document.parse(around(OPEN, text, closing)).sections
    assert section.edited is edited


# Renewing sections


def test_a_renewed_section_leaves_everything_around_it_alone() -> None:
    text = around("# Title  ", "", " " + OPEN, "", "Old.", "", "  " + CLOSE + " ", "human\t", "", "```", CLOSE, "```")
    document = Document.parse(text).with_sections({KEY: "New.\n\nText.\n\n"})
    mark = text_mark("New.\n\nText.")
    assert str(document) == text.replace("Old.", "New.\n\nText.").replace("mark=7f3a91 --> ", f"mark={mark} -->")
    section = document.get(KEY)
    assert section
    assert not section.edited


def test_a_renewed_section_takes_the_line_ends_of_its_document() -> None:
    document = Document.parse(around(OPEN, "Old.", CLOSE, "end", end="\r\n")).with_sections({KEY: "one\ntwo\rthree\r\nfour"})
    assert "\r\none\r\ntwo\r\nthree\r\nfour\r\n<!--" in str(document)
    assert str(document).count("\n") == str(document).count("\r\n") == str(document).count("\r") == 7


def test_an_empty_section_gets_blank_lines_around_its_first_text() -> None:
    text = str(Document.parse(around(OPEN, "<!-- docgen:end -->")).with_sections({KEY: "New."}))
    assert text == around(OPEN, "", "New.", "", f"<!-- docgen:end mark={text_mark('New.')} -->")


def test_accepting_an_edited_text_changes_its_mark_only() -> None:
    text = around(OPEN, "", "edited  ", "", "", CLOSE)
    assert str(Document.parse(text).with_sections({KEY: "edited"})) == text.replace("7f3a91", text_mark("edited"))


def test_a_section_can_be_emptied_and_filled_again() -> None:
    empty = Document.parse(around(OPEN, "text", CLOSE)).with_sections({KEY: " \n"})
    assert str(empty) == around(OPEN, f"<!-- docgen:end mark={text_mark('')} -->")
    assert "\ntext\n" in str(empty.with_sections({KEY: "text"}))


def test_a_section_in_front_matter_is_renewed_as_yaml() -> None:
    text = around("---", "# docgen:section evaluation of=model", "f1: 0.8", "  # docgen:end mark=abc", "---", "# Title")
    document = Document.parse(text).with_sections({"evaluation:model": "f1: 0.9\n"})
    mark = text_mark("f1: 0.9")
    assert str(document) == text.replace("0.8", "0.9").replace("mark=abc", f"mark={mark}")
    assert document.front_matter == f"# docgen:section evaluation of=model\nf1: 0.9\n  # docgen:end mark={mark}\n"


def test_lines_move_with_a_longer_text() -> None:
    text = around(OPEN, CLOSE, "<!-- docgen:section faq of=a -->", CLOSE)
    assert [section.line for section in Document.parse(text).with_sections({KEY: "x"}).sections] == [1, 6]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("x\n<!-- docgen:end mark=7f3a91 -->\ny", id="ends-the-section-itself"),
        pytest.param(f"x\n{CLOSE}\n<!-- docgen:section b of=c -->\ny", id="ends-it-and-begins-another"),
        pytest.param("<!-- docgen:section b of=c -->", id="begins-another"),
        pytest.param("```python\nload()", id="leaves-a-fence-open"),
        pytest.param("<!-- docgen:end", id="malformed-marker"),
    ],
)
def test_a_text_that_breaks_out_of_its_section_is_refused(text: str) -> None:
    document = Document.parse(around(OPEN, "old", CLOSE, "human"))
    with pytest.raises(InputError, match="new text breaks"):
        document.with_sections({KEY: text})
    with pytest.raises(InputError, match="new text breaks"):
        render_section("introduction", "pkg.load", text)


def test_yaml_that_ends_the_front_matter_is_refused() -> None:
    with pytest.raises(InputError, match="new text breaks"):
        render_section("evaluation", "model", "f1: 1\n---\nx", front_matter=True)


def test_a_text_that_shows_a_marker_in_code_is_fine() -> None:
    text = around("```", OPEN, CLOSE, "```")
    (section,) = Document.parse(render_section("use-case", "docgen", text)).sections
    assert section.text.strip() == text.strip()


def test_a_missing_section_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(InputError, match=f"no section `introduction:pkg.lod`\n  fix: did you mean `{KEY}`"):
        Document.parse(around(OPEN, CLOSE), "a.md").with_sections({"introduction:pkg.lod": "x"})
    with pytest.raises(InputError, match="name one of its 0 sections"):
        Document.parse("", "a.md").with_sections({KEY: "x"})
    assert Document.parse("").get(KEY) is None


@given(ANY_LINES, st.lists(PLAIN_TEXT, min_size=1, max_size=3), st.sampled_from(("\n", "\r\n", "\r")))
def test_renewing_keeps_human_text_and_happens_once(lines: list[tuple[str, str]], texts: list[str], end: str) -> None:
    human = [line for line, _ in lines if "docgen:" not in line]
    source = "Title" + end
    for number, _ in enumerate(texts):
        source += around(*human, "", f"<!-- docgen:section a of=b{number} -->", "old", CLOSE, end=end)
    try:
        document = Document.parse(source)
    except InputError:
        assume(False)
    new = {section.key: text for section, text in zip(document.sections, texts, strict=False)}
    renewed = document.with_sections(new)
    assert [part.source for part in renewed.human] == [part.source for part in document.human]
    assert not any(section.edited for section in renewed.sections)
    assert renewed.with_sections(new) == renewed
    assert Document.parse(str(renewed)) == renewed
    for key, text in new.items():
        section = renewed.get(key)
        assert section
        assert text_mark(section.text) == text_mark(text)
        document = document.with_sections({key: text})
    assert document == renewed


@given(PLAIN_TEXT, st.sampled_from(("introduction", "my_kind.2")), st.sampled_from(("pkg.mod.f", "My Model", "a--b")))
def test_a_rendered_section_reads_back_unedited(text: str, kind: str, about: str) -> None:
    (section,) = Document.parse("Before.\n\n" + render_section(kind, about, text) + "\nAfter.").sections
    assert (section.kind, section.about, section.edited) == (kind, about, False)
    assert text_mark(section.text) == text_mark(text)


def test_a_rendered_section_looks_like_this() -> None:
    mark = text_mark("Loads.")
    assert render_section("introduction", "pkg.load", "Loads.\n") == f"{OPEN}\n\nLoads.\n\n<!-- docgen:end mark={mark} -->"
    yaml = f"# docgen:section evaluation of=model\nf1: 1\n# docgen:end mark={text_mark('f1: 1')}"
    assert render_section("evaluation", "model", "f1: 1", front_matter=True) == yaml


@pytest.mark.parametrize(
    ("kind", "about"),
    [
        pytest.param("use case", "a", id="blank-in-kind"),
        pytest.param("a:b", "c", id="colon-in-kind"),
        pytest.param("", "a", id="no-kind"),
        pytest.param("a", "", id="no-name"),
        pytest.param("a", " b", id="name-begins-with-a-blank"),
        pytest.param("a", "b ", id="name-ends-with-a-blank"),
        pytest.param("a", "b\nc", id="line-break-in-name"),
        pytest.param("a", "b --> c", id="end-of-comment-in-name"),
    ],
)
def test_a_kind_or_name_that_does_not_fit_is_refused(kind: str, about: str) -> None:
    with pytest.raises(InputError, match="do not fit into a marker"):
        render_section(kind, about, "text")


# Headings


def test_headed_sections_know_their_place() -> None:
    text = around("intro", "# Guide", "Read.", "", "Use `load`", "----------", "Call.", "### Deep ##", "", "## Next", "Last")
    assert Document.parse(text).headed_sections() == (
        HeadedSection(1, "Guide", 2, "Read.\n\n", (), 3),
        HeadedSection(2, "Use load", 5, "Call.\n", ("Guide",), 7),
        HeadedSection(3, "Deep", 8, "\n", ("Guide", "Use load"), 9),
        HeadedSection(2, "Next", 10, "Last\n", ("Guide",), 11),
    )


@pytest.mark.parametrize(
    ("line", "heading"),
    [
        pytest.param("# `load(path)` *now*", "load(path) now", id="code-and-emphasis"),
        pytest.param("# [Install](x.md) ![logo](l.png)", "Install logo", id="link-and-image"),
        pytest.param("# [1.2] - 2024\n\n[1.2]: https://example.org", "1.2 - 2024", id="reference-link"),
        pytest.param("# a &amp; \\*b\\*", "a & *b*", id="entity-and-escape"),
        pytest.param("# <a name='x'></a>Usage", "Usage", id="html"),
        pytest.param("one\n  two\n===", "one two", id="two-lines"),
        pytest.param("#", "", id="empty"),
        pytest.param("#\tTab #", "Tab", id="tab-and-closing-sign"),
    ],
)
def test_a_heading_is_what_a_reader_sees(line: str, heading: str) -> None:
    assert [section.heading for section in Document.parse(line).headed_sections()] == [heading]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("```\n# no\n```", id="in-a-fence"),
        pytest.param("    # no", id="in-indented-code"),
        pytest.param("> # no", id="in-a-quote"),
        pytest.param("- # no", id="in-a-list"),
        pytest.param("---\n# no\n---\n", id="in-front-matter"),
        pytest.param("<pre>\n# no\n</pre>", id="in-html"),
        pytest.param("<!--\n# no\n-->", id="in-a-comment"),
        pytest.param("#no", id="without-blank"),
        pytest.param("####### no", id="seven-signs"),
        pytest.param("| a | b |\n| --- | --- |\n| c | d |", id="table"),
    ],
)
def test_what_only_looks_like_a_heading_is_none(text: str) -> None:
    assert Document.parse(text).headed_sections() == ()


def test_headings_below_front_matter_keep_their_lines() -> None:
    (section,) = Document.parse("---\r\na: 1\r\n---\r\n\r\n# Title\r\ntext").headed_sections()
    assert (section.line, section.text_line, section.text) == (5, 6, "text")


# Size


@pytest.mark.parametrize("before", [pytest.param("", id="no-code"), pytest.param("```\ncode\n```\n", id="with-code")])
def test_forty_thousand_markers_are_read_and_renewed_in_linear_time(before: str) -> None:
    """No clock is read: a quadratic reader would be seen in the time of the whole run."""
    text = before + "".join(f"<!-- docgen:section a of=b{number} -->\nx\n{CLOSE}\n" for number in range(20_000))
    document = Document.parse(text)
    assert len(document.sections) == 20_000
    assert str(document) == text
    assert len(document.with_sections({section.key: "y" for section in document.sections}).sections) == 20_000


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("<!-- docgen:section a of=b" + " " * 200_000 + "x", id="blanks-in-a-marker"),
        pytest.param("---\n# docgen:end" + " a: b: " * 50_000 + "\n---\n", id="colons-in-front-matter"),
        pytest.param(OPEN + "\n" * 200_000 + "```", id="blank-lines"),
    ],
)
def test_a_huge_broken_marker_is_refused_at_once(text: str) -> None:
    assert error_of(text).fix


@pytest.mark.parametrize(
    "text", [pytest.param("> " * 20_000 + "a", id="quotes"), pytest.param("- " * 20_000 + "a", id="lists")]
)
def test_deep_nesting_is_survived(text: str) -> None:
    document = Document.parse(f"```\n```\n{OPEN}\n{CLOSE}\n{text}")
    assert len(document.sections) == 1
    assert document.headed_sections() == ()
