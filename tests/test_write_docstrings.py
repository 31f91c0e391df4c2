"""Docstrings written into source: only where there were none, in the project's own style, and nothing else changes."""

from __future__ import annotations

import ast
import importlib.util
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytest.importorskip("libcst", reason='docstrings are written through libcst: pip install -e ".[dev]"')

from docgen.brief import Brief
from docgen.check import check
from docgen.report import InputError, Report
from docgen.write.docstrings import write_docstrings
from docgen.write.docstrings.source import Patch, bare_tree, edited, undocumented
from docgen.write.docstrings.style import Style, style_in

MONEY = '''#!/usr/bin/env python
# a header that stays
"""Money."""
from dataclasses import dataclass

LIMIT = 3


class RateError(ValueError):
    pass


@dataclass
class Quote:
    day: str
    rate: float = 1.0  # of the day


class Store:
    # a comment that stays
    kind: str = "x"

    def __init__(self, path: str, *, strict: bool = False) -> None:  # trailing
        # inner
        self.path = path
        if not path:
            raise ValueError("path is empty")

    @property
    def is_open(self) -> bool:
        return True

    def load_rates(self, day: str, retries: int = LIMIT) -> dict[str, float]:
        if retries < 0:
            raise ValueError("retries must not be negative")
        return {}

    def _hidden(self) -> None:
        pass


def convert(amount: float, rate: float) -> float:
    """Convert an amount.

    Args:
        amount (float): The amount to convert.
        rate (float): What one unit costs.

    Returns:
        float: The price.
    """
    return amount * rate


def spread(rate: float, day: str = "today") -> float:
    return rate
'''
NUMPY = '''def {name}(a: int) -> None:
    """Do it.

    Parameters
    ----------
    a : int
        A number.
    """
'''
SPHINX = '''def {name}(a: int) -> None:
    """Do it.

    :param a: A number.
    :type a: int
    """
'''


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository with one module."""
    (tmp_path / "pyproject.toml").write_text("[tool.ruff]\nline-length = 100\n")
    (tmp_path / "money.py").write_text(MONEY)
    return tmp_path


def run(project: Path, *, diff: bool = False) -> Report:
    return write_docstrings([str(project / "money.py")], root=project, diff=diff)


def docstring(project: Path, name: str) -> str:
    """The docstring of a class or function, as Python reads it."""
    tree = ast.parse((project / "money.py").read_bytes())
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef | ast.FunctionDef) and node.name == name]
    return ast.get_docstring(nodes[0]) or ""


def test_missing_docstrings_are_added_and_nothing_else_changes(project: Path) -> None:
    report = run(project)
    after = (project / "money.py").read_text()
    assert report.summary["added"] == 6 and report.exit_code == 0
    assert bare_tree(after.encode()) == bare_tree(MONEY.encode())
    assert [line for line in MONEY.splitlines() if line not in after.splitlines()] == []
    assert after.startswith('#!/usr/bin/env python\n# a header that stays\n"""Money."""\n')
    assert docstring(project, "convert") == ast.get_docstring(ast.parse(MONEY).body[-2])  # type: ignore[arg-type]


def test_a_docstring_says_what_the_code_tells(project: Path) -> None:
    run(project)
    assert docstring(project, "load_rates") == (
        "Load rates.\n\nArgs:\n    day (str): The day.\n    retries (int): The retries.\n\n"
        "Returns:\n    dict[str, float]: The rates.\n\nRaises:\n    ValueError: If `retries` is negative."
    )
    assert docstring(project, "is_open") == "Whether open."
    assert docstring(project, "RateError") == "A rate error."
    assert "day (str): The day.\n    rate (float): What one unit costs. Defaults to 1.0." in docstring(project, "Quote")
    assert "ValueError: If `path` is empty." in docstring(project, "Store")
    assert "kind (str): The kind." in docstring(project, "Store")


def test_a_parameter_described_elsewhere_is_described_in_the_same_words(project: Path) -> None:
    run(project)
    assert "rate (float): What one unit costs." in docstring(project, "spread")
    assert "Defaults to 'today'." in docstring(project, "spread")


def test_private_symbols_get_none(project: Path) -> None:
    run(project)
    assert docstring(project, "_hidden") == ""


def test_a_second_run_changes_nothing(project: Path) -> None:
    run(project)
    before = (project / "money.py").read_bytes()
    assert run(project).summary["written"] == []
    assert (project / "money.py").read_bytes() == before


def test_diff_shows_and_writes_nothing(project: Path) -> None:
    shown = run(project, diff=True).render("text")
    assert "+    def load_rates" not in shown and '+        """Load rates.' in shown
    assert (project / "money.py").read_text() == MONEY


