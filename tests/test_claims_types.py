"""Types, counts, constants and deprecation, as texts state them."""

from __future__ import annotations

import pytest
from claimed import CLIENT, LOAD, contradicted, entry, told

from docgen.claims import asserted, contradictions
from docgen.claims.types import same_type
from docgen.facts import JSON

NUMPY = "Parameters\n----------\n"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        pytest.param(NUMPY + "limit : int\n    How many.", "limit", id="NumPy"),
        pytest.param(NUMPY + "limit : int, optional\n    How many.", "limit", id="NumPy, optional"),
        pytest.param(NUMPY + "limit : int, default=302\n    How many.", "limit", id="NumPy, default="),
        pytest.param(NUMPY + "limit : int (default: 302)\n    How many.", "limit", id="NumPy, default in brackets"),
        pytest.param(NUMPY + "year : int or None, optional\n    Which.", "year", id="NumPy, or None"),
        pytest.param(NUMPY + "columns : list of str or None\n    Which.", "columns", id="NumPy, list of"),
        pytest.param(NUMPY + "path : str or Path\n    Where.", "path", id="NumPy, a union in words"),
        pytest.param("Args:\n    limit (int): How many.", "limit", id="Google"),
        pytest.param("Args:\n    limit (int, optional): How many. Defaults to 302.", "limit", id="Google, optional"),
        pytest.param("Args:\n    path (Union[Path, str]): Where.", "path", id="Google, a union"),
        pytest.param(":param int limit: how many", "limit", id="Sphinx, in the field"),
        pytest.param(":param limit: how many\n:type limit: int", "limit", id="Sphinx, a field of its own"),
        pytest.param(":type year: int | None", "year", id="Sphinx, a union"),
        pytest.param("| Parameter | Type |\n|---|---|\n| `year` | `Optional[int]` |", "year", id="table"),
        pytest.param(
            "| Parameter | Type |\n|---|---|\n| `columns` | `list[str] \\| None` |", "columns", id="table, escaped bar"
        ),
        pytest.param("- **limit** (`int`, *optional*, defaults to 302) — how many", "limit", id="bullet"),
        pytest.param("- `limit` (int): how many", "limit", id="bullet with a name in backticks"),
        pytest.param(NUMPY + "tidy : boolean\n    Whether.", "tidy", id="in words"),
        pytest.param(NUMPY + "mode : :class:`str`\n    How.", "mode", id="role"),
    ],
)
def test_the_type_of_a_parameter_is_asserted(text: str, name: str) -> None:
    assert told(text)[f"parameters.{name}.annotation"] == LOAD.get(f"parameters.{name}.annotation")
    assert contradictions(text, LOAD) == []


