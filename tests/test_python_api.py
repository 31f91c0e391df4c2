"""What is read of a Python package without running it."""

from __future__ import annotations

import ast
import gc
import os
import re
import sys
import textwrap
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from docgen.cache import Cache
from docgen.facts import JSON, Entry, Facts
from docgen.readers.docstring_text import docstrings_in
from docgen.readers.python_api import BrokenFile, ModuleFacts, find_package, read_modules, read_package
from docgen.readers.python_api.source import Source
from docgen.readers.syntax import has_at_most, nodes_in, printed
from docgen.report import InputError


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), encoding="utf-8")
    return root / next(iter(files)).partition("/")[0]


def read(root: Path, files: dict[str, str], *, private: bool = False) -> Facts:
    return read_package(write(root, files), private=private)


def entry(root: Path, source: str, name: str) -> Entry:
    """The entry `name` of a package of one module."""
    return read(root, {"pkg/__init__.py": source})[f"pkg.{name}"]


def facts(found: Entry) -> dict[str, JSON]:
    return {fact.name: fact.value for fact in found.facts}


# Functions

SEND = '''
async def send(url, /, body: "bytes | None" = None, *parts: str, retries: int = 3, **options) -> "Response":
    """Send a request. Slowly.

    Args:
        url: Where to.
        retries: How often to try.
        parts: What to add.

    Returns:
        The answer.

    Raises:
        ValueError: If url is empty.
    """
    if not url:
        raise ValueError("url is empty")
    try:
        await go()
    except OSError:
        pass
'''


def test_a_function_has_its_facts_in_order(tmp_path: Path) -> None:
    found = entry(tmp_path, SEND, "send")
    expected: dict[str, JSON] = {
        "kind": "function",
        "doc": "Send a request.",
        "doc.description": "Slowly.",
        "async": True,
        "signature": "send(url, /, body: bytes | None = None, *parts: str, retries: int = 3, **options) -> Response",
        "parameters": ["url", "body", "*parts", "retries", "**options"],
        "parameters.url.kind": "positional-only",
        "parameters.url.description": "Where to.",
        "parameters.body.annotation": "bytes | None",
        "parameters.body.default": "None",
        "parameters.parts.kind": "variadic positional",
        "parameters.parts.annotation": "str",
        "parameters.parts.description": "What to add.",
        "parameters.retries.kind": "keyword-only",
        "parameters.retries.annotation": "int",
        "parameters.retries.default": "3",
        "parameters.retries.description": "How often to try.",
        "parameters.options.kind": "variadic keyword",
        "returns": "Response",
        "returns.description": "The answer.",
        "raises": ["ValueError"],
        "raises.ValueError.when": ["url is empty or missing"],
        "raises.ValueError.condition": ["not url"],
        "raises.ValueError.message": ["url is empty"],
        "documented_raises": ["ValueError"],
        "raises.ValueError.description": "If url is empty.",
        "handles": ["OSError"],
    }
    assert list(facts(found).items()) == list(expected.items())


def test_a_fact_knows_where_it_was_read(tmp_path: Path) -> None:
    places = {fact.name: fact.source for fact in entry(tmp_path, SEND, "send").facts}
    assert places["kind"] == places["parameters"] == "pkg/__init__.py:2"
    assert places["raises"] == places["raises.ValueError.when"] == "pkg/__init__.py:17"


@pytest.mark.parametrize(
    ("source", "name", "value"),
    [
        pytest.param("def f():\n    yield 1", "generator", True, id="a generator"),
        pytest.param("def f():\n    def g():\n        yield 1\n    return g", "generator", None, id="a generator inside"),
        pytest.param("@a.b(1)\n@c\ndef f(): ...", "decorators", ["a.b", "c"], id="decorators"),
        pytest.param("def f(): ...", "parameters", None, id="no parameters"),
        pytest.param("def f(): ...", "signature", "f()", id="the signature of no parameters"),
        pytest.param("def f(a, *, b): ...", "signature", "f(a, *, b)", id="a bare star"),
        pytest.param("def f(a, /): ...", "signature", "f(a, /)", id="a slash at the end"),
        pytest.param(
            "def f(a: 'Dict[str, \"B\"]'): ...", "parameters.a.annotation", "Dict[str, 'B']", id="a quoted annotation"
        ),
        pytest.param("def f(a: Optional['B']): ...", "parameters.a.annotation", "Optional[B]", id="a forward reference"),
        pytest.param("def f(a: Literal['B']): ...", "parameters.a.annotation", "Literal['B']", id="a literal type"),
        pytest.param('def f():\n    "Doc."\n    return 1', "doc", "Doc.", id="a docstring in plain quotes"),
    ],
)
def test_a_fact_of_a_function(tmp_path: Path, source: str, name: str, value: JSON) -> None:
    assert entry(tmp_path, source, "f").get(name) == value


# Defaults

