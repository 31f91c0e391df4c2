"""Runs with a server: what it can enforce, what a run may cost, what is kept of one that broke off, and shares of a run."""

from __future__ import annotations

import email.utils
import importlib.util
import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from serving import HASTY, KEY, Reply, Request, brief, said, serving, writer

from docgen.brief import Brief
from docgen.cache import Cache
from docgen.facts import Fact
from docgen.report import DocgenError, InputError
from docgen.write.shares import share
from docgen.writers.server import Patience, ServerWriter
from docgen.writers.server.structure import WAYS, Expression, expression_of, quotations_of, unwrapped
from docgen.writers.wording import Wording, wording_of

BRIEF = Brief(
    "introduction",
    "Introduction",
    "money.convert",
    (
        Fact("kind", "function"),
        Fact("doc", "Converts an amount at a rate."),
        Fact("parameters", ["amount", "rate_now"]),
        Fact("parameters.rate_now.default", "1.25"),
        Fact("parameters.sign.default", "'-.\"[1]'"),
    ),
)
WORDING = wording_of(BRIEF)
DRAFTS = ("`convert` takes `invented_name` and 99 tries.", "`convert` takes `rate_now`, 1.25 by default.")


def expression_in(body: Any) -> tuple[str, str]:
    """The way in which an order takes an expression, and the expression; empty where it has none."""
    form = body.get("response_format", {})
    if form.get("type") == "json_schema":
        return "json_schema", form["json_schema"]["schema"]["properties"]["text"]["pattern"]
    if form:
        return "response_format", form["value"]
    way = next((way for way in WAYS if way in body), "")
    value = body.get(way, "")
    return way, value["regex"] if isinstance(value, dict) else value


def enforcing(way: str, *, refuses_others: bool) -> Any:
    """A model of two drafts, the first of which invents, on a server that takes regular expressions in one way."""

    def answer(request: Request, number: int) -> Reply:
        used, expression = expression_in(request.body)
        if used and used != way:
            return Reply({"error": f"unexpected field {used}"}, 422) if refuses_others else said(DRAFTS[0])
        drafts = (*DRAFTS, "It does what it says.", "docgen-beef")
        text = next(draft for draft in drafts if not used or re.fullmatch(expression, draft))
        return said(json.dumps({"text": text}) if used == "json_schema" else text)

    return answer


# Structure -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("refuses_others", [pytest.param(True, id="refusing"), pytest.param(False, id="ignoring")])
@pytest.mark.parametrize("way", [way for way in WAYS if way != "grammar"])
def test_a_server_that_can_holds_its_model_to_the_names_and_numbers(way: str, refuses_others: bool, tmp_path: Path) -> None:
    with serving(enforcing(way, refuses_others=refuses_others)) as (url, requests):
        asking = writer(url + "#tiny", structured=True, cache=Cache(tmp_path))
        assert asking.write([BRIEF]) == [DRAFTS[1]]
        probes = len(requests) - 1
        assert asking.write([brief()])
        assert len(requests) == probes + 2, "what the server can do is asked once"
    assert probes == WAYS.index(way) + 1
    assert expression_in(requests[-1].body)[0] == way


def test_a_grammar_of_llama_cpp_is_sent_where_the_server_keeps_to_it() -> None:
    def answer(request: Request, number: int) -> Reply:
        return said("docgen-beef" if request.body.get("grammar", "").startswith('root ::= "docgen-"') else DRAFTS[1])

    with serving(answer) as (url, requests):
        assert writer(url + "#tiny", structured=True).write([BRIEF]) == [DRAFTS[1]]
    assert '"rate_now"' in requests[-1].body["grammar"]


def test_a_server_that_enforces_nothing_is_asked_plainly() -> None:
    with serving(enforcing("none of them", refuses_others=False)) as (url, requests):
        assert writer(url + "#tiny", structured=True).write([BRIEF]) == [DRAFTS[0]]
    assert expression_in(requests[-1].body) == ("", "")


def test_a_brief_whose_expression_is_refused_is_asked_for_without() -> None:
    def answer(request: Request, number: int) -> Reply:
        used, expression = expression_in(request.body)
        if not used:
            return said("Plainly.")
        return said("docgen-cafe") if len(expression) < 30 else Reply({"error": "too complex"}, 400)

    with serving(answer) as (url, _):
        assert writer(url + "#tiny", structured=True).write([BRIEF]) == ["Plainly."]


def test_trouble_while_asking_what_a_server_can_is_told_by_the_order_and_not_remembered(tmp_path: Path) -> None:
    with serving(lambda request, number: Reply(b"who are you", 401)) as (url, requests):
        for _ in range(2):
            with pytest.raises(DocgenError, match="401"):
                writer(url + "#tiny", structured=True, cache=Cache(tmp_path)).write([BRIEF])
    assert len(requests) == 4


