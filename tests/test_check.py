"""What makes a document stale, and what does not: the rule table, one row a test."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from docgen.check import check
from docgen.claims import asserted, complete
from docgen.document import Document, render_section
from docgen.facts import Fact, Facts, Subject
from docgen.ledger import Ledger, Record, ledger_path
from docgen.readers.model_folder import read_model
from docgen.readers.python_api import read_package
from docgen.report import Finding, InputError, Report
from docgen.settings import CheckSettings, PathSettings, Settings
from docgen.track import track

HTTP = '''"""Talks to servers."""

import json

LIMIT = 12


class HopError(Exception):
    """Too many hops."""


def _clean(location):
    """Cleans an address."""
    if not location:
        raise ValueError("no location")
    return location


def redirect(location: str, code: int = 302, *, timeout: float = 30.0) -> str:
    """Answers a request with another address to go to."""
    if code < 300:
        raise ValueError("no redirect")
    if len(location) > LIMIT:
        raise HopError(location)
    return json.dumps(_clean(location))


class Client:
    """Sends requests."""

    def __init__(self, retries: int = 3) -> None:
        self.retries = retries

    def get(self, url: str) -> bytes:
        """Fetches a page."""
        return url.encode()
'''
ABOUT = "web.http.redirect"


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def project(root: Path, text: str, about: str = ABOUT, source: str = HTTP) -> Path:
    """A repository with a package and a document of one section that has been recorded. Returns the document."""
    (root / ".git").mkdir()
    write(root / "web" / "__init__.py", '"""The web."""\n')
    write(root / "web" / "http.py", source)
    document = write(root / "docs" / "http.md", f"# HTTP\n\n{render_section('introduction', about, text)}\n")
    record(root, document, read_package(root / "web", root))
    return document


def record(root: Path, document: Path, facts: Facts) -> None:
    """Writes the ledger that says what a document asserts today."""
    sections = {}
    for section in Document.parse(document.read_text(encoding="utf-8")).sections:
        entry = facts[section.about]
        stated = [Fact(name, value) for name, value in asserted(section.text, entry).items()]
        sections[section.key] = Record.of(stated, complete(section.text, entry))
    write(ledger_path(root, document), Ledger(facts.subject, sections).dump())


def codes(report: Report) -> list[str]:
    return [finding.code for finding in report.findings]


def change(root: Path, old: str, new: str) -> None:
    """Edits the source of the package."""
    path = root / "web" / "http.py"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


TABLE = """| Parameter | Type | Default |
|---|---|---|
| `location` | `str` |  |
| `code` | `int` | `302` |
| `timeout` | `float` | `30.0` |"""
RAISES = "Raises:\n\n- `ValueError` if `code` is less than 300.\n- `HopError` for long ones."
SIGNATURE = "```python\nredirect(location: str, code: int = 302, *, timeout: float = 30.0) -> str\n```"


@pytest.mark.parametrize(
    ("text", "old", "new", "expected"),
    [
        pytest.param(
            "`code` defaults to 302.", "code: int = 302", "code: int = 303", ["stale-default"], id="stated default changed"
        ),
        pytest.param(
            "`code` is the status.", "code: int = 302", "code: int = 303", [], id="default changed that is not stated"
        ),
        pytest.param(
            "`code` defaults to 302.", "code: int = 302", "code: int = STATUS", ["stale-default"], id="default became a name"
        ),
        pytest.param("At most 12 hops.", "LIMIT = 12", "LIMIT = 20", ["stale-constant"], id="constant changed that is stated"),
        pytest.param("See `LIMIT`.", "LIMIT = 12", "LIMIT = 20", [], id="constant changed that is cited by name"),
        pytest.param(
            "`timeout` is in seconds.", ", *, timeout: float = 30.0", "", ["stale-parameter"], id="cited parameter removed"
        ),
        pytest.param("Answers.", ", *, timeout: float = 30.0", "", [], id="parameter removed that is not cited"),
        pytest.param(
            "Changed in version 2: `timeout` is new.", ", *, timeout: float = 30.0", "", [], id="removed parameter in history"
        ),
        pytest.param(
            "`timeout` is in seconds.", "timeout: float", "wait: float", ["stale-parameter"], id="cited parameter renamed"
        ),
        pytest.param(
            "Pass `location`.", "timeout: float = 30.0", "timeout: float = 30.0, cache=None", [], id="parameter added"
        ),
        pytest.param(
            TABLE,
            "timeout: float = 30.0",
            "timeout: float = 30.0, cache=None",
            ["incomplete-parameters"],
            id="parameter added to a full table",
        ),
        pytest.param(TABLE, "timeout: float", "timeout: int", ["stale-type"], id="type changed that a table has"),
        pytest.param("`timeout` is in seconds.", "timeout: float", "timeout: int", [], id="type changed that prose has not"),
        pytest.param(TABLE, "code: int = 302", "code: 'int' = 302", [], id="annotation in quotes"),
        pytest.param(
            SIGNATURE,
            "location: str, code: int = 302",
            "code: int, location: str = ''",
            ["stale-signature"],
            id="parameters reordered in a signature",
        ),
        pytest.param(
            "Raises `HopError`.",
            "raise HopError",
            "raise LookupError",
            ["stale-raise"],
            id="exception type changed that is cited",
        ),
        pytest.param(
            "Raises `ValueError`.",
            'if code < 300:\n        raise ValueError("no redirect")',
            "if code < 300:\n        code = 302",
            [],
            id="raise removed, a callee's remains",
        ),
        pytest.param(
            "`redirect` answers. `_clean` raises for it.",
            "    return json",
            "    if timeout < 0:\n        raise OSError\n    return json",
            [],
            id="raise added to what lists none",
        ),
        pytest.param(
            "Raises `ValueError`.",
            'raise ValueError("no redirect")',
            'raise ValueError("wrong code")',
            [],
            id="message changed",
        ),
        pytest.param(
            RAISES,
            "    return json",
            "    if timeout < 0:\n        raise OSError\n    return json",
            ["incomplete-raises"],
            id="raise added to a full list",
        ),
        pytest.param(
            "Raises `HopError`.",
            "    return json",
            "    if timeout < 0:\n        raise OSError\n    return json",
            [],
            id="raise added to prose",
        ),
        pytest.param(
            "`ValueError` if `code` is less than 300.",
            "if code < 300",
            "if code < 200",
            ["stale-condition"],
            id="stated condition changed",
        ),
        pytest.param(
            "Answers a request with another address to go to.",
            "Answers a request with",
            "Answers requests with",
            ["stale-quote"],
            id="quoted docstring changed",
        ),
        pytest.param(
            "Sends the browser elsewhere.",
            "Answers a request with",
            "Answers requests with",
            [],
            id="docstring changed that is not quoted",
        ),
        pytest.param(
            "Returns a `str`.",
            ') -> str:\n    """Answers',
            ') -> bytes:\n    """Answers',
            ["stale-return"],
            id="return type changed that is stated",
        ),
        pytest.param("Sends.", "def redirect(", "async def redirect(", ["stale-kind"], id="became async"),
        pytest.param("A coroutine.", "def redirect(", "async def redirect(", [], id="became async, the text says so"),
        pytest.param("Writes with `json.dumps`.", "json.dumps", "repr", ["stale-name"], id="cited name gone from the body"),
        pytest.param("Cleans with `_clean`.", "_clean", "_tidy", ["stale-name"], id="cited private helper renamed"),
        pytest.param("Cleans the address.", "_clean", "_tidy", [], id="private helper renamed"),
        pytest.param("`code` defaults to 302.", "if code < 300", "if 300 > code", [], id="body changed"),
        pytest.param("`code` defaults to 302.", "code: int = 302", "code: int = (302)", [], id="formatting"),
        pytest.param(
            "`code` defaults to 302.", "import json", "import json  # noqa\n\n# a comment", [], id="comments and lines"
        ),
        pytest.param("`code` defaults to 302.", "LIMIT = 12", "LIMIT = 12\nFOUND = 302", [], id="a constant added"),
        pytest.param(
            "`timeout` defaults to 30.",
            "timeout: float = 30.0",
            "timeout: float = 30",
            [],
            id="the same value, otherwise spelled",
        ),
    ],
)
def test_the_rule_table(tmp_path: Path, text: str, old: str, new: str, expected: list[str]) -> None:
    project(tmp_path, text)
    assert codes(check(root=tmp_path)) == []
    change(tmp_path, old, new)
    assert codes(check(root=tmp_path)) == expected


