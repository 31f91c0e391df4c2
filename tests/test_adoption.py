"""How an old repository takes docgen up: baseline, comments with a reason, severities, and that weakening any of it is seen."""

from __future__ import annotations

import gc
import json
import os
import signal
import subprocess
import sys
from itertools import count
from pathlib import Path

import pytest

from docgen.check import check
from docgen.check.baseline import Baseline, dump, parse
from docgen.check.ignores import ignores_in_document, ignores_in_python, ignores_in_rst
from docgen.check.severity import path_pattern
from docgen.check.sources import Sources
from docgen.check.watch import Change, watch
from docgen.cli import run
from docgen.document import Document, render_section
from docgen.report import BaselineError, InputError, Report
from docgen.settings import CheckSettings, Settings, load_settings

HTTP = '''"""Talks to servers."""


def redirect(location: str, code: int = 303, timeout: float = 30.0) -> str:
    """Answers a request."""
    return location


def forward(code: int = 1) -> None:
    """Forwards.

    Args:
        code: The status. Defaults to 2.
    """
'''
STALE = "`code` defaults to 302."
BASELINE = Path(".docgen", "baseline")


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def project(root: Path, *texts: str, source: str = HTTP.partition("\n\n\ndef forward")[0] + "\n", before: str = "") -> Path:
    """A repository with a package and a document of a section for each text. Returns the document."""
    write(root / "web" / "__init__.py", '"""The web."""\n')
    write(root / "web" / "http.py", source)
    names = ("introduction", "use-case", "error-handling")
    sections = [render_section(name, "web.http.redirect", text) for name, text in zip(names, texts, strict=False)]
    return write(root / "docs" / "http.md", f"# HTTP\n\n{before}" + "\n\n".join(sections) + "\n")


def codes(report: Report) -> list[str]:
    return [finding.code for finding in report.findings]


def check_with(root: Path, **settings: object) -> Report:
    return check(root=root, settings=Settings(check=CheckSettings(**settings)))  # type: ignore[arg-type]


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


# The baseline ----------------------------------------------------------------------------------------------------------


def test_what_is_in_the_baseline_is_counted_and_does_not_fail(tmp_path: Path) -> None:
    project(tmp_path, STALE)
    assert check(root=tmp_path).exit_code == 1
    report = check(root=tmp_path, update_baseline=True)
    assert (report.exit_code, report.table) == (0, "baseline: 1 entry in 1 file (1 new, 0 gone)")
    after = check(root=tmp_path)
    assert (codes(after), after.exit_code, after.summary["baseline"]) == ([], 0, 1)
    assert after.table.endswith("1 contradicted; 1 in the baseline")
    assert codes(check_with(tmp_path, baseline=False)) == ["contradicted-default"]


def test_what_is_new_beside_the_baseline_fails(tmp_path: Path) -> None:
    document = project(tmp_path, STALE)
    check(root=tmp_path, update_baseline=True)
    edit(document, STALE, f"{STALE}\n\n`timeout` defaults to 60.")
    assert [finding.old for finding in check(root=tmp_path).findings] == ["60"]


def test_a_change_of_the_value_or_of_the_text_is_new_and_a_move_is_not(tmp_path: Path) -> None:
    document = project(tmp_path, STALE)
    check(root=tmp_path, update_baseline=True)
    edit(document, "# HTTP\n", "# HTTP\n\nMuch is said before.\n\n" * 20)
    edit(tmp_path / "web" / "http.py", "def redirect", "\n\n\ndef redirect")
    assert codes(check(root=tmp_path)) == []
    edit(tmp_path / "web" / "http.py", "int = 303", "int = 304")
    assert codes(check(root=tmp_path)) == ["contradicted-default", "baseline-outdated"]


