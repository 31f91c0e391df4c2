"""API pages: examples that are real, links that lead somewhere, tables that read well, and places in the source."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from docgen.check import check
from docgen.document import Document
from docgen.report import InputError, Report
from docgen.score import score_documents
from docgen.settings import Settings
from docgen.write import write
from docgen.write.brackets import arguments_in, split_outside
from docgen.write.markdown import annotation, cell, summary

STORE = '''"""Things kept on disk."""

import typing as t

_MISSING = object()


class StoreError(Exception):
    """Something is wrong with a store."""


class Base:
    """What every store can do.

    Attributes:
        path: Where it lies.
    """

    kind: str = "plain"

    def __init__(self, path: str | None = None) -> None:
        self.path = path

    def close(self) -> None:
        """Close the `Store`."""
        raise NotImplementedError


class Store(Base):
    """A store of things."""

    def get(self, name: str, default: t.Any = _MISSING) -> str | None:
        """Get a thing.

        Args:
            name: Name of the thing in the `Store`.
            default: (optional) What to give where there is none; see `get`.

        Raises:
            LookupError: If there is no such thing.
        """
        if default is _MISSING:
            raise StoreError("nothing there")
        if not name:
            raise ValueError("name is empty")
        return None

    @property
    def size(self) -> int:
        """Number of things."""
        return 0


def store(path: str) -> Store:
    """Open a store.

    >>> store("x").size
    0
    """
    return Store(path)


def _hidden() -> None:
    pass
'''
README = '# things\n\n```python\nfrom things.store import Store\n\nprint(Store("shelf").size)\n```\n'
TESTS = """import pytest
from things.store import Store, StoreError, store

HELPER = 1


def test_a_store_counts_its_things():
    opened = store("shelf")
    assert opened.size == 0


def test_get_gives_the_default():
    assert Store("shelf").get("a", default=None) is None


def test_needs_a_helper():
    assert Store(HELPER).size == 0


def test_get_raises():
    with pytest.raises(StoreError):
        Store("shelf").get("a")


def test_with_a_fixture(tmp_path):
    assert Store(tmp_path).size == 0
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository with a package, its README and its tests."""
    files = {
        "pyproject.toml": "[project]\nname = 'things'\n",
        "README.md": README,
        "things/__init__.py": '"""Things and where they lie."""\nfrom things.store import Store\n\n__all__ = ["Store"]\n',
        "things/store.py": STORE,
        "things/vendor/__init__.py": "",
        "things/vendor/other.py": 'def other():\n    """Somebody else\'s."""\n',
        "tests/test_store.py": TESTS,
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def run(project: Path, *, run_examples: bool = False, told: list[str] | None = None) -> Report:
    progress = told.append if told is not None else None
    return write([str(project / "things")], root=project, run_examples=run_examples, progress=progress)


def page(project: Path, module: str = "things.store") -> Path:
    return project / "docs" / "api" / f"{module}.md"


def section(project: Path, key: str, module: str = "things.store") -> str:
    found = Document.parse(page(project, module).read_text()).get(key)
    assert found is not None, f"no section {key}"
    return found.text.strip()


def test_what_docgen_writes_has_no_claim_that_its_score_knows_nothing_of(project: Path) -> None:
    run(project)
    documents = [project / "docs"]
    report = score_documents(documents, reference=None, root=project, settings=Settings())
    assert {"exceptions", "inherited", "example", "modules"} <= {item.answer.brief.kind for item in report.columns[0].items}
    assert report.columns[0].value("claims.precision") == 100
    path = page(project)
    path.write_text(path.read_text().replace("[`close`](#baseclose)", "[`shut`](#baseclose)"))
    worse = score_documents(documents, reference=None, root=project, settings=Settings())
    assert (worse.columns[0].value("claims.precision") or 0) < 100


# Links -------------------------------------------------------------------------------------------------------------------


def test_every_link_on_a_page_leads_to_a_page_and_a_heading(project: Path) -> None:
    run(project)
    pages = {path.name: path.read_text() for path in (project / "docs" / "api").glob("*.md")}
    anchors = {
        name: {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in re.findall(r"^#+ (.+)$", text, re.M)}
        for name, text in pages.items()
    }
    links = [(name, target) for name, text in pages.items() for target in re.findall(r"\]\(([^)]+)\)", text)]
    assert len(links) > 10
    for name, target in links:
        there, _, anchor = target.partition("#")
        assert (there or name) in pages, f"{name}: {target}"
        assert not anchor or anchor in anchors[there or name], f"{name}: {target}"


