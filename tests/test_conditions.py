"""Which exceptions leave a function, and the words for when they do."""

from __future__ import annotations

import ast
import textwrap

import pytest
from hypothesis import example, given
from hypothesis import strategies as some

from docgen.readers.conditions import Names, Raised, handled_in, literal_text, phrase, raises_in
from docgen.readers.conditions.nouns import article


def function(source: str) -> ast.FunctionDef | ast.AsyncFunctionDef:
    [node] = ast.parse(textwrap.dedent(source)).body
    assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    return node


def raised(body: str, parameters: str = "x, y=None, flag=False") -> list[Raised]:
    return raises_in(function(f"def f(self, {parameters}):\n" + textwrap.indent(textwrap.dedent(body), "    ")))


def whens(body: str, parameters: str = "x, y=None, flag=False") -> list[str]:
    return [item.when for item in raised(body, parameters)]


# Words for a test

WORDS = {
    # comparisons
    "rate < 0": "rate is negative",
    "rate <= 0": "rate is zero or negative",
    "rate > 0": "rate is positive",
    "not rate >= 0": "rate is negative",
    "rate == 0": "rate is zero",
    "rate != 1": "rate is not 1",
    "n == -1": "n is -1",
    "5 < n": "n is greater than 5",
    "n >= limit": "n is at least limit",
    "not n > limit": "n is at most limit",
    "x == y": "x equals y",
    "x.shape != y.shape": "x.shape differs from y.shape",
    "x is None": "x is None",
    "x is not None": "x is not None",
    "x is True": "x is True",
    "x == False": "x is False",
    "name == ''": "name is empty",
    "items != []": "items is not empty",
    "n > 2 * m": "n is greater than 2 times m",
    "a.ndim != b.ndim + 1": "a.ndim differs from b.ndim plus 1",
    "type(x) is int": "the type of x equals int",
    # ranges
    "0 <= x <= 1": "x is between 0 and 1",
    "not 0 <= x <= 1": "x is not between 0 and 1",
    "0 < x < 1": "x is strictly between 0 and 1",
    "not 0 < x <= 1": "x is at most 0 or greater than 1",
    # lengths
    "len(xs) == 0": "xs is empty",
    "len(xs) < 1": "xs is empty",
    "len(xs) > 0": "xs is not empty",
    "len(xs) != len(ys)": "the length of xs differs from the length of ys",
    "len(xs) > 3": "the length of xs is greater than 3",
    # membership
    "mode not in ('a', 'b')": "mode is neither 'a' nor 'b'",
    "mode not in ['a', 'b', 'c']": "mode is not one of 'a', 'b' or 'c'",
    "mode in {'a', 'b'}": "mode is 'a' or 'b'",
    "mode == 'a' or mode == 'b'": "mode is 'a' or 'b'",
    "mode != 'a' and mode != 'b'": "mode is neither 'a' nor 'b'",
    "encoding not in ('utf-8', 'ascii')": "encoding is neither 'utf-8' nor 'ascii'",
    "'/' in name": "name contains '/'",
    "'/' not in name": "name does not contain '/'",
    "key not in self.table": "key is not in table",
    "key not in table.keys()": "key is not in table",
    # types
    "not isinstance(x, int)": "x is not an int",
    "not isinstance(x, (int, float))": "x is not an int or float",
    "not isinstance(x, int | None)": "x is not an int or None",
    "isinstance(x, np.ndarray)": "x is an ndarray",
    "isinstance(x, STRINGS)": "x is an instance of STRINGS",
    "isinstance(x, str) or isinstance(x, bytes)": "x is a str or bytes",
    "not issubclass(kind, Base)": "kind is not a subclass of Base",
    "not callable(hook)": "hook is not callable",
    "not hasattr(x, 'read')": "x has no attribute 'read'",
    # truth
    "not self._closed": "the object is not closed",
    "not self.closed": "closed is false",
    "self.is_open": "the object is open",
    "not self.is_open()": "the object is not open",
    "node.has_children()": "node has children",
    "not node.has_children()": "node has no children",
    "not names": "names is empty",
    "self == other": "the object equals other",
    # texts and paths
    "path.exists()": "path exists",
    "not os.path.isdir(path)": "path is not a folder",
    "name.startswith(('a', 'b'))": "name starts with 'a' or 'b'",
    "not name.endswith('.py')": "name does not end with '.py'",
    "name.lower() != 'x'": "name is not 'x'",
    "not PATTERN.fullmatch(name)": "name does not match PATTERN",
    # arithmetic
    "n % 2": "n is odd",
    "n % k != 0": "n is not a multiple of k",
    # collections
    "any(x < 0 for x in xs)": "an item of xs is negative",
    "not all(isinstance(x, str) for x in xs)": "an item of xs is not a str",
    "(weights < 0).any()": "an item of weights is negative",
    "np.any(weights < 0)": "an item of weights is negative",
    "set(given) - set(known)": "an item of given is not in known",
    "[x for x in xs if x not in known]": "an item of xs is not in known",
    # several
    "n < 1 or n > 5": "n is less than 1 or greater than 5",
    "x is None and y is None": "both x and y are None",
    "x is None or y is None": "x or y is None",
    "x is not None and y is not None": "neither x nor y is None",
    "x is not None and x < 0": "x is negative",
    "a is None and (b is None or c < 0)": "a is None and either b is None or c is negative",
    "a is None or (b is None and c < 0)": "a is None, or b is None and c is negative",
}