def test_an_entry_that_was_mended_is_told_and_goes(tmp_path: Path) -> None:
    document = project(tmp_path, STALE)
    check(root=tmp_path, update_baseline=True)
    edit(document, "302", "303")
    [finding] = check(root=tmp_path).findings
    assert (finding.code, finding.severity) == ("baseline-outdated", "note")
    assert finding.message == "baseline: 1 baseline entry is outdated, in docs/http.md"
    check(root=tmp_path, update_baseline=True)
    assert check(root=tmp_path).findings == () and not (tmp_path / BASELINE / "docs/http.md.json").exists()


def test_the_entries_of_a_document_that_is_gone_are_outdated(tmp_path: Path) -> None:
    document = project(tmp_path, STALE)
    check(root=tmp_path, update_baseline=True)
    document.unlink()
    assert codes(check(root=tmp_path)) == ["baseline-outdated"]


def test_a_run_over_some_paths_says_nothing_of_the_entries_of_others(tmp_path: Path) -> None:
    project(tmp_path, STALE)
    other = write(tmp_path / "docs" / "other.md", "# Other\n")
    check(root=tmp_path, update_baseline=True)
    assert codes(check([other], root=tmp_path)) == []
    check([other], root=tmp_path, update_baseline=True)
    assert len(Baseline.load(tmp_path).files) == 1


def test_the_baseline_has_no_line_numbers_and_an_entry_a_line(tmp_path: Path) -> None:
    project(tmp_path, f"{STALE}\n\n`timeout` defaults to 60.")
    check(root=tmp_path, update_baseline=True)
    lines = (tmp_path / BASELINE / "docs/http.md.json").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "{" and lines[-2:] == ['  "schema": 1', "}"]
    assert all(line.endswith("},") for line in lines[1:-2]) and lines[1:-2] == sorted(lines[1:-2])
    entries = parse("\n".join(lines), "x")
    assert {entry["fact"] for entry in entries.values()} == {"parameters.code.default", "parameters.timeout.default"}
    assert all(set(entry) == {"code", "section", "fact", "old", "new"} for entry in entries.values())


def test_entries_that_two_branches_add_merge(tmp_path: Path) -> None:
    base = {f"{number:x}" * 12: {"code": "stale-default"} for number in range(0, 16, 3)}
    ours, theirs = base | {"1" * 12: {"code": "a"}}, base | {"e" * 12: {"code": "b"}}
    for name, entries in (("base", base), ("ours", ours), ("theirs", theirs)):
        (tmp_path / name).write_text(dump(entries), encoding="utf-8")
    command = ["git", "merge-file", "-p", "ours", "base", "theirs"]
    merged = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert parse(merged, "x") == ours | theirs


@pytest.mark.parametrize("text", ["<<<<<<< HEAD\n{", "[]", '{"schema": 2}', '{"a": 1, "schema": 1}', "[" * 100_000])
def test_a_broken_baseline_ends_in_3(tmp_path: Path, text: str) -> None:
    project(tmp_path, STALE)
    write(tmp_path / BASELINE / "docs" / "http.md.json", text)
    with pytest.raises(BaselineError, match="not a baseline"):
        check(root=tmp_path)
    assert run(["--root", str(tmp_path), "check"]) == 3


def test_what_cannot_be_judged_is_in_no_baseline(tmp_path: Path) -> None:
    project(tmp_path, STALE)
    write(tmp_path / "docs" / "broken.md", "<!-- docgen:section introduction of=web -->\n")
    report = check(root=tmp_path, update_baseline=True)
    assert codes(report) == ["unknown-document"] and report.exit_code == 2
    assert check(root=tmp_path).exit_code == 2


# Comments --------------------------------------------------------------------------------------------------------------

IGNORE = "<!-- docgen:ignore {} -->"


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        pytest.param("contradicted-default the old server", [], id="its code"),
        pytest.param("contradicted the old server", [], id="its verdict"),
        pytest.param("stale-default,contradicted-default the old server", [], id="several codes"),
        pytest.param("stale-default the old server", ["contradicted-default", "ignore-unused"], id="another code"),
        pytest.param("contradicted-default", ["ignore-reason"], id="no reason"),
        pytest.param("contradicted-defalt the old server", ["contradicted-default", "ignore-code"], id="misspelt"),
        pytest.param("", ["contradicted-default", "ignore-code"], id="nothing"),
    ],
)
def test_a_comment_above_a_section_silences_a_code_for_a_reason(tmp_path: Path, comment: str, expected: list[str]) -> None:
    project(tmp_path, STALE, before=f"{IGNORE.format(comment)}\n\n")
    assert sorted(codes(check(root=tmp_path))) == expected