def test_a_default_that_is_a_constant_of_the_same_value_is_the_same(tmp_path: Path) -> None:
    project(tmp_path, "`code` defaults to 302.")
    change(tmp_path, "LIMIT = 12", "LIMIT = 12\nFOUND = 302")
    change(tmp_path, "code: int = 302", "code: int = FOUND")
    assert codes(check(root=tmp_path)) == []


def test_a_deprecated_symbol_is_stale_unless_the_text_says_so(tmp_path: Path) -> None:
    document = project(tmp_path, "Sends the browser elsewhere.")
    change(tmp_path, "def redirect(", '@deprecated("use forward")\ndef redirect(')
    [finding] = check(root=tmp_path).findings
    assert (finding.code, finding.severity) == ("stale-deprecated", "error")
    assert "is deprecated: use forward" in finding.message
    text = document.read_text(encoding="utf-8").replace("elsewhere.", "elsewhere. Deprecated.")
    document.write_text(text, encoding="utf-8")
    [finding] = check(root=tmp_path).findings
    assert (finding.code, finding.severity) == ("review-deprecated", "review")


def test_a_message_says_what_where_and_how_to_mend_it(tmp_path: Path) -> None:
    project(tmp_path, "Sends.\n\nThe default of `code` is 302.")
    change(tmp_path, "code: int = 302", "code: int = 303")
    [finding] = check(root=tmp_path).findings
    assert str(finding) == (
        "docs/http.md:7: stale: `redirect` states code defaults to 302, it is 303 (web/http.py:19) [stale-default]\n"
        "  fix: docgen write docs/http.md"
    )
    assert finding.section == "introduction:web.http.redirect"
    assert (finding.fact, finding.old, finding.new) == ("parameters.code.default", "302", "303")
    assert finding.source == "web/http.py:19"