DEFAULTS = {
    "3": "3",
    "1e-6": "1e-6",
    "0o644": "0o644",
    "1_000": "1_000",
    "-1": "-1",
    "60 * 60": "60 * 60",
    '"utf-8"': "'utf-8'",
    "(1, 'a')": "(1, 'a')",
    "TIMEOUT": "30",
    "ALIAS": "30",
    "HOUR": "60 * 60",
    "MINUTE * 5": "60 * 5",
    "-TIMEOUT": "-30",
    "(TIMEOUT, 1)": "(30, 1)",
    "NAMES": "('a', 'b')",
    "Client.LIMIT": "10",
    "Client.DOUBLE": "10 * 2",
    "Color.RED": "Color.RED",
    "FAVOURITE": "Color.RED",
    "TWICE": "TWICE",
    "GROWN": "GROWN",
    "REBOUND": "REBOUND",
    "MADE": "MADE",
    "MISSING": "MISSING",
    "os.sep": "os.sep",
    "math.inf": "math.inf",
    "settings.RETRIES": "5",
    "RETRIES": "5",
    "TRIES": "5",
    "deep.RETRIES": "5",
    "lambda: 1": "lambda: 1",
    "[]": "[]",
}


@pytest.mark.parametrize(("default", "value"), [pytest.param(*pair, id=pair[0]) for pair in DEFAULTS.items()])
def test_a_default_has_constants_put_in_where_nothing_can_change_them(tmp_path: Path, default: str, value: str) -> None:
    source = f"""
    import enum, math, os
    from pkg import settings
    from .settings import RETRIES, RETRIES as TRIES
    import pkg.settings as deep

    TIMEOUT: int = 30
    ALIAS = TIMEOUT
    MINUTE = 60
    HOUR = MINUTE * 60
    NAMES = ("a", "b")
    TWICE = 1
    TWICE = 2
    GROWN = 1
    GROWN += 1
    REBOUND = 1
    MADE = object()

    class Client:
        LIMIT = 10
        DOUBLE = LIMIT * 2

    class Color(enum.Enum):
        RED = "red"

    FAVOURITE = Color.RED

    def change():
        global REBOUND
        REBOUND = 2

    def f(x={default}): ...
    """
    found = read(tmp_path, {"pkg/__init__.py": "", "pkg/a.py": source, "pkg/settings.py": "RETRIES = 5\n"})
    assert found["pkg.a.f"].get("parameters.x.default") == value


def test_a_default_of_a_method_is_looked_up_in_its_class_first(tmp_path: Path) -> None:
    source = "LIMIT = 1\nclass A:\n    LIMIT = 2\n    def f(self, x=LIMIT): ...\n"
    assert entry(tmp_path, source, "A.f").get("parameters.x.default") == "2"


def test_constants_that_refer_to_each_other_stay_names(tmp_path: Path) -> None:
    assert entry(tmp_path, "A = B\nB = A\ndef f(x=A): ...\n", "f").get("parameters.x.default") == "A"


def test_a_function_knows_the_constants_it_uses(tmp_path: Path) -> None:
    files = {
        "pkg/__init__.py": "",
        "pkg/a.py": "from pkg.b import FAR\nNEAR = 1\nOTHER = 2\ndef f():\n    return NEAR + FAR\n",
        "pkg/b.py": "FAR = 'far'\n",
    }
    found = facts(read(tmp_path, files)["pkg.a.f"])
    assert {name: value for name, value in found.items() if name.startswith("constants.")} == {
        "constants.NEAR": "1",
        "constants.FAR": "'far'",
    }


# Classes

STORE = '''
class Store(Base, Generic[T]):
    """A store of rows.

    Args:
        path: Where it lies.

    Attributes:
        size: How many rows it holds.
    """

    kind = "file"
    limit: int = 10
    """How many rows at most."""

    def __init__(self, path, *, strict=False):
        if not path:
            raise ValueError("no path")
        self.path = path
        self._rows = []

    @property
    def rows(self) -> list:
        """The rows."""
        if self.closed:
            raise RuntimeError("closed")

    @rows.setter
    def rows(self, value): ...

    @classmethod
    def open(cls, path): ...

    @staticmethod
    def join(left, right): ...

    @abc.abstractmethod
    def read(self):
        """Read a row."""

    def _hidden(self): ...

    class Row:
        """A row."""

        def cells(self): ...
'''


def test_a_class_has_its_facts(tmp_path: Path) -> None:
    found = facts(entry(tmp_path, STORE, "Store"))
    assert found["kind"] == "class"
    assert found["bases"] == ["Base", "Generic[T]"]
    assert found["signature"] == "Store(path, *, strict=False)"
    assert found["parameters"] == ["path", "strict"]
    assert found["parameters.path.description"] == "Where it lies."
    assert found["raises"] == ["ValueError"]
    assert found["members"] == ["rows", "open", "join", "read", "Row"]
    assert found["members.read"] == "Read a row."
    assert found["attributes"] == ["kind", "limit", "size"]
    assert found["attributes.kind.value"] == "'file'"
    assert (found["attributes.limit.annotation"], found["attributes.limit.value"]) == ("int", "10")
    assert found["attributes.limit.description"] == "How many rows at most."
    assert found["attributes.size.description"] == "How many rows it holds."


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("rows", {"kind": "property", "returns": "list", "raises": ["RuntimeError"]}, id="a property"),
        pytest.param("open", {"kind": "method", "class_method": True, "parameters": ["path"]}, id="a class method"),
        pytest.param("join", {"kind": "method", "static": True, "parameters": ["left", "right"]}, id="a static method"),
        pytest.param("read", {"kind": "method", "abstract": True}, id="an abstract method"),
        pytest.param("Row", {"kind": "class", "doc": "A row."}, id="an inner class"),
        pytest.param("Row.cells", {"kind": "method"}, id="a method of an inner class"),
    ],
)
def test_what_a_class_holds_has_entries_of_its_own(tmp_path: Path, name: str, expected: dict[str, JSON]) -> None:
    found = facts(entry(tmp_path, STORE, f"Store.{name}"))
    assert {key: found.get(key) for key in expected} == expected