def test_a_comment_speaks_of_the_next_section_alone(tmp_path: Path) -> None:
    project(tmp_path, STALE, STALE, before=f"{IGNORE.format('contradicted-default the old server')}\n")
    [finding] = check(root=tmp_path).findings
    assert finding.section == "use-case:web.http.redirect"


@pytest.mark.parametrize(
    ("text", "covered"),
    [
        pytest.param("{0}\n\nOne.\n\nTwo.\n", {3}, id="the next paragraph"),
        pytest.param("{0}\nOne.\nstill one\n\nTwo.\n", {2, 3}, id="right above"),
        pytest.param("One {0}\ngoes on.\n\nTwo.\n", {1, 2}, id="inside a paragraph"),
        pytest.param("{0}\n\n- a\n- b\n\nTwo.\n", {3, 4, 5}, id="a list"),
        pytest.param("{0}\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\nTwo.\n", {3, 4, 5}, id="a table"),
        pytest.param("- a\n\n  {0}\n\n  One.\n\n- b\n", {5}, id="inside a list"),
        pytest.param("{0}\n## A\n\nOne.\n\n### B\n\nTwo.\n\n## C\n\nThree.\n", set(range(2, 10)), id="a heading"),
        pytest.param("{0}\n{0}\n\nOne.\n", {4}, id="two comments"),
        pytest.param("One.\n\n{0}\n", set(), id="at the end"),
        pytest.param("```\n{0}\n```\n\nOne.\n", set(), id="in a code block"),
        pytest.param("Write `{0}` above it.\n", set(), id="in code"),
    ],
)
def test_a_comment_speaks_of_the_block_below_it(text: str, covered: set[int]) -> None:
    document = Document.parse(text.replace("{0}", IGNORE.format("stale why")))
    found = {line for ignore in ignores_in_document(document) for line in range(ignore.first, ignore.last + 1)}
    assert found == covered


def test_a_comment_inside_a_section_speaks_of_its_next_block_and_of_the_section_as_such() -> None:
    text = render_section("introduction", "web", f"One.\n\n{IGNORE.format('stale why')}\n\nTwo.\n\nThree.")
    [ignore] = ignores_in_document(Document.parse(f"# A\n\n{text}\n"))
    assert (ignore.line, ignore.first, ignore.last, ignore.section) == (7, 9, 9, 3)


def test_a_comment_in_front_matter_speaks_of_it() -> None:
    text = "---\nlicense: mit  # docgen: ignore[contradicted-front-matter] both hold\n---\n\n# A\n"
    [ignore] = ignores_in_document(Document.parse(text))
    assert (ignore.codes, ignore.reason) == (("contradicted-front-matter",), "both hold")
    assert (ignore.line, ignore.first, ignore.last) == (2, 1, 3)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param("def forward", "# docgen: ignore[contradicted-default] the old one\ndef forward", [], id="above"),
        pytest.param("-> None:\n", "-> None:  # docgen: ignore[contradicted] the old one\n", [], id="beside"),
        pytest.param(
            "-> None:\n", "-> None:  # docgen: ignore[contradicted-default]\n", ["ignore-reason"], id="without a reason"
        ),
        pytest.param(
            "def redirect",
            "# docgen: ignore[contradicted-default] another\ndef redirect",
            ["contradicted-default", "ignore-unused"],
            id="above another",
        ),
        pytest.param(
            "Forwards.", "Forwards. # docgen: ignore[contradicted-default] x", ["contradicted-default"], id="in a docstring"
        ),
    ],
)
def test_a_comment_in_python_speaks_of_the_next_docstring(tmp_path: Path, old: str, new: str, expected: list[str]) -> None:
    project(tmp_path, "Sends.", source=HTTP)
    assert codes(check(root=tmp_path)) == ["contradicted-default"]
    edit(tmp_path / "web" / "http.py", old, new)
    assert codes(check(root=tmp_path)) == expected


