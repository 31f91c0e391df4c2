"""What a text claims, held against facts: every way of saying it, and every way of not saying it."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docgen.claims import (
    IMPLIED,
    Checked,
    asserted,
    complete,
    contradictions,
    plain_annotation,
    plain_signature,
    prints,
    same_default,
    stated,
    verify,
)
from docgen.facts import JSON, Entry, Fact


def entry(excerpt: str = "", about: str = "web.http.redirect", **facts: JSON) -> Entry:
    """An entry whose facts are given with `__` for dots."""
    named = {name.replace("__", "."): value for name, value in facts.items()}
    return Entry(about, tuple(Fact(name, value, "src/web/http.py:88") for name, value in named.items()), excerpt)


REDIRECT = entry(
    """def redirect(location, code=303):
    if not location:
        raise ValueError("no location")
    return json.dumps(location)""",
    kind="function",
    signature="redirect(location, code=303, timeout=30, encoding='utf-8', *, cache=None, verify=True, retries=3)",
    doc="Answers a request with another address to go to.",
    parameters=["location", "code", "timeout", "encoding", "cache", "verify", "retries"],
    parameters__location__annotation="str | None",
    parameters__location__description="Where the browser is sent to.",
    parameters__code__default="303",
    parameters__timeout__default="30",
    parameters__encoding__default="'utf-8'",
    parameters__cache__default="None",
    parameters__verify__default="True",
    parameters__retries__default="3",
    returns="Optional[Response]",
    raises=["ValueError"],
    raises__ValueError__when=["location is empty"],
    raises__ValueError__message=["no location"],
    documented_raises=["LookupError"],
    handles=["OSError"],
    constants__MAX_HOPS="12",
)

MODEL = entry(
    about="tagger",
    architecture="LlamaForCausalLM",
    context_length=2048,
    hidden_size=512,
    layers=8,
    heads=8,
    base_model="acme/base-7B",
    license="Apache-2.0",
    lora__r=16,
    lora__alpha=32,
    lora__dropout=0.05,
    lora__target_modules=["q_proj", "v_proj"],
    parameters__total=13824000,
    training__epochs=3,
    training__samples=2560,
    training__batch_size=8,
    generation__do_sample=False,
    eval__loss=1.3026,
    eval__accuracy=0.8978000283,
    best__metric=1.3026,
    best__name="loss",
    best__step=960,
    last__step=1200,
)


def verdicts(text: str, of: Entry, kind: str = "") -> dict[tuple[str, str], str]:
    """The verdict of each claim by its name and value."""
    return {(item.claim.name, item.claim.value): item.verdict for item in verify(text, of) if kind in ("", item.claim.kind)}


# Defaults --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("`code` defaults to {}.", id="defaults to"),
        pytest.param("`code` defaults to `{}`.", id="defaults to, in backticks"),
        pytest.param("`code` defaults to ``{}``.", id="defaults to, in double backticks"),
        pytest.param("The default of `code` is {}.", id="the default of"),
        pytest.param("The default for the `code` parameter is {}.", id="the default for the parameter"),
        pytest.param("The status `code` (default {}) is sent.", id="in brackets"),
        pytest.param("The status `code` ({} by default) is sent.", id="by default, in brackets"),
        pytest.param("`code` is {} by default.", id="by default"),
        pytest.param("Redirects with code (default: {}).", id="a plain name before brackets"),
        pytest.param("The code parameter defaults to {}.", id="a plain name with parameter"),
        pytest.param("`code` is `{}` unless you pass another value.", id="unless another value is passed"),
        pytest.param("Leave out `code` to get `{}`.", id="leave out to get"),
        pytest.param("Without another value, `code` is `{}`.", id="without another value"),
        pytest.param("- `code`: The status. Defaults to {}.", id="Markdown bullet"),
        pytest.param("* **code** (int, default {}) – the status", id="bold bullet"),
        pytest.param("- `code` (`int`, default `{}`): the status", id="bullet with the type in backticks"),
        pytest.param("| Parameter | Default |\n| --- | --- |\n| `code` | `{}` |", id="table"),
        pytest.param(
            "| Name | Type | Default | Meaning |\n|---|---|---|---|\n| code | `int` | {} | the status |", id="table, plain"
        ),
        pytest.param("Args:\n    code (int): The status. Defaults to {}.", id="Google"),
        pytest.param("Args:\n    code (int, default {}): The status.", id="Google, in the type"),
        pytest.param(
            "Args:\n    code: The status, which the browser\n        reads. Default is\n        {}.", id="Google, wrapped"
        ),
        pytest.param("Parameters\n----------\ncode : int, default={}\n    The status.", id="NumPy, default="),
        pytest.param("Parameters\n----------\ncode : int, default: {}\n    The status.", id="NumPy, default:"),
        pytest.param("Parameters\n----------\ncode : int, default {}\n    The status.", id="NumPy, default"),
        pytest.param("Parameters\n----------\ncode : int, optional (default={})\n    The status.", id="NumPy, in brackets"),
        pytest.param(
            "Parameters\n----------\ncode : int\n    The status. The default value is {}.", id="NumPy, in the description"
        ),
        pytest.param("Parameters\n----------\ncode : {{301, {} (default)}}\n    The status.", id="NumPy, marked among choices"),
        pytest.param(":param code: the status, default ``{}``", id="Sphinx"),
        pytest.param(":param int code: the status.\n    Default: {}", id="Sphinx with a type, wrapped"),
        pytest.param(":param code: the status (defaults to :obj:`{}`)", id="Sphinx with a role"),
        pytest.param("If not given, `code` defaults to {}.", id="if not given"),
    ],
)
def test_a_stated_default_is_supported_where_it_is_so_and_contradicted_where_not(text: str) -> None:
    assert verdicts(text.format(303), REDIRECT, "default") == {("code", "303"): "supported"}
    assert asserted(text.format(303), REDIRECT)["parameters.code.default"] == "303"
    assert verdicts(text.format(302), REDIRECT, "default") == {("code", "302"): "contradicted"}
    assert "parameters.code.default" not in asserted(text.format(302), REDIRECT)
    assert len(contradictions(text.format(302), REDIRECT)) == 1


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("If `location` is relative, `code` defaults to 302.", id="on a condition before"),
        pytest.param("`code` defaults to 302 if the request was a GET.", id="on a condition after"),
        pytest.param("`code` defaults to 302 for a GET.", id="for some cases"),
        pytest.param("`code` defaults to 302 or 303.", id="one of several"),
        pytest.param("`code` defaults to 302, 303 where the client is new.", id="a list of values"),
        pytest.param("`code` no longer defaults to 302.", id="no longer"),
        pytest.param("`code` previously defaulted to 302; the default was 302.", id="previously"),
        pytest.param("The default of `code` will be 302 in version 3.", id="in future"),
        pytest.param("Changed in version 2.0: `code` defaults to 302.", id="changed in version"),
        pytest.param(".. versionchanged:: 2.0\n    The default of `code` is 302.", id="versionchanged directive"),
        pytest.param("*Changed in version 2.0:* the default of `code` is 302.", id="changed in version, in italics"),
        pytest.param("## Changelog\n\n- `code` defaults to 302.\n", id="changelog"),
        pytest.param("```python\nredirect('/', code=302)  # code defaults to 302\n```", id="fenced code"),
        pytest.param(">>> redirect('/')  # code defaults to 302\n", id="doctest"),
        pytest.param("<!-- `code` defaults to 302 -->", id="comment"),
        pytest.param("`status` defaults to 302.", id="another name"),
        pytest.param("`other.redirect` uses a code; its `status` defaults to 302.", id="another function's"),
        pytest.param(
            "Parameters\n----------\ncode : int\n    Sent as `status`, which defaults to 302.",
            id="another name in the description",
        ),
        pytest.param("Parameters\n----------\ncode : int\n    One of\n\n    - `a`: default is 302\n", id="an item of its own"),
        pytest.param("Returns\n-------\ncode : int, default 302\n    The status.", id="what is returned"),
        pytest.param("`cache` defaults to 60.", id="None stands for not given"),
        pytest.param("`code` defaults to `DEFAULT_CODE`.", id="the name of a constant"),
        pytest.param("`code` defaults to 3 * 101.", id="the same, calculated"),
        pytest.param("`timeout` defaults to 0.5 minutes.", id="another unit"),
        pytest.param("`encoding` defaults to UTF-8.", id="a word"),
        pytest.param("`encoding` defaults to 'UTF8'.", id="another spelling"),
        pytest.param("Edges without a `code` default to 302.", id="something else by default"),
        pytest.param("`code` defaults to 7 steps (303 hops).", id="two numbers"),
    ],
)
def test_what_leaves_room_for_doubt_contradicts_nothing(text: str) -> None:
    assert [item for item in verify(text, REDIRECT) if item.verdict == "contradicted"] == []
    assert contradictions(text, REDIRECT) == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param("`verify` defaults to False.", "False", id="another boolean"),
        pytest.param("`encoding` defaults to 'latin-1'.", "'latin-1'", id="another string"),
        pytest.param("`timeout` defaults to 1,000.", "1,000", id="thousands"),
        pytest.param("`timeout` defaults to 30.5 seconds.", "30.5", id="a fraction with a unit"),
        pytest.param("`timeout` defaults to None.", "None", id="None beside a number"),
        pytest.param("`retries` defaults to 2**4.", "2**4", id="arithmetic"),
    ],
)
def test_another_value_of_any_sort_is_contradicted(text: str, value: str) -> None:
    assert [item.claim.value for item in contradictions(text, REDIRECT)] == [value]


def test_a_default_that_is_right_in_one_place_settles_the_parameter() -> None:
    text = "Parameters\n----------\ncode : int, default=303\n    A new connection's default is 302.\n"
    assert contradictions(text, REDIRECT) == []


def test_a_contradiction_knows_its_place_and_its_fact() -> None:
    text = "Redirects.\n\nThe default of `code` is 302."
    [item] = contradictions(text, REDIRECT)
    assert text[item.claim.start : item.claim.end] == "302"
    assert item.fact == Fact("parameters.code.default", "303")


@pytest.mark.parametrize(
    ("stated_value", "default", "expected"),
    [
        pytest.param("30", "30", True, id="equal"),
        pytest.param("30.0", "30", True, id="float and int"),
        pytest.param("1e-3", "0.001", True, id="exponent"),
        pytest.param("0.33", "1 / 3", True, id="at the precision printed"),
        pytest.param("2**20", "1 << 20", True, id="arithmetic"),
        pytest.param("utf-8", "'utf-8'", True, id="without quotes"),
        pytest.param('"utf-8"', "'utf-8'", True, id="other quotes"),
        pytest.param("np.nan", "numpy.nan", True, id="the same name under another module"),
        pytest.param("true", "True", True, id="lower case"),
        pytest.param("(1, 2)", "[1, 2]", True, id="tuple and list"),
        pytest.param("1", "True", True, id="one and true"),
        pytest.param("31", "30", False, id="another number"),
        pytest.param("(1, 3)", "(1, 2)", False, id="another tuple"),
        pytest.param("{8, 0}", "{0, 8}", True, id="a set has no order"),
        pytest.param("('a', 'b')", "{'b', 'a'}", True, id="a tuple that is a set"),
        pytest.param("{1, 3}", "{1, 2}", False, id="another set"),
        pytest.param("'a'", "'b'", False, id="another string"),
        pytest.param("5", "'thin'", False, id="number and string"),
        pytest.param("5", "None", None, id="None stands for not given"),
        pytest.param("5", "'auto'", None, id="auto stands for not given"),
        pytest.param("'x'", "''", None, id="empty stands for not given"),
        pytest.param("5", "Timeout.NEVER", None, id="a name"),
        pytest.param("'low'", "'lowpass'", None, id="short for"),
        pytest.param("None", "'none'", None, id="None and the word none"),
        pytest.param("2500072158", "0x950412DE", True, id="a number to another base"),
        pytest.param("2500072158", "2500072165", False, id="a long number with other last digits"),
        pytest.param("12345678.0", "12345678.0000001", True, id="a fraction with more digits"),
    ],
)
def test_two_spellings_of_a_default_are_the_same_other_or_open(stated_value: str, default: str, expected: bool | None) -> None:
    assert same_default(stated_value, default) is expected


# Exceptions ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "name", "verdict"),
    [
        pytest.param("Raises `ValueError` when `location` is empty.", "ValueError", "supported", id="raises"),
        pytest.param("Raises ValueError when the location is empty.", "ValueError", "supported", id="raises, plain"),
        pytest.param("`ValueError` is raised for no location.", "ValueError", "supported", id="is raised"),
        pytest.param("- `ValueError` when `location` is empty.", "ValueError", "supported", id="bullet"),
        pytest.param("| Exception | When |\n|---|---|\n| `ValueError` | empty |", "ValueError", "supported", id="table"),
        pytest.param("Raises:\n    ValueError: If the location is empty.", "ValueError", "supported", id="Google"),
        pytest.param("Raises\n------\nValueError\n    If the location is empty.", "ValueError", "supported", id="NumPy"),
        pytest.param(":raises ValueError: if the location is empty", "ValueError", "supported", id="Sphinx"),
        pytest.param("It raises :exc:`~builtins.ValueError` then.", "ValueError", "supported", id="role"),
        pytest.param("Raises `LookupError` for an unknown host.", "LookupError", "supported", id="documented"),
        pytest.param("Raises `KeyError` when it is gone.", "KeyError", "unknown", id="not raised"),
        pytest.param("Raises `ValueError` or `KeyError`.", "KeyError", "unknown", id="the second of two"),
        pytest.param("`web.HopError` is raised after 12 hops.", "HopError", "unknown", id="own exception, not known"),
    ],
)
def test_an_exception_said_to_be_raised_is_looked_for(text: str, name: str, verdict: str) -> None:
    assert verdicts(text, REDIRECT, "raises")[name, name] == verdict
    assert (f"raises.{name}" in asserted(text, REDIRECT)) == (verdict == "supported")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("No `KeyError` is raised.", id="no"),
        pytest.param("It never raises `KeyError`.", id="never"),
        pytest.param("`KeyError` is caught.", id="caught"),
        pytest.param("It raises the price.", id="another sense of the word"),
        pytest.param("It raises an alarm in Paris.", id="a capital"),
    ],
)
def test_what_is_not_said_to_be_raised_is_no_such_claim(text: str) -> None:
    assert verdicts(text, REDIRECT, "raises") == {}


QUIET = entry(kind="function", parameters=["location"])


@pytest.mark.parametrize(
    ("text", "is_said"),
    [
        pytest.param("`redirect` raises nothing of its own.", True, id="its name"),
        pytest.param("`http.redirect()` raises no exceptions itself.", True, id="its dotted name"),
        pytest.param("It raises nothing itself; it handles `OSError`.", True, id="it"),
        pytest.param("No exception is raised by `redirect` itself.", True, id="by"),
        pytest.param("It raises nothing when the address is empty.", False, id="on a condition"),
        pytest.param("`forward` raises nothing.", False, id="another symbol"),
        pytest.param("No exception is raised by `forward`.", False, id="by another symbol"),
    ],
)
def test_raising_nothing_is_a_claim_too(text: str, is_said: bool) -> None:
    assert asserted(text, QUIET).get("raises") == ([] if is_said else None)
    assert [item.verdict for item in contradictions(text, REDIRECT)] == ["contradicted"] * is_said


def test_conditions_and_messages_are_asserted_only_where_their_words_stand() -> None:
    assert asserted("`ValueError` is raised if `location` is empty.", REDIRECT)["raises.ValueError.when"] == [
        "location is empty"
    ]
    assert asserted('`ValueError` with the message "no location".', REDIRECT)["raises.ValueError.message"] == ["no location"]
    assert "raises.ValueError.when" not in asserted("`ValueError` is raised without a place to go.", REDIRECT)


# Names and numbers -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("token", "verdict"),
    [
        pytest.param("redirect", "supported", id="own name"),
        pytest.param("http.redirect", "supported", id="dotted own name"),
        pytest.param("redirect()", "supported", id="call"),
        pytest.param("redirect(location, code=303)", "supported", id="call with arguments"),
        pytest.param("redirect(location, colour=303)", "unknown", id="call with an argument that is not there"),
        pytest.param("redirect(location, code=418)", "unknown", id="call with a number that is not there"),
        pytest.param("timeout", "supported", id="parameter"),
        pytest.param("MAX_HOPS", "supported", id="constant"),
        pytest.param("json.dumps", "supported", id="name of the source"),
        pytest.param("OSError", "supported", id="handled exception"),
        pytest.param("utf-8", "supported", id="value"),
        pytest.param("None", "supported", id="None"),
        pytest.param("self", "supported", id="self"),
        pytest.param("int", "supported", id="builtin type"),
        pytest.param("Response", "supported", id="annotation"),
        pytest.param("other_function", "unknown", id="another symbol"),
        pytest.param("KeyError", "unknown", id="builtin exception that is not raised"),
        pytest.param("http.forward", "unknown", id="another symbol of the module"),
    ],
)
def test_a_name_in_backticks_is_supported_where_each_of_its_parts_is_known(token: str, verdict: str) -> None:
    [item] = verify(f"See `{token}` for more.", REDIRECT)
    assert (item.claim.kind in ("name", "parameter"), item.verdict) == (True, verdict)


@pytest.mark.parametrize(
    ("text", "value", "verdict"),
    [
        pytest.param("Raises `ValueError` when the offset is not -1.", "-1", "supported", id="negative"),
        pytest.param("The offset is 1 at least.", "1", "supported", id="its size"),
        pytest.param("The offset is -2.", "-2", "unknown", id="another negative"),
        pytest.param("The step is -4.", "-4", "unknown", id="what is subtracted is not negative"),
        pytest.param("The step is 4.", "4", "supported", id="what is subtracted"),
        pytest.param("Pass `-1`.", "-1", "supported", id="in backticks"),
    ],
)
def test_negative_numbers_are_looked_for_with_their_sign(text: str, value: str, verdict: str) -> None:
    shift = entry("def shift(offset):\n    if offset != -1:\n        raise ValueError(offset-4)", kind="function")
    assert {item.claim.value: item.verdict for item in verify(text, shift)}[value] == verdict


@pytest.mark.parametrize(
    ("text", "value", "fact", "verdict"),
    [
        pytest.param("It has 13.8M parameters.", "13.8M", "parameters.total", "supported", id="millions"),
        pytest.param("It has 14 million parameters.", "14 million", "parameters.total", "supported", id="millions in words"),
        pytest.param("It has 13,824,000 parameters.", "13,824,000", "parameters.total", "supported", id="thousands"),
        pytest.param("An accuracy of 0.8978 was reached.", "0.8978", "eval.accuracy", "supported", id="four decimals"),
        pytest.param("An accuracy of 0.90 was reached.", "0.90", "eval.accuracy", "supported", id="two decimals"),
        pytest.param("An accuracy of 89.8% was reached.", "89.8%", "eval.accuracy", "supported", id="per cent"),
        pytest.param("An accuracy of 0.91 was reached.", "0.91", "eval.accuracy", "contradicted", id="another accuracy"),
        pytest.param("| accuracy | 0.91 |", "0.91", "eval.accuracy", "contradicted", id="another accuracy in a table"),
        pytest.param("| eval_loss | 1.303 |", "1.303", "eval.loss", "supported", id="a table with the trainer's name"),
        pytest.param("A rank of 16 is used.", "16", "lora.r", "supported", id="rank"),
        pytest.param("A rank of 8 is used.", "8", "lora.r", "contradicted", id="another rank"),
        pytest.param("It was trained for 5 epochs.", "5", "training.epochs", "contradicted", id="other epochs"),
        pytest.param("Its context length is 4096.", "4096", "context_length", "contradicted", id="another context"),
        pytest.param("It saw 2560 examples.", "2560", "training.samples", "supported", id="samples"),
        pytest.param("Its vocabulary is large: 777 words.", "777", "", "unknown", id="a number of nowhere"),
        pytest.param("The loss of the base model was 2.9.", "2.9", "", "unknown", id="another model's loss"),
        pytest.param("A loss of 1.4873 at step 240 came first.", "1.4873", "", "unknown", id="another step's loss"),
    ],
)
def test_a_number_of_a_card_is_held_against_its_fact(text: str, value: str, fact: str, verdict: str) -> None:
    found = {item.claim.value: (item.claim.name, item.verdict) for item in verify(text, MODEL)}
    assert found[value] == (fact, verdict)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Its rank is 16.", {"lora.r": 16}, id="rank"),
        pytest.param("Its batches hold 8 rows; it has 8 layers.", {"training.batch_size": 8, "layers": 8}, id="equal numbers"),
        pytest.param("There are 8 of them.", {}, id="a common number without a word"),
        pytest.param("It saw 2560.", {"training.samples": 2560}, id="a rare number without a word"),
        pytest.param("The best checkpoint is that of step 960.", {"best.step": 960}, id="best step"),
        pytest.param("A loss of 1.3026.", {"eval.loss": 1.3026}, id="a loss"),
        pytest.param("The best loss is 1.3026.", {"best.metric": 1.3026}, id="the best loss"),
        pytest.param("It builds on `acme/base-7B`.", {"base_model": "acme/base-7B"}, id="base"),
        pytest.param("It is released under Apache 2.0.", {"license": "Apache-2.0"}, id="licence"),
        pytest.param("`do_sample` is off.", {"generation.do_sample": False, "names.do_sample": True}, id="switch"),
        pytest.param("Adapts `q_proj`.", {"lora.target_modules": ["q_proj"], "names.q_proj": True}, id="an item of a list"),
        pytest.param("The UTF-8 file of run2 has 2D data.", {}, id="numbers in words"),
    ],
)
def test_a_card_asserts_the_facts_whose_values_it_states(text: str, expected: dict[str, JSON]) -> None:
    assert asserted(text, MODEL) == expected


@pytest.mark.parametrize(
    ("printed", "value", "expected"),
    [
        pytest.param("0.8978", 0.8978000283, True, id="four decimals"),
        pytest.param("0.8979", 0.8978000283, False, id="another last decimal"),
        pytest.param("0.9", 0.8978000283, True, id="one decimal"),
        pytest.param("13.8M", 13824000, True, id="millions"),
        pytest.param("13.9M", 13824000, False, id="other millions"),
        pytest.param("7B", 7241732096, True, id="billions"),
        pytest.param("32K", 32768, True, id="binary thousands"),
        pytest.param("89.8 %", 0.8978, True, id="a share in per cent"),
        pytest.param("89.8%", 89.78, True, id="per cent"),
        pytest.param("1e-5", 0.00001, True, id="exponent"),
        pytest.param("13", 13.4, False, id="a whole number is one"),
        pytest.param("13", 13.0, True, id="a whole float"),
        pytest.param("-5", -5, True, id="negative"),
        pytest.param("5x", 5, False, id="no number"),
        pytest.param("1e999", 5, False, id="infinite"),
    ],
)
def test_a_number_is_printed_at_some_precision(printed: str, value: float, expected: bool) -> None:
    assert prints(printed, value) is expected


# What a ledger records -------------------------------------------------------------------------------------------------


def told(text: str, of: Entry = REDIRECT) -> dict[str, JSON]:
    """What a text asserts, without what every text takes for granted."""
    return {name: value for name, value in asserted(text, of).items() if name not in IMPLIED}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Pass `location` and `code`.", {"parameters.location": True, "parameters.code": True}, id="parameters"),
        pytest.param("Pass `redirect` on.", {}, id="its own name"),
        pytest.param("`OSError` is handled.", {"handles.OSError": True}, id="handled exception"),
        pytest.param("See `MAX_HOPS`.", {"constants.MAX_HOPS": True}, id="constant by name"),
        pytest.param("At most 12 hops (`MAX_HOPS`).", {"constants.MAX_HOPS": "12"}, id="constant with its value"),
        pytest.param("It writes with `json.dumps`.", {"names.json.dumps": True}, id="a name of the source"),
        pytest.param("Answers a request with another address to go to.", {"doc": REDIRECT.get("doc")}, id="docstring"),
        pytest.param(
            "redirect answers a request with another address to go to!", {"doc": REDIRECT.get("doc")}, id="docstring within"
        ),
        pytest.param("Answers a request.", {}, id="some words of the docstring"),
        pytest.param(
            "It returns an `Response | None`.", {"returns": "Optional[Response]"}, id="what is returned, otherwise spelled"
        ),
        pytest.param("`None`, `True` and `int`.", {}, id="the language's words"),
        pytest.param("Changed in version 2: `code` was added.", {}, id="history"),
        pytest.param("Use `other_function`.", {}, id="another symbol"),
        pytest.param(
            f"```python\ndef {REDIRECT.get('signature')}: ...\n```",
            {"signature": REDIRECT.get("signature")},
            id="signature in code",
        ),
        pytest.param("```python\nredirect(location)\n```", {}, id="a call in code"),
        pytest.param(
            "```python\nredirect(location, code=303)\n```", {"parameters.code": True}, id="a keyword of a call in code"
        ),
        pytest.param(
            "| Parameter | Type |\n|---|---|\n| `location` | `Optional[str]` |",
            {"parameters.location": True, "parameters.location.annotation": "str | None"},
            id="type in a table",
        ),
        pytest.param(
            "- `location`: Where the browser is sent to.",
            {"parameters.location": True, "parameters.location.description": "Where the browser is sent to."},
            id="description",
        ),
    ],
)
def test_a_section_asserts_what_it_cites_and_states(text: str, expected: dict[str, JSON]) -> None:
    assert told(text) == expected


def test_every_text_takes_for_granted_what_kind_of_thing_it_is_about() -> None:
    assert asserted("Sends the browser elsewhere.", REDIRECT) == {
        "kind": "function",
        "deprecated": False,
        "async": False,
        "generator": False,
    }
    assert asserted("", REDIRECT) == {}


def test_what_is_deprecated_or_async_is_asserted_where_it_is_said() -> None:
    old = entry(kind="function", deprecated="use forward", **{"async": True})
    told = {"kind": "function", "deprecated": True, "async": True, "generator": False}
    assert asserted("It is deprecated; await it.", old) == told
    assert asserted("Sends the browser elsewhere.", old) == {"kind": "function", "generator": False}


def test_a_statement_knows_where_it_stands() -> None:
    text = "The `timeout` is 30 by default, and `code` defaults to 303."
    places = {item.name: text[item.start : item.end] for item in stated(text, REDIRECT) if item.name.endswith(".default")}
    assert places == {"parameters.timeout.default": "30", "parameters.code.default": "303"}


TABLE = "| Parameter | Default |\n|---|---|\n" + "".join(f"| `{name}` |  |\n" for name in REDIRECT.strings("parameters"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(TABLE, ["parameters"], id="a table of all"),
        pytest.param(TABLE.replace("| `code` |  |\n", ""), [], id="a table without one"),
        pytest.param("".join(f"- `{name}`: …\n" for name in REDIRECT.strings("parameters")), ["parameters"], id="bullets"),
        pytest.param("Some of its parameters:\n\n" + TABLE, [], id="said to be some"),
        pytest.param(
            "Args:\n" + "".join(f"    {name}: …\n" for name in REDIRECT.strings("parameters")), ["parameters"], id="Google"
        ),
        pytest.param(", ".join(f"`{name}`" for name in REDIRECT.strings("parameters")), [], id="prose"),
        pytest.param("| Exception | When |\n|---|---|\n| `ValueError` | empty |", ["raises"], id="a table of one exception"),
        pytest.param("Raises:\n\n- `ValueError`: empty", ["raises"], id="a bullet of one exception under a title"),
        pytest.param("- `ValueError`: empty", [], id="a bullet of one exception"),
        pytest.param(":raises ValueError: empty", ["raises"], id="a field"),
        pytest.param("Raises\n______\nValueError\n    empty", ["raises"], id="NumPy, underlined by underscores"),
        pytest.param(":raise `~web.ValueError`: empty", ["raises"], id="a field with a path in backticks"),
        pytest.param(":param url: the address\n:raises ValueError: empty\n:rtype: str", ["raises"], id="a field among others"),
        pytest.param(":raises KeyError, ValueError: empty", ["raises"], id="a field of two"),
        pytest.param(":raises KeyError: empty", [], id="a field of another"),
        pytest.param(
            "".join(f":param {name}: …\n" for name in REDIRECT.strings("parameters")), ["parameters"], id="fields of parameters"
        ),
    ],
)
def test_tables_and_lists_that_name_all_are_complete(text: str, expected: list[str]) -> None:
    assert complete(text, REDIRECT) == expected


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param("Optional[int]", "int | None", id="Optional"),
        pytest.param("Union[int, str]", "str | int", id="Union, in another order"),
        pytest.param("typing.List[int]", "list[int]", id="List"),
        pytest.param('"Response"', "Response", id="quoted"),
        pytest.param("dict[str,int]", "Dict[str, int]", id="blanks"),
        pytest.param("Callable[[int], None]", "typing.Callable[[int],None]", id="Callable"),
    ],
)
def test_annotations_in_two_spellings_are_the_same(first: str, second: str) -> None:
    assert plain_annotation(first) == plain_annotation(second)


def test_signatures_in_two_spellings_are_the_same() -> None:
    assert plain_signature("f(x: Optional[int] = 3, *, y='a')") == plain_signature('f( x: int | None=3, *, y="a" )')
    assert plain_signature("f(x, y)") != plain_signature("f(y, x)")


# Any text at all -------------------------------------------------------------------------------------------------------

PIECES = st.sampled_from(
    [
        *"default defaults to is ` `` ``` ~~~ | - * # : ( ) [ ] ' \" = 303 302 13.8M 1e999 5% None code".split(),
        *"timeout ValueError Yields".split(),
        *"raises Raises Args: Parameters ---------- :param .. versionchanged:: >>> <!-- --> if by unless rank of".split(),
        *("\n", "\n\n", "\t", "\r\n", "💥", "ß", "İ", "\0", "\u2028", "    "),
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(), st.lists(PIECES, max_size=40).map(" ".join), st.lists(PIECES, max_size=40).map("".join)))
def test_no_text_raises(text: str) -> None:
    for about in (REDIRECT, MODEL):
        checked = verify(text, about)
        assert all(isinstance(item, Checked) and 0 <= item.claim.start <= item.claim.end <= len(text) for item in checked)
        assert set(complete(text, about)) <= {"parameters", "raises", "members"}
        asserted(text, about)


@settings(max_examples=50, deadline=None)
@given(st.lists(PIECES, max_size=30).map(" ".join))
def test_contradictions_are_those_of_verify(text: str) -> None:
    found = [item.claim for item in verify(text, REDIRECT) if item.verdict == "contradicted"]
    assert found == [item.claim for item in contradictions(text, REDIRECT)]


@pytest.mark.parametrize(
    "piece",
    [
        *"* - ` a 1 ( [ | ' <!-- a. A. 1,000 ]( http:// :param".split(),
        *(
            f"{piece} "
            for piece in ("", "default", "default 5", "`a`", "raises A,", "1.5", "code (", "a,", "loss of 1", "defaults to `")
        ),
        *("\n", "~~~\n", "- a\n", "\t- x: y\n", "| a |\n"),
    ],
    ids=repr,
)
def test_time_grows_with_the_length_and_no_faster(piece: str) -> None:
    def seconds(length: int) -> float:
        text = (piece * length)[:length]
        started = time.process_time()
        verify(text, REDIRECT)
        verify(text, MODEL)
        asserted(text, REDIRECT)
        return time.process_time() - started

    assert seconds(20_000) < 12 * seconds(5_000) + 0.5