def test_what_is_written_passes_docgens_own_check(project: Path) -> None:
    run(project)
    assert check([project / "money.py"], root=project).findings == ()


@pytest.mark.parametrize(
    ("style", "seed"), [("google", ""), ("numpy", NUMPY), ("sphinx", SPHINX)], ids=["google", "numpy", "sphinx"]
)
@pytest.mark.skipif(importlib.util.find_spec("pydoclint") is None, reason='pydoclint judges them: pip install -e ".[dev]"')
def test_what_is_written_passes_pydoclint_in_the_projects_style(project: Path, style: str, seed: str) -> None:
    text = MONEY if not seed else MONEY.replace(MONEY[MONEY.index("def convert") : MONEY.index("def spread")], "")
    seeds = "\n\n".join(seed.format(name=f"seed_{number}") for number in "abc") if seed else ""
    (project / "money.py").write_text(f"{text}\n\n{seeds}")
    run(project)
    command = [sys.executable, "-m", "pydoclint.main", f"--style={style}", "money.py"]
    ended = subprocess.run(command, cwd=project, capture_output=True, text=True, timeout=120)
    assert ended.returncode == 0, ended.stdout + ended.stderr


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("Defaults to 302.", "Defaults to 303.", id="a sentence"),
        pytest.param("(default: 302)", "(default: 303)", id="brackets"),
        pytest.param("defaults to ``302``", "defaults to ``303``", id="a literal"),
    ],
)
def test_a_stale_default_is_put_right_and_every_other_word_stays(project: Path, before: str, after: str) -> None:
    source = (
        '"""Redirects."""\n\n\n'
        "def redirect(url: str, code: int = 303) -> None:\n"
        '    """Redirect, in the words   of a person.\n\n'
        "    Args:\n"
        "        url: Where to go, of 302 pages.\n"
        f"        code: The status code, {before}\n"
        '    """\n'
    )
    (project / "money.py").write_text(source)
    report = run(project)
    assert report.summary["patched"] == 1
    assert (project / "money.py").read_text() == source.replace(before, after)


def test_a_default_in_the_docstring_of_an_initialiser_is_put_right(project: Path) -> None:
    own = '"""Make one.\n\n        Args:\n            n: A number. Defaults to 2.\n        """'
    source = f'"""Letters."""\n\n\nclass A:\n    """An A."""\n\n    def __init__(self, n: int = 3) -> None:\n        {own}\n'
    (project / "money.py").write_text(source)
    run(project)
    assert (project / "money.py").read_text() == source.replace("to 2", "to 3")


