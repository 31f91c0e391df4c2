"""The codes: every finding has one that is explained, and the page about them is up to date."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from docgen.check.coding import code_of, code_of_claim
from docgen.claims import Claim
from docgen.cli import run
from docgen.facts import Subject
from docgen.report import InputError
from docgen.report.codes import CODES, VERDICTS, Code, codes_page, explain

ROOT = Path(__file__).parent.parent
API, MODEL = Subject("api", "web"), Subject("model", "tagger")


def test_the_page_about_the_codes_is_up_to_date() -> None:
    there = (ROOT / "docs" / "codes.md").read_text(encoding="utf-8")
    assert there == codes_page(), "run: python -m docgen.report.codes > docs/codes.md"


@pytest.mark.parametrize("code", CODES.values(), ids=CODES)
def test_a_code_is_explained_whole(code: Code) -> None:
    assert code.verdict in VERDICTS
    assert code.meaning.endswith(".") and "\n" not in code.meaning and len(code.meaning) <= 100
    assert code.explanation.endswith(".") and code.repair
    assert bool(code.before) == bool(code.after)
    page = code.page()
    assert page.startswith(f"{code.name}: ") and "mend:" in page and max(map(len, page.splitlines())) <= 100
    if code.silence:
        assert code.name in code.silence and "silence:" in page


@pytest.mark.parametrize("code", CODES.values(), ids=CODES)
def test_a_code_begins_with_its_verdict(code: Code) -> None:
    if code.verdict not in ("silence", "untied"):
        assert code.name == code.verdict or code.name.startswith(f"{code.verdict}-")


def test_every_code_that_docgen_names_is_in_the_table() -> None:
    verdicts = "|".join(verdict for verdict in VERDICTS if verdict not in ("silence", "score", "review", "conflict", "untied"))
    named = re.compile(rf'"((?:{verdicts}|score|ignore|baseline|settings|review)-[a-z-]+)"')
    texts = [path.read_text(encoding="utf-8") for part in ("check", "score") for path in (ROOT / "docgen" / part).rglob("*.py")]
    found = {name for text in texts for name in named.findall(text)}
    assert len(found) > 15 and found <= CODES.keys()


@pytest.mark.parametrize(
    ("fact", "subject", "expected"),
    [
        pytest.param("parameters.code.default", API, "stale-default", id="default"),
        pytest.param("parameters.code", API, "stale-parameter", id="parameter"),
        pytest.param("parameters.code.annotation", API, "stale-type", id="annotation"),
        pytest.param("parameters.code.description", API, "stale-quote", id="description"),
        pytest.param("parameters.code.kind", API, "stale-signature", id="kind of parameter"),
        pytest.param("parameters.default", API, "stale-parameter", id="a parameter called default"),
        pytest.param("returns", API, "stale-return", id="return type"),
        pytest.param("count.parameters", API, "stale-count", id="count"),
        pytest.param("requires_python", API, "stale-version", id="version"),
        pytest.param("raises.OSError", API, "stale-raise", id="exception"),
        pytest.param("raises.OSError.when", API, "stale-condition", id="condition"),
        pytest.param("constants.LIMIT", API, "stale-constant", id="constant"),
        pytest.param("async", API, "stale-kind", id="async"),
        pytest.param("doc", API, "stale-quote", id="docstring"),
        pytest.param("names.json.dumps", API, "stale-name", id="cited name"),
        pytest.param("eval.loss", MODEL, "stale-metric", id="metric"),
        pytest.param("lora.r", MODEL, "stale-model", id="setting of a model"),
        pytest.param("something.new", API, "stale-fact", id="anything else"),
    ],
)
def test_a_fact_has_its_code(fact: str, subject: Subject, expected: str) -> None:
    assert code_of("stale", fact, subject) == expected
    assert code_of("incomplete", fact, subject) in CODES
    assert expected in CODES


def test_a_claim_has_its_code() -> None:
    claims = {kind: Claim(kind, "code", "302", 0, 3) for kind in ("default", "raises", "metric", "number", "name", "parameter")}
    assert code_of_claim(claims["default"], API) == "contradicted-default"
    assert code_of_claim(claims["number"], MODEL) == "contradicted-model"
    assert {code_of_claim(claim, subject) for claim in claims.values() for subject in (API, MODEL)} <= CODES.keys()


def test_explain_lists_every_code(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain"]) == 0
    words = capsys.readouterr().out
    assert all(f"  {name} " in words for name in CODES)


@pytest.mark.parametrize("name", ["stale-default", "STALE-DEFAULT", "stale"])
def test_explain_tells_a_code_or_a_verdict(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", name]) == 0
    assert "A default that the text states is another now." in capsys.readouterr().out


def test_a_misspelt_code_is_told_the_right_one() -> None:
    with pytest.raises(InputError, match="stale-default"):
        explain("stale-defaults")