def test_a_model_that_is_not_there_is_not_taken_for_a_server_that_can_nothing(tmp_path: Path) -> None:
    is_there = False

    def answer(request: Request, number: int) -> Reply:
        if not is_there:
            return Reply({"error": "pull the model first"}, 404)
        return said("docgen-beef" if request.body.get("grammar", "").startswith('root ::= "docgen-"') else DRAFTS[1])

    with serving(answer) as (url, requests):
        asking = writer(url + "#tiny", structured=True, cache=Cache(tmp_path))
        with pytest.raises(DocgenError, match="pull the model first"):
            asking.write([BRIEF])
        assert len(requests) == 2
        is_there = True
        asking.write([BRIEF])
    assert "grammar" in requests[-1].body


def test_a_message_can_be_quoted_word_for_word_and_no_other_way() -> None:
    facts = (Fact("raises", ["ValueError"]), Fact("raises.ValueError.message", ["order must be positive: %s"]))
    raising = Brief("error-handling", "Error Handling", "money.convert", facts)
    expression = expression_of(wording_of(raising), quotations_of(raising))
    assert expression is not None
    text = '`ValueError` is raised with the message "{}".'
    assert re.fullmatch(expression.regex, text.format("order must be positive: %s"))
    assert not re.fullmatch(expression.regex, text.format("order must be positive"))
    assert r'quotation ::= "\"" ("order must be positive: %s") "\""' in expression.grammar


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_text_of_an_expression_holds_a_name_or_number_outside_of_the_facts(data: st.DataObject) -> None:
    expression = expression_of(WORDING)
    assert expression is not None
    which = data.draw(st.sampled_from([expression.regex, expression.in_json]))
    text = data.draw(st.from_regex(re.compile(which, re.ASCII), fullmatch=True))
    assert WORDING.strays(text) == []
    if which == expression.in_json:
        assert json.loads(f'"{text}"') == text


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        pytest.param("`convert` takes an `amount`, and a `rate_now` of 1.25.", True, id="names-and-numbers"),
        pytest.param("It converts (with care) the user's amount.\n\n- It's well-known.", True, id="prose"),
        pytest.param("`convert` takes `price`.", False, id="another-name"),
        pytest.param("It takes 1.2.", False, id="part-of-a-number"),
        pytest.param("It takes 11.25 or 1.251.", False, id="a-longer-number"),
        pytest.param("It takes rate_then.", False, id="a-bare-name"),
        pytest.param("It takes an amount", False, id="no-end"),
        pytest.param("It takes an amount) as it is.", False, id="a-parenthesis-that-closes-nothing"),
        pytest.param('It is "given" as it is.', False, id="a-quotation-of-no-fact"),
    ],
)
def test_an_expression_lets_through_sentences_of_the_facts(text: str, fits: bool) -> None:
    expression = expression_of(WORDING)
    assert expression is not None
    assert (re.fullmatch(expression.regex, text) is not None) is fits


def test_too_many_names_make_no_expression() -> None:
    assert expression_of(Wording(frozenset(f"name_{number}" for number in range(500)), frozenset())) is None
    assert isinstance(expression_of(Wording(frozenset(), frozenset())), Expression)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        pytest.param('{"text": "It is."}', "It is.", id="whole"),
        pytest.param('{"text": "It is. It w', "It is. It w", id="broken-off"),
        pytest.param('{"text": 3}', "", id="no-text"),
        pytest.param("It is.", "", id="no-json"),
        pytest.param("[1]", "", id="a-list"),
    ],
)
def test_the_text_is_taken_out_of_the_json_around_it(content: str, text: str) -> None:
    assert unwrapped(content, "json_schema") == text


# What a run may cost ---------------------------------------------------------------------------------------------------


def costing(tokens: int) -> Any:
    return lambda request, number: Reply(said("Text.").body | {"usage": {"total_tokens": tokens}})


def test_a_run_stops_before_its_tokens_are_spent_and_goes_on_from_there(tmp_path: Path) -> None:
    briefs = [brief(f"f{number}") for number in range(10)]
    with serving(costing(300)) as (url, requests):
        limited = writer(url + "#tiny", instruction="", max_tokens=100, max_tokens_total=1000, workers=1, cache=Cache(tmp_path))
        with pytest.raises(DocgenError, match=r"used 900 of its 1,000 tokens") as raised:
            limited.write(briefs)
        assert "--max-tokens-total" in raised.value.fix
        assert len(requests) == 3
        writer(url + "#tiny", instruction="", max_tokens=100, workers=1, cache=Cache(tmp_path)).write(briefs)
    assert len(requests) == 10, "no Brief is paid for twice"