@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["LF", "CRLF"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1"])
def test_line_ends_and_encodings_survive(project: Path, newline: str, encoding: str) -> None:
    declared = "# -*- coding: latin-1 -*-\n" if encoding == "latin-1" else ""
    text = f'{declared}NAME = "café"\n\n\ndef load_rates(day: str) -> str:\n    return day  # à la carte\n'
    content = text.replace("\n", newline).encode(encoding)
    (project / "money.py").write_bytes(content)
    run(project)
    after = (project / "money.py").read_bytes()
    assert after != content
    lines = after.decode(encoding).split(newline)
    assert "\r" not in "".join(lines) and "\n" not in "".join(lines)
    assert set(content.decode(encoding).split(newline)) <= set(lines)
    assert after.startswith(content[:3] if declared or encoding == "utf-8-sig" else b'"""')


@pytest.mark.parametrize("indent", ["  ", "\t"], ids=["two blanks", "a tab"])
def test_the_indentation_is_the_modules_own(project: Path, indent: str) -> None:
    (project / "money.py").write_text(f"class A:\n{indent}def load(self, day: str) -> str:\n{indent * 2}return day\n")
    run(project)
    lines = (project / "money.py").read_text().splitlines()
    assert f'{indent * 2}"""Load.' in lines and f'{indent * 2}"""' in lines


def test_a_body_on_the_line_of_its_definition_is_left_and_told(project: Path) -> None:
    (project / "money.py").write_text('"""Loading."""\n\n\ndef load() -> int: return 1\n')
    report = run(project)
    assert report.summary["left"] == ["money.load"] and report.summary["written"] == []


def test_a_file_that_cannot_be_parsed_leaves_all_as_they_are(tmp_path: Path) -> None:
    package = tmp_path / "pack"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "good.py").write_text("def load() -> int:\n    return 1\n")
    (package / "wrong.py").write_text("def load(:\n")
    with pytest.raises(InputError, match="wrong.py:1"):
        write_docstrings([str(package)], root=tmp_path)
    assert (package / "good.py").read_text() == "def load() -> int:\n    return 1\n"


def test_a_package_outside_of_the_project_is_refused(project: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside") / "other.py"
    outside.write_text("def load() -> int:\n    return 1\n")
    with pytest.raises(InputError):
        write_docstrings([str(outside)], root=project)
    assert '"""' not in outside.read_text()


class Model:
    """Answers with a sentence about loading, or with what no fact holds."""

    mark = "model"

    def __init__(self, text: str) -> None:
        self.name, self.text = "model", text

    def write(self, briefs: Sequence[Brief]) -> list[str]:
        return [self.text.format(name=brief.short) for brief in briefs]


def test_a_writers_answer_becomes_the_summary_where_it_stands(project: Path) -> None:
    (project / "money.py").write_text("def load_rates(day: str) -> str:\n    return day\n")
    write_docstrings([str(project / "money.py")], root=project, writer=Model("`{name}` loads the rates of a `day`."))
    assert docstring(project, "load_rates").startswith("Load the rates of a `day`.")


def test_a_writers_invention_does_not(project: Path) -> None:
    (project / "money.py").write_text("def load_rates(day: str) -> str:\n    return day\n")
    write_docstrings([str(project / "money.py")], root=project, writer=Model("`{name}` loads 4711 unicorns."))
    assert docstring(project, "load_rates").startswith("Load rates.")


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        pytest.param([], Style(), id="none"),
        pytest.param(
            ["Does it.\n\nArgs:\n    a: A."] * 3, Style("google", typed=False, third_person=True), id="Google, untyped"
        ),
        pytest.param(["Do it.\n\nParameters\n----------\na : int\n    A."] * 3, Style("numpy"), id="NumPy"),
        pytest.param(["Do it.\n\n:param a: A."] * 3, Style("sphinx", typed=False), id="Sphinx, untyped"),
        pytest.param(["Do it."] * 30, Style("plain"), id="plain"),
        pytest.param(["\nDo it.\n\nMore."] * 3, Style(opens_below=True), id="below the quotes"),
    ],
)
def test_the_style_is_that_of_the_projects_docstrings(texts: list[str], expected: Style, tmp_path: Path) -> None:
    assert style_in(texts, [f'"""{text}"""' for text in texts], tmp_path) == expected