def test_a_comment_in_python_stops_at_a_definition_without_a_docstring() -> None:
    source = b"# docgen: ignore[stale] why\ndef a(): ...\ndef b():\n    'B.'\n"
    [ignore] = ignores_in_python(source, [(4,)])
    assert ignore.first > ignore.last


def test_a_comment_in_restructured_text_speaks_of_the_paragraph_below() -> None:
    text = "Title\n=====\n\n.. docgen:ignore stale-default the old server\n\nOne\ngoes on.\n\nTwo.\n"
    [ignore] = ignores_in_rst(text)
    assert (ignore.line, ignore.codes, ignore.reason) == (4, ("stale-default",), "the old server")
    assert (ignore.first, ignore.last) == (6, 7)


def test_a_form_feed_ends_no_line_above_a_comment() -> None:
    [ignore] = ignores_in_rst("\x0c\nText.\n\n.. docgen:ignore stale why\n\nThe paragraph.\n")
    assert (ignore.line, ignore.first, ignore.last) == (4, 6, 6)
    text = "---\ntitle: a\u2028b\n# docgen: ignore[stale] why\n---\n\n<!-- docgen:ignore stale why -->\n\nThe paragraph.\n"
    above, below = ignores_in_document(Document.parse(text))
    assert (above.line, below.line, below.first) == (3, 6, 8)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("<!-- docgen:ignore stale why -->\n" * 30_000, id="comments"),
        pytest.param("<!-- docgen:ignore " * 30_000, id="comments that never end"),
        pytest.param("a <!-- docgen:ignore stale why -->\n" * 30_000, id="comments in a paragraph"),
        pytest.param("# A\n\n<!-- docgen:ignore stale why -->\n\n" * 8_000, id="headings"),
    ],
)
def test_a_flood_of_comments_takes_linear_time(text: str) -> None:
    assert len(ignores_in_document(Document.parse(text))) <= 30_000


# Severities ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "severity"),
    [
        pytest.param({}, "error", id="none"),
        pytest.param({"contradicted-default": "review"}, "review", id="a code"),
        pytest.param({"contradicted": "note"}, "note", id="a verdict"),
        pytest.param({"docs/**": "review"}, "review", id="a path"),
        pytest.param({"docs/": "review"}, "review", id="a folder"),
        pytest.param({"*.md": "review"}, "error", id="a pattern of another folder"),
        pytest.param({"**/*.md": "off"}, None, id="off"),
        pytest.param({"docs/**": "off", "contradicted-default": "error"}, "error", id="the last one holds"),
    ],
)
def test_a_project_weighs_codes_and_paths(tmp_path: Path, table: dict[str, str], severity: str | None) -> None:
    project(tmp_path, STALE)
    found = [finding.severity for finding in check_with(tmp_path, severity=table).findings]
    assert found == ([severity] if severity else [])


def test_severities_stand_in_the_settings_file(tmp_path: Path) -> None:
    project(tmp_path, STALE)
    write(tmp_path / "docgen.toml", '[check.severity]\n"docs/**" = "review"\n')
    assert [finding.severity for finding in check(root=tmp_path, settings=load_settings(tmp_path)).findings] == ["review"]


@pytest.mark.parametrize(
    ("table", "message"),
    [
        pytest.param({"stale-defalt": "off"}, "stale-default", id="no code"),
        pytest.param({"stale": "mild"}, "one of off, note, review, error", id="no severity"),
    ],
)
def test_a_severity_that_says_nothing_is_refused(tmp_path: Path, table: dict[str, str], message: str) -> None:
    project(tmp_path, STALE)
    with pytest.raises(InputError, match=message):
        check_with(tmp_path, severity=table)


