"""Documents are written from facts, renewed where a fact has changed, and keep what people wrote."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import docgen
from docgen.brief import Brief
from docgen.check import check
from docgen.document import Document
from docgen.facts import Fact
from docgen.ledger import Ledger
from docgen.report import InputError, Report
from docgen.settings import Settings, WriteSettings
from docgen.statements import state
from docgen.write import write
from docgen.write.answers import accepted, refusal
from docgen.writers import Writer

RATES = '''"""Exchange rates from CSV files."""

DEFAULT_TIMEOUT = 30


class RateError(ValueError):
    """A rate that is not a number."""


def load(path: str, *, timeout: int = DEFAULT_TIMEOUT) -> dict[str, float]:
    """Load the rates of one file.

    Args:
        path: The file to read.
        timeout: Seconds to wait for a lock.

    Returns:
        Rates by currency.

    Raises:
        RateError: If a rate is not a number.
    """
    if timeout < 0:
        raise ValueError(f"timeout must not be negative: {timeout}")
    return {}


def convert(amount: float, rate: float) -> float:
    """Convert an amount at a rate."""
    if rate <= 0:
        raise ValueError("rate must be positive")
    return amount * rate


class Table:
    """Rates of one day.

    Args:
        day: The day in ISO format.
    """

    def __init__(self, day: str) -> None:
        self.day = day

    @property
    def size(self) -> int:
        """Number of rates."""
        return 0

    def find(self, currency: str) -> float:
        """Find the rate of a currency."""
        raise LookupError(currency)

    def _hidden(self) -> None:
        pass
'''


class Echo:
    """States each Brief's facts, and remembers what it was asked."""

    name, mark = "echo", "echo"

    def __init__(self) -> None:
        self.asked: list[str] = []

    def write(self, briefs: Sequence[Brief]) -> list[str]:
        self.asked += [f"{brief.kind}:{brief.about}" for brief in briefs]
        return [state(brief) for brief in briefs]