@pytest.mark.parametrize(
    ("text", "is_asserted"),
    [
        pytest.param("Returns\n-------\ndict[str, float]\n    The rates.", True, id="NumPy"),
        pytest.param("Returns\n-------\nrates : Dict[str, float]\n    The rates.", True, id="NumPy with a name"),
        pytest.param("Returns\n-------\ndict of str to float\n    The rates.", True, id="NumPy in words"),
        pytest.param("Returns:\n    dict[str, float]: The rates.", True, id="Google"),
        pytest.param(":rtype: dict[str, float]", True, id="Sphinx"),
        pytest.param("It returns a `dict[str, float]`.", True, id="prose"),
        pytest.param("Gives back a `Dict[str, float]`.", True, id="prose in other words"),
        pytest.param("load(path) -> `dict[str, float]`", True, id="arrow"),
        pytest.param("Returns:\n    The rates by currency.", False, id="Google without a type"),
        pytest.param("Returns\n-------\nrates\n    A dict[str, float].", False, id="NumPy, a name alone"),
        pytest.param(":returns: the rates", False, id="Sphinx without a type"),
        pytest.param("Yields\n------\ndict[str, float]\n    Rates.", False, id="what is yielded"),
        pytest.param("It takes a `dict[str, float]`.", False, id="what is taken"),
    ],
)
def test_what_is_returned_is_asserted(text: str, is_asserted: bool) -> None:
    assert ("returns" in told(text)) is is_asserted


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(NUMPY + "limit : str\n    How many.", [("type", "limit", "str")], id="NumPy"),
        pytest.param("Args:\n    tidy (str): Whether.", [("type", "tidy", "str")], id="Google"),
        pytest.param(":type mode: bytes", [("type", "mode", "bytes")], id="Sphinx"),
        pytest.param("| Name | Type |\n|---|---|\n| `limit` | `str` |", [("type", "limit", "str")], id="table"),
        pytest.param(NUMPY + "limit : float\n    How many.", [], id="a number is a number"),
        pytest.param(NUMPY + "limit : bool\n    How many.", [], id="a boolean is an int"),
        pytest.param(NUMPY + "path : str\n    Where.", [], id="one of several"),
        pytest.param(NUMPY + "year : int\n    Which.", [], id="without None"),
        pytest.param(NUMPY + "limit : array_like\n    How many.", [], id="a word"),
        pytest.param(NUMPY + "limit : Limit\n    How many.", [], id="a class"),
        pytest.param(NUMPY + "mode : {'strict', 'lax'}\n    How.", [], id="choices"),
        pytest.param("Attributes\n----------\nlimit : str\n    Kept.", [], id="an attribute"),
        pytest.param(NUMPY + "mode : str\n    How.\nReturns\n-------\nrates : dict\n", [], id="no blank line before the title"),
        pytest.param("Returns\n-------\nlimit : str\n    Kept.", [], id="what is returned"),
        pytest.param("`limit` takes a str.", [], id="prose"),
        pytest.param(".. versionchanged:: 2\n   limit (str): How many.", [], id="history"),
    ],
)
def test_only_a_type_that_cannot_be_meant_is_contradicted(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert contradicted(text) == expected


@pytest.mark.parametrize(
    ("stated", "annotation", "expected"),
    [
        pytest.param("int or None", "Optional[int]", True, id="or None"),
        pytest.param("list of str", "List[str]", True, id="list of"),
        pytest.param("dict of str to int", "dict[str, int]", True, id="dict of"),
        pytest.param("str, int", "int | str", True, id="comma"),
        pytest.param("{'a', 'b'}", "Literal['a', 'b']", True, id="choices"),
        pytest.param("numpy.ndarray", "np.ndarray", True, id="another module's name"),
        pytest.param("'Client'", "Client", True, id="quoted"),
        pytest.param("an integer", "int", True, id="article"),
        pytest.param("int", "str", False, id="another"),
        pytest.param("int", "str | None", None, id="a union"),
        pytest.param("callable", "Callable[[int], str]", None, id="in short"),
        pytest.param("int", "T", None, id="a variable"),
        pytest.param("sequence", "list", None, id="wider"),
    ],
)
def test_two_spellings_of_a_type_are_the_same_other_or_open(stated: str, annotation: str, expected: bool | None) -> None:
    assert same_type(stated, annotation) is expected


# Counts ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "asserts", "contradicts"),
    [
        pytest.param("It takes six parameters.", {"count.parameters": 6}, [], id="takes"),
        pytest.param("`load` accepts 6 arguments.", {"count.parameters": 6}, [], id="its name, a figure"),
        pytest.param("The six parameters are described below.", {"count.parameters": 6}, [], id="the"),
        pytest.param("It raises two exceptions.", {"count.raises": 2}, [], id="raises"),
        pytest.param("This function takes nine arguments.", {}, [("count", "the number of parameters", "nine")], id="too many"),
        pytest.param("It takes no parameters.", {}, [("count", "the number of parameters", "no")], id="too few"),
        pytest.param("It takes two arguments.", {}, [], id="some may be left out"),
        pytest.param("It takes one argument.", {}, [], id="the one that has to be given"),
        pytest.param("`parse` takes nine arguments.", {}, [], id="another function"),
        pytest.param("Pass a function that takes nine arguments.", {}, [], id="what is passed"),
        pytest.param("Reads.\n\nSee the parser. It takes nine arguments.", {}, [], id="it, of something else"),
        pytest.param("It takes nine or more arguments.", {}, [], id="or more"),
        pytest.param("Changed in version 2: it takes nine arguments.", {}, [], id="history"),
        pytest.param("The nine exceptions of Python.", {}, [], id="other exceptions"),
    ],
)
def test_counts_are_claims(text: str, asserts: dict[str, JSON], contradicts: list[tuple[str, str, str]]) -> None:
    assert {name: value for name, value in told(text).items() if name.startswith("count.")} == asserts
    assert contradicted(text) == contradicts


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("The three methods are thread-safe.", {"count.members": 3}, id="the three"),
        pytest.param("It offers three methods.", {"count.members": 3}, id="offers"),
        pytest.param("It offers two methods.", {}, id="another number"),
        pytest.param("Three methods are known.", {}, id="of something else"),
    ],
)
def test_members_are_counted(text: str, expected: dict[str, JSON]) -> None:
    assert {name: value for name, value in told(text, CLIENT).items() if name.startswith("count.")} == expected
    assert contradicted(text, CLIENT) == []