def test_what_is_private_has_entries_only_on_demand(tmp_path: Path) -> None:
    assert "pkg.Store._hidden" not in read(tmp_path, {"pkg/__init__.py": STORE})
    assert "pkg.Store._hidden" in read_package(tmp_path / "pkg", private=True)


RECORDS = {
    "a dataclass": ("@dataclass\nclass A:\n    x: int\n    y: str = 'a'\n", "A(x: int, y: str = 'a')"),
    "a frozen one": ("@dataclasses.dataclass(frozen=True)\nclass A:\n    x: int\n", "A(x: int)"),
    "with factories": (
        "@dataclass\nclass A:\n    x: list = field(default_factory=list)\n    y: B = field(default_factory=B)\n",
        "A(x: list = [], y: B = B())",
    ),
    "with options": (
        "@dataclass\nclass A:\n    x: int = field(init=False)\n    y: int = field(default=3, kw_only=True)\n",
        "A(*, y: int = 3)",
    ),
    "keyword-only": ("@dataclass(kw_only=True)\nclass A:\n    x: int\n", "A(*, x: int)"),
    "keyword-only from here": ("@dataclass\nclass A:\n    x: int\n    _: KW_ONLY\n    y: int\n", "A(x: int, *, y: int)"),
    "class variables": ("@dataclass\nclass A:\n    x: ClassVar[int] = 1\n    y: InitVar[int] = 2\n", "A(y: int = 2)"),
    "inherited": ("@dataclass\nclass B:\n    x: int\n@dataclass\nclass A(B):\n    y: int\n", "A(x: int, y: int)"),
    "overriding": (
        "@dataclass\nclass B:\n    x: int\n    y: int = 1\n@dataclass\nclass A(B):\n    x: str\n",
        "A(x: str, y: int = 1)",
    ),
    "attrs": ("@attr.s\nclass A:\n    x = attr.ib(default=1)\n    _y = attr.ib()\n", "A(x=1, y)"),
    "attrs, newer": ("@define\nclass A:\n    x: int = 1\n", "A(x: int = 1)"),
    "a named tuple": ("class A(NamedTuple):\n    x: int\n", "A(x: int)"),
    "pydantic": (
        "class B(BaseModel):\n    x: int = Field(..., ge=0)\nclass A(B):\n    y: int = Field(3)\n",
        "A(x: int, y: int = 3)",
    ),
    "without init": ("@dataclass(init=False)\nclass A:\n    x: int\n", None),
    "a plain class": ("class A:\n    x: int = 1\n", None),
    "of an unknown base": ("from far import Base\n@dataclass\nclass A(Base):\n    x: int\n", None),
    "an initialiser of its own": ("@dataclass\nclass A:\n    x: int\n    def __init__(self, z): ...\n", "A(z)"),
    "of __new__": ("class A:\n    def __new__(cls, x): ...\n", "A(x)"),
}


@pytest.mark.parametrize(("source", "signature"), [pytest.param(*case, id=name) for name, case in RECORDS.items()])
def test_fields_are_parameters(tmp_path: Path, source: str, signature: str | None) -> None:
    assert entry(tmp_path, source, "A").get("signature") == signature


def test_what_a_dataclass_checks_after_its_fields_are_set_is_raised_by_the_class(tmp_path: Path) -> None:
    check = "    def __post_init__(self):\n        if self.x > MOST:\n            raise ValueError\n"
    source = f"MOST = 9\n@dataclass\nclass A:\n    x: int\n{check}"
    found = entry(tmp_path, source, "A")
    assert found.get("raises.ValueError.when") == ["x is greater than MOST"]
    assert found.get("constants.MOST") == "9"


# Deprecation


@pytest.mark.parametrize(
    ("source", "value"),
    [
        pytest.param('@deprecated("use g")\ndef f(): ...', "use g", id="a decorator"),
        pytest.param("@deprecated\ndef f(): ...", True, id="a bare decorator"),
        pytest.param("@warnings.deprecated('Use :func:`g`.')\ndef f(): ...", "Use `g`.", id="a decorator with a role"),
        pytest.param(
            'def f():\n    """Go.\n\n    .. deprecated:: 2\n       Use g.\n    """', "Since version 2. Use g.", id="a directive"
        ),
        pytest.param("def f():\n    warnings.warn('use g', DeprecationWarning)", "use g", id="a warning"),
        pytest.param("def f():\n    warn('use g', category=PendingDeprecationWarning)", "use g", id="a warning by keyword"),
        pytest.param("def f():\n    text = 'use g'\n    warn(text, DeprecationWarning)", "use g", id="a warning by name"),
        pytest.param("def f(x):\n    if x:\n        warn('no x', DeprecationWarning)", None, id="a warning under a condition"),
        pytest.param("def f():\n    warn('careful', UserWarning)", None, id="another warning"),
        pytest.param("class f:\n    def __init__(self):\n        warn('use g', DeprecationWarning)", "use g", id="a class"),
    ],
)
def test_what_is_deprecated_says_so(tmp_path: Path, source: str, value: JSON) -> None:
    assert entry(tmp_path, source, "f").get("deprecated") == value