def test_two_names_that_differ_in_case_alone_have_headings_of_their_own(project: Path) -> None:
    run(project)
    text = page(project).read_text()
    assert "## `Store`\n" in text and "## `store` function\n" in text
    assert "[`store`](#store-function)" in section(project, "members:things.store")


def test_a_parameter_is_never_taken_for_a_symbol_of_the_same_name(project: Path) -> None:
    source = project / "things" / "store.py"
    source.write_text(source.read_text().replace("def store(path: str)", "def store(get: str, path: str)"))
    run(project)
    table = section(project, "parameters:things.store.Store.get")
    assert "Name of the thing in the [`Store`](#store)." in table
    assert "What to give where there is none; see `get`." in table  # its own name leads nowhere


def test_a_page_that_is_written_alone_links_to_no_page_that_is_not_there(project: Path) -> None:
    write([str(project / "things" / "store.py")], root=project)
    links = re.findall(r"\]\(([^)#]+)", page(project).read_text())
    assert links == []


@pytest.mark.parametrize("target", ["store.py", "../things", ".", "things.store"])
def test_a_target_may_be_named_from_within_the_package(project: Path, target: str) -> None:
    command = [sys.executable, "-m", "docgen", "--root", str(project), "write", target, "--writer", "none", "--no-cache"]
    done = subprocess.run(command, cwd=project / "things", capture_output=True, text=True, timeout=60, check=True)
    assert "wrote docs/api/things.store.md" in done.stdout


def test_a_folder_of_documents_stands_for_those_that_are_on_record(project: Path) -> None:
    run(project)
    store = project / "things" / "store.py"
    store.write_text(store.read_text().replace("path: str | None = None", 'path: str = "here"'))
    report = write([str(project / "docs")], root=project)
    assert "renewed docs/api/things.store.md" in report.table
    (project / "notes").mkdir()
    with pytest.raises(InputError, match="no model folder"):
        write([str(project / "notes")], root=project)


def test_a_page_whose_module_is_gone_is_told_once(project: Path) -> None:
    (project / "things" / "spare.py").write_text('"""Spares."""\n\n\ndef spare(name: str) -> None:\n    """Keep a spare."""\n')
    run(project)
    (project / "things" / "spare.py").unlink()
    (found,) = run(project).findings
    assert found.message == "orphaned: all that this page is about is gone"
    assert found.fix == "delete docs/api/things.spare.md and .docgen/ledger/docs/api/things.spare.md.json"


def test_a_document_that_is_only_checked_is_named_as_such(project: Path) -> None:
    (project / "guide.rst").write_text("Guide\n=====\n")
    with pytest.raises(InputError, match="docgen track"):
        write([str(project / "guide.rst")], root=project)


def test_modules_side_by_side_are_a_target(project: Path) -> None:
    (project / "scripts").mkdir()
    (project / "scripts" / "load.py").write_text('def load(day: str) -> None:\n    """Load the rates."""\n')
    assert "load" in write([str(project / "scripts")], root=project).table


def test_copies_of_other_projects_have_no_pages(project: Path) -> None:
    run(project)
    assert not page(project, "things.vendor.other").exists()


# Tables ------------------------------------------------------------------------------------------------------------------


def test_the_table_of_exceptions_says_when_and_where_and_what_only_a_docstring_tells(project: Path) -> None:
    run(project)
    table = section(project, "exceptions:things.store")
    line = STORE.splitlines().index('            raise StoreError("nothing there")')
    assert (
        f"| [`StoreError`](#storeerror) | [`Store.get`](#storeget), `store.py:{line + 1}` | `default` is not given |" in table
    )
    assert "| `LookupError` | [`Store.get`](#storeget), by its docstring | there is no such thing |" in table
    never = r"\| `NotImplementedError` \| \[`Base.close`\]\(#baseclose\), `store.py:\d+` \| a subclass does not implement it \|"
    assert re.search(never, table)