@pytest.mark.parametrize(("code", "words"), [pytest.param(code, words, id=code) for code, words in WORDS.items()])
def test_a_test_has_words(code: str, words: str) -> None:
    assert phrase(ast.parse(code, mode="eval").body) == words


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("check(x)", id="a call"),
        pytest.param("not check(x).done", id="an attribute of a call"),
        pytest.param("re.match('a+', name)", id="a regular expression"),
        pytest.param("lambda: 1", id="a lambda"),
        pytest.param("x if y else z", id="a choice"),
        pytest.param("a == b == c", id="a chain of equalities"),
        pytest.param("f(*xs) is None", id="a call with a star"),
        pytest.param("a < 1 or b < 2 or c < 3 or d < 4", id="too many terms"),
        pytest.param("'a' * 100 == name", id="a long literal"),
        pytest.param("any(x.ok and y for x in xs for y in x)", id="two loops"),
    ],
)
def test_what_has_no_plain_words_has_none(code: str) -> None:
    assert phrase(ast.parse(code, mode="eval").body) == ""


@pytest.mark.parametrize(
    ("parameters", "test", "words"),
    [
        pytest.param("x: bool", "x", "x is true", id="a flag"),
        pytest.param("x=False", "not x", "x is false", id="a default that is a flag"),
        pytest.param("x: str", "not x", "x is empty", id="a text"),
        pytest.param("x: list[int]", "x", "x is not empty", id="a list"),
        pytest.param("*x", "not x", "x is empty", id="variadic"),
        pytest.param("x: int", "not x", "x is zero", id="a number"),
        pytest.param("x=None", "not x", "x is not given", id="optional"),
        pytest.param("x: str | None", "x", "x is given", id="a union with None"),
        pytest.param("x", "not x", "x is empty or missing", id="nothing known"),
    ],
)
def test_truth_is_said_by_what_is_known_of_a_parameter(parameters: str, test: str, words: str) -> None:
    assert whens(f"if {test}:\n    raise ValueError", parameters) == [words]


# Where a raise stands