def test_a_parameter_that_is_gone_is_not_also_without_its_default_and_type(tmp_path: Path) -> None:
    project(tmp_path, TABLE)
    change(tmp_path, ", *, timeout: float = 30.0", "")
    [finding] = check(root=tmp_path).findings
    assert "names parameter timeout, which is gone" in finding.message


def test_a_parameter_that_keyword_arguments_take_is_still_there(tmp_path: Path) -> None:
    project(tmp_path, "`timeout` is in seconds.")
    change(tmp_path, "*, timeout: float = 30.0", "**options")
    change(tmp_path, "    if code < 300", '    options.get("timeout")\n    if code < 300')
    assert codes(check(root=tmp_path)) == []


def test_a_raise_added_to_what_was_said_to_raise_nothing_is_stale(tmp_path: Path) -> None:
    document = project(tmp_path, "`get` raises nothing of its own.", about="web.http.Client.get")
    assert codes(check(root=tmp_path)) == []
    change(
        tmp_path,
        "        return url.encode()",
        '        if not url:\n            raise ValueError("no url")\n        return url.encode()',
    )
    [finding] = check(root=tmp_path).findings
    assert (finding.code, finding.line) == ("stale-raise", 5)
    assert "`Client.get` is said to raise nothing, it raises ValueError (web/http.py:37)" in finding.message
    ledger_path(tmp_path, document).unlink()
    assert codes(check(root=tmp_path)) == ["contradicted-raise"]


# Sections that people have edited --------------------------------------------------------------------------------------


def edit(document: Path, old: str, new: str) -> None:
    text = document.read_text(encoding="utf-8")
    assert old in text
    document.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param("Sends.", "Sends on.", ["conflict-edited"], id="elsewhere"),
        pytest.param("302", "303", [], id="to what is so"),
        pytest.param(" `code` defaults to 302.", "", [], id="so that it says nothing of it"),
    ],
)
def test_an_edited_section_is_in_conflict_where_it_still_says_what_was(
    tmp_path: Path, old: str, new: str, expected: list[str]
) -> None:
    document = project(tmp_path, "Sends. `code` defaults to 302.")
    edit(document, old, new)
    assert "conflict-edited" not in codes(check(root=tmp_path))
    change(tmp_path, "code: int = 302", "code: int = 303")
    report = check(root=tmp_path)
    assert codes(report) == expected
    assert report.summary["edited"] == 1
    if expected:
        assert "--accept introduction:web.http.redirect" in report.findings[0].fix


def test_an_edit_alone_is_fresh(tmp_path: Path) -> None:
    document = project(tmp_path, "Sends. `code` defaults to 302.")
    edit(document, "Sends.", "Sends the browser to `location`.")
    assert codes(check(root=tmp_path)) == []


# Symbols and packages that move or go ----------------------------------------------------------------------------------


def test_a_symbol_that_is_gone_orphans_its_section(tmp_path: Path) -> None:
    project(tmp_path, "Sends.")
    change(tmp_path, "def redirect(", "def forward(")
    [finding] = check(root=tmp_path).findings
    assert (finding.code, finding.line) == ("orphaned-symbol", 3)
    assert "`web.http.redirect` is gone" in finding.message