def test_a_module_that_warns_is_deprecated(tmp_path: Path) -> None:
    found = read(tmp_path, {"pkg/__init__.py": "import warnings\nwarnings.warn('use other', DeprecationWarning)\n"})
    assert found["pkg"].get("deprecated") == "use other"


# What is public

EXPORTS = {
    "definitions": ({"pkg/__init__.py": "A = 1\ndef f(): ...\nclass B: ...\ndef _g(): ...\n"}, ["A", "f", "B"]),
    "a list": ({"pkg/__init__.py": "__all__ = ['f']\ndef f(): ...\ndef g(): ...\n"}, ["f"]),
    "a list that grows": (
        {"pkg/__init__.py": "__all__ = ['f']\n__all__ += ('g',)\n__all__.append('h')\n__all__.extend(['i'])\ndef f(): ...\n"},
        ["f", "g", "h", "i"],
    ),
    "a sum of lists": (
        {
            "pkg/__init__.py": "from . import a\nfrom .a import *\n__all__ = ['f'] + a.__all__\n",
            "pkg/a.py": "__all__ = ['g']\ndef g(): ...\n",
        },
        ["f", "g"],
    ),
    "a list nobody can follow": ({"pkg/__init__.py": "__all__ = make()\ndef f(): ...\n"}, ["f"]),
    "what a package imports from itself": (
        {"pkg/__init__.py": "import os\nfrom .a import f, _g\nfrom . import a\n", "pkg/a.py": "def f(): ...\ndef _g(): ...\n"},
        ["f"],
    ),
    "what a package imports with a star": (
        {"pkg/__init__.py": "from .a import *\n", "pkg/a.py": "def f(): ...\nX = 1\n"},
        ["f", "X"],
    ),
    "through two modules": (
        {"pkg/__init__.py": "from .a import f\n", "pkg/a.py": "from .b import g as f\n", "pkg/b.py": "def g(): ...\n"},
        ["f"],
    ),
    "in a circle": ({"pkg/__init__.py": "from .a import f\n", "pkg/a.py": "from . import f\n"}, None),
    "under a condition": ({"pkg/__init__.py": "try:\n    from fast import f\nexcept ImportError:\n    def f(): ...\n"}, None),
    "nothing": ({"pkg/__init__.py": ""}, None),
}


@pytest.mark.parametrize(("files", "members"), [pytest.param(*case, id=name) for name, case in EXPORTS.items()])
def test_the_members_of_a_package_are_its_public_names(
    tmp_path: Path, files: dict[str, str], members: list[str] | None
) -> None:
    assert read(tmp_path, files)["pkg"].get("members") == members


def test_a_module_that_is_no_package_passes_nothing_on_unless_it_says_so(tmp_path: Path) -> None:
    files = {"pkg/__init__.py": "", "pkg/a.py": "from .b import f, g as g\n", "pkg/b.py": "def f(): ...\ndef g(): ...\n"}
    assert read(tmp_path, files)["pkg.a"].get("members") == ["g"]


def test_what_a_private_module_defines_stays_there_and_is_read_where_it_is_passed_on(tmp_path: Path) -> None:
    files = {
        "pkg/__init__.py": "from ._core import Client\n",
        "pkg/_core.py": '"""Inside."""\nclass Client:\n    """A client."""\n    def get(self): ...\ndef helper(): ...\n',
        "pkg/_other.py": "def other(): ...\n",
    }
    found = read(tmp_path, files)
    assert [item.about for item in found] == ["pkg", "pkg._core", "pkg._core.Client", "pkg._core.Client.get"]
    assert found["pkg"].get("members.Client") == "A client."


def test_the_members_of_a_package_have_their_summaries(tmp_path: Path) -> None:
    files = {
        "pkg/__init__.py": "__all__ = ['a', 'X', 'f']\nfrom .a import f\nX = 1\n'''The first.'''\n",
        "pkg/a.py": '"""Functions."""\ndef f():\n    "Go."\n',
    }
    found = facts(read(tmp_path, files)["pkg"])
    assert [found.get(f"members.{name}") for name in ("a", "X", "f")] == ["Functions.", "The first.", "Go."]
    assert found["constants.X"] == "1"


