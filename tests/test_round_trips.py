"""What people wrote survives whatever it is: every kind of Markdown, the documents of installed packages, and large files.

The examples of the CommonMark specification are read where they are: in the file that COMMONMARK_EXAMPLES names (the JSON
that the specification offers for download). DOCGEN_DOCUMENTS may name a folder with more documents to try.
"""

from __future__ import annotations

import json
import os
import sysconfig
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from docgen.check import check
from docgen.document import Document, Section, render_section
from docgen.files import read_text
from docgen.report import InputError
from docgen.settings import Settings
from docgen.write import write
from docgen.write.merge import merge

KINDS = {
    "heading": "# One\n\n## Two ##\n\nThree\n=====\n\nFour\n----\n\n####### no heading\n",
    "heading twice": "# A\n\n## B\n\ntext\n\n## B\n\nmore\n",
    "paragraphs": "one\ntwo  \nthree\\\nfour\n\n\n\nfive\n",
    "trailing blanks": "one   \n\ttwo\t\n   \n\n",
    "no final line end": "one\n\ntwo",
    "only blank lines": "\n\n  \n",
    "emphasis": "*a* **b** ***c*** _d_ a_b_c **a*b**c*\n",
    "code span": "`a` ``b ` c`` ` `` ` \\`d`\n",
    "indented code": "    code\n\n    more\n\n\ttabbed\n",
    "fenced code": "```python\nx = 1\n```\n\n~~~\n```\n~~~\n\n````md\n```\n````\n",
    "fence in a list": "- one\n\n  ```\n  code\n  ```\n- two\n",
    "fence in a quote": "> ```\n> code\n> ```\nafter\n",
    "fence that ends with its list": "- ```\n  code\n\nafter\n",
    "table": "| a | b |\n|---|:-:|\n| 1 | 2 |\n",
    "table with duplicate headers": "| a | a |\n|---|---|\n| 1 | 2 |\n\n| a | a |\n|---|---|\n| 1 | 2 |\n",
    "table with pipes in code": "| a | b |\n|---|---|\n| `x\\|y` | \\| |\n",
    "table without outer pipes": "a | b\n--|--\n1 | 2\n",
    "bullet list": "- a\n  - b\n    - c\n* d\n+ e\n",
    "ordered list": "1. a\n2) b\n10. c\n",
    "loose list": "- a\n\n- b\n\n  c\n",
    "task list": "- [ ] a\n- [x] b\n",
    "quote": "> a\n> > b\nlazy\n> c\n",
    "thematic break": "***\n\n- - -\n\n___\n",
    "link": "[a](b 'c') [d][e] <https://f.g> ![h](i.png)\n\n[e]: j \"k\"\n",
    "reference over lines": "[a]:\n  b\n  'c\n  d'\n\n[a]\n",
    "footnote": "a[^1]\n\n[^1]: b\n    c\n",
    "html block": "<div align=center>\n<b>x</b>\n\n</div>\n",
    "html details": "<details>\n<summary>a</summary>\n\n- b\n\n</details>\n",
    "html comment": "<!-- a\n\nb\n-->\n\ntext <!-- c --> text\n",
    "html comment that looks like code": "<!--\n```\n-->\n",
    "html pre": "<pre>\n```\n# no heading\n</pre>\n",
    "html script": "<script>\nif (a < b) {}\n</script>\n",
    "html declaration": "<!DOCTYPE html>\n<?php echo 1; ?>\n<![CDATA[ x ]]>\n",
    "html without end": "<table>\n<tr>\n",
    "front matter": "---\nlicense: mit\ntags:\n- a # why\n- 'b'\n---\n\n# A\n",
    "front matter with dots": "---\nlicense: mit\n...\n\n# A\n",
    "front matter that never ends": "---\nlicense: mit\n\n# A\n",
    "empty front matter": "---\n---\n# A\n",
    "toml front matter": "+++\na = 1\n+++\n# A\n",
    "other tools' markers": "<!-- toc -->\n- a\n<!-- tocstop -->\n<!-- BEGIN x -->\n<!-- END x -->\n<!-- docgen-like: y -->\n",
    "directive": "::: note\ntext\n:::\n\n```{note}\ntext\n```\n",
    "admonition": "!!! note\n    text\n\n> [!NOTE]\n> text\n",
    "definition list": "a\n: b\n\n~ c\n",
    "math": "$$\na_b = c\n$$\n\n$x < y$\n",
    "emoji and scripts": "héllo 😀 中文 عربى e\u0301 \u200b\u2028x\n",
    "entities": "&amp; &copy; &#35; &nbsp;\n",
    "escapes": "\\# \\* \\` \\<!-- x -->\n",
    "control characters": "a\fb\x0bc\x1cd\x85e\n",
    "jinja and braces": "{{ a }} {% b %} ${c} %s {0}\n",
    "backslash at the end": "a\\\n\nb\\",
    "long line": "word " * 5000 + "\n",
    "deep quote": ">" * 80 + " a\n",
    "deep list": "".join("  " * depth + "- a\n" for depth in range(40)),
    "underline after a list": "- a\n---\nb\n---\n",
    "setext over lines": "a\nb\n===\n",
    "atx without blank": "#a\n##\n# \n",
    "a fence never closed": "```\ncode\n",
    "a comment never closed": "<!-- a\nb\n",
    "a marker shown": "```\n<!-- docgen:section introduction of=x -->\n<!-- docgen:end -->\n```\n",
    "a marker shown by indent": "    <!-- docgen:end -->\n",
    "a marker in a sentence": "Write `<!-- docgen:end -->` below <!-- docgen:end -->.\n",
    "mixed line ends": "a\r\nb\nc\rd\r\n\r\n# e\n",
}
ABOUT = "shop.load"
KEY = f"use-case:{ABOUT}"
REGION = render_section("use-case", ABOUT, "Old words.") + "\n"
LAYOUT = f"# `shop`\n\n## `load`\n\n{render_section('introduction', ABOUT, '')}\n\n{render_section('use-case', ABOUT, '')}\n"