def test_a_symbol_that_is_gone_and_has_namesakes_has_them_named(tmp_path: Path) -> None:
    project(tmp_path, "Sends.")
    for name in ("answers", "replies"):
        write(tmp_path / "web" / f"{name}.py", "def redirect(target):\n    return target\n")
    change(tmp_path, "def redirect(", "def forward(")
    [finding] = check(root=tmp_path).findings
    assert finding.code == "orphaned-symbol"
    assert finding.message.endswith("; of that name there are `web.answers.redirect` and `web.replies.redirect`")


def test_a_symbol_that_moved_is_named_at_its_new_place(tmp_path: Path) -> None:
    project(tmp_path, "Sends.")
    (tmp_path / "web" / "http.py").rename(tmp_path / "web" / "answers.py")
    [finding] = check(root=tmp_path).findings
    assert (finding.code, finding.new) == ("stale-path", "web.answers.redirect")
    assert "`web.http.redirect` has moved to `web.answers.redirect`" in finding.message


@pytest.mark.parametrize(
    ("text", "old", "new", "message"),
    [
        pytest.param(
            "`timeout` is in seconds.", "timeout: float", "timeout_seconds: float", "now called timeout_seconds", id="its words"
        ),
        pytest.param(TABLE, "timeout: float", "wait: float", "now called wait", id="its place in the list"),
        pytest.param("`timeout` defaults to 30.0.", "timeout: float", "wait: float", "now called wait", id="its default"),
        pytest.param("`timeout` is in seconds.", "timeout: float", "cache: float", "which is gone", id="nothing tells"),
        pytest.param(RAISES, "HopError", "TooManyHops", "now called TooManyHops", id="an exception of the package"),
        pytest.param(
            RAISES, "raise HopError", "raise LookupError", "LookupError is raised in its place", id="another exception"
        ),
    ],
)
def test_what_is_called_otherwise_is_named(tmp_path: Path, text: str, old: str, new: str, message: str) -> None:
    project(tmp_path, text)
    change(tmp_path, old, new)
    findings = check(root=tmp_path).findings
    assert any(message in finding.message for finding in findings), findings
    assert not [finding for finding in findings if finding.verdict == "incomplete"]


def test_a_function_that_is_called_otherwise_is_known_by_everything_that_was_said_of_it(tmp_path: Path) -> None:
    project(tmp_path, TABLE)
    change(tmp_path, "def redirect(", "def forward(")
    [finding] = check(root=tmp_path).findings
    assert (finding.code, finding.new) == ("stale-path", "web.http.forward")
    assert "`web.http.redirect` is now called `web.http.forward`" in finding.message
    assert finding.fix == "write of=web.http.forward in the marker, then docgen write docs/http.md"


def test_a_symbol_that_moved_and_is_still_imported_at_its_old_place_is_fresh(tmp_path: Path) -> None:
    project(tmp_path, "`code` defaults to 302.")
    (tmp_path / "web" / "http.py").rename(tmp_path / "web" / "_http.py")
    write(tmp_path / "web" / "http.py", '"""Talks to servers."""\n\nfrom web._http import Client, redirect\n')
    assert codes(check(root=tmp_path)) == []
    path = tmp_path / "web" / "_http.py"
    path.write_text(path.read_text(encoding="utf-8").replace("int = 302", "int = 303"), encoding="utf-8")
    assert codes(check(root=tmp_path)) == ["stale-default"]


def test_a_method_that_a_base_class_has_now_is_fresh(tmp_path: Path) -> None:
    project(tmp_path, "Pass `url`.", about="web.http.Client.get")
    change(tmp_path, "class Client:", "class Client(Sender):")
    change(tmp_path, '    def get(self, url: str) -> bytes:\n        """Fetches a page."""\n        return url.encode()\n', "")
    source = (tmp_path / "web" / "http.py").read_text(encoding="utf-8")
    write(tmp_path / "web" / "http.py", source + "\n\nclass Sender:\n    def get(self, url):\n        return url\n")
    assert codes(check(root=tmp_path)) == []


def test_a_package_that_moved_to_src_is_found(tmp_path: Path) -> None:
    project(tmp_path, "`code` defaults to 302.")
    (tmp_path / "src").mkdir()
    (tmp_path / "web").rename(tmp_path / "src" / "web")
    report = check(root=tmp_path)
    assert codes(report) == []
    assert report.summary["fresh"] == 1