def test_workers_together_stay_below_the_limit() -> None:
    with serving(costing(200)) as (url, requests), pytest.raises(DocgenError, match="tokens"):
        writer(url + "#tiny", instruction="", max_tokens=150, max_tokens_total=1000, workers=8).write([brief()] * 40)
    assert 4 <= len(requests) <= 5


def test_a_server_that_counts_no_tokens_is_charged_the_most() -> None:
    with serving(lambda request, number: said("Text.")) as (url, requests), pytest.raises(DocgenError, match="tokens"):
        writer(url + "#tiny", max_tokens=400, max_tokens_total=1500, workers=1).write([brief()] * 10)
    assert 1 <= len(requests) <= 3


# What is kept ----------------------------------------------------------------------------------------------------------


def test_a_run_that_broke_off_goes_on_where_it_was(tmp_path: Path) -> None:
    def failing_at_the_sixth(request: Request, number: int) -> Reply:
        return Reply(b"gone", 400) if number == 5 else said("Text.")

    told: list[str] = []
    briefs = [brief(f"f{number}") for number in range(10)]
    with serving(failing_at_the_sixth) as (url, requests):
        asking = writer(url + "#tiny", workers=1, cache=Cache(tmp_path), tell=told.append)
        with pytest.raises(DocgenError, match="400"):
            asking.write(briefs)
        before = len(requests)
        assert asking.write(briefs) == ["Text."] * 10
    kept = before - 1
    assert len(requests) == before + 10 - kept
    assert told[-1].endswith(f"{kept} kept from an earlier run")


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"suffix": "#other"}, id="model"),
        pytest.param({"instruction": "Be brief."}, id="prompt"),
        pytest.param({"max_tokens": 50}, id="length"),
        pytest.param({"briefs": [brief("store")]}, id="brief"),
    ],
)
def test_an_answer_is_kept_for_the_same_question_alone(other: dict[str, Any], tmp_path: Path) -> None:
    briefs, suffix = other.pop("briefs", [brief()]), other.pop("suffix", "#tiny")
    with serving(lambda request, number: said("Text.")) as (url, requests):
        writer(url + "#tiny", cache=Cache(tmp_path)).write([brief()])
        writer(url + "#tiny", cache=Cache(tmp_path)).write([brief()])
        assert len(requests) == 1
        writer(url + suffix, cache=Cache(tmp_path), **other).write(briefs)
    assert len(requests) == 2


def test_the_key_is_not_kept(tmp_path: Path) -> None:
    with serving(lambda request, number: said("Text.")) as (url, _):
        writer(url + "#tiny", key=KEY, structured=True, cache=Cache(tmp_path)).write([brief()])
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert kept
    assert not any(KEY.encode() in path.read_bytes() or KEY in path.name for path in kept)


# Waiting ---------------------------------------------------------------------------------------------------------------


def test_a_wait_until_a_date_is_kept() -> None:
    def busy_once(request: Request, number: int) -> Reply:
        date = email.utils.formatdate(time.time() + 2, usegmt=True)  # in whole seconds
        return Reply(b"", 503, {"Retry-After": date}) if number == 0 else said("Text.")

    with serving(busy_once) as (url, requests):
        writer(url + "#tiny").write([brief()])
    assert requests[1].at - requests[0].at >= 0.9


def test_a_failure_for_good_ends_the_waits_of_other_workers() -> None:
    def answer(request: Request, number: int) -> Reply:
        is_first = "`f0`" in request.body["messages"][-1]["content"]
        return Reply(b"bad", 400, after=0.2) if is_first else Reply(b"", 503, {"Retry-After": "30"})

    begun = time.monotonic()
    with serving(answer) as (url, _), pytest.raises(DocgenError, match="400"):
        ServerWriter(url + "#tiny", patience=Patience(5, 3, 0.01), environment={}).write([brief("f0"), brief("f1")])
    assert time.monotonic() - begun < 5


# Shares ----------------------------------------------------------------------------------------------------------------


def test_every_target_falls_to_one_job() -> None:
    targets = tuple(f"models/m{number}" for number in range(200))
    shares = [share(targets, f"{job}/4") for job in range(1, 5)]
    assert Counter(target for part in shares for target in part) == Counter(targets)
    assert all(20 < len(part) < 80 for part in shares)


def test_a_target_falls_to_the_same_job_whatever_stands_beside_it_and_however_it_is_written() -> None:
    alone = [job for job in range(1, 6) if share(("models/triage",), f"{job}/5")]
    assert alone == [job for job in range(1, 6) if share((os.path.abspath("models/triage"),), f"{job}/5")]
    assert alone == [job for job in range(1, 6) if share(("./models//triage/",), f"{job}/5")]
    assert "models/triage" in share(("a", "models/triage", "b"), f"{alone[0]}/5")


@pytest.mark.parametrize("part", ["0/4", "5/4", "1", "1/0", "a/b", "-1/4", "1/4/2", ""])
def test_a_part_that_is_none_is_refused(part: str) -> None:
    with pytest.raises(InputError, match="no part of a run"):
        share(("a",), part)


