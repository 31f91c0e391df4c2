"""Composed sections: what they say stands in their Brief, number for number."""

from __future__ import annotations

import random
import re

from hypothesis import given
from hypothesis import strategies as st

from docgen.brief import exceptions_of, members_that, shown
from docgen.claims import verify
from docgen.corpus.compose import compose_code, compose_models
from docgen.corpus.compose.drawn import draw_model
from docgen.corpus.compose.names import renamed
from docgen.facts import Entry, Fact
from docgen.support import support

seeds = st.integers(0, 2**32)
LOAD = Entry(
    "bank.rates.load_rates",
    (
        Fact("kind", "function"),
        Fact("doc", "Load the rates of a currency."),
        Fact("parameters", ["currency", "timeout"]),
        Fact("parameters.currency.description", "The code of the currency."),
        Fact("parameters.timeout.default", "30"),
        Fact("raises", ["ValueError"]),
        Fact("raises.ValueError.when", ["timeout is negative"]),
        Fact("raises.ValueError.condition", ["timeout < 0"]),
    ),
)


@given(seeds)
def test_a_composed_section_about_a_model_states_facts_of_its_brief_alone(seed: int) -> None:
    for example in compose_models(8, random.Random(seed)):
        wrong = [item.claim.value for item in verify(example.text, example.brief.entry) if item.verdict != "supported"]
        assert not wrong, (example.text, wrong)


@given(seeds)
def test_numbers_of_a_model_are_printed_as_its_brief_prints_them(seed: int) -> None:
    for example in compose_models(8, random.Random(seed)):
        plain = example.text.replace(f"`{example.brief.about}`", "")
        values = {word for fact in example.brief.facts for word in re.findall(r"\d[\d.]*", shown(fact.value))}
        assert set(re.findall(r"(?<![\w.-])\d+(?:\.\d+)?", plain)) <= {value.rstrip(".") for value in values}


@given(seeds)
def test_the_facts_of_a_drawn_model_agree_with_each_other(seed: int) -> None:
    model = draw_model(random.Random(seed))
    best, last, steps = (model.get(name) for name in ("best.step", "last.step", "training.steps"))
    if isinstance(best, int) and isinstance(last, int):
        assert best <= last == steps
    assert (model.get("lora.r") is None) == (model.get("architecture") is not None)
    assert model.get("lora.r") is None or model.get("base_model")
    assert all(fact.value not in (None, "") for fact in model.facts)


VAULT = Entry("bank.vault", (Fact("kind", "module"), Fact("doc", "Keep coins."), Fact("members", ["Vault", "open_vault"])))
OPEN = Entry(
    "bank.vault.open_vault",
    (
        Fact("kind", "function"),
        Fact("parameters", ["key_code"]),
        Fact("raises", ["WrongKey"]),
        Fact("raises.WrongKey.when", ["key_code is empty"]),
        Fact("raises.WrongKey.condition", ["not key_code"]),
    ),
)


@given(seeds)
def test_error_handling_of_a_module_names_who_raises_what_and_when(seed: int) -> None:
    found = compose_code(VAULT, "bank", "MIT", random.Random(seed), {OPEN.about: OPEN}.get)
    for example in (item for item in found if item.brief.kind == "error-handling"):
        whole = example.brief.entry
        assert not [item for item in verify(example.text, whole) if item.verdict == "contradicted"]
        (member,) = members_that(whole)
        assert {f"`{member.about}`", f"`{exceptions_of(member)[0]}`"} <= set(re.findall(r"`[^`]*`", example.text))


@given(seeds)
def test_a_section_with_names_drawn_anew_stays_true_to_its_facts(seed: int) -> None:
    example = next(iter(compose_code(LOAD, "bank", "MIT", random.Random(seed))))
    other = renamed(example, random.Random(seed))
    assert other.brief.short != "load_rates" and "load_rates" not in other.text
    assert other.brief.get("kind") == "function" and other.brief.get("doc") == LOAD.get("doc")
    assert not [item for item in verify(other.text, other.brief.entry) if item.verdict == "contradicted"]


@given(seeds)
def test_a_composed_section_about_code_says_what_the_facts_hold(seed: int) -> None:
    examples = {example.brief.kind: example for example in compose_code(LOAD, "bank", "MIT", random.Random(seed))}
    assert set(examples) == {"introduction", "use-case", "error-handling"}
    assert "load" in examples["introduction"].text.lower() and "rates" in examples["introduction"].text
    assert "`ValueError`" in examples["error-handling"].text and "negative" in examples["error-handling"].text
    for example in examples.values():
        assert (example.origin, example.source, example.license) == ("synthetic", "bank", "MIT")
        assert support(example.text, example.brief.sources) >= 0.4
        assert not [item for item in verify(example.text, LOAD) if item.verdict == "contradicted"]


def test_what_raises_nothing_seldom_gets_a_section_about_errors() -> None:
    quiet = Entry("bank.now", (Fact("kind", "function"), Fact("doc", "Return the current day of the bank.")))
    draw = random.Random(1)
    kinds = [example.brief.kind for _ in range(300) for example in compose_code(quiet, "bank", "MIT", draw)]
    assert 0 < kinds.count("error-handling") < 30 < kinds.count("introduction")


def test_the_same_seed_composes_the_same() -> None:
    assert list(compose_models(20, random.Random(5))) == list(compose_models(20, random.Random(5)))


def test_models_get_every_kind_of_section() -> None:
    kinds = {example.brief.kind for example in compose_models(40, random.Random(1))}
    assert kinds == {"introduction", "use-case", "limitations", "evaluation"}