def test_a_package_that_is_gone_orphans_its_documents(tmp_path: Path) -> None:
    project(tmp_path, "Sends.")
    (tmp_path / "web").rename(tmp_path / ".attic")
    [finding] = check(root=tmp_path).findings
    assert finding.code == "orphaned-subject"
    assert "the package web, which this document is about, is gone" in finding.message


def test_a_ledger_without_its_document_is_for_review(tmp_path: Path) -> None:
    project(tmp_path, "Sends.").unlink()
    [finding] = check(root=tmp_path).findings
    assert (finding.code, finding.severity) == ("orphaned-ledger", "review")
    assert finding.fix.startswith("delete .docgen/ledger/docs/http.md.json")


def test_a_source_that_does_not_parse_is_unknown_and_nothing_of_it_counts_as_gone(tmp_path: Path) -> None:
    project(tmp_path, "Sends. Cleans with `_clean`.")
    change(tmp_path, "def redirect(", "def redirect((")
    report = check(root=tmp_path)
    [finding] = report.findings
    assert (finding.code, finding.path, finding.severity) == ("unknown-source", "web/http.py", "error")
    assert finding.line == 19 and finding.message.startswith("unknown: not valid Python")
    assert report.exit_code == 2 and report.summary["unknown"] == 1
    allowed = check(root=tmp_path, settings=Settings(check=CheckSettings(allow_unknown=True)))
    assert (codes(allowed), allowed.exit_code) == (["unknown-source"], 0)


def test_beside_a_source_that_does_not_parse_everything_else_is_checked(tmp_path: Path) -> None:
    project(tmp_path, "`code` defaults to 302.")
    write(tmp_path / "web" / "later.py", "match x:\n    case 1 =>\n")
    change(tmp_path, "code: int = 302", "code: int = 303")
    report = check(root=tmp_path)
    assert codes(report) == ["stale-default", "unknown-source"]
    assert report.exit_code == 2


@pytest.mark.parametrize(
    ("name", "content", "line", "reason"),
    [
        pytest.param(
            "docs/a.md", b"<!-- docgen:section introduction of=web -->\n", 1, "has no end marker", id="a marker without its end"
        ),
        pytest.param("docs/a.md", b"# A\n<!-- docgen:section -->\n\xff\n", 3, "0xff", id="no UTF-8"),
        pytest.param("docs/a.md", b"# A\n<!-- docgen:section -->\n\0\n", 3, "null character", id="a null character"),
    ],
)
def test_a_document_that_cannot_be_read_is_unknown_and_the_others_are_checked(
    tmp_path: Path, name: str, content: bytes, line: int, reason: str
) -> None:
    project(tmp_path, "`code` defaults to 302.")
    (tmp_path / name).write_bytes(content)
    change(tmp_path, "code: int = 302", "code: int = 303")
    report = check(root=tmp_path)
    [unknown] = [finding for finding in report.findings if finding.verdict == "unknown"]
    assert (unknown.code, unknown.path, unknown.line) == ("unknown-document", name, line)
    assert reason in unknown.message
    assert "stale-default" in codes(report) and report.exit_code == 2


def test_a_document_that_a_link_has_outside_of_the_repository_is_unknown(tmp_path: Path) -> None:
    root = tmp_path / "project"
    root.mkdir()
    document = project(root, "Sends.")
    outside = write(tmp_path / "outside.md", document.read_text(encoding="utf-8"))
    (root / "docs" / "linked.md").symlink_to(outside)
    report = check(root=root)
    assert [(finding.code, finding.path) for finding in report.findings] == [("unknown-document", "docs/linked.md")]


@pytest.mark.parametrize(
    "text", ["<<<<<<< HEAD\n", '{"schema": 7}', "[" * 100_000], ids=["a merge", "another schema", "nested"]
)
def test_a_ledger_that_cannot_be_read_is_unknown(tmp_path: Path, text: str) -> None:
    document = project(tmp_path, "Sends.")
    write(ledger_path(tmp_path, document), text)
    [finding] = check(root=tmp_path).findings
    assert (finding.code, finding.path, finding.line) == ("unknown-ledger", ".docgen/ledger/docs/http.md.json", 1)


def test_front_matter_that_is_broken_is_unknown_and_not_a_crash(tmp_path: Path) -> None:
    card = model(tmp_path, "Tags texts.")
    edit(card, "license: mit", "license: [mit")
    report = check(root=tmp_path)
    assert {finding.verdict for finding in report.findings} <= {"unknown"} and report.exit_code in (0, 2)


# Without a ledger ------------------------------------------------------------------------------------------------------