_STATEMENTS = st.sampled_from(
    [
        "x = 1  # one",
        "# a comment\nclass A:\n    pass",
        "class B(object):\n\n    # inside\n    y: int = 2\n\n    def f(self): return 1\n\n"
        "    def g(self):\n        # first\n        return '''x'''",
        "@decorated(\n    1,\n)\ndef f(a, *, b=2): # why\n\n    if a:\n        return b",
        "async def h(\n    a: int,\n) -> None:\n    'kept'\n    await a",
        "if x:\n    def conditional():\n        return 1\nelse:\n    def conditional():\n        return 2",
        "class C: pass",
        "def k():\n\tpass",
    ]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.lists(_STATEMENTS, max_size=6), st.sampled_from(["\n", "\r\n"]), st.sampled_from(['He said \\ """so""".', "Short."]))
def test_whatever_a_module_holds_its_tree_stays_and_every_line(parts: list[str], newline: str, words: str) -> None:
    content = "\n\n".join(parts).replace("\n", newline).encode()
    missing = {about: (lambda depth: [words, "", "More."]) for about in undocumented(content, "m", "m.py")}
    result = edited(content, "m", "m.py", missing, {}, '"""')
    assert bare_tree(result.content) == bare_tree(content)
    if newline.encode() in content:
        assert b"\n" not in result.content.replace(newline.encode(), b"")
    after = result.content.decode().splitlines()
    assert all(line in after for line in content.decode().splitlines() if line)
    tree = ast.parse(result.content)
    documented = (node for node in ast.walk(tree) if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef))
    told = [ast.get_docstring(node) for node in documented]
    assert told.count(f"{words}\n\nMore.") == len(result.added)


def test_a_patch_that_does_not_fit_is_left(tmp_path: Path) -> None:
    content = b'def f(a=2):\n    "A tab\\t, defaults to 1."\n'
    text = "A tab\t, defaults to 1."
    result = edited(content, "m", "m.py", {}, {("m.f", text): [Patch(text.index("1"), "1", "2")]}, '"""')
    assert result.content == content and result.left == ("m.f",)


# Docstrings of modules


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("import os\n", '"""M."""\n\nimport os\n', id="nothing above"),
        pytest.param("def f():\n    pass\n", '"""M."""\n\n\ndef f():\n    pass\n', id="a definition"),
        pytest.param("#!/bin/x\nimport os\n", '#!/bin/x\n"""M."""\n\nimport os\n', id="a line for the shell"),
        pytest.param(
            "# Licence\n\n# of os\nimport os\n", '# Licence\n\n"""M."""\n\n# of os\nimport os\n', id="comments of both"
        ),
        pytest.param("# Licence\n\n\nclass A: pass\n", '# Licence\n\n"""M."""\n\n\nclass A: pass\n', id="blank lines"),
        pytest.param(
            "\n# -*- coding: utf-8 -*-\nimport os\n", '\n# -*- coding: utf-8 -*-\n"""M."""\n\nimport os\n', id="an encoding"
        ),
        pytest.param("from __future__ import annotations\n", '"""M."""\n\nfrom __future__ import annotations\n', id="future"),
        pytest.param("# only this\n", "# only this\n", id="no code"),
        pytest.param("", "", id="empty"),
        pytest.param("x = 1; y = 2\n", '"""M."""\n\nx = 1; y = 2\n', id="two on a line"),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_a_modules_docstring_stands_below_its_first_comments(before: str, after: str, newline: str) -> None:
    content = before.replace("\n", newline).encode()
    missing = {about: (lambda depth: ["M."]) for about in undocumented(content, "m", "m.py") if about == "m"}
    assert edited(content, "m", "m.py", missing, {}, '"""').content.decode() == after.replace("\n", newline)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param('def load(a):\n    """Load a rate."""\n', "Load a rate.", id="one documented function"),
        pytest.param("class RateStore:\n    pass\n", "A rate store.", id="one class"),
        pytest.param("def load(a):\n    pass\n\nclass B:\n    pass\n", "Money: `load` and `B`.", id="two members"),
        pytest.param(
            "".join(f"def load_{name}():\n    pass\n" for name in "abcdef"),
            "Money: `load_a`, `load_b`, `load_c`, `load_d` and more.",
            id="many",
        ),
        pytest.param(
            "class ARateError(ValueError):\n    pass\n\nclass DayError(ARateError):\n    pass\n",
            "Exceptions: `ARateError` and `DayError`.",
            id="exceptions",
        ),
        pytest.param("x = 1\n", None, id="nothing to name"),
        pytest.param(
            "".join(f"def {name}_from_a_long_list_of_names():\n    pass\n" for name in "abc"),
            "Money: `a_from_a_long_list_of_names` and more.",
            id="names that fill the line",
        ),
        pytest.param('def is_open(a):\n    """Is it open?"""\n', "Money: `is_open`.", id="a question"),
        pytest.param("__version__ = '1'\n__all__ = ['__version__']\n", None, id="nothing but its own names"),
    ],
)
def test_a_modules_docstring_says_what_it_holds(project: Path, source: str, expected: str | None) -> None:
    (project / "money.py").write_text(source)
    run(project)
    assert ast.get_docstring(ast.parse((project / "money.py").read_bytes())) == expected


