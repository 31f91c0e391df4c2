"""The order for one section, and the prompt that it becomes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from docgen.brief import (
    HEADINGS,
    Brief,
    brief_for,
    exceptions_of,
    exceptions_to_name,
    excerpt_words,
    members_that,
    prompt_mark,
    shown,
)
from docgen.facts import JSON, Entry, Fact

FACTS: dict[str, JSON] = {
    "kind": "function",
    "doc": "Load the rates.",
    "signature": "load_rates(currency, timeout=30, *more)",
    "parameters": ["currency", "timeout", "*more"],
    "parameters.currency.description": "The code of the currency.",
    "parameters.timeout.default": "30",
    "parameters.timeout.description": "Seconds to wait.",
    "returns": "Rates",
    "returns.description": "The rates.",
    "raises": ["ValueError", "KeyError"],
    "raises.ValueError.when": ["timeout is negative", "currency is empty"],
    "raises.ValueError.condition": ["timeout < 0", "not currency"],
    "raises.KeyError.message": ["no {currency}"],
    "documented_raises": ["OSError"],
    "raises.OSError.description": "If the file is missing.",
    "handles": ["EOFError"],
    "decorators": ["cached"],
    "attributes": ["size"],
}
EXCERPT = "def load_rates(currency, timeout=30, *more):\n    table = read_table(currency)\n    return Rates(table)\n"


def order(kind: str, facts: dict[str, JSON] | None = None, excerpt: str = EXCERPT) -> Brief:
    facts = FACTS if facts is None else facts
    return brief_for(Entry("bank.load_rates", tuple(Fact(name, value) for name, value in facts.items()), excerpt), kind)


def prompt(brief: Brief, lines: int = 0) -> str:
    [message] = brief.messages(lines)
    assert message["role"] == "user"
    return message["content"]


def test_the_prompt_of_an_introduction() -> None:
    assert prompt(order("introduction")).splitlines() == [
        "Write the Introduction of function `load_rates` (load rates) from these facts only.",
        "doc: Load the rates.",
        "takes: `currency`; `timeout` = `30`; `*more`",
        "returns: `Rates`",
        "returns.description: The rates.",
        "source words: load rates currency timeout more table read",
    ]


def test_the_prompt_of_a_use_case() -> None:
    assert prompt(order("use-case")).splitlines() == [
        "Write the Use Case of function `load_rates` (load rates) from these facts only.",
        "doc: Load the rates.",
        "takes: `*more`",
        "parameter `currency`: The code of the currency.",
        "parameter `timeout` = `30`: Seconds to wait.",
        "returns: `Rates`",
        "returns.description: The rates.",
        "source words: load rates currency timeout more table read",
    ]


def test_the_prompt_of_error_handling() -> None:
    assert prompt(order("error-handling")).splitlines() == [
        "Write the Error Handling of function `load_rates` (load rates) from these facts only.",
        "doc: Load the rates.",
        "takes: `currency`; `timeout` = `30`; `*more`",
        "raises `ValueError` if `timeout` is negative",
        "raises `ValueError` if `currency` is empty",
        "raises `KeyError` with message: no {currency}",
        "raises `OSError`: If the file is missing.",
        "handles: `EOFError`",
    ]


def test_the_prompt_of_a_function_that_raises_nothing_says_so() -> None:
    assert "raises: nothing" in prompt(order("error-handling", {"kind": "function"})).splitlines()


STORE: dict[str, dict[str, JSON]] = {
    "store": {"kind": "module", "doc": "Keep clips.", "members": ["Vault", "load", "size", "LIMIT", "inner"]},
    "store.Vault": {"kind": "class", "parameters": ["root"], "members": ["put", "count"], "raises": ["NotADirectoryError"]},
    "store.Vault.put": {
        "kind": "method",
        "parameters": ["clip"],
        "raises": ["VaultError"],
        "raises.VaultError.when": ["clip is empty", "clip is too large"],
        "documented_raises": ["OSError"],
        "raises.OSError.description": "If the disk is full.",
    },
    "store.Vault.count": {"kind": "method", "parameters": ["kind"]},
    "store.load": {"kind": "function", "handles": ["EOFError"], "raises": ["E"], "raises.E.message": ["no {path}"]},
    "store.size": {"kind": "function", "deprecated": "Use count."},
    "store.inner": {"kind": "module", "members": ["go"]},
    "store.inner.go": {"kind": "function", "raises": ["RuntimeError"]},
}


def of_store(about: str = "store", kind: str = "error-handling") -> Brief:
    warning = "def size():\n    warnings.warn('Use count.', DeprecationWarning)\n"
    entries = {
        name: Entry(name, tuple(Fact(*fact) for fact in facts.items()), warning if name == "store.size" else "")
        for name, facts in STORE.items()
    }
    return brief_for(entries[about], kind, find=entries.get)


def test_the_prompt_of_a_module_tells_what_its_members_raise_warn_of_and_handle() -> None:
    assert prompt(of_store()).splitlines() == [
        "Write the Error Handling of module `store` (store) from these facts only.",
        "doc: Keep clips.",
        "`Vault` raises `NotADirectoryError`",
        "`Vault.put` raises `VaultError` if `clip` is empty or if `clip` is too large",
        "`Vault.put` raises `OSError`: If the disk is full.",
        "`load` raises `E` with message: no {path}",
        "`size` warns `DeprecationWarning`",
        "`load` handles `EOFError`",
    ]


def test_the_prompt_of_a_class_tells_what_its_methods_raise_after_its_own() -> None:
    assert prompt(of_store("store.Vault")).splitlines()[1:] == [
        "takes: `root`",
        "raises `NotADirectoryError`",
        "`put` raises `VaultError` if `clip` is empty or if `clip` is too large",
        "`put` raises `OSError`: If the disk is full.",
    ]


def test_only_error_handling_holds_what_members_raise() -> None:
    assert not [fact.name for fact in of_store(kind="introduction").facts if ".raises" in fact.name]
    assert [member.about for member in members_that(of_store().entry)] == ["Vault", "Vault.put", "load"]


def test_a_prompt_tells_of_twelve_exceptions_of_members_and_an_answer_need_name_no_others() -> None:
    names = [f"f{number}" for number in range(20)]
    raising = {f"m.{name}": Entry(f"m.{name}", (Fact("kind", "function"), Fact("raises", [f"{name}Error"]))) for name in names}
    brief = brief_for(Entry("m", (Fact("kind", "module"), Fact("members", [*names]))), "error-handling", find=raising.get)
    assert sum(" raises " in line for line in prompt(brief).splitlines()) == 12
    assert exceptions_to_name(brief) == [f"{name}Error" for name in names[:12]]


def test_a_name_that_a_module_passes_on_from_elsewhere_is_one_of_its_members() -> None:
    there = Entry("m.inside.load", (Fact("kind", "function"), Fact("raises", ["OSError"])))
    module = Entry("m", (Fact("kind", "package"), Fact("members", ["load", "limit"])))
    brief = brief_for(module, "error-handling", find=lambda path: there if path == "m.load" else module)
    assert [member.about for member in members_that(brief.entry)] == ["load"]


def test_the_source_is_added_for_bases_with_room_for_it() -> None:
    assert prompt(order("introduction"), 1).endswith("source:\n```\ndef load_rates(currency, timeout=30, *more):\n```")


@pytest.mark.parametrize("kind", [pytest.param(kind, id=kind) for kind in ("introduction", "use-case", "error-handling")])
def test_a_brief_holds_only_the_facts_that_its_kind_may_state(kind: str) -> None:
    names = {fact.name.partition(".")[0] for fact in order(kind).facts}
    assert names & {"decorators", "signature", "attributes"} == set()
    assert ("raises" in names) is (kind == "error-handling")


def test_a_kind_of_a_projects_own_may_state_everything() -> None:
    brief = order("house-style")
    assert len(brief.facts) == len(FACTS)
    assert brief.heading == "House Style"


def test_exceptions_of_the_body_come_before_documented_ones() -> None:
    assert exceptions_of(order("error-handling").entry) == ["ValueError", "KeyError", "OSError"]


def test_sources_hold_names_values_and_the_excerpt() -> None:
    sources = " ".join(order("error-handling").sources)
    assert all(word in sources for word in ("bank.load_rates", "timeout is negative", "read_table", "EOFError", "30"))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        pytest.param(13_800_000, "13.8M", id="millions"),
        pytest.param(7_000_000_000, "7B", id="thousands of millions"),
        pytest.param(999_999, "999999", id="below a million"),
        pytest.param(0.123456, "0.1235", id="a fraction"),
        pytest.param(0.5, "0.5", id="a short fraction"),
        pytest.param(0.00001, "1e-05", id="a small fraction"),
        pytest.param(True, "True", id="a truth"),
        pytest.param("a \n b", "a b", id="a text"),
        pytest.param([1, "a"], "1, a", id="a list"),
        pytest.param(None, "None", id="nothing"),
    ],
)
def test_a_value_is_shown_as_prose_prints_it(value: JSON, text: str) -> None:
    assert shown(value) == text


def test_source_words_are_plain_distinct_and_few() -> None:
    assert excerpt_words("def load_rates(self, rates): return LoadRates if x else read2disk") == [
        "load",
        "rates",
        "read",
        "disk",
    ]
    assert len(excerpt_words(" ".join(f"{chr(97 + n // 26)}{chr(97 + n % 26)}word" for n in range(99)))) == 24


def test_the_mark_changes_with_every_fact_and_not_with_its_place() -> None:
    first = order("introduction")
    assert first.mark == order("introduction").mark
    assert first.mark != order("introduction", FACTS | {"doc": "Load rates."}).mark
    moved = Brief(first.kind, first.heading, first.about, tuple(Fact(fact.name, fact.value, "b.py:9") for fact in first.facts))
    assert moved.mark == first.mark


def test_the_mark_of_the_prompt_changes_with_its_format() -> None:
    assert prompt_mark() == prompt_mark(0) != prompt_mark(5)


def test_a_model_is_told_from_code() -> None:
    model = brief_for(Entry("tagger", (Fact("task", "text-generation"), Fact("lora.r", 8))), "evaluation")
    assert model.is_model and model.symbol_kind == "model" and model.short == "tagger"
    assert prompt(model).splitlines() == [
        "Write the Evaluation of model `tagger` (tagger) from these facts only.",
        "task: text-generation",
        "lora.r: 8",
    ]
    assert not order("introduction").is_model


def test_every_label_has_a_heading() -> None:
    assert list(HEADINGS) == ["introduction", "use-case", "error-handling", "limitations", "evaluation"]


# Whatever the facts

NAMES = some.lists(some.sampled_from("path rate timeout mode x y strict limit encoding".split()), unique=True, max_size=9)
EXCEPTIONS = some.lists(
    some.sampled_from("ValueError KeyError OSError Missing Denied TypeError".split()), unique=True, max_size=6
)


@some.composite
def codes(draw: some.DrawFn) -> dict[str, JSON]:
    facts: dict[str, JSON] = {"kind": "function"}
    names = draw(NAMES)
    facts["parameters"] = [*names]
    for name in names:
        if draw(some.booleans()):
            facts[f"parameters.{name}.default"] = draw(some.sampled_from(["3", "'utf-8'", "None", "(1, 2)"]))
        if draw(some.booleans()):
            facts[f"parameters.{name}.description"] = "What it is."
    raised, documented = draw(EXCEPTIONS), draw(EXCEPTIONS)
    facts |= {"raises": [*raised], "documented_raises": [*documented]}
    for name in raised:
        if draw(some.booleans()):
            facts[f"raises.{name}.when"] = ["rate is negative"]
    for name in documented:
        if draw(some.booleans()):
            facts[f"raises.{name}.description"] = "If it is wrong."
    return facts


@given(codes())
def test_every_exception_of_a_brief_stands_in_its_prompt(facts: dict[str, JSON]) -> None:
    brief = order("error-handling", facts)
    lines = prompt(brief).splitlines()
    assert all(any(line.startswith(f"raises `{name}`") for line in lines) for name in exceptions_of(brief.entry))


@given(codes(), some.sampled_from(["introduction", "use-case", "error-handling"]))
def test_every_default_of_a_brief_stands_in_its_prompt(facts: dict[str, JSON], kind: str) -> None:
    text = prompt(order(kind, facts))
    for name, value in facts.items():
        if name.endswith(".default"):
            assert f"`{name.split('.')[1]}` = `{value}`" in text


@given(codes(), some.text(max_size=300))
def test_a_prompt_is_the_same_every_time_and_has_no_empty_line(facts: dict[str, JSON], doc: str) -> None:
    brief = order("introduction", facts | ({"doc": doc} if doc.strip() else {}))
    text = prompt(brief)
    assert text == prompt(brief)
    assert all(line.strip() for line in text.split("\n"))