@pytest.mark.parametrize(
    ("glob", "path", "fits"),
    [
        ("docs/*.md", "docs/a.md", True),
        ("docs/*.md", "docs/old/a.md", False),
        ("docs/**/a.md", "docs/a.md", True),
        ("docs/**/a.md", "docs/x/y/a.md", True),
        ("docs/old", "docs/old/a.md", True),
        ("docs/ol?/", "docs/old/a.md", True),
        ("doc", "docs/a.md", False),
        ("a.b/**", "a-b/c.md", False),
    ],
)
def test_a_glob_means_paths(glob: str, path: str, fits: bool) -> None:
    assert (path_pattern(glob).fullmatch(path) is not None) is fits


# Weakening -------------------------------------------------------------------------------------------------------------


def git(root: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    return subprocess.run(["git", *identity, *arguments], cwd=root, capture_output=True, text=True, check=True).stdout


def committed(root: Path, settings: str, name: str = "docgen.toml") -> None:
    project(root, STALE)
    write(root / name, settings)
    git(root, "init", "-q", "-b", "main")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "first")


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        pytest.param("check.strict = true\n", "check.strict = false\n", "strict = false", id="not strict"),
        pytest.param("check.strict = true\n", "", "strict = false", id="not strict any more"),
        pytest.param("", "check.warn = true\n", "warn = true", id="only warned of"),
        pytest.param("", "check.allow_unknown = true\n", "allow_unknown = true", id="unknown allowed"),
        pytest.param("", '[check.severity]\nstale-default = "note"\n', '"stale-default" = "note"', id="a code"),
        pytest.param("", '[check.severity]\n"docs/**" = "off"\n', '"docs/**" = "off"', id="a path"),
        pytest.param(
            '[check.severity]\nreview = "error"\n',
            '[check.severity]\nreview = "review"\n',
            '"review" = "review"',
            id="a severity lowered",
        ),
        pytest.param("", '[paths]\nexclude = ["docs"]\n', "paths.exclude has docs", id="excluded"),
        pytest.param("check.written = true\n", "check.written = false\n", "written = false", id="written documents left out"),
        pytest.param("check.warn = true\n", "check.warn = false\n", "", id="stronger"),
        pytest.param("", '[check.severity]\nreview-context = "error"\n', "", id="a code raised"),
        pytest.param("", "train.epochs = 3.0\n", "", id="another setting"),
    ],
)
def test_settings_that_weaken_the_check_are_told(tmp_path: Path, before: str, after: str, words: str) -> None:
    committed(tmp_path, before)
    write(tmp_path / "docgen.toml", after)
    notes = [finding for finding in check(root=tmp_path).findings if finding.code == "settings-weaker"]
    assert [note.message for note in notes] == ([f"settings weaken the check: {words}"] if words else [])
    assert all(note.severity == "note" and note.path == "docgen.toml" for note in notes)


def test_a_table_of_pyproject_is_compared_too(tmp_path: Path) -> None:
    committed(tmp_path, "[tool.docgen.check]\nstrict = true\n", "pyproject.toml")
    write(tmp_path / "pyproject.toml", "[tool.docgen.check]\nstrict = false\n")
    assert "settings-weaker" in codes(check(root=tmp_path))


def test_a_baseline_that_grows_is_told(tmp_path: Path) -> None:
    committed(tmp_path, "")
    check(root=tmp_path, update_baseline=True)
    [note] = check(root=tmp_path).findings
    assert note.message == "settings weaken the check: the baseline grows by 1 entry (.docgen/baseline/docs/http.md.json)"
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "baseline")
    assert check(root=tmp_path).findings == ()
    assert codes(check(root=tmp_path, against="HEAD~1")) == ["settings-weaker"]