PLACES = {
    "under an if": ("if x < 0:\n    raise ValueError", ["x is negative"]),
    "under nothing": ("raise ValueError", [""]),
    "in an else": ("if x < 0:\n    pass\nelse:\n    raise ValueError", ["x is zero or more"]),
    "in an elif": ("if x == 'a':\n    pass\nelif x == 'b':\n    raise ValueError", ["x is 'b'"]),
    "at the end of a chain": (
        "if x == 'a':\n    pass\nelif x == 'b':\n    pass\nelse:\n    raise ValueError",
        ["x is neither 'a' nor 'b'"],
    ),
    "at the end of a chain of types": (
        "if isinstance(x, int):\n    pass\nelif isinstance(x, str):\n    pass\nelse:\n    raise TypeError",
        ["x is not an int or str"],
    ),
    "after an early return": ("if x in known:\n    return 1\nraise KeyError(x)", ["x is not in known"]),
    "after early returns": ("if x == 1:\n    return 1\nif x == 2:\n    return 2\nraise KeyError", ["x is neither 1 nor 2"]),
    "after an early raise": ("if x == 1:\n    raise TypeError\nraise KeyError", ["x is 1", ""]),
    "after a return in a loop": ("for y in x:\n    if y:\n        return y\nraise KeyError", [""]),
    "after a return in a try": ("try:\n    return x[0]\nexcept IndexError:\n    pass\nraise KeyError", [""]),
    "under two ifs": ("if flag:\n    if x < 0:\n        raise ValueError", ["flag is true and x is negative"]),
    "under an if that implies nothing": ("if x is not None:\n    if x < 0:\n        raise ValueError", ["x is negative"]),
    "under a test without words": ("if check(y):\n    if x < 0:\n        raise ValueError", ["x is negative"]),
    "in a handler": ("try:\n    g()\nexcept KeyError:\n    raise ValueError", ["a KeyError occurs"]),
    "in a handler of two": (
        "try:\n    g()\nexcept (OSError, EOFError):\n    raise ValueError",
        ["an OSError or EOFError occurs"],
    ),
    "in a handler of everything": ("try:\n    g()\nexcept Exception:\n    raise ValueError", ["any exception occurs"]),
    "under an if in a handler": (
        "try:\n    g()\nexcept KeyError as error:\n    if flag:\n        raise ValueError from error",
        ["a KeyError occurs and flag is true"],
    ),
    "under an if about what was caught": (
        "try:\n    g()\nexcept OSError as error:\n    if error.errno != 2:\n        raise ValueError from error",
        ["an OSError occurs and the exception's errno is not 2"],
    ),
    "in a handler of the same": ("try:\n    g()\nexcept ValueError:\n    raise ValueError('again')", [""]),
    "in a loop": ("for name in y:\n    if name not in x:\n        raise KeyError", ["an item of y is not in x"]),
    "in a loop over items": (
        "for key, value in y.items():\n    if value < 0:\n        raise KeyError",
        ["a value of y is negative"],
    ),
    "in a with": ("with open(x):\n    if flag:\n        raise ValueError", ["flag is true"]),
    "in a case": ("match x:\n    case 'a':\n        raise ValueError", ["x is 'a'"]),
    "in the last case": (
        "match x:\n    case 1 | 2:\n        pass\n    case _:\n        raise ValueError",
        ["x is neither 1 nor 2"],
    ),
    "in a case with a pattern": ("match x:\n    case [a, b]:\n        raise ValueError", [""]),
    "about a local length": ("n = len(x)\nif n > 5:\n    raise ValueError", ["the length of x is greater than 5"]),
    "about a local search": ("found = PATTERN.match(x)\nif not found:\n    raise ValueError", ["x does not match PATTERN"]),
    "about a local lookup": ("found = table.get(x)\nif found is None:\n    raise KeyError", ["x is not in table"]),
    "about a local lookup of nothing": ("found = table.get(None)\nif found is None:\n    raise KeyError", [""]),
    "about a local that is made twice": ("n = len(x)\nn = 3\nif n > 5:\n    raise ValueError", [""]),
    "about a local that is made of an attribute": ("n = x.size\nif n > 5:\n    raise ValueError", ["x.size is greater than 5"]),
    "about a local that a call makes": ("content = read(x)\nif content is False:\n    raise RuntimeError", [""]),
    "about a local under a parameter": ("n = g()\nif flag:\n    if n:\n        raise ValueError", [""]),
    "about a private attribute": ("if self._content is False:\n    raise RuntimeError", [""]),
    "about a private attribute of a local": ("other = self._other\nif other is None:\n    raise RuntimeError", [""]),
    "about a private attribute of a parameter": ("if x._size:\n    raise RuntimeError", [""]),
    "about a private state": ("if self._closed:\n    raise RuntimeError", ["the object is closed"]),
    "about a private global": ("if x in _TABLE:\n    raise KeyError", [""]),
    "about a loop's variable twice": ("for name in y:\n    if name == name.lower():\n        raise KeyError", [""]),
    "about a local that tells nothing": ("found = g()\nif found_it:\n    raise ValueError", ["found_it is set"]),
    "under __debug__": ("if __debug__:\n    if x < 0:\n        raise ValueError", ["x is negative"]),
    "under an attribute of a parameter's name": ("if self.x != x:\n    raise ValueError", ["the object's x differs from x"]),
}