def test_a_class_shows_what_it_has_from_its_bases_with_links(project: Path) -> None:
    run(project)
    assert "Bases: [`Base`](#base)" in section(project, "reference:things.store.Store")
    assert section(project, "inherited:things.store.Store") == "From [`Base`](#base): [`close`](#baseclose)."


def test_attributes_have_their_type_value_and_meaning(project: Path) -> None:
    run(project)
    assert "| `kind` | `str` | `'plain'` |" in section(project, "attributes:things.store.Base")


def test_types_read_as_words_and_optional_is_said_once(project: Path) -> None:
    run(project)
    assert "| `default` | `Any` | `_MISSING` | What to give" in section(project, "parameters:things.store.Store.get")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("str | None", "`str` or `None`", id="a union"),
        pytest.param("t.Optional[int]", "`Optional[int]`", id="the module of typing words"),
        pytest.param("dict[str, int | None]", "`dict[str, int | None]`", id="a union inside stays"),
        pytest.param("Literal['a|b']", "`Literal['a|b']`", id="a bar inside quotes"),
    ],
)
def test_an_annotation_as_people_read_it(text: str, shown: str) -> None:
    assert annotation(text) == shown


def test_code_with_a_bar_survives_every_renderer() -> None:
    assert cell("`dict[str, int | None]` or a|b") == r"<code>dict[str, int &#124; None]</code> or a\|b"


def test_a_summary_is_not_cut_inside_of_code() -> None:
    text = "word " * 30 + "`some code that is long`"
    assert summary(text).count("`") % 2 == 0


@pytest.mark.parametrize(
    ("signature", "arguments"),
    [
        pytest.param("f(a, b=(1, 2))", ["a", "b=(1, 2)"], id="a bracket"),
        pytest.param("f(a=')', b=',')", ["a=')'", "b=','"], id="quotes"),
        pytest.param("f() -> int", [], id="nothing"),
        pytest.param(r"f(a='\'', b=1)", [r"a='\''", "b=1"], id="an escape"),
    ],
)
def test_a_signature_is_split_at_its_own_commas(signature: str, arguments: list[str]) -> None:
    assert arguments_in(signature)[1] == arguments


def test_text_is_split_outside_of_brackets() -> None:
    assert split_outside("a | b[c | d] | 'e|f'", "|") == ["a", "b[c | d]", "'e|f'"]


def test_the_plain_statement_tells_nothing_that_the_tables_tell(project: Path) -> None:
    run(project)
    text = page(project).read_text() + page(project, "things").read_text()
    assert "entry points" not in text and "docgen:section use-case" not in text


def test_lines_that_moved_in_the_source_renew_nothing_alone_and_come_with_the_next_renewal(project: Path) -> None:
    run(project)
    before, source = page(project).read_text(), project / "things" / "store.py"
    source.write_text("# one line more\n" + source.read_text())
    assert run(project).summary["written"] == []
    assert page(project).read_text() == before
    source.write_text(source.read_text().replace('kind: str = "plain"', 'kind: str = "fancy"'))
    run(project)
    line = source.read_text().splitlines().index('            raise StoreError("nothing there")')
    assert f"`store.py:{line + 1}`" in section(project, "exceptions:things.store")


@pytest.mark.parametrize(
    ("old", "new", "code", "told"),
    [
        pytest.param("if not name:", "if name is None:", "stale-condition", "`name` is `None`", id="a condition"),
        pytest.param("raise ValueError(", "raise TypeError(", "stale-raise", "`TypeError`", id="another exception"),
        pytest.param(
            "    return Store(path)",
            '    if not path:\n        raise OSError("no path")\n    return Store(path)',
            "incomplete-raises",
            "`path` is empty",
            id="a new one",
        ),
        pytest.param("If there is no such thing.", "If nothing is kept.", "stale-quote", "nothing is kept", id="its docstring"),
    ],
)
def test_the_table_of_exceptions_is_flagged_and_renewed(project: Path, old: str, new: str, code: str, told: str) -> None:
    run(project)
    assert check(root=project).findings == ()
    source = project / "things" / "store.py"
    assert old in source.read_text()
    source.write_text(source.read_text().replace(old, new))
    found = [finding for finding in check(root=project).findings if finding.section == "exceptions:things.store"]
    assert [finding.code for finding in found] == [code], found
    run(project)
    assert told in section(project, "exceptions:things.store")
    assert check(root=project).findings == ()