# Renewing what people wrote


WHOLE = {
    "google": """    Args:
        day: The day.
        limit (int): How many, in
            a person's words.
        name: Its name.

    Raises:
        KeyError: If it is not there.
""",
    "numpy": """    Parameters
    ----------
    day
        The day.
    limit : int
        How many, in
        a person's words.
    name
        Its name.

    Raises
    ------
    KeyError
        If it is not there.
""",
    "sphinx": """    :param day: The day.
    :param limit: How many, in
        a person's words.
    :type limit: int
    :param name: Its name.
    :raises KeyError: If it is not there.
""",
}
ITEM = {
    "google": "        {name}: {words}\n",
    "numpy": "    {name}\n        {words}\n",
    "sphinx": "    :param {name}: {words}\n",
}
STYLES = pytest.mark.parametrize("style", ["google", "numpy", "sphinx"])


def function(style: str, signature: str, text: str, body: str = 'raise KeyError("day")') -> str:
    docstring = f'    """Load it, said   by a person.\n\n{text}    """\n'
    return f'"""Loading."""\n\n\ndef load({signature}) -> None:\n{docstring}    {body}\n'


def renewed(project: Path, source: str) -> str:
    """The module after a run, which a second one leaves as it is."""
    (project / "money.py").write_text(source)
    run(project)
    after = (project / "money.py").read_text()
    assert run(project).summary["written"] == []
    assert (project / "money.py").read_text() == after
    return after


@STYLES
def test_a_docstring_that_holds_stays(project: Path, style: str) -> None:
    source = function(style, "day: str, limit: int, name: str", WHOLE[style])
    assert renewed(project, source) == source


@STYLES
def test_a_parameter_that_went_loses_its_item_and_no_other_line_changes(project: Path, style: str) -> None:
    source = function(style, "day: str, name: str", WHOLE[style])
    lines = source.splitlines(keepends=True)
    gone = [line for line in lines if "limit" in line or "How many" in line or "a person's" in line]
    assert renewed(project, source) == "".join(line for line in lines if line not in gone)


@STYLES
def test_a_parameter_under_another_name_keeps_its_words(project: Path, style: str) -> None:
    source = function(style, "day: str, row_limit: int, name: str", WHOLE[style])
    expected = source.replace("        limit (int)", "        row_limit (int)").replace(
        "    limit : int", "    row_limit : int"
    )
    expected = expected.replace(":param limit:", ":param row_limit:").replace(":type limit:", ":type row_limit:")
    assert renewed(project, source) == expected != source


@STYLES
def test_another_type_takes_the_place_of_the_old_one(project: Path, style: str) -> None:
    source = function(style, "day: str, limit: str, name: str", WHOLE[style])
    expected = source.replace("limit (int)", "limit (str)").replace("limit : int", "limit : str")
    assert renewed(project, source) == expected.replace("limit: int", "limit: str") != source