@pytest.mark.parametrize(("body", "words"), [pytest.param(*place, id=name) for name, place in PLACES.items()])
def test_a_raise_has_the_condition_it_stands_under(body: str, words: list[str]) -> None:
    assert whens(body) == words


def test_a_condition_is_given_in_code_too() -> None:
    [first, second] = raised(
        "if flag and x:\n    if x < 0:\n        raise ValueError\ntry:\n    g()\nexcept KeyError:\n    raise TypeError"
    )
    assert first.condition == "(flag and x) and x < 0"
    assert second.condition == "except KeyError"


# Which exceptions leave

LEAVING = {
    "a class": ("raise ValueError", ["ValueError"]),
    "a call": ("raise errors.NotFound('x')", ["NotFound"]),
    "a private class": ("raise _Missing", ["_Missing"]),
    "a variable": ("raise error", []),
    "a factory": ("raise make_error()", []),
    "a constant": ("raise ERROR", []),
    "again": ("try:\n    g()\nexcept KeyError:\n    raise", ["KeyError"]),
    "again, one of two": ("try:\n    g()\nexcept (KeyError, a.Bad):\n    raise", ["KeyError", "Bad"]),
    "again, by its name": ("try:\n    g()\nexcept KeyError as error:\n    raise error from None", ["KeyError"]),
    "again, where something holds": ("try:\n    g()\nexcept KeyError:\n    if x:\n        raise\n    return 1", ["KeyError"]),
    "again, whatever it was": ("try:\n    g()\nexcept Exception:\n    raise", []),
    "again, an interruption": ("try:\n    g()\nexcept KeyboardInterrupt:\n    raise", []),
    "again, in an outer handler": (
        "try:\n    try:\n        g()\n    except KeyError:\n        raise\nexcept LookupError:\n    pass",
        [],
    ),
    "a variable made here": ("error = ValueError('bad')\nraise error from None", ["ValueError"]),
    "a variable made twice": ("error = ValueError()\nif x:\n    error = KeyError()\nraise error", []),
    "a variable made by a factory": ("error = make_error()\nraise error", []),
    "caught here": ("try:\n    raise KeyError\nexcept KeyError:\n    pass", []),
    "caught here by its parent": ("try:\n    raise KeyError\nexcept LookupError:\n    pass", []),
    "caught here by all": ("try:\n    raise Special\nexcept Exception:\n    pass", []),
    "caught here and raised again": ("try:\n    raise KeyError\nexcept KeyError:\n    raise", ["KeyError"]),
    "caught here for another": ("try:\n    raise KeyError\nexcept ValueError:\n    pass", ["KeyError"]),
    "suppressed": ("with suppress(KeyError):\n    raise KeyError", []),
    "in a nested function": ("def g():\n    raise KeyError", []),
    "in a nested class": ("class A:\n    def g(self):\n        raise KeyError", []),
    "in a group's handler": ("try:\n    g()\nexcept* KeyError:\n    raise ValueError", ["ValueError"]),
}


@pytest.mark.parametrize(("body", "names"), [pytest.param(*case, id=name) for name, case in LEAVING.items()])
def test_what_leaves_a_function_is_found_and_nothing_else(body: str, names: list[str]) -> None:
    assert [item.exception for item in raised(body)] == names