def assert_survives(text: str) -> bool:
    """Asserts that a person's `text` is kept in all that is done to documents; whether a section can stand below it."""
    assert str(Document.parse(text, "a.md")) == text
    for line_end in ("\n", "\r\n"):
        own = text.replace("\r\n", "\n").replace("\n", line_end) if "\r" not in text.replace("\r\n", "") else text
        below = own + line_end * 2 + REGION.replace("\n", line_end) + line_end + own.removeprefix("---")
        try:
            document = Document.parse(below, "a.md")
        except InputError:
            return False  # the text leaves something open that takes one of the markers in: refused, and nothing lost
        assert str(document) == below
        if document.get(KEY) is not None:
            renewed = document.with_sections({KEY: "New words.\n\n- `load`"})
            assert others(renewed) == others(document)
            assert str(renewed).count("New words.") == 1
    merged = merge(Document.parse(text, "a.md"), Document.parse(LAYOUT), (), Settings().kind_of_heading)
    if text.strip():
        kept = iter(str(merged).splitlines(keepends=False))
        assert all(line in kept for line in text.splitlines() if line.strip()), "a line is lost, or another order"
    assert str(Document.parse(str(merged), "a.md")) == str(merged)
    return document.get(KEY) is not None


def others(document: Document) -> list[str]:
    """What is not in the section, in order, with the markers of others."""
    return [part.source for part in document.parts if not (isinstance(part, Section) and part.key == KEY)]


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_of_markdown_survives(name: str) -> None:
    can_hold = assert_survives(KINDS[name])
    assert can_hold != name.endswith("never closed") or name == "a comment never closed"


def commonmark_examples() -> list[dict[str, str]]:
    path = os.environ.get("COMMONMARK_EXAMPLES", "")
    if not path or not Path(path).is_file():
        pytest.skip("set COMMONMARK_EXAMPLES to the specification's examples (spec.json of commonmark.org) to run this")
    return list(json.loads(Path(path).read_text(encoding="utf-8")))


def test_every_example_of_the_commonmark_specification_survives() -> None:
    examples = [example["markdown"] for example in commonmark_examples()]
    assert len(examples) > 600
    holding = sum(assert_survives(text) for text in examples)
    assert holding > 0.9 * len(examples), "few leave something open"


def real_documents() -> Iterator[Path]:
    folders = [Path(sysconfig.get_path("purelib")), *map(Path, filter(None, [os.environ.get("DOCGEN_DOCUMENTS")]))]
    for folder in folders:
        yield from sorted(path for path in folder.rglob("*.md") if path.is_file())
        yield from sorted(folder.glob("*.dist-info/METADATA"))


def test_the_documents_of_installed_packages_survive() -> None:
    seen = holding = 0
    for path in real_documents():
        try:
            text = read_text(path)
        except InputError:
            continue
        if len(text.text) > 300_000:
            continue
        assert text.content == path.read_bytes(), path
        try:
            holding += assert_survives(text.text)
        except AssertionError as error:
            raise AssertionError(f"{path}: {error}") from error
        seen += 1
    if not seen:
        pytest.skip("no Markdown in the installed packages")
    assert holding > 0.9 * seen


# Whole runs

SOURCE = '''"""A shop."""


def load(path: str, limit: int = 10) -> list[str]:
    """Load the parts of one file.

    Args:
        path: The file to read.
        limit: The most parts.
    """
    return []
'''


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["no byte order mark", "byte order mark"])
@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"], ids=["LF", "CRLF"])
def test_a_document_of_ten_thousand_lines_keeps_every_byte_outside_of_its_sections(
    tmp_path: Path, mark: bytes, line_end: bytes
) -> None:
    kinds = [text for name, text in KINDS.items() if not name.endswith("never closed") and "front matter" not in name]
    kinds = [text for text in kinds if "\r" not in text]
    own = "".join(f"{text}\n\nA line.\n\n" for text in kinds)
    own = own * (10_000 // own.count("\n") + 1)
    parameters = render_section("parameters", ABOUT, "")
    text = f"# Ours\n\n{own}\n{parameters}\n\nBetween.\n\n{render_section('introduction', ABOUT, '')}\n{own}"
    assert text.count("\n") > 10_000
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'shop'\n")
    (tmp_path / "shop.py").write_text(SOURCE)
    guide = tmp_path / "guide.md"
    guide.write_bytes(mark + text.encode().replace(b"\n", line_end))
    before = Document.parse(read_text(guide).text)
    started = time.monotonic()
    write([str(guide)], root=tmp_path)
    (tmp_path / "shop.py").write_text(SOURCE.replace("= 10", "= 20"))
    assert write([str(guide)], root=tmp_path).summary["renewed"] == 1
    assert time.monotonic() - started < 60
    content = guide.read_bytes()
    assert content.startswith(mark) and b"`20`" in content
    assert content.count(b"\n") == content.count(line_end)
    after = Document.parse(read_text(guide).text)
    assert [part.source for part in after.human] == [part.source for part in before.human]
    assert check([str(guide)], root=tmp_path).findings == ()
    assert write([str(guide)], root=tmp_path).summary["written"] == []
    assert guide.read_bytes() == content
