"""Where nothing but values has changed, the new value takes the place of the old one, without a writer."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from docgen.brief import Brief
from docgen.check import check
from docgen.check.comparison import Comparison
from docgen.claims import asserted
from docgen.document import Document
from docgen.facts import Entry, Fact, Facts, Subject
from docgen.ledger import Record
from docgen.report import Report
from docgen.write import write
from docgen.write.patching import patched
from docgen.writers import Writer

SOURCE = '''"""Rates."""

LIMIT = 500


def load(path: str, *, timeout: int = 30, encoding: str = "utf-8", retries: int = 4) -> list[float]:
    """Load the rates of one file.

    Args:
        path: The file to read.
        timeout: Seconds to wait for a lock.
        encoding: How the file spells its characters.
        retries: How often to try.
    """
    return []


def save(path: str) -> None:
    """Save all rates."""
'''
TOLD = "Reads the file at `path` and waits for a lock: `timeout` defaults to `30`. Thirty rates take 30 lines."


class Told:
    """Tells of `load` what a person would, and of everything else nothing."""

    name = mark = "told"

    def write(self, briefs: Sequence[Brief]) -> list[str]:
        return [
            "`load` loads the rates of one file. `timeout` defaults to `30`, and `encoding` defaults to `'utf-8'`."
            if brief.kind == "use-case" and brief.short == "load"
            else ""
            for brief in briefs
        ]


class Never:
    """Fails when it is asked for anything."""

    name = mark = "never"

    def write(self, briefs: Sequence[Brief]) -> list[str]:
        raise AssertionError(f"asked for {[f'{brief.kind}:{brief.about}' for brief in briefs]}")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository with a package whose page is written."""
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'rates'\n")
    (tmp_path / "rates").mkdir()
    (tmp_path / "rates" / "__init__.py").write_text(SOURCE)
    run(tmp_path, Told())
    return tmp_path


def run(project: Path, writer: Writer, accept: Sequence[str] = ()) -> Report:
    return write([str(project / "rates")], root=project, writer=writer, accept=accept)


def page(project: Path) -> Path:
    return project / "docs" / "api" / "rates.md"


def change(path: Path, *pairs: tuple[str, str]) -> None:
    text = path.read_text()
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new, 1)
    path.write_text(text)


def test_a_changed_default_is_put_in_place_and_no_writer_is_asked(project: Path) -> None:
    before = Document.parse(page(project).read_text())
    change(project / "rates" / "__init__.py", ("timeout: int = 30", "timeout: int = 45"))
    report = run(project, Never())
    after = Document.parse(page(project).read_text())
    changed = {one.key for one, other in zip(before.sections, after.sections, strict=True) if one.text != other.text}
    assert changed == {"use-case:rates.load", "parameters:rates.load", "reference:rates.load"}
    assert "`timeout` defaults to `45`, and `encoding` defaults to `'utf-8'`." in page(project).read_text()
    assert report.summary["renewed"] == 3 and report.summary["patched"] == 1 and report.summary["asked"] == 0
    assert f"renewed docs/api/rates.md (3 of {len(after.sections)} sections, 1 by its values alone)" in report.table
    assert not any(section.edited for section in after.sections)
    assert check([str(page(project))], root=project).findings == ()
    assert run(project, Never()).summary["written"] == []


def test_values_of_two_parameters_are_put_in_place_together(project: Path) -> None:
    change(project / "rates" / "__init__.py", ("timeout: int = 30", "timeout: int = 1_000"), ('"utf-8"', '"ascii"'))
    run(project, Never())
    assert "`timeout` defaults to `1_000`, and `encoding` defaults to `'ascii'`." in page(project).read_text()


def test_what_was_put_in_place_is_put_in_place_again(project: Path) -> None:
    for old, new in (("30", "45"), ("45", "5"), ("5", "30")):
        change(project / "rates" / "__init__.py", (f"timeout: int = {old},", f"timeout: int = {new},"))
        run(project, Never())
        assert f"`timeout` defaults to `{new}`," in page(project).read_text()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("timeout: int = 30", "timeout: int | None = None", id="none is no plain value"),
        pytest.param("timeout: int = 30", "timeout: int", id="no default any more"),
        pytest.param("*, timeout: int = 30", "*, patience: int = 30", id="another name"),
    ],
)
def test_more_than_a_value_is_written_anew(project: Path, old: str, new: str) -> None:
    change(project / "rates" / "__init__.py", (old, new))
    with pytest.raises(AssertionError, match="use-case:rates.load"):
        run(project, Never())


def test_the_draft_beside_a_persons_text_is_that_text_with_the_values_of_today(project: Path) -> None:
    section = Document.parse(page(project).read_text()).get("use-case:rates.load")
    assert section is not None
    change(page(project), (section.text.strip(), TOLD))
    run(project, Never())
    change(project / "rates" / "__init__.py", ("timeout: int = 30", "timeout: int = 45"))
    for _ in range(2):
        report = run(project, Never())
        assert [finding.code for finding in report.findings] == ["conflict-edited"]
        assert report.summary["drafts"] == {"use-case:rates.load": TOLD.replace("`30`", "`45`")}
        assert TOLD in page(project).read_text()
    assert run(project, Never(), accept=["use-case:rates.load"]).findings == ()
    assert TOLD.replace("`30`", "`45`") in page(project).read_text()
    assert run(project, Never()).summary["written"] == []


# One text


def with_default(value: str) -> Entry:
    facts = (Fact("kind", "function"), Fact("parameters", ["timeout", "path"]), Fact("parameters.timeout.default", value))
    return Entry("rates.load", facts)


@pytest.mark.parametrize(
    ("text", "value", "expected"),
    [
        pytest.param("`timeout` defaults to `30`.", "60", "`timeout` defaults to `60`.", id="code"),
        pytest.param("The default of `timeout` is 30 seconds.", "60", "The default of `timeout` is 60 seconds.", id="prose"),
        pytest.param(
            "Reads 30 lines. `timeout` defaults to `30`.", "60", "Reads 30 lines. `timeout` defaults to `60`.", id="one of two"
        ),
        pytest.param("`timeout` defaults to `30`; it reads 30 lines.", "60", None, id="two in one sentence"),
        pytest.param("The default of `timeout` is 30 seconds.", "1", None, id="a noun in the plural"),
        pytest.param("`timeout` defaults to `30`.", "None", None, id="none"),
        pytest.param("Waits for `timeout`.", "60", None, id="not said"),
        pytest.param("`timeout` defaults to `30`; the default of `timeout` is 30.", "60", None, id="said twice, once in prose"),
    ],
)
def test_a_value_is_exchanged_where_the_text_states_it(text: str, value: str, expected: str | None) -> None:
    before, entry = with_default("30"), with_default(value)
    record = Record.of([Fact(name, stated) for name, stated in asserted(text, before).items()])
    facts = Facts(Subject("api", "rates"), [entry])
    broken = Comparison(text, record, entry, facts).broken()
    assert patched(text, broken, record, entry, facts) == expected