@pytest.mark.parametrize(
    ("source", "parameters"),
    [
        pytest.param("def f(a): ...\ndef f(b): ...", ["b"], id="the last of a sequence"),
        pytest.param("if fast:\n    def f(a): ...\nelse:\n    def f(b): ...", ["a"], id="the first branch"),
        pytest.param("try:\n    def f(a): ...\nexcept ImportError:\n    def f(b): ...", ["a"], id="the body of a try"),
        pytest.param("@overload\ndef f(a): ...\n@overload\ndef f(b): ...\ndef f(c): ...", ["c"], id="the implementation"),
        pytest.param("with quiet():\n    def f(a): ...", ["a"], id="in a with"),
    ],
)
def test_of_several_definitions_the_one_that_users_meet_counts(tmp_path: Path, source: str, parameters: list[str]) -> None:
    assert entry(tmp_path, source, "f").get("parameters") == parameters


# Excerpts


def test_the_excerpt_is_the_source_without_its_docstring(tmp_path: Path) -> None:
    source = 'class A:\n    @cached\n    def f(self):\n        """Go."""\n        # why\n        return 1\n\n    x = 1\n'
    assert entry(tmp_path, source, "A.f").excerpt == "@cached\ndef f(self):\n    # why\n    return 1"


def test_the_excerpt_of_a_class_is_that_of_its_initialiser(tmp_path: Path) -> None:
    assert entry(tmp_path, "class A:\n    def __init__(self):\n        self.x = 1\n", "A").excerpt.startswith("def __init__")


def test_an_excerpt_ends_after_sixty_lines(tmp_path: Path) -> None:
    assert len(entry(tmp_path, "def f():\n" + "    x = 1\n" * 100, "f").excerpt.splitlines()) == 60


# Files


def test_a_broken_file_is_one_error_with_its_line(tmp_path: Path) -> None:
    package = write(tmp_path, {"pkg/__init__.py": "", "pkg/a.py": "x = 1\ndef f(:\n"})
    with pytest.raises(InputError) as caught:
        read_package(package)
    assert str(caught.value) == "pkg/a.py:2: not valid Python: invalid syntax\n  fix: mend the file, or leave it out"
    assert [item.about for item in read_package(package, tolerant=True)] == ["pkg"]


@pytest.mark.parametrize(
    ("raw", "doc"),
    [
        pytest.param('# -*- coding: latin-1 -*-\n"""Gr\xfc\xdfe."""\n'.encode("latin-1"), "Grüße.", id="a cookie"),
        pytest.param('"""Grüße."""\n'.encode("utf-8-sig"), "Grüße.", id="a byte order mark"),
        pytest.param('"""Grüße."""\r\nx = 1\r\n'.encode(), "Grüße.", id="Windows line ends"),
        pytest.param(b'"""A \x0c page."""\nx = 1\n', "A page.", id="a form feed"),
        pytest.param('"""A \u2028 line."""\ndef f(): ...\n'.encode(), "A line.", id="a line separator"),
    ],
)
def test_a_file_is_read_in_its_encoding(tmp_path: Path, raw: bytes, doc: str) -> None:
    (tmp_path / "tool.py").write_bytes(raw)
    assert read_package(tmp_path / "tool.py")["tool"].get("doc") == doc


@pytest.mark.parametrize(
    ("raw", "line"),
    [
        pytest.param(b"x = 1\ny = '\xff'\n", 2, id="another encoding"),
        pytest.param(b"# coding: nonsense\n", 1, id="an unknown encoding"),
        pytest.param(b"x = '\x00'\n", 1, id="a null byte"),
        pytest.param(b"x = " + b"(" * 300 + b")" * 300, 1, id="too deep"),
    ],
)
def test_a_file_that_cannot_be_read_is_an_input_error(tmp_path: Path, raw: bytes, line: int) -> None:
    (tmp_path / "tool.py").write_bytes(raw)
    with pytest.raises(InputError, match=rf"tool\.py:{line}: not "):
        read_package(tmp_path / "tool.py")


def test_a_long_expression_costs_only_its_own_value(tmp_path: Path) -> None:
    long = " + ".join(["'a'"] * 900)
    found = read(
        tmp_path,
        {"pkg/__init__.py": f"X = {long}\nY = 1\ndef f(x={long}, y=Y):\n    if x == {long}:\n        raise ValueError\n"},
    )
    assert found["pkg.f"].get("parameters.x.default") is None
    assert found["pkg.f"].get("parameters.y.default") == "1"
    assert found["pkg"].get("constants.X") is None


def test_stubs_beside_a_package_change_nothing(tmp_path: Path) -> None:
    files = {
        "pkg/__init__.py": "from far import thing as other\n__all__ = ['other']\n",
        "pkg/__init__.pyi": "from far import thing\nother = thing\n",
    }
    assert read(tmp_path, files)["pkg"].get("members") == ["other"]


def test_only_importable_files_are_modules(tmp_path: Path) -> None:
    files = {
        "pkg/__init__.py": "",
        "pkg/a.py": "",
        "pkg/my-script.py": "not python",
        "pkg/{{name}}/b.py": "not python",
        "pkg/__pycache__/c.py": "not python",
        "pkg/data/d.py": "",
    }
    assert [item.about for item in read(tmp_path, files)] == ["pkg", "pkg.a", "pkg.data.d"]


