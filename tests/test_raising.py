"""What an answer may say of exceptions."""

from __future__ import annotations

import pytest

from docgen.brief import Brief, brief_for
from docgen.facts import JSON, Entry, Fact
from docgen.writers.raising import is_true_of_exceptions
from docgen.writers.refusals import refusal

SPAN: dict[str, JSON] = {
    "kind": "function",
    "parameters": ["start", "stop", "step"],
    "parameters.start.default": "0",
    "raises": ["ValueError", "LookupError", "OSError"],
    "raises.ValueError.when": ["step is negative"],
    "raises.ValueError.condition": ["step < 0"],
    "raises.LookupError.message": ["no row {start}"],
}


def order(kind: str = "error-handling") -> Brief:
    return brief_for(Entry("rows.span", tuple(Fact(name, value) for name, value in SPAN.items())), kind)


@pytest.mark.parametrize(
    ("text", "is_true"),
    [
        pytest.param("`ValueError` is raised when `step` is negative.", True, id="a condition of the code"),
        pytest.param("`ValueError` is raised if `step` is less than zero.", True, id="in other words"),
        pytest.param("If `step` is below zero, `span` raises `ValueError`.", True, id="the condition first"),
        pytest.param("- `ValueError`: `step` is negative.\n- `LookupError`: no row `start`.", True, id="a list"),
        pytest.param("`LookupError` is raised when there is no row `start`.", True, id="a message as a condition"),
        pytest.param("`OSError` is raised.", True, id="no condition"),
        pytest.param("`ValueError` is raised when `stop` is negative.", False, id="another parameter"),
        pytest.param("`ValueError` is raised when `step` is greater than zero.", False, id="another direction"),
        pytest.param("`ValueError` is raised when `step` is not negative.", False, id="the opposite"),
        pytest.param("`OSError` is raised when `step` is negative.", False, id="a condition for what has none"),
        pytest.param("`LookupError` is raised when `step` is negative.", False, id="another exception's condition"),
        pytest.param("If `stop` is negative, `ValueError` is raised.", False, id="another parameter, first"),
        pytest.param("`ValueError` is raised when the first message of `step` is negative.", False, id="words of no reason"),
        pytest.param("`span` is raised when `step` is negative.", False, id="no exception"),
        pytest.param(
            "`span` raises `ValueError` when `step` is negative, and `LookupError` when there is no row `start`.",
            True,
            id="two in a sentence",
        ),
        pytest.param(
            "`span` raises `LookupError` when `step` is negative, and `ValueError` when there is no row `start`.",
            False,
            id="two in a sentence, exchanged",
        ),
    ],
)
def test_a_condition_rests_on_the_reasons_of_its_exception(text: str, is_true: bool) -> None:
    assert is_true_of_exceptions(order(), text, 0.8) is is_true


VAULT: dict[str, JSON] = {
    "kind": "function",
    "parameters": ["clip", "kind", "fuzz", "keep"],
    "raises": ["ValueError", "VaultError", "VaultFull", "OSError"],
    "raises.ValueError.when": ["kind is not in KINDS", "fuzz is less than 1"],
    "raises.VaultError.condition": ["start is None"],
    "raises.VaultError.message": ["no clip fits at {start}"],
    "raises.VaultFull.condition": ["needed > len(free)"],
    "raises.VaultFull.description": "If the free shelves do not suffice.",
}


@pytest.mark.parametrize(
    ("text", "is_true"),
    [
        pytest.param("`ValueError` is raised when `kind` is not one of `KINDS`.", True, id="denied as in the facts"),
        pytest.param("`ValueError` is raised when `kind` is one of `KINDS`.", False, id="no longer denied"),
        pytest.param("`ValueError` is raised when `kind` is given but is not in `KINDS`.", True, id="given is no denial"),
        pytest.param("`ValueError` is raised when `fuzz` is below 1 line.", True, id="the same direction"),
        pytest.param("`ValueError` is raised when `fuzz` is above 1 line.", False, id="the other direction"),
        pytest.param("`ValueError` is raised when `fuzz` is not above 1.", True, id="the other direction, denied"),
        pytest.param(
            "`VaultError` is raised when the tape lies further than `fuzz` off.", True, id="words of the writer's own"
        ),
        pytest.param("`VaultFull` is raised when there are fewer free shelves than needed.", True, id="the sides of a sign"),
        pytest.param("`VaultError` is raised when the free shelves do not suffice.", False, id="another's"),
        pytest.param(
            "- `VaultError`: the shelves do not suffice here.\n- `VaultFull`: some clip fits nowhere.", False, id="exchanged"
        ),
        pytest.param("When the block raises a `KeyError`, `ValueError` is raised.", True, id="an exception as a cause"),
        pytest.param("`put` raises a `KeyError`.", False, id="an exception of none"),
    ],
)
def test_a_condition_in_free_words_is_neither_turned_nor_anothers(text: str, is_true: bool) -> None:
    brief = brief_for(Entry("tapes.put", tuple(Fact(name, value) for name, value in VAULT.items())), "error-handling")
    assert is_true_of_exceptions(brief, text, 0.0) is is_true


def test_a_default_of_what_is_no_parameter_is_refused() -> None:
    assert not refusal(order("use-case"), "`start` defaults to `0`.", 0.0)
    assert refusal(order("use-case"), "`span` defaults to `0`.", 0.0) == "mixes up what it names"


@pytest.mark.parametrize(
    ("text", "is_refused"),
    [
        ("It needs `stop` and `step`; `start` is optional.", False),
        ("It needs `start`, `stop` and `step`.", True),
        ("It takes `start`; `stop` is optional.", True),
    ],
)
def test_what_has_a_default_is_optional_and_the_rest_is_not(text: str, is_refused: bool) -> None:
    assert bool(refusal(order("use-case"), text, 0.0)) is is_refused


@pytest.mark.parametrize(
    ("text", "is_refused"),
    [
        ("Reads rows. It holds `FLAGS` and `read`.", False),
        ("Reads rows. `read` reads the rows of a file.", False),
        ("Reads rows. `FLAGS` is a text file.", True),
        ("Reads rows. `read` is a list of options.", True),
    ],
)
def test_of_a_member_only_its_own_summary_is_told(text: str, is_refused: bool) -> None:
    members = (Fact("members", ["FLAGS", "read"]), Fact("members.read", "Read the rows of a file."))
    module = Entry("rows", (Fact("kind", "module"), Fact("doc", "Reads rows."), *members))
    assert bool(refusal(brief_for(module, "introduction"), text, 0.0)) is is_refused


@pytest.mark.parametrize("text", ["Gives the rows.. Returns them.", "Gives the rows. Returns: A list of rows."])
def test_what_is_left_of_a_docstring_is_refused(text: str) -> None:
    assert refusal(order("introduction"), text, 0.0)