def documented(style: str, last: str) -> str:
    """Nine functions whose lists leave nothing out, and a last one."""
    whole = function(style, "day: str, limit: int, name: str", WHOLE[style])
    return "".join(whole.replace("load", f"load{letter}") for letter in "abcdefghi") + last


@STYLES
def test_a_parameter_that_came_gets_an_item_at_its_place_where_lists_are_whole(project: Path, style: str) -> None:
    source = documented(style, function(style, "day: str, limit: int, depth: int = 2, name: str = ''", WHOLE[style]))
    item = ITEM[style].format(name="depth", words="The depth. Defaults to 2.")
    name = {"google": "        name:", "numpy": "    name\n", "sphinx": "    :param name:"}[style]
    head, tail = source.rsplit(name, 1)
    assert renewed(project, source) == f"{head}{item}{name}{tail}"


@STYLES
def test_a_parameter_of_which_nothing_but_its_name_is_known_gets_none(project: Path, style: str) -> None:
    source = documented(style, function(style, "day: str, limit: int, depth: int, name: str", WHOLE[style]))
    assert renewed(project, source) == source


@STYLES
def test_an_exception_that_came_gets_an_item_where_lists_are_whole(project: Path, style: str) -> None:
    body = 'if limit < 0:\n        raise ValueError("limit")\n    raise KeyError("day")'
    source = documented(style, function(style, "day: str, limit: int, name: str", WHOLE[style], body))
    item = ITEM[style].replace(":param", ":raises").format(name="ValueError", words="If `limit` is negative.")
    assert renewed(project, source) == source[: source.rindex('    """')] + item + source[source.rindex('    """') :]


@pytest.mark.parametrize(
    ("signature", "text", "body"),
    [
        pytest.param("day: str, **options: int", WHOLE["google"], 'raise KeyError("day")', id="options by keyword"),
        pytest.param(
            "day: str, limit: int, name: str",
            WHOLE["google"].replace("KeyError: If it", "LookupError: If it"),
            'raise KeyError("day")',
            id="a base of the exception is told",
        ),
        pytest.param(
            "day: str, name: str",
            WHOLE["google"].replace("        name: Its name.\n", "        limit and all that\n"),
            'raise KeyError("day")',
            id="a list that is laid out in another way",
        ),
        pytest.param(
            "day: str, name: str", WHOLE["google"].replace("Args:", "Examples:"), 'raise KeyError("day")', id="another section"
        ),
    ],
)
def test_what_may_be_right_stays(project: Path, signature: str, text: str, body: str) -> None:
    source = function("google", signature, text, body)
    assert renewed(project, source) == source


def test_a_decorator_may_take_more_than_its_function(project: Path) -> None:
    source = function("google", "day: str, name: str", WHOLE["google"]).replace("def load", "@widened\ndef load")
    assert renewed(project, source) == source


def test_a_list_of_which_nothing_stays_goes_with_its_title(project: Path) -> None:
    text = "    Args:\n        old: What is gone.\n\n    Returns:\n        None: Nothing.\n"
    source = function("google", "", text, "pass")
    assert renewed(project, source) == source.replace("\n\n    Args:\n        old: What is gone.", "")


def test_a_package_whose_lists_leave_things_out_gets_no_items(project: Path) -> None:
    text = "    Args:\n        day: The day.\n"
    source = "".join(function("google", "day: str, name: str", text, "pass").replace("load", f"load{n}") for n in "abc")
    assert renewed(project, source) == source


def test_items_put_in_keep_backslashes_and_the_layout_of_their_list(project: Path) -> None:
    whole = "    Args:\n        day: The day.\n\n        name: Its name.\n"
    others = "".join(function("google", "day: str, name: str", whole, "pass").replace("load", f"load{n}") for n in "abcdefghi")
    source = others + function("google", "day: str, sep: str = '\\n', name: str = ''", whole, "pass")
    after = renewed(project, source)
    assert after.count("        day: The day.\n\n        sep: ") == 1
    assert "sep: The sep. Defaults to '\\\\n'.\n\n        name: Its name." in after