def test_a_link_to_the_folder_above_is_not_followed(tmp_path: Path) -> None:
    package = write(tmp_path, {"pkg/__init__.py": "", "pkg/a.py": ""})
    (package / "loop").symlink_to(package)
    assert [item.about for item in read_package(package)] == ["pkg", "pkg.a"]


# Finding


def test_a_package_is_found_by_its_path_and_inside_a_project(tmp_path: Path) -> None:
    package = write(tmp_path, {"project/src/pkg/__init__.py": "", "project/src/pkg/a.py": "", "project/tests/__init__.py": ""})
    assert find_package(str(package)) == package / "src" / "pkg"
    assert find_package(str(package / "src" / "pkg")) == package / "src" / "pkg"
    assert find_package(str(package / "src" / "pkg" / "a.py")) == package / "src" / "pkg" / "a.py"


def test_a_namespace_package_is_read_under_its_full_name(tmp_path: Path) -> None:
    write(tmp_path, {"src/acme/core/__init__.py": "", "src/acme/core/a.py": "def f(): ...\n", "src/acme/extra/b.py": ""})
    found = find_package(str(tmp_path / "src" / "acme"))
    assert [item.about for item in read_package(found)] == ["acme.core", "acme.core.a", "acme.core.a.f", "acme.extra.b"]
    assert "acme.core.a.f" in read_package(tmp_path / "src" / "acme" / "core")


_OF_AZURE = "from azure.core.a import f\n"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param({"azure/core/b.py": _OF_AZURE}, "azure.core", id="its own code says so"),
        pytest.param({"tests/test_a.py": f"import os\n{_OF_AZURE}"}, "azure.core", id="the tests say so"),
        pytest.param({"tests/test_a.py": "from core.a import f\n"}, "core", id="the tests say otherwise"),
        pytest.param({"azure/core/b.py": "# from azure.core.a import f\n"}, "core", id="nothing says so"),
        pytest.param({"azure/core/b.py": _OF_AZURE, "azure/pyproject.toml": ""}, "core", id="a project of that name"),
    ],
)
def test_a_folder_without_init_is_part_of_the_name_where_the_code_says_so(
    tmp_path: Path, files: dict[str, str], expected: str
) -> None:
    write(tmp_path, {"azure/core/__init__.py": "", "azure/core/a.py": "def f(): ...\n", **files})
    found = find_package(str(tmp_path / "azure"))
    assert f"{expected}.a.f" in [item.about for item in read_package(found)]


def test_several_packages_of_one_namespace_are_read_together(tmp_path: Path) -> None:
    storage = "from azure.core import a\nimport azure.storage.b\n"
    write(tmp_path, {"azure/core/__init__.py": "", "azure/core/a.py": "", "azure/storage/__init__.py": storage})
    write(tmp_path, {"tests/test_a.py": "import azure.core.a\n", "azure/storage/b.py": ""})
    found = find_package(str(tmp_path / "azure"))
    assert [item.about for item in read_package(found)] == ["azure.core", "azure.core.a", "azure.storage", "azure.storage.b"]


@pytest.mark.parametrize("place", ["xml", "src/xml"])
def test_a_name_is_the_projects_own_package_before_an_installed_one(tmp_path: Path, place: str) -> None:
    write(tmp_path, {f"{place}/__init__.py": ""})
    assert find_package("xml.dom", tmp_path) == tmp_path / place
    assert find_package("json", tmp_path).parent != tmp_path


def test_an_installed_package_is_found_without_importing_it() -> None:
    sys.modules.pop("this", None)
    assert find_package("this").name == "this.py"
    assert "this" not in sys.modules
    assert find_package("xml.dom").name == "xml"


@pytest.mark.parametrize(
    ("target", "what"),
    [
        pytest.param("no/such/folder", "no such file or folder: no/such/folder", id="a path"),
        pytest.param("nosuchpackage", "no installed Python package called nosuchpackage", id="a name"),
        pytest.param("xml.", "no such file or folder: xml.", id="half a name"),
        pytest.param("", "no package named", id="nothing"),
    ],
)
def test_what_is_not_there_is_an_input_error(target: str, what: str) -> None:
    with pytest.raises(InputError) as caught:
        find_package(target)
    assert what in str(caught.value)


def test_a_file_that_is_there_is_not_said_to_be_missing(tmp_path: Path) -> None:
    write(tmp_path, {"notes.txt": ""})
    with pytest.raises(InputError, match="not a Python file"):
        find_package(str(tmp_path / "notes.txt"))


def test_a_folder_of_several_packages_asks_for_one(tmp_path: Path) -> None:
    write(tmp_path, {"project/a/__init__.py": "", "project/b/__init__.py": ""})
    with pytest.raises(InputError, match="packages inside it: .*a, .*b"):
        find_package(str(tmp_path / "project"))


def test_an_empty_folder_is_an_input_error(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="is not a Python package"):
        find_package(str(tmp_path / "empty"))
    with pytest.raises(InputError, match="no Python modules in"):
        read_package(tmp_path / "empty")


# What nobody should meet

DEEP = 10_000