def test_the_type_of_keywords_is_that_of_each() -> None:
    several = entry(kind="function", parameters=["**links"], parameters__links__annotation="str")
    assert contradicted(NUMPY + "links : dict\n    Which.", several) == []


def test_any_number_of_arguments_contradicts_no_count() -> None:
    several = entry(kind="function", signature="load(*paths)", parameters=["*paths"])
    assert contradicted("It takes nine arguments.", several) == []


# Constants -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "is_so"),
    [
        pytest.param("`MAX_RETRIES` is {}.", True, id="is"),
        pytest.param("`MAX_RETRIES` = {}", True, id="equals sign"),
        pytest.param("`MAX_RETRIES`: {}", True, id="colon"),
        pytest.param("`MAX_RETRIES` (`{}`) bounds it.", True, id="in brackets, in backticks"),
        pytest.param("`io.MAX_RETRIES` is set to {}.", True, id="dotted, is set to"),
        pytest.param("``MAX_RETRIES`` equals {}.", True, id="equals"),
        pytest.param("`MAX_RETRIES` is currently {}.", True, id="currently"),
        pytest.param("`MAX_RETRIES` defaults to {}.", True, id="defaults to"),
        pytest.param("If the host is slow, `MAX_RETRIES` is {}.", False, id="on a condition"),
        pytest.param("`MAX_RETRIES` is {} on Windows.", False, id="somewhere"),
        pytest.param("Before, `MAX_RETRIES` was {}.", False, id="before"),
        pytest.param("`OTHER` is {}.", False, id="another constant"),
        pytest.param("`MAX_RETRIES` is at least {}.", False, id="at least"),
        pytest.param("Changed in version 2: `MAX_RETRIES` is {}.", False, id="history"),
        pytest.param("`MAX_RETRIES` is {} or 7.", False, id="one of two"),
    ],
)
def test_the_value_of_a_constant_is_a_claim(text: str, is_so: bool) -> None:
    assert contradicted(text.format(5)) == []
    assert contradicted(text.format(6)) == ([("constant", "MAX_RETRIES", "6")] if is_so else [])
    if is_so:
        assert told(text.format(5))["constants.MAX_RETRIES"] == "5"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("`ENCODING` is `'utf-8'`.", [], id="the value"),
        pytest.param("`ENCODING` is `utf-8`.", [], id="without quotes"),
        pytest.param("`ENCODING` is 'latin-1'.", [("constant", "ENCODING", "'latin-1'")], id="another"),
        pytest.param("`ENCODING` is `DEFAULT`.", [], id="a name"),
    ],
)
def test_a_constant_may_be_a_text(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert contradicted(text) == expected


# Deprecation -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "deprecated", "expected"),
    [
        pytest.param("It is deprecated.", "use read", True, id="said"),
        pytest.param("**Deprecated**: use `read`.", "use read", True, id="in bold"),
        pytest.param("Deprecated; use `read`.", True, True, id="first word"),
        pytest.param("Reads rates.", "use read", None, id="not said"),
        pytest.param(".. deprecated:: 2.0\n   Use read.\n", "use read", None, id="a directive is history"),
        pytest.param("Deprecated since version 2.0: use read.", "use read", None, id="since a version is history"),
        pytest.param("Reads rates.", None, False, id="taken for granted"),
        pytest.param("`year` is deprecated.", None, False, id="a parameter"),
        pytest.param("<!-- deprecated -->\nReads rates.", None, False, id="a comment"),
        pytest.param("```\ndeprecated\n```\nReads rates.", "use read", None, id="code"),
    ],
)
def test_deprecation_is_asserted_where_it_is_said(text: str, deprecated: JSON, expected: JSON) -> None:
    symbol = entry(kind="function") if deprecated is None else entry(kind="function", deprecated=deprecated)
    assert asserted(text, symbol).get("deprecated") == expected