@pytest.mark.parametrize(
    ("body", "names"),
    [
        pytest.param("try:\n    g()\nexcept KeyError:\n    pass", ["KeyError"], id="one"),
        pytest.param("try:\n    g()\nexcept (KeyError, a.Bad):\n    pass", ["KeyError", "Bad"], id="two"),
        pytest.param("try:\n    g()\nexcept KeyError:\n    raise ValueError", [], id="translated"),
        pytest.param("with contextlib.suppress(OSError):\n    g()", ["OSError"], id="suppressed"),
        pytest.param("def g():\n    try:\n        h()\n    except KeyError:\n        pass", [], id="in a nested function"),
        pytest.param("try:\n    g()\nexcept:\n    pass", [], id="without a name"),
    ],
)
def test_what_a_function_handles_is_found(body: str, names: list[str]) -> None:
    assert handled_in(function("def f():\n" + textwrap.indent(body, "    "))) == names


# Messages

MESSAGES = {
    "a literal": ('raise ValueError("too small")', "too small"),
    "over lines": ('raise ValueError("too "\n                 "small")', "too small"),
    "an f-string": ('raise ValueError(f"bad {x!r} of {y.name}")', "bad {x} of {y.name}"),
    "a percent": ('raise ValueError("bad %s" % x)', "bad %s"),
    "a format": ('raise ValueError("bad {}".format(x))', "bad {}"),
    "a sum": ('raise ValueError("bad " + x)', "bad {x}"),
    "a local": ('message = "bad value"\nraise ValueError(message)', "bad value"),
    "translated": ('raise ValueError(_("bad value"))', "bad value"),
    "a second argument": ('raise HTTPError(404, "not found")', "not found"),
    "a keyword": ('raise HTTPError(status=404, detail="not found")', "not found"),
    "no literal": ("raise ValueError(x)", ""),
    "none": ("raise ValueError", ""),
}


@pytest.mark.parametrize(("body", "message"), [pytest.param(*case, id=name) for name, case in MESSAGES.items()])
def test_the_message_of_an_exception_is_read(body: str, message: str) -> None:
    assert raised(body)[0].message == message


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        pytest.param(word, expected, id=word)
        for expected, words in {
            "a": "user unit UUID URL ROUGE-1 LoRA str UnicodeError usable one KeyError",
            "an": "int OSError F1 LLM XML _SSLError ndarray AUC HTTPError error uninitialised",
        }.items()
        for word in words.split()
    ],
)
def test_the_article_follows_the_sound(word: str, expected: str) -> None:
    assert article(word) == expected


# Whatever the code

ATOMS = some.sampled_from(
    ["x", "self.y", "len(x)", "0", "1", "'a'", "None", "x.is_open", "f(x)", "x[0]", "(1, 2)", "(not x)", "self"]
)
TESTS = some.recursive(
    ATOMS,
    lambda inner: some.one_of(
        some.tuples(
            inner, some.sampled_from(["and", "or", "<", ">=", "==", "!=", "in", "not in", "is", "is not", "%", "-"]), inner
        ).map(lambda parts: f"({' '.join(parts)})"),
        inner.map(lambda part: f"(not {part})"),
        inner.map(lambda part: f"any(z == {part} for z in xs)"),
    ),
    max_leaves=6,
)


@given(TESTS, some.booleans())
@example("(x and (x or x))", True)
def test_any_test_has_short_words_or_none(code: str, negate: bool) -> None:
    words = phrase(ast.parse(code, mode="eval").body, negate, Names(parameters=frozenset("x")))
    assert len(words) <= 90
    assert words == " ".join(words.split())
    assert "§" not in words


def test_a_chain_of_a_thousand_branches_is_read() -> None:
    chain = "if x == 0:\n    pass\n" + "".join(f"elif x == {number}:\n    pass\n" for number in range(1, 1000))
    assert [item.exception for item in raised(chain + "else:\n    raise KeyError")] == ["KeyError"]


def test_a_text_has_holes_for_what_is_not_known() -> None:
    assert literal_text(ast.parse('f"a {b}" + c', mode="eval").body) == "a {b}{c}"