def test_a_section_that_contradicts_its_source_needs_no_ledger(tmp_path: Path) -> None:
    document = project(tmp_path, "`code` defaults to 301.")
    ledger_path(tmp_path, document).unlink()
    [finding] = check(root=tmp_path).findings
    assert str(finding).startswith(
        "docs/http.md:5: contradicted: `redirect` states code defaults to 301, it is 302 (web/http.py:19)"
    )


def test_a_default_that_changed_is_reported_once(tmp_path: Path) -> None:
    project(tmp_path, "`code` defaults to 302.")
    change(tmp_path, "code: int = 302", "code: int = 303")
    assert codes(check(root=tmp_path)) == ["stale-default"]


DOCUMENTED = '''"""Talks to servers."""


def redirect(location, code=303):
    """Answers a request \\
    with another address.

    Args:
        location: Where to go.
        code: The status. Defaults to 302.
    """
'''


@pytest.mark.parametrize(
    "paths",
    [
        pytest.param([], id="of a package that documents are about"),
        pytest.param(["web"], id="of a package that is named"),
        pytest.param(["web/http.py"], id="of a module that is named"),
    ],
)
def test_a_docstring_that_contradicts_its_signature_is_found_at_its_line(tmp_path: Path, paths: list[str]) -> None:
    project(tmp_path, "Sends.", source=DOCUMENTED)
    [finding] = check([tmp_path / path for path in paths], root=tmp_path).findings
    assert (finding.code, finding.path, finding.line) == ("contradicted-default", "web/http.py", 10)
    assert "states code defaults to 302, it is 303" in finding.message


def test_docstrings_are_not_read_where_only_documents_are_named(tmp_path: Path) -> None:
    document = project(tmp_path, "Sends.", source=DOCUMENTED)
    assert codes(check([document], root=tmp_path)) == []


# Models ----------------------------------------------------------------------------------------------------------------

CARD = "---\nlicense: mit\n---\n\n# Tagger\n\n{}\n"


def model(root: Path, text: str, loss: float = 0.8978000283) -> Path:
    """A model folder with a card of one section that has been recorded."""
    (root / ".git").mkdir(exist_ok=True)
    folder = root / "models" / "tagger"
    write(folder / "LICENSE", "SPDX-License-Identifier: MIT\n")
    write(
        folder / "adapter_config.json",
        json.dumps({"peft_type": "LORA", "r": 8, "base_model_name_or_path": "acme/base", "target_modules": ["k", "q"]}),
    )
    results(root, loss)
    card = write(folder / "README.md", CARD.format(render_section("evaluation", "tagger", text)))
    record(root, card, read_model(folder, root))
    return card


def results(root: Path, loss: float, seconds: float = 12.5) -> None:
    values = {"eval_loss": loss, "eval_runtime": seconds, "eval_samples": 320}
    write(root / "models" / "tagger" / "eval_results.json", json.dumps(values, indent=2))


@pytest.mark.parametrize(
    ("text", "loss", "expected"),
    [
        pytest.param("A loss of 0.8978.", 0.8978000283, [], id="nothing"),
        pytest.param("A loss of 0.8978.", 0.89781, [], id="behind the precision printed"),
        pytest.param("A loss of 0.8978.", 0.8991, ["stale-metric"], id="at the precision printed"),
        pytest.param("A loss of 0.90.", 0.8991, [], id="at a coarser precision"),
        pytest.param("It was measured on 320 examples.", 0.5, [], id="another metric"),
    ],
)
def test_a_metric_is_stale_where_it_changed_at_the_precision_printed(
    tmp_path: Path, text: str, loss: float, expected: list[str]
) -> None:
    model(tmp_path, text)
    results(tmp_path, loss, seconds=99.0)
    assert codes(check(root=tmp_path)) == expected


@pytest.mark.parametrize(
    ("text", "old", "new", "expected"),
    [
        pytest.param("The rank is 8.", '"r": 8', '"r": 16', ["stale-model"], id="rank"),
        pytest.param("Built on `acme/base`.", "acme/base", "acme/other", ["stale-model"], id="base"),
        pytest.param("Adapts `k` and `q`.", '["k", "q"]', '["q"]', ["stale-model"], id="target module gone"),
        pytest.param("Adapts `k` and `q`.", '["k", "q"]', '["q", "k"]', [], id="target modules in another order"),
        pytest.param("Tags texts.", '"r": 8', '"r": 16', [], id="not stated"),
    ],
)
def test_a_card_is_stale_where_a_stated_setting_changed(
    tmp_path: Path, text: str, old: str, new: str, expected: list[str]
) -> None:
    model(tmp_path, text)
    path = tmp_path / "models" / "tagger" / "adapter_config.json"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    assert codes(check(root=tmp_path)) == expected