class Liar(Echo):
    """States each Brief's facts and adds a number that is in none of them."""

    name, mark = "liar", "liar"

    def write(self, briefs: Sequence[Brief]) -> list[str]:
        return [f"{text} It takes 4711 rates." for text in super().write(briefs)]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository with a package of two public modules, a private one and a test."""
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'rates'\n")
    package = tmp_path / "money"
    package.mkdir()
    (package / "__init__.py").write_text('"""Money of all kinds."""\n')
    (package / "rates.py").write_text(RATES)
    (package / "words.py").write_text('def spell(amount: int) -> str:\n    """Spell an amount."""\n    return str(amount)\n')
    (package / "_private.py").write_text("def helper():\n    pass\n")
    (package / "tests").mkdir()
    (package / "tests" / "__init__.py").write_text("")
    (package / "tests" / "test_rates.py").write_text("def test_load():\n    pass\n")
    return tmp_path


def run(project: Path, writer: Writer | str = "none", *, accept: Sequence[str] = (), diff: bool = False) -> Report:
    return write([str(project / "money")], root=project, writer=writer, accept=accept, diff=diff)


def page(project: Path, module: str = "money.rates") -> Path:
    return project / "docs" / "api" / f"{module}.md"


def section(project: Path, key: str, module: str = "money.rates") -> str:
    found = Document.parse(page(project, module).read_text()).get(key)
    assert found is not None, f"no section {key}"
    return found.text.strip()


def everything(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def replace_in(path: Path, old: str, new: str) -> None:
    text = path.read_bytes().decode()
    assert old in text, f"{old!r} is not in {path.name}"
    path.write_bytes(text.replace(old, new, 1).encode())


# New pages


def test_a_package_gets_a_page_for_each_public_module_and_an_index(project: Path) -> None:
    report = run(project)
    assert sorted(path.name for path in (project / "docs" / "api").iterdir()) == [
        "index.md",
        "money.rates.md",
        "money.words.md",
    ]
    assert report.exit_code == 0
    assert "[`money.words`](money.words.md)" in page(project, "index").read_text()


def test_a_page_shows_what_the_source_says(project: Path) -> None:
    run(project)
    assert "load(path: str, *, timeout: int = DEFAULT_TIMEOUT) -> dict[str, float]" in section(
        project, "reference:money.rates.load"
    )
    assert "| `timeout` | `int` | `30` | Seconds to wait for a lock. |" in section(project, "parameters:money.rates.load")
    assert section(project, "returns:money.rates.load") == "**Returns** `dict[str, float]`: Rates by currency."
    assert "| `size` | `int` | Number of rates. |" in section(project, "properties:money.rates.Table")
    assert "| `DEFAULT_TIMEOUT` | `30` |" in section(project, "constants:money.rates")
    assert "[`Table.find`](#tablefind)" in section(project, "exceptions:money.rates")
    text = page(project).read_text()
    assert "_hidden" not in text
    assert "## `convert`" in text and "### `Table.find`" in text


def test_a_section_with_nothing_to_say_is_not_there_and_has_no_heading(project: Path) -> None:
    run(project)
    text = page(project, "money.words").read_text()
    assert "Error Handling" not in text
    assert "parameters of=money.words.spell" not in text, "a table that only repeats the signature"


def test_no_page_has_two_blank_lines_in_a_row_or_an_empty_section(project: Path) -> None:
    run(project)
    for path in (project / "docs" / "api").iterdir():
        text = path.read_text()
        assert "\n\n\n" not in text
        assert all(item.text.strip() for item in Document.parse(text).sections)


def test_a_module_of_a_package_is_written_under_its_full_name(project: Path) -> None:
    write([str(project / "money" / "words.py")], root=project)
    assert [path.name for path in (project / "docs" / "api").iterdir()] == ["money.words.md"]


def test_one_module_can_be_written_to_a_named_file(project: Path) -> None:
    write([str(project / "money" / "words.py")], root=project, output=project / "words.md")
    assert "# `money.words`" in (project / "words.md").read_text()


def test_what_a_package_exports_is_linked_to_where_it_is_documented(project: Path) -> None:
    (project / "money" / "__init__.py").write_text('from money.rates import load\n__all__ = ["load"]\n')
    run(project)
    assert "| [`load`](money.rates.md#load) | Load the rates of one file. |" in section(project, "members:money", "money")


def test_a_package_that_is_only_read_gets_nothing_written_into_it(
    project: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    before = everything(project)
    code = f"from docgen.write import write; write([{str(project / 'money')!r}])"
    environment = {**os.environ, "PYTHONPATH": str(Path(docgen.__file__).parent.parent)}
    subprocess.run([sys.executable, "-c", code], cwd=elsewhere, env=environment, check=True)
    assert everything(project) == before
    assert (elsewhere / "docs" / "api" / "money.rates.md").is_file()


# Renewing


def test_a_second_run_writes_nothing_and_asks_for_nothing(project: Path) -> None:
    run(project, Echo())
    before = everything(project)
    times = {path: path.stat().st_mtime_ns for path in project.rglob("*.md")}
    writer = Echo()
    report = run(project, writer)
    assert everything(project) == before
    assert {path: path.stat().st_mtime_ns for path in project.rglob("*.md")} == times
    assert writer.asked == []
    assert report.summary["written"] == []


def test_a_writer_is_not_made_where_nothing_is_stale(project: Path) -> None:
    run(project, Echo())
    run(project, "no-such-adapter")
    replace_in(project / "money" / "rates.py", "Convert an amount at a rate.", "Change an amount at a rate.")
    with pytest.raises(InputError, match="no writer called `no-such-adapter`"):
        run(project, "no-such-adapter")


def test_a_run_brings_in_neither_torch_nor_a_template_engine_of_its_own(project: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from docgen.write import write;"
        f"write([{str(project / 'money')!r}], root=Path({str(project)!r}), writer='none');"
        "print([name for name in ('torch', 'transformers', 'peft', 'datasets') if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_source_that_is_only_formatted_renews_nothing(project: Path) -> None:
    run(project, Echo())
    before = everything(project / "docs")
    source = project / "money" / "rates.py"
    source.write_text("# a comment\n\n" + RATES.replace("    return amount * rate", "    # times\n    return (amount * rate)"))
    assert run(project, writer := Echo()).summary["written"] == []
    assert everything(project / "docs") == before
    assert writer.asked == []


def test_a_changed_default_renews_the_sections_that_state_it_and_no_others(project: Path) -> None:
    run(project, Echo())
    before = {item.key: item.text for item in Document.parse(page(project).read_text()).sections}
    replace_in(project / "money" / "rates.py", "DEFAULT_TIMEOUT = 30", "DEFAULT_TIMEOUT = 60")
    run(project)
    after = {item.key: item.text for item in Document.parse(page(project).read_text()).sections}
    changed = {key for key in before if before[key] != after[key]}
    assert changed == {"constants:money.rates", "parameters:money.rates.load", "use-case:money.rates.load"}
    assert "`60`" in after["parameters:money.rates.load"]


def test_a_new_exception_renews_error_handling(project: Path) -> None:
    run(project, Echo())
    replace_in(
        project / "money" / "rates.py",
        "    return amount * rate",
        '    if amount < 0:\n        raise TypeError("no")\n    return 1',
    )
    writer = Echo()
    run(project, writer)
    assert "`TypeError`" in section(project, "error-handling:money.rates.convert")
    assert writer.asked == ["error-handling:money.rates.convert"]


def test_a_new_function_comes_after_the_one_before_it_and_leaves_notes_where_they_are(project: Path) -> None:
    run(project)
    replace_in(page(project), "## `Table`", "A note about converting.\n\n## `Table`")
    replace_in(
        project / "money" / "rates.py",
        "class Table:",
        'def invert(rate: float) -> float:\n    """Invert a rate."""\n\n\nclass Table:',
    )
    run(project)
    text = page(project).read_text()
    places = [text.index(item) for item in ("## `convert`", "A note about converting.", "## `invert`", "## `Table`")]
    assert places == sorted(places)
    assert section(project, "introduction:money.rates.invert") == "`invert` inverts a rate."


def test_a_section_that_a_person_took_out_stays_out(project: Path) -> None:
    run(project, Echo())
    found = Document.parse(page(project).read_text()).get("use-case:money.rates.load")
    assert found is not None
    replace_in(page(project), found.source, "")
    for _ in range(2):
        run(project)
        assert "use-case of=money.rates.load" not in page(project).read_text()


def test_a_deleted_page_is_written_afresh(project: Path) -> None:
    run(project)
    before = page(project).read_text()
    page(project).unlink()
    run(project)
    assert page(project).read_text() == before


def test_a_document_that_a_person_laid_out_is_filled_and_keeps_its_layout(project: Path) -> None:
    guide = project / "guide.md"
    guide.write_text(
        "# Guide\n\nRead this.\n\n<!-- docgen:section introduction of=money.rates.load -->\n<!-- docgen:end -->\n\nThe end.\n"
    )
    write([str(guide)], root=project)
    assert guide.read_text() == (
        "# Guide\n\nRead this.\n\n<!-- docgen:section introduction of=money.rates.load -->\n\n"
        "`load` loads the rates of one file.\n\n"
        f"<!-- docgen:end mark={Document.parse(guide.read_text()).sections[0].mark} -->\n\nThe end.\n"
    )


@pytest.mark.parametrize(
    ("about", "text"),
    [
        pytest.param(
            "money.rates",
            "The following exceptions are raised:\n\n- `ValueError` by `load` if `timeout` is negative; and by `convert` if "
            "`rate` is zero or negative.\n- `RateError` by `load` if a rate is not a number.\n- `LookupError` by `Table.find`.",
            id="module",
        ),
        pytest.param("money.rates.Table", "`find` raises `LookupError`.", id="class"),
    ],
)
def test_error_handling_of_a_module_or_class_in_a_guide_tells_what_its_members_raise(
    project: Path, about: str, text: str
) -> None:
    guide = project / "guide.md"
    guide.write_text(f"# Guide\n\n<!-- docgen:section error-handling of={about} -->\n<!-- docgen:end -->\n")
    write([str(guide)], root=project)
    (section,) = Document.parse(guide.read_text()).sections
    assert section.text.strip() == text
    assert not check([str(guide)], root=project).findings


def test_an_exception_that_no_member_raises_any_more_is_found_in_what_is_said_of_the_module(project: Path) -> None:
    guide = project / "guide.md"
    guide.write_text("# Guide\n\n<!-- docgen:section error-handling of=money.rates -->\n<!-- docgen:end -->\n")
    write([str(guide)], root=project)
    replace_in(project / "money" / "rates.py", "LookupError", "IndexError")
    (finding,) = check([str(guide)], root=project).findings
    assert "LookupError" in finding.message


def test_a_page_tells_what_a_method_raises_in_its_own_section_alone(project: Path) -> None:
    replace_in(
        project / "money" / "rates.py",
        "self.day = day",
        "if not day:\n            raise ValueError(day)\n        self.day = day",
    )
    run(project)
    assert section(project, "error-handling:money.rates.Table").strip() == "`ValueError` is raised if `day` is empty."


def test_a_page_can_be_renewed_by_naming_it(project: Path) -> None:
    run(project)
    replace_in(project / "money" / "rates.py", "Convert an amount at a rate.", "Change an amount at a rate.")
    report = write([str(page(project))], root=project)
    assert report.summary["written"] == ["docs/api/money.rates.md"]
    assert section(project, "introduction:money.rates.convert") == "`convert` changes an amount at a rate."


def test_line_ends_and_mode_of_a_document_stay(project: Path) -> None:
    run(project)
    page(project).write_bytes(page(project).read_bytes().replace(b"\n", b"\r\n"))
    os.chmod(page(project), 0o640)
    assert run(project).summary["written"] == []
    replace_in(
        project / "money" / "rates.py",
        "class Table:",
        'def invert(rate: float) -> float:\n    """Invert a rate."""\n\n\nclass Table:',
    )
    run(project)
    content = page(project).read_bytes()
    assert b"`invert`" in content
    assert content.count(b"\n") == content.count(b"\r\n")
    assert page(project).stat().st_mode & 0o777 == 0o640


def test_a_short_docstring_that_changes_renews_its_introduction(project: Path) -> None:
    run(project)
    replace_in(project / "money" / "words.py", "Spell an amount.", "Delete an amount.")
    run(project)
    assert section(project, "introduction:money.words.spell", "money.words") == "`spell` deletes an amount."


def test_a_symbol_that_moves_behind_its_public_name_keeps_its_section(project: Path) -> None:
    (project / "money" / "__init__.py").write_text('from money._private import count\n__all__ = ["count"]\n')
    (project / "money" / "_private.py").write_text('def count() -> int:\n    """Count all the money there is."""\n')
    run(project)
    key = "introduction:money.count"
    replace_in(page(project, "money"), section(project, key, "money"), "Counts, and then counts again.")
    (project / "money" / "_private.py").rename(project / "money" / "_other.py")
    (project / "money" / "__init__.py").write_text('from money._other import count\n__all__ = ["count"]\n')
    for _ in range(2):
        assert run(project).findings == ()
        assert section(project, key, "money") == "Counts, and then counts again."
        assert page(project, "money").read_text().count("## `count`") == 1


# People's edits


def edit(project: Path, key: str, text: str) -> None:
    replace_in(page(project), section(project, key), text)


def test_an_edited_section_is_kept(project: Path) -> None:
    run(project)
    edit(project, "introduction:money.rates.convert", "Multiplies, and nothing more.")
    report = run(project)
    assert report.findings == ()
    assert section(project, "introduction:money.rates.convert") == "Multiplies, and nothing more."
    assert run(project).summary["written"] == []


def test_an_edited_section_whose_facts_changed_is_a_conflict_with_a_draft(project: Path) -> None:
    run(project, Echo())
    mine = "Waits at most 30 seconds: `timeout` defaults to `30`."
    edit(project, "use-case:money.rates.load", mine)
    run(project)
    replace_in(project / "money" / "rates.py", "DEFAULT_TIMEOUT = 30", "DEFAULT_TIMEOUT = 60")
    for _ in range(2):
        report = run(project)
        assert [finding.code for finding in report.findings] == ["conflict-edited"]
        assert report.exit_code == 1
        assert section(project, "use-case:money.rates.load") == mine
        drafts = report.summary["drafts"]
        assert isinstance(drafts, dict) and "60" in str(drafts["use-case:money.rates.load"])
        assert "states timeout defaults to 30, it is 60" in report.findings[0].message
        assert "--accept use-case:money.rates.load" in report.render("text")
        assert "the draft of use-case:money.rates.load" in report.render("text")


def test_accepting_takes_the_draft_and_ends_the_conflict(project: Path) -> None:
    run(project, Echo())
    edit(project, "use-case:money.rates.load", "Waits: `timeout` defaults to `30`.")
    run(project)
    replace_in(project / "money" / "rates.py", "DEFAULT_TIMEOUT = 30", "DEFAULT_TIMEOUT = 60")
    assert run(project, accept=["use-case:money.rates.load"]).findings == ()
    assert "`60`" in section(project, "use-case:money.rates.load")
    assert run(project).summary["written"] == []


def test_a_person_who_brings_the_text_up_to_date_ends_the_conflict(project: Path) -> None:
    run(project, Echo())
    edit(project, "use-case:money.rates.load", "Waits: `timeout` defaults to `30`.")
    run(project)
    replace_in(project / "money" / "rates.py", "DEFAULT_TIMEOUT = 30", "DEFAULT_TIMEOUT = 60")
    edit(project, "use-case:money.rates.load", "Waits: `timeout` defaults to `60`.")
    assert run(project).findings == ()
    assert section(project, "use-case:money.rates.load") == "Waits: `timeout` defaults to `60`."


def test_an_edited_table_is_kept_until_its_facts_change(project: Path) -> None:
    run(project)
    replace_in(page(project), "| Seconds to wait for a lock. |", "| Seconds, at least one. |")
    assert run(project).findings == ()
    assert "Seconds, at least one." in page(project).read_text()
    replace_in(project / "money" / "rates.py", "DEFAULT_TIMEOUT = 30", "DEFAULT_TIMEOUT = 60")
    assert [finding.section for finding in run(project).findings] == ["parameters:money.rates.load"]
    assert "Seconds, at least one." in page(project).read_text()


def test_sections_about_what_is_gone_are_reported_and_left(project: Path) -> None:
    run(project)
    source = RATES[: RATES.index("def convert")] + RATES[RATES.index("class Table") :]
    (project / "money" / "rates.py").write_text(source)
    report = run(project)
    assert {finding.code for finding in report.findings} == {"orphaned-symbol"}
    assert {finding.section.partition(":")[2] for finding in report.findings} == {"money.rates.convert"}
    assert report.exit_code == 1
    assert "converts an amount at a rate" in page(project).read_text()


def test_the_page_of_a_module_that_is_gone_is_reported(project: Path) -> None:
    run(project)
    (project / "money" / "words.py").unlink()
    report = run(project)
    assert {finding.path for finding in report.findings} == {"docs/api/money.words.md"}
    assert page(project, "money.words").exists()


def test_a_section_without_a_ledger_is_believed_unless_it_contradicts_the_facts(project: Path) -> None:
    run(project, Echo())
    for path in (project / ".docgen").rglob("*.json"):
        path.unlink()
    writer = Echo()
    assert run(project, writer).findings == ()
    assert writer.asked == []
    assert Ledger.load(project, page(project)) is not None


def test_a_document_of_a_package_that_is_gone_says_so(project: Path) -> None:
    run(project)
    for path in sorted((project / "money").rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    (project / "money").rmdir()
    with pytest.raises(InputError, match="the package money, which this is about, is gone"):
        write([str(page(project))], root=project)


def test_modules_that_the_settings_leave_out_get_no_page(project: Path) -> None:
    (project / "docgen.toml").write_text('[paths]\nexclude = ["money/words.py"]\n')
    run(project)
    assert [path.name for path in (project / "docs" / "api").iterdir()] == ["money.rates.md"]


def test_what_is_written_passes_the_check(project: Path) -> None:
    (project / "money" / "__init__.py").write_text('from money._private import *\n__all__ = ["helper"]\n')
    (project / "money" / "_private.py").write_text('def helper(n: int = 3) -> None:\n    """Help n times."""\n')
    run(project)
    assert [str(finding) for finding in check(root=project).findings] == []
    replace_in(project / "money" / "rates.py", "DEFAULT_TIMEOUT = 30", "DEFAULT_TIMEOUT = 60")
    assert "stale" in {finding.verdict for finding in check(root=project).findings}
    run(project)
    assert [str(finding) for finding in check(root=project).findings] == []


# Diff


def test_a_diff_shows_what_would_change_and_writes_nothing(project: Path) -> None:
    before = everything(project)
    report = run(project, diff=True)
    assert everything(project) == before
    assert "+++ docs/api/money.rates.md" in report.table
    run(project)
    replace_in(project / "money" / "rates.py", "Convert an amount at a rate.", "Change an amount at a rate.")
    before = everything(project)
    report = run(project, diff=True)
    assert everything(project) == before
    assert "-`convert` converts an amount at a rate." in report.table
    assert "+`convert` changes an amount at a rate." in report.table


# Answers


def test_a_lie_is_replaced_by_the_plain_statement_and_counted(project: Path) -> None:
    said: list[str] = []
    report = write([str(project / "money")], root=project, writer=Liar(), progress=said.append)
    assert "4711" not in "".join(path.read_text() for path in (project / "docs").rglob("*.md"))
    assert report.summary["refused"] == {"names what no fact holds": report.summary["asked"]}
    assert any("answers refused" in line for line in said)
    assert "stated plainly" in report.table


CONVERT = Brief(
    "introduction",
    "Introduction",
    "money.rates.convert",
    (
        Fact("kind", "function"),
        Fact("doc", "Convert an amount at a rate."),
        Fact("parameters", ["amount", "rate", "digits"]),
        Fact("parameters.digits.default", "2"),
        Fact("returns", "float"),
        Fact("raises", ["ValueError", "TypeError"]),
        Fact("raises.ValueError.when", ["rate is negative"]),
        Fact("raises.TypeError.when", ["amount is a string"]),
    ),
)
BANK = Brief(
    "introduction",
    "Introduction",
    "bank.exchange",
    (Fact("kind", "function"), Fact("doc", "Ask the bank for a better offer."), Fact("parameters", ["amount", "rate"])),
)
ERRORS = Brief("error-handling", "Error Handling", CONVERT.about, CONVERT.facts)


@pytest.mark.parametrize(
    ("brief", "text", "reason"),
    [
        pytest.param(CONVERT, "`convert` converts an `amount` at a `rate`.", "", id="a good answer"),
        pytest.param(CONVERT, "", "no answer", id="nothing"),
        pytest.param(
            CONVERT, "`convert` converts an amount at a rate of `bank`.", "names what no fact holds", id="an unknown name"
        ),
        pytest.param(
            CONVERT, "`convert` converts an amount at a rate 12 times.", "names what no fact holds", id="an unknown number"
        ),
        pytest.param(
            CONVERT,
            "`convert` converts an amount at a rate; `digits` defaults to `3`.",
            "contradicts a fact",
            id="another default",
        ),
        pytest.param(CONVERT, "`convert` converts an amount at a", "breaks off in a sentence", id="a broken sentence"),
        pytest.param(CONVERT, "converts an amount at a rate.", "breaks off in a sentence", id="a sentence without a beginning"),
        pytest.param(
            CONVERT,
            "`convert` converts an amount at a rate. `convert` converts an amount at a rate.",
            "repeats itself",
            id="a repetition",
        ),
        pytest.param(CONVERT, "Write the Introduction from these facts only.", "repeats the prompt", id="the prompt"),
        pytest.param(CONVERT, "doc: Convert an amount at a rate.", "repeats the prompt", id="a line of the prompt"),
        pytest.param(CONVERT, "# Convert\n\nConverts an amount at a rate.", "breaks the layout", id="a heading"),
        pytest.param(
            CONVERT,
            "Converts an amount at a rate.\n<!-- docgen:end -->\nConverts.",
            "breaks the layout",
            id="a marker of docgen's",
        ),
        pytest.param(
            CONVERT,
            "`convert` converts an amount at a rate with powerful caching across distributed clusters.",
            "says what no fact supports",
            id="praise",
        ),
        pytest.param(
            BANK, "`exchange` takes `amount` and `rate`.", "says something other than the docstring", id="not what people said"
        ),
        pytest.param(
            ERRORS, "`ValueError` is raised if `rate` is negative.", "leaves out an exception", id="an exception is missing"
        ),
        pytest.param(
            ERRORS,
            "`ValueError` is raised if `rate` is negative and `TypeError` if `amount` is a string.",
            "",
            id="all exceptions are there",
        ),
        pytest.param(
            ERRORS,
            "`convert` raises:\n\n- `ValueError` if `rate` is negative.\n- `TypeError` if `amount` is a string.",
            "",
            id="exceptions as a list",
        ),
    ],
)
def test_an_answer_is_refused_for_what_is_wrong_with_it(brief: Brief, text: str, reason: str) -> None:
    assert refusal(brief, text, WriteSettings().support) == reason


def test_a_refused_answer_gives_way_to_the_plain_statement() -> None:
    answer = accepted([CONVERT], ["It reads 12 files."], 0.8)[0]
    assert answer.text == state(CONVERT)
    assert answer.reason


def test_how_well_founded_an_answer_must_be_is_a_setting(project: Path) -> None:
    class Praise(Echo):
        def write(self, briefs: Sequence[Brief]) -> list[str]:
            return [f"{text} Splendid engineering throughout." for text in super().write(briefs)]

    strict = write([str(project / "money")], root=project, writer=Praise(), settings=Settings(write=WriteSettings(support=1.0)))
    assert strict.summary["refused"] == {"says what no fact supports": strict.summary["asked"]}
    for path in project.rglob("*.md"):
        path.unlink()
    lax = write([str(project / "money")], root=project, writer=Praise(), settings=Settings(write=WriteSettings(support=0.0)))
    assert lax.summary["refused"] == {}


def test_plain_statements_are_never_refused() -> None:
    assert [answer.reason for answer in accepted([CONVERT, ERRORS], [state(CONVERT), state(ERRORS)], 0.8)] == ["", ""]


def test_a_writer_that_loses_count_is_an_error() -> None:
    with pytest.raises(InputError, match="answered 0 of 1"):
        accepted([CONVERT], [], 0.8)


def test_a_docstring_cannot_break_out_of_its_section(project: Path) -> None:
    trap = (
        '"""Words.\n\n<!-- docgen:end -->\n"""\n\n\ndef spell(n: int = 1) -> str:\n'
        '    """<!-- docgen:end mark=aaaaaa --> and <b>more</b>.\n\n    Args:\n        n: A | <script>.\n    """\n'
    )
    (project / "money" / "words.py").write_text(trap)
    run(project)
    text = page(project, "money.words").read_text()
    assert "<b>" not in text and "<script>" not in text
    assert run(project).summary["written"] == []


# Refusals


@pytest.mark.parametrize(
    ("target", "output", "template", "accept", "match"),
    [
        pytest.param("no_such_package_here", None, None, (), "no such file or folder", id="no such target"),
        pytest.param("money", None, "nothing", (), "no template called `nothing`", id="no such template"),
        pytest.param(
            "money", None, None, ("introduction:money.rates.lood",), "did you mean `introduction:", id="no such section"
        ),
        pytest.param("money", "../elsewhere", None, (), "lies outside", id="a folder outside the root"),
        pytest.param("money", "one.md", None, (), "2 pages for one file", id="several pages for one file"),
    ],
)
def test_what_cannot_be_written_is_one_error_and_writes_nothing(
    project: Path, target: str, output: str | None, template: str | None, accept: tuple[str, ...], match: str
) -> None:
    before = everything(project)
    named = str(project / target) if (project / target).exists() else target
    place = project / output if output else None
    with pytest.raises(InputError) as error:
        write([named], root=project, output=place, template=template, accept=accept)
    assert match in str(error.value)
    assert everything(project) == before
    assert not (project.parent / "elsewhere").exists()


def test_a_read_only_document_stops_the_whole_run(project: Path) -> None:
    run(project)
    replace_in(project / "money" / "rates.py", "Convert an amount at a rate.", "Change an amount at a rate.")
    replace_in(project / "money" / "words.py", "Spell an amount.", "Say an amount.")
    os.chmod(page(project, "money.words"), 0o444)
    before = everything(project)
    with pytest.raises(InputError, match="read-only"):
        run(project)
    assert everything(project) == before


def test_a_document_without_sections_says_what_to_do(project: Path) -> None:
    (project / "plain.md").write_text("# Plain\n")
    with pytest.raises(InputError, match="docgen track"):
        write([str(project / "plain.md")], root=project)


# Properties

LINES = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="`~\u2028\u2029"), min_size=1, max_size=30
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 200), LINES), max_size=8))
def test_every_line_that_a_person_wrote_is_kept(project: Path, notes: list[tuple[int, str]]) -> None:
    (project / "money" / "rates.py").write_text(RATES)
    page(project).unlink(missing_ok=True)
    run(project)
    lines: list[str] = []
    spare = [f"note {number} {text}" for number, (_, text) in enumerate(notes)]
    parts = list(Document.parse(page(project).read_text()).parts)
    for number, part in enumerate(parts):
        lines.append(part.source)
        lines += [f"\n{text}\n\n" for (place, _), text in zip(notes, spare, strict=True) if place % len(parts) == number]
    page(project).write_text("".join(lines))
    source = RATES.replace("class Table:", 'def invert(rate: float = 1) -> float:\n    """Invert a rate."""\n\n\nclass Table:')
    (project / "money" / "rates.py").write_text(source.replace("= 30", "= 60"))
    run(project)
    kept = [line for line in page(project).read_text().split("\n") if line in spare]
    order = sorted(range(len(notes)), key=lambda number: notes[number][0] % len(parts))
    assert kept == [spare[number] for number in order]
    before = everything(project)
    assert run(project).summary["written"] == []
    assert everything(project) == before