def test_the_jobs_of_a_run_write_each_document_once(tmp_path: Path) -> None:
    names = [f"money{number}.py" for number in range(6)]
    (tmp_path / "pyproject.toml").write_text("", encoding="utf-8")
    for name in names:
        (tmp_path / name).write_text(_MODULE, encoding="utf-8")
    said_by = [_docgen(tmp_path, "write", *names, "--writer", "none", "--shard", f"{job}/3") for job in (1, 2, 3)]
    wrote = Counter(re.findall(r"wrote (\S+) ", "".join(done.stdout for done in said_by)))
    assert wrote == Counter(f"docs/api/money{number}.md" for number in range(6))
    assert [done.returncode for done in said_by] == [0, 0, 0]


def test_a_job_without_a_target_says_so(tmp_path: Path) -> None:
    (tmp_path / "money.py").write_text(_MODULE, encoding="utf-8")
    done = [_docgen(tmp_path, "write", "money.py", "--writer", "none", "--shard", f"{job}/2", "--diff") for job in (1, 2)]
    assert sum("none of 1 target falls to" in each.stdout for each in done) == 1
    assert [each.returncode for each in done] == [0, 0]


def test_a_run_at_its_limit_exits_2_writes_nothing_and_goes_on_when_it_is_asked_again(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        "[tool.docgen]\nwrite.candidates = 1\nserver = { max_tokens = 100, workers = 1, structured = false }\n",
        encoding="utf-8",
    )
    (tmp_path / "money.py").write_text(_MODULE, encoding="utf-8")
    with serving(costing(450)) as (url, _):
        run = ("write", "money.py", "--writer", f"{url}#tiny", "--max-tokens-total")
        limited = _docgen(tmp_path, *run, "1100")
        assert limited.returncode == 2
        assert "of its 1,100 tokens" in limited.stderr
        assert not (tmp_path / "docs").exists()
        assert _docgen(tmp_path, *run, "1100").returncode == 0
    assert (tmp_path / "docs" / "api" / "money.md").exists()


def _docgen(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"DOCGEN_CACHE": str(folder / "cache")}
    command = [sys.executable, "-m", "docgen", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


# A real server ---------------------------------------------------------------------------------------------------------

_SERVING = ("torch", "transformers", "fastapi", "uvicorn", "openai", "pydantic")
_BASE = Path(__file__).parent.parent / "docgen" / "bases" / "sm"
_MODULE = (
    '"""Rates."""\n\n\ndef convert(amount: float, rate: float = 1.25) -> float:\n    """Converts an amount at a rate."""\n'
)


@pytest.fixture(scope="module")
def transformers_serve() -> Iterator[str]:
    """The address of `transformers serve` with the embedded base."""
    if missing := [name for name in _SERVING if importlib.util.find_spec(name) is None]:
        pytest.skip(f"`transformers serve` needs {', '.join(missing)}: pip install 'transformers[serving]'")
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    program = "from transformers.cli.transformers import main; main()"
    arguments = ["serve", str(_BASE), "--host", "127.0.0.1", "--port", str(port), "--device", "cpu"]
    environment = os.environ | {"HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"}
    with subprocess.Popen(
        [sys.executable, "-c", program, *arguments], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        try:
            _await_health(server, port)
            yield f"http://127.0.0.1:{port}/v1#{_BASE}"
        finally:
            server.terminate()


def _await_health(server: subprocess.Popen[bytes], port: int) -> None:
    end = time.monotonic() + 120
    while time.monotonic() < end:
        assert server.poll() is None, f"`transformers serve` ended with {server.returncode}"
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5):
                return
        except OSError:
            time.sleep(0.5)
    pytest.fail("`transformers serve` did not start within two minutes")


def test_pages_are_written_by_transformers_serve(transformers_serve: str, tmp_path: Path) -> None:
    (tmp_path / "money.py").write_text(_MODULE, encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text("[tool.docgen.server]\ntaught = true\n", encoding="utf-8")
    done = _docgen(tmp_path, "write", "money.py", "--writer", transformers_serve)
    assert done.returncode == 0, done.stderr
    assert "the server cannot; answers are verified" in done.stderr
    assert re.search(r"[1-9]\d* answered by the server with [1-9][\d,]* tokens", done.stderr)
    assert "`convert`" in (tmp_path / "docs" / "api" / "money.md").read_text(encoding="utf-8")


def test_a_served_base_that_is_asked_as_it_was_taught_answers_from_the_facts(transformers_serve: str) -> None:
    served = ServerWriter(transformers_serve, instruction="", excerpt_lines=0, patience=HASTY, environment={})
    (text,) = served.write([BRIEF])
    assert "amount" in text