def test_front_matter_that_the_files_disprove_is_contradicted(tmp_path: Path) -> None:
    card = model(tmp_path, "Tags texts.")
    edit(card, "license: mit", "license: apache-2.0")
    [finding] = check(root=tmp_path).findings
    assert (finding.code, finding.line) == ("contradicted-front-matter", 2)
    assert "states license apache-2.0, it is MIT" in finding.message


def test_a_card_without_markers_is_held_against_the_model_beside_it(tmp_path: Path) -> None:
    card = model(tmp_path, "Tags texts.")
    ledger_path(tmp_path, card).unlink()
    write(card, "# Tagger\n\nThe rank of the adapter matters: a rank of 16 was used.\n")
    [finding] = check([card], root=tmp_path).findings
    assert (finding.code, finding.line) == ("contradicted-model", 3)


def test_a_model_folder_that_is_gone_orphans_its_card(tmp_path: Path) -> None:
    card = model(tmp_path, "Tags texts.")
    for name in ("adapter_config.json", "eval_results.json"):
        (card.parent / name).unlink()
    [finding] = check(root=tmp_path).findings
    assert finding.code == "orphaned-subject"
    assert "the model folder models/tagger" in finding.message


# Paths, settings and summary -------------------------------------------------------------------------------------------


def test_without_paths_every_known_document_is_checked_and_no_other(tmp_path: Path) -> None:
    project(tmp_path, "Sends.")
    marked = render_section("introduction", ABOUT, "`code` defaults to 1.")
    write(tmp_path / "README.md", f"{marked}\n")
    for folder in (".venv/lib", "node_modules/x", ".docgen", "env"):
        write(tmp_path / folder / "other.md", f"{marked}\n")
    write(tmp_path / "env" / "pyvenv.cfg", "")
    write(tmp_path / "plain.md", "`code` defaults to 1.\n")
    report = check(root=tmp_path)
    assert [finding.path for finding in report.findings] == ["README.md"]
    assert report.summary["documents"] == 2


def test_excluded_paths_are_left_out(tmp_path: Path) -> None:
    project(tmp_path, "Sends.")
    write(tmp_path / "old" / "README.md", f"{render_section('introduction', ABOUT, '`code` defaults to 1.')}\n")
    settings = Settings(paths=PathSettings(exclude=("old/*",)))
    assert codes(check(root=tmp_path, settings=settings)) == []
    assert codes(check(root=tmp_path)) == ["contradicted-default"]


def test_a_folder_stands_for_its_documents(tmp_path: Path) -> None:
    project(tmp_path, "`code` defaults to 302.")
    change(tmp_path, "code: int = 302", "code: int = 303")
    assert codes(check([tmp_path / "docs"], root=tmp_path)) == ["stale-default"]
    (tmp_path / "empty").mkdir()
    assert check([tmp_path / "empty"], root=tmp_path).summary["documents"] == 0


@pytest.mark.parametrize("path", ["nowhere.md", "docs/nowhere", "data.csv"])
def test_a_path_that_cannot_be_checked_is_an_error(tmp_path: Path, path: str) -> None:
    project(tmp_path, "Sends.")
    write(tmp_path / "data.csv", "a,b\n")
    with pytest.raises(InputError, match=path):
        check([path], root=tmp_path)


@pytest.mark.parametrize(
    ("settings", "exit_code"),
    [
        pytest.param(CheckSettings(), 1, id="as it is"),
        pytest.param(CheckSettings(warn=True), 0, id="only warned of"),
        pytest.param(CheckSettings(strict=True), 1, id="strict"),
    ],
)
def test_settings_weigh_what_is_stale(tmp_path: Path, settings: CheckSettings, exit_code: int) -> None:
    project(tmp_path, "`code` defaults to 302.")
    change(tmp_path, "code: int = 302", "code: int = 303")
    assert check(root=tmp_path, settings=Settings(check=settings)).exit_code == exit_code


def test_what_is_for_review_fails_only_where_strict(tmp_path: Path) -> None:
    project(tmp_path, "Sends.").unlink()
    assert check(root=tmp_path).exit_code == 0
    assert check(root=tmp_path, settings=Settings(check=CheckSettings(strict=True))).exit_code == 1


