"""What a docstring says, whatever style it is written in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from docgen.readers.docstrings import Docstring, read_docstring
from docgen.readers.docstrings.plain_text import doctests, flowing, one_line, paragraphs, sentences, title

GOOGLE = """Fetch rows by key.

    Slow for many keys.

    Args:
        keys (list[str]): The keys.
        *more: Further keys.
        timeout: Seconds to wait.
            Longer ones are cut.

    Keyword Args:
        strict (bool): Whether to fail.

    Returns:
        dict[str, int]: The rows: a mapping
        that goes on.

    Raises:
        ValueError: If keys is empty.
        requests.Timeout: When it takes too long.

    Examples:
        >>> fetch(["a"])
        {}
    """
NUMPY = """Fetch rows by key.

    Slow for many keys.

    Parameters
    ----------
    keys : list of str
        The keys.
    *more
        Further keys.
    timeout : int, optional
        Seconds to wait.
        Longer ones are cut.

    Other Parameters
    ----------------
    strict : bool
        Whether to fail.

    Returns
    -------
    dict
        The rows: a mapping
        that goes on.

    Raises
    ------
    ValueError
        If keys is empty.
    :exc:`~requests.Timeout`
        When it takes too long.

    Examples
    --------
    >>> fetch(["a"])
    {}
    """
SPHINX = """Fetch rows by key.

    Slow for many keys.

    :param keys: The keys.
    :param more: Further keys.
    :param int timeout: Seconds to wait.
        Longer ones are cut.
    :param strict: Whether to fail.
    :type strict: bool
    :returns: The rows: a mapping
        that goes on.
    :raises ValueError: If keys is empty.
    :raises ~requests.Timeout: When it takes too long.
    """
EPYTEXT = """Fetch rows by key.

    Slow for many keys.

    @param keys: The keys.
    @param more: Further keys.
    @param timeout: Seconds to wait.
        Longer ones are cut.
    @param strict: Whether to fail.
    @return: The rows: a mapping
        that goes on.
    @raise ValueError: If keys is empty.
    @raise Timeout: When it takes too long.
    """


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(GOOGLE, id="Google"),
        pytest.param(NUMPY, id="NumPy"),
        pytest.param(SPHINX, id="Sphinx"),
        pytest.param(EPYTEXT, id="Epytext"),
    ],
)
def test_a_docstring_says_the_same_in_every_style(text: str) -> None:
    found = read_docstring(text)
    assert found.summary == "Fetch rows by key."
    assert found.description == "Slow for many keys."
    assert found.parameters == {
        "keys": "The keys.",
        "more": "Further keys.",
        "timeout": "Seconds to wait. Longer ones are cut.",
        "strict": "Whether to fail.",
    }
    assert found.returns == "The rows: a mapping that goes on."
    assert found.raises == {"ValueError": "If keys is empty.", "Timeout": "When it takes too long."}


@pytest.mark.parametrize("text", [pytest.param(GOOGLE, id="Google"), pytest.param(NUMPY, id="NumPy")])
def test_an_example_is_kept_as_code(text: str) -> None:
    assert read_docstring(text).example == '>>> fetch(["a"])\n{}'


def test_a_missing_docstring_says_nothing() -> None:
    assert read_docstring(None) == read_docstring("  \n ") == Docstring()


# The parts


@pytest.mark.parametrize(
    ("text", "summary", "description"),
    [
        pytest.param("Read a file.", "Read a file.", "", id="one line"),
        pytest.param("Read a file. Then close it.", "Read a file.", "Then close it.", id="two sentences"),
        pytest.param("Read a file,\nand close it.", "Read a file, and close it.", "", id="over lines"),
        pytest.param("Read a file\nUsed by loaders.", "Read a file", "Used by loaders.", id="a line of its own without a stop"),
        pytest.param("Read e.g. Foo files. More.", "Read e.g. Foo files.", "More.", id="an abbreviation"),
        pytest.param("Read it.\n\nSlow.\n\nCareful.", "Read it.", "Slow. Careful.", id="paragraphs"),
        pytest.param("read(path, mode='r') -> str\n\nRead a file.", "Read a file.", "", id="after a signature"),
        pytest.param("=====\nRates\n=====\n\nRead rates.", "Read rates.", "", id="after a title"),
        pytest.param("Rates\n=====", "Rates", "", id="nothing but a title"),
        pytest.param("Read every rate that is known::\n\n    read()", "Read every rate that is known", "", id="before code"),
        pytest.param("Example usage:\n\n    read()\n\nReads it.", "Reads it.", "", id="after a lead-in"),
        pytest.param("Read it.\n\n.. note:: Slow\n   and old.\n\nCareful.", "Read it.", "Careful.", id="a directive"),
        pytest.param("Read it.\n\n- one\n- two\n\nCareful.", "Read it.", "Careful.", id="a list"),
        pytest.param("Read it.\n\n>>> read()\n1\n\nCareful.", "Read it.", "Careful.", id="a doctest"),
        pytest.param("Read it.\n\n```\nread()\n\nread()\n```\n\nCareful.", "Read it.", "Careful.", id="a fence"),
        pytest.param("Read it.\n\n=== ===\na   b\n=== ===\n\nCareful.", "Read it.", "Careful.", id="a table"),
        pytest.param("Read it.\n\n:author: me\n\nCareful.", "Read it.", "Careful.", id="a field"),
    ],
)
def test_summary_and_description_are_prose_alone(text: str, summary: str, description: str) -> None:
    found = read_docstring(text)
    assert (found.summary, found.description) == (summary, description)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("Old.\n\n.. deprecated:: 1.2\n   Use :func:`new`.", "Since version 1.2. Use `new`.", id="a directive"),
        pytest.param("Old.\n\n.. deprecated:: 1.2", "Since version 1.2", id="a directive without advice"),
        pytest.param("Old.\n\n.. deprecated:: use new", "use new", id="a directive without version"),
        pytest.param("Old.\n\nDeprecated:\n    Use new.", "Use new.", id="a section"),
        pytest.param("Deprecated: use new instead.", "use new instead.", id="a summary"),
        pytest.param("Deprecated since 1.2.", "deprecated", id="a summary without advice"),
        pytest.param("Deprecated features by name.", "", id="about something else"),
        pytest.param("Old.\n\nArgs:\n    x: A number.\n\n        .. deprecated:: 1.2", "", id="of a parameter"),
        pytest.param("New.\n\n.. deprecated:: 1.2 *convert*", "", id="of a parameter by name"),
        pytest.param("New.\n\n.. deprecated:: 1.2\n   The ``convert`` argument.", "", id="of an argument"),
        pytest.param("Old.", "", id="not at all"),
    ],
)
def test_a_deprecation_is_read(text: str, said: str) -> None:
    assert read_docstring(text).deprecated == said


def test_one_item_of_numpy_may_document_several_names() -> None:
    found = read_docstring(
        "Go.\n\nParameters\n----------\nx, y : int\n    Both.\n\nRaises\n------\nValueError, TypeError\n    If bad.\n"
    )
    assert found.parameters == {"x": "Both.", "y": "Both."}
    assert found.raises == {"ValueError": "If bad.", "TypeError": "If bad."}


def test_an_exception_that_is_documented_twice_has_both_reasons() -> None:
    found = read_docstring("Go.\n\n:raises ValueError: if low\n:raises ValueError: if high\n")
    assert found.raises == {"ValueError": "if low; if high"}


def test_attributes_and_yields_are_read() -> None:
    found = read_docstring("Go.\n\nAttributes:\n    size (int): How many.\n\nYields:\n    int: The numbers.\n")
    assert found.attributes == {"size": "How many."}
    assert found.yields == "The numbers."


def test_a_list_in_a_description_stays_on_one_line() -> None:
    found = read_docstring("Go.\n\nArgs:\n    mode: One of:\n\n        - `a`, fast\n        - `b`, slow\n")
    assert found.parameters == {"mode": "One of: `a`, fast; `b`, slow"}


# Markup

MARKUP = {
    "``code``": "`code`",
    ":class:`Reader`": "`Reader`",
    ":class:`~pkg.mod.Reader`": "`Reader`",
    ":class:`pkg.Reader`": "`pkg.Reader`",
    ":py:meth:`.read`": "`read`",
    ":func:`!read`": "`read`",
    "`~pkg.Reader` of `.Reader`, `.py`": "`Reader` of `Reader`, `.py`",
    ":class:`the reader <pkg.Reader>`": "`the reader`",
    ":ref:`the guide <guide>`": "the guide",
    ":term:`glossary`": "glossary",
    ":pep:`8`": "PEP 8",
    "`Guide <https://example.org>`_": "Guide",
    "`Guide`_": "Guide",
    "|version|": "version",
    "known [1]_ fact": "known fact",
    r"\*args": "*args",
    "C{code} of L{Reader}": "`code` of `Reader`",
    "B{bold}": "bold",
    "a  b\n  c": "a b c",
    "``a|b|c``": "`a|b|c`",
    "`x`": "`x`",
}


@pytest.mark.parametrize(("text", "shown"), [pytest.param(text, shown, id=text) for text, shown in MARKUP.items()])
def test_markup_becomes_plain(text: str, shown: str) -> None:
    assert one_line(text) == shown


@pytest.mark.parametrize(
    ("text", "split"),
    [
        pytest.param("One. Two.", ["One.", "Two."], id="two"),
        pytest.param("See Fig. One. Then go.", ["See Fig. One.", "Then go."], id="an abbreviation"),
        pytest.param("By J. Smith. Then go.", ["By J. Smith.", "Then go."], id="an initial"),
        pytest.param("Every node of G. Then go.", ["Every node of G.", "Then go."], id="a name of one letter"),
        pytest.param("Go (now. Or then) here. Done.", ["Go (now. Or then) here.", "Done."], id="in brackets"),
        pytest.param("Run `a. B` now. Go.", ["Run `a. B` now.", "Go."], id="in code"),
        pytest.param('Say "yes." Then go.', ['Say "yes."', "Then go."], id="a quotation"),
        pytest.param("Version 1.2 is out", ["Version 1.2 is out"], id="a number"),
        pytest.param("", [""], id="nothing"),
    ],
)
def test_sentences_end_where_they_end(text: str, split: list[str]) -> None:
    assert sentences(text) == split


ANY_TEXT = some.text(some.sampled_from("aB .:`*-_>=\n\t|[](){}<>#~@\\"), max_size=120)


@given(ANY_TEXT)
def test_any_text_can_be_read(text: str) -> None:
    found = read_docstring(text)
    assert "\n" not in found.summary + found.description + found.returns
    assert all(part == part.strip() for part in (*paragraphs(text), flowing(text), title(text)))
    assert doctests(text).startswith((">>>", "")) and " ".join(sentences(text)).split() == text.split()