@pytest.mark.parametrize(
    ("raw", "line", "reason"),
    [
        pytest.param(b"x = 1\ny = '\xff'\n", 2, "not UTF-8 text", id="not UTF-8"),
        pytest.param("x = 1\n".encode("utf-16"), 1, "not UTF-8 text", id="UTF-16"),
        pytest.param(b"# coding: nonsense\n", 1, "unknown encoding: nonsense", id="an unknown encoding"),
        pytest.param(b"# coding: rot13\nk = 1\n", 1, "not a text encoding", id="an encoding of something else"),
        pytest.param(b"# coding: undefined\n", 1, "not UTF-8 text", id="an encoding that always fails"),
        pytest.param(b"# coding: utf-7\nx = '+2AA-'\n", 1, "surrogates not allowed", id="half a character"),
        pytest.param(b"x = 1\n\ny = 2\0\n", 3, "null bytes", id="a null byte"),
        pytest.param(b"x = " + b"(" * DEEP + b")" * DEEP, 1, "too many nested parentheses", id="deep brackets"),
        pytest.param(b"x = " + b"-" * DEEP + b"1", 1, "nested too deeply", id="deep signs"),
        pytest.param(b"x = a" + b".b" * DEEP, 1, "recursion", id="a long chain of attributes"),
        pytest.param(b"x = " + b"1 + " * DEEP + b"1", 1, "recursion", id="a long sum"),
        pytest.param(b"if x: 1\n" + b"elif x: 1\n" * DEEP, 1, "", id="a long chain of branches"),
        pytest.param(b"x = 1\n" * 1_400_000, 1, "larger than 8 MB (8.4 MB)", id="a million lines"),
        pytest.param(b"x = 1\nf = (yield for x in (1 2))\n", 2, "not valid Python", id="no Python, or a later one"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_broken_file(tmp_path: Path, raw: bytes, line: int, reason: str) -> None:
    package = write(tmp_path, {"pkg/__init__.py": "from .bad import x", "pkg/good.py": "def f(): ..."})
    (package / "bad.py").write_bytes(raw)
    good, broken, other = read_modules(package)
    assert isinstance(good, ModuleFacts) and isinstance(other, ModuleFacts)
    assert [entry.about for entry in (*good.entries, *other.entries)] == ["pkg", "pkg.good", "pkg.good.f"]
    assert isinstance(broken, BrokenFile)
    assert (broken.path, broken.line) == ("pkg/bad.py", line)
    assert reason in broken.reason
    with pytest.raises(InputError, match=re.escape(f"pkg/bad.py:{line}: {broken.reason}")):
        read_package(package)


@pytest.mark.skipif(sys.platform == "win32", reason="has no such files")
def test_what_is_no_ordinary_file_is_one_broken_file(tmp_path: Path) -> None:
    package = write(tmp_path, {"pkg/__init__.py": ""})
    (package / "around.py").symlink_to("around.py")
    (package / "nowhere.py").symlink_to("gone.py")
    os.mkfifo(package / "pipe.py")
    broken = [item for item in read_modules(package) if isinstance(item, BrokenFile)]
    assert [(item.path, item.line) for item in broken] == [("pkg/around.py", 1), ("pkg/nowhere.py", 1), ("pkg/pipe.py", 1)]


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="every file can be read")
def test_a_file_without_permission_is_one_broken_file(tmp_path: Path) -> None:
    package = write(tmp_path, {"pkg/__init__.py": "", "pkg/a.py": ""})
    (package / "a.py").chmod(0)
    assert [item.reason for item in read_modules(package) if isinstance(item, BrokenFile)] == [
        "cannot be read: Permission denied"
    ]


@pytest.mark.parametrize(
    "source",
    [
        pytest.param("def f(x=a" + ".b" * 900 + ", y: a" + ".b" * 900 + "=1): ...", id="attributes"),
        pytest.param("def f(x):\n    if " + "not " * 900 + "x:\n        raise ValueError", id="negations"),
        pytest.param("def f(x):\n    if x" + "()" * 900 + ":\n        raise ValueError(x" + "()" * 900 + ")", id="calls"),
        pytest.param("def f(x=" + "1 if a else " * 900 + "1): ...", id="choices"),
        pytest.param("def f(x: " + "list[" * 150 + "int" + "]" * 150 + "): ...", id="types"),
        pytest.param("if x == 0:\n    def f(): ...\n" + "elif x:\n    y = 1\n" * 900, id="branches"),
    ],
)
def test_what_python_just_about_parses_breaks_nothing_else(tmp_path: Path, source: str) -> None:
    package = write(tmp_path, {"pkg/__init__.py": "from .deep import *", "pkg/good.py": "def f(): ..."})
    (package / "deep.py").write_text(source)
    assert "pkg.good.f" in read_package(package, tolerant=True, private=True)


def test_the_collector_is_as_it_was_after_reading(tmp_path: Path) -> None:
    package = write(tmp_path, {"pkg/__init__.py": "", "pkg/a.py": "def f(:"})
    for _ in read_modules(package):
        assert gc.isenabled()
    with pytest.raises(InputError):
        read_package(package)
    assert gc.isenabled()
    gc.disable()
    try:
        read_package(package, tolerant=True)
        assert not gc.isenabled()
    finally:
        gc.enable()


# Docstrings as written


def test_docstrings_keep_their_lines(tmp_path: Path) -> None:
    source = '''
        """Module."""
        class A:
            """Class.

            More.
            """
            def __init__(self): "Initialiser."
            @property
            def p(self): "Getter."
            @p.setter
            def p(self, x): "Setter."
        def f():
            """One \\
            line."""
    '''
    package = write(tmp_path, {"pkg/__init__.py": source})
    found = {docstring.about: docstring for docstring in docstrings_in(package, tmp_path)}
    assert {about: docstring.lines for about, docstring in found.items()} == {
        "pkg": (2,),
        "pkg.A": (8,),  # the initialiser's comes last
        "pkg.f": (14,),
    }
    assert {docstring.path for docstring in found.values()} == {"pkg/__init__.py"}


def test_docstrings_are_taken_from_what_is_kept_of_the_facts(tmp_path: Path) -> None:
    package = write(tmp_path, {"pkg/__init__.py": '"""Package."""', "pkg/_a.py": 'def _f():\n    """Hidden.\n\n    More."""'})
    cache = Cache(tmp_path / "cache")
    fresh = list(docstrings_in(package, tmp_path, cache=cache))
    modules = [item for item in read_modules(package, tmp_path, private=True, cache=cache) if isinstance(item, ModuleFacts)]
    assert [docstring for module in modules for docstring in module.docstrings] == fresh
    assert list(docstrings_in(package, tmp_path, cache=cache)) == fresh


def test_docstrings_of_a_file_that_cannot_be_read_are_left_out_where_that_is_tolerated(tmp_path: Path) -> None:
    package = write(tmp_path, {"pkg/__init__.py": '"""Package."""', "pkg/a.py": "def f(:"})
    assert [docstring.about for docstring in docstrings_in(package, tmp_path, tolerant=True)] == ["pkg"]
    with pytest.raises(InputError, match=r"pkg/a\.py:1: not valid Python"):
        list(docstrings_in(package, tmp_path))


# Short cuts that say the same

EXPRESSIONS = (
    *("x", "x.y.z", "1", "-1", "1.5e-6", "'a'", "u'a'", "b'a'", "None", "...", "x[0]", "x[a, b]", "x[a,]", "x[()]", "x[*a]"),
    *(
        "Literal['a', 1]",
        "a.b[c | None]",
        "a | b | c",
        "a | (b | c)",
        "(a, b)",
        "x[a][b]",
        "x[a:b]",
        "f(x)[y]",
        "not x",
        "f'{x}'",
    ),
    *("lambda: x", "x + y", "(yield)", "x[lambda: 1]", "x[y := 1]", "[a for b in c]", "x | 1", "'a\\n' | x", "x[(a, b), c]"),
)


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_expressions_are_printed_as_python_prints_them(text: str) -> None:
    node = ast.parse(text, mode="eval").body
    assert printed(node) == ast.unparse(node)


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_trees_are_walked_as_python_walks_them(text: str) -> None:
    node = ast.parse(text, mode="eval").body
    expected = list(ast.walk(node))
    assert [part for part in nodes_in(node) if not isinstance(part, ast.expr_context)] == [
        part for part in expected if not isinstance(part, ast.expr_context)
    ]
    assert [has_at_most(node, number) for number in range(20)] == [len(expected) <= number for number in range(20)]


@given(some.lists(some.text(alphabet=" \t\x0cab", max_size=5), max_size=6).map("\n".join))
def test_an_excerpt_is_dedented_as_python_dedents(text: str) -> None:
    function = ast.parse("def f(): ...").body[0]
    assert isinstance(function, ast.FunctionDef)
    function.end_lineno = text.count("\n") + 1
    assert Source("a.py", text).excerpt(function) == textwrap.dedent(text)


# Whatever the source

STATEMENTS = (
    *(
        "import a",
        "from . import b",
        "from .c import *",
        "__all__ = ['x']",
        "__all__ += y",
        "x = 1",
        "x: int",
        "X = Y = (1, 2)",
    ),
    *(
        "a, b = 1, 2",
        "def f(x=X, *y: int, **z): yield x",
        "async def g(self): raise ValueError(f'{x}')",
        "class A(B): x: int = 1",
    ),
    *("@dataclass\nclass D(A):\n    y: list = field(default_factory=list)", "if x:\n    def h(): ...", '"Doc."', "global z"),
    *("try:\n    import q\nexcept ImportError:\n    q = None", "@property\ndef p(self): ...", "del x", "x += 1", "lambda: 0"),
)
LINES = some.sampled_from(STATEMENTS)


@settings(deadline=None)  # files are written and read
@given(some.lists(LINES, max_size=12))
def test_any_source_can_be_read_twice_with_the_same_result(tmp_path_factory: pytest.TempPathFactory, lines: list[str]) -> None:
    root = tmp_path_factory.mktemp("any")
    package = write(root, {"pkg/__init__.py": "\n".join(lines), "pkg/b.py": "\n".join(reversed(lines)), "pkg/c.py": ""})
    first, second = ([(item.about, item.facts, item.excerpt) for item in read_package(package, private=True)] for _ in range(2))
    assert first == second
    assert all(fact.value not in (None, "", []) for _, found, _ in first for fact in found)