def test_context_that_changed_is_for_review(tmp_path: Path) -> None:
    document = project(tmp_path, "`code` is the status.")
    facts = read_package(tmp_path / "web", tmp_path)
    default = facts[ABOUT].fact("parameters.code.default")
    assert default is not None
    written = Record.of([], (), [default])
    write(ledger_path(tmp_path, document), Ledger(facts.subject, {f"introduction:{ABOUT}": written}).dump())
    assert codes(check(root=tmp_path)) == []
    change(tmp_path, "code: int = 302", "code: int = 303")
    [finding] = check(root=tmp_path).findings
    assert (finding.code, finding.severity) == ("review-context", "review")
    assert "parameters.code.default" in finding.message


def test_the_summary_counts_sections_by_state(tmp_path: Path) -> None:
    document = project(tmp_path, "`code` defaults to 302.")
    with document.open("a", encoding="utf-8") as file:
        file.write(f"\n{render_section('introduction', 'web.http.Client', 'Sends requests.')}\n")
        file.write(f"\n{render_section('introduction', 'web.http.gone', 'Is gone.')}\n")
    change(tmp_path, "code: int = 302", "code: int = 303")
    report = check(root=tmp_path)
    wanted = {"documents": 1, "sections": 3, "stale": 1, "fresh": 1, "orphaned": 1, "unrecorded": 1, "packages": 1}
    assert {name: report.summary[name] for name in wanted} == wanted
    assert report.table == "1 document, 3 sections: 1 fresh, 1 stale, 1 orphaned"


def test_findings_come_worst_first(tmp_path: Path) -> None:
    project(tmp_path, "`code` defaults to 302.")
    write(ledger_path(tmp_path, tmp_path / "a.md"), Ledger(Subject("api", "web")).dump())
    change(tmp_path, "code: int = 302", "code: int = 303")
    findings: tuple[Finding, ...] = check(root=tmp_path).findings
    assert [(finding.path, finding.severity) for finding in findings] == [("docs/http.md", "error"), ("a.md", "review")]


def test_an_empty_repository_is_clean(tmp_path: Path) -> None:
    report = check(root=tmp_path)
    assert (report.findings, report.exit_code) == ((), 0)
    assert report.table.startswith("0 documents, 0 sections; nothing is under check yet: docgen track DOC")


def test_the_packages_whose_docstrings_were_looked_at_are_counted(tmp_path: Path) -> None:
    write(tmp_path / "web.py", '"""The web."""\n')
    assert check([tmp_path / "web.py"], root=tmp_path).table == "0 documents, 0 sections; docstrings of 1 package"


@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_line_ends_and_byte_order_marks_change_nothing(tmp_path: Path, newline: str) -> None:
    document = project(tmp_path, "Sends.\n\n`code` defaults to 302.")
    text = document.read_text(encoding="utf-8").replace("\n", newline)
    document.write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert codes(check(root=tmp_path)) == []
    change(tmp_path, "code: int = 302", "code: int = 303")
    [finding] = check(root=tmp_path).findings
    assert finding.line == 7


def test_checking_writes_nothing(tmp_path: Path) -> None:
    project(tmp_path, "`code` defaults to 302.")
    change(tmp_path, "code: int = 302", "code: int = 303")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    check(root=tmp_path)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_checking_imports_no_heavy_library(tmp_path: Path) -> None:
    project(tmp_path, "`code` defaults to 302.")
    program = (
        "import sys; from pathlib import Path; from docgen.check import check; check(root=Path(sys.argv[1]));"
        "print(sorted({'torch', 'numpy', 'nltk', 'jinja2', 'datasets', 'transformers'} & set(sys.modules)))"
    )
    ended = subprocess.run([sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, timeout=120)
    assert (ended.stdout.strip(), ended.returncode) == ("[]", 0), ended.stderr


def test_a_tracked_text_that_a_person_has_corrected_is_fresh(tmp_path: Path) -> None:
    package, page = tmp_path / "pkg", tmp_path / "page.md"
    package.mkdir()
    (package / "__init__.py").write_text("def load(path, timeout=30):\n    return path\n")
    page.write_text("# `pkg`\n\n## `load`\n\n### Introduction\n\n`load` reads a file. `timeout` defaults to 30.\n")
    track([page], root=tmp_path, settings=Settings())
    (package / "__init__.py").write_text("def load(path, timeout=45):\n    return path\n")
    assert [finding.code for finding in check([], root=tmp_path).findings] == ["stale-default"]
    page.write_text(page.read_text().replace("to 30", "to 45"))
    assert check([], root=tmp_path).findings == ()