def test_what_the_table_of_exceptions_does_not_show_does_not_flag_it(project: Path) -> None:
    run(project)
    source = project / "things" / "store.py"
    source.write_text(source.read_text().replace('"nothing there"', '"there is nothing"'))
    assert check(root=project).findings == ()


# Examples ----------------------------------------------------------------------------------------------------------------


def test_examples_come_from_the_readme_and_from_tests_that_can_stand_alone(project: Path) -> None:
    run(project)
    assert section(project, "example:things", "things") == (
        '```python\nfrom things.store import Store\n\nprint(Store("shelf").size)\n```\n\nFrom `README.md`.'
    )
    shown = section(project, "example:things.store.store")
    assert shown == '```pycon\n>>> store("x").size\n0\n```'  # its docstring's own comes first
    text = page(project).read_text()
    assert "HELPER" not in text and "tmp_path" not in text and "pytest" not in text


def test_a_test_is_an_example_with_the_imports_that_it_needs(project: Path) -> None:
    source = project / "things" / "store.py"
    source.write_text(source.read_text().replace('\n    >>> store("x").size\n    0\n', ""))
    run(project)
    assert section(project, "example:things.store.store") == (
        '```python\nfrom things.store import store\n\nopened = store("shelf")\nassert opened.size == 0\n```\n\n'
        "From `tests/test_store.py`."
    )


def test_an_example_is_said_to_have_run_only_after_it_has(project: Path) -> None:
    told: list[str] = []
    run(project)
    assert "has run it" not in page(project).read_text()
    run(project, run_examples=True, told=told)
    assert "docgen has run it: it prints what is shown." in section(project, "example:things.store.store")
    assert "docgen has run it: it ends without an error." in section(project, "example:things", "things")
    assert not [line for line in told if "does not run" in line]
    assert run(project).summary["written"] == []  # what was said stays


def test_what_was_run_is_said_no_more_when_the_code_has_changed(project: Path) -> None:
    run(project, run_examples=True)
    source = project / "things" / "store.py"
    source.write_text(source.read_text().replace("return Store(path)", "return Store(path + 'x')"))
    run(project)
    assert "has run it" not in section(project, "example:things.store.store")


@pytest.mark.parametrize(
    "code",
    [
        pytest.param(
            ">>> {}['a']\n    Traceback (most recent call last):\n      File \"x\"\n    KeyError: 'a'", id="a traceback"
        ),
        pytest.param(">>> list(range(9))\n    [0, 1, ..., 8]", id="an ellipsis"),
    ],
)
def test_what_a_session_may_show(project: Path, code: str) -> None:
    source = project / "things" / "store.py"
    source.write_text(source.read_text().replace('>>> store("x").size\n    0', code))
    run(project, run_examples=True)
    assert "has run it: it prints what is shown" in section(project, "example:things.store.store")


def test_an_example_of_a_method_runs_with_the_names_of_its_module(project: Path) -> None:
    source = project / "things" / "store.py"
    told = '        """Close.\n\n        >>> Base.kind\n        \'plain\'\n        """'
    source.write_text(source.read_text().replace('        """Close the `Store`."""', told))
    run(project, run_examples=True)
    assert "has run it" in section(project, "example:things.store.Base.close")


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        pytest.param(">>> store('x').size\n    7", "prints 0", id="another result"),
        pytest.param(">>> store(1 / 0)", "ZeroDivisionError", id="an error"),
        pytest.param(">>> import os; os._exit(3)", "it ended the process", id="the end of the process"),
        pytest.param(">>> raise SystemExit(0)", "SystemExit", id="an exit"),
    ],
)
def test_an_example_that_fails_is_shown_without_the_word_and_told(project: Path, code: str, reason: str) -> None:
    source, told = project / "things" / "store.py", list[str]()
    source.write_text(source.read_text().replace('>>> store("x").size\n    0', code))
    run(project, run_examples=True, told=told)
    assert "has run it" not in section(project, "example:things.store.store")
    assert [line for line in told if "things.store.store does not run" in line and reason in line]
    assert "has run it" in section(project, "example:things", "things")  # the others all the same