@pytest.mark.parametrize("against", ["HEAD", "nowhere", "--output=x"])
def test_without_a_commit_to_compare_with_nothing_is_said(tmp_path: Path, against: str) -> None:
    project(tmp_path, STALE)
    write(tmp_path / "docgen.toml", "check.warn = true\n")
    assert codes(check(root=tmp_path, against=against)) == ["contradicted-default"]
    git(tmp_path, "init", "-q")
    assert codes(check(root=tmp_path, against=against)) == ["contradicted-default"]
    assert not (tmp_path / "x").exists()


# The command -----------------------------------------------------------------------------------------------------------


def test_a_check_refuses_to_fix_and_says_what_does(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project(tmp_path, STALE)
    assert run(["--root", str(tmp_path), "check", "--fix", "docs/http.md"]) == 2
    assert "docgen write docs/http.md" in capsys.readouterr().err


def test_the_baseline_is_made_and_left_out_by_options(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project(tmp_path, STALE)
    where = ["--root", str(tmp_path), "check"]
    assert run(where) == 1
    assert run([*where, "--update-baseline"]) == 0
    assert run(where) == 0
    capsys.readouterr()
    assert run([*where, "--no-baseline", "--format", "json"]) == 1
    assert len(json.loads(capsys.readouterr().out)["findings"]) == 1


# Watching --------------------------------------------------------------------------------------------------------------


def test_a_watch_tells_only_what_has_changed(tmp_path: Path) -> None:
    document = project(tmp_path, STALE)
    edits = iter(
        [
            lambda: None,
            lambda: edit(document, "# HTTP", "# Much longer title"),
            lambda: edit(document, STALE, f"{STALE}\n\n`timeout` defaults to 60."),
            lambda: edit(document, "302", "303"),
            lambda: write(tmp_path / "docgen.toml", "strikt = 1\n"),
        ]
    )
    clock = count()

    def wait() -> None:
        next(edits)()
        for path in tmp_path.rglob("*"):  # a clock that is finer than this machine's
            next(clock) if path.is_file() else None

    def once() -> Report:
        return check(root=tmp_path, settings=load_settings(tmp_path))

    changes: list[Change] = []
    with pytest.raises(RuntimeError):  # the edits are used up
        changes.extend(watch(tmp_path, once, wait))
    assert [([f.old for f in each.new], [f.old for f in each.mended]) for each in changes] == [
        (["302"], []),
        (["60"], []),
        ([], ["302"]),
        ([], []),
    ]
    assert "strikt" in changes[-1].error
    assert "mended: introduction:web.http.redirect [contradicted-default]" in str(changes[2])


def test_a_watch_keeps_nothing_of_earlier_runs(tmp_path: Path) -> None:
    document = project(tmp_path, STALE)
    kept: list[int] = []

    def wait() -> None:
        kept.append(sum(isinstance(item, Sources) for item in gc.get_objects()))
        if len(kept) == 5:
            raise RuntimeError
        edit(document, "# ", "# More ")

    with pytest.raises(RuntimeError):
        list(watch(tmp_path, lambda: check(root=tmp_path), wait))
    assert max(kept) <= min(kept) + 1


def test_a_watch_that_is_interrupted_ends_in_130(tmp_path: Path) -> None:
    document = project(tmp_path, STALE)
    command = [sys.executable, "-m", "docgen", "check", "--watch"]
    variables = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
    with subprocess.Popen(
        command, cwd=tmp_path, env=variables, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as ran:
        assert ran.stdout is not None
        assert "[contradicted-default]" in ran.stdout.readline()
        edit(document, "302", "303")
        told = ""
        while "mended" not in told:
            told = ran.stdout.readline()
            assert told
        ran.send_signal(signal.SIGINT)
        _, errors = ran.communicate(timeout=60)
    assert (ran.returncode, errors.strip()) == (130, "interrupted; nothing was half-written")


@pytest.mark.parametrize("options", [["--format", "json"], ["--update-baseline"]])
def test_a_watch_prints_for_people_alone(tmp_path: Path, options: list[str]) -> None:
    assert run(["--root", str(tmp_path), "check", "--watch", *options]) == 2
