"""Texts from a chat completions server: a real one on loopback, which answers as each test says."""

from __future__ import annotations

import json
import socket
import threading
import time
from typing import Any

import pytest
from serving import KEY, Reply, Request, brief, said, serving, writer

from docgen.report import DocgenError, InputError
from docgen.writers.server import INSTRUCTION, Patience


@pytest.mark.parametrize(
    "suffix",
    [
        pytest.param("#tiny", id="base"),
        pytest.param("/#tiny", id="base-with-slash"),
        pytest.param("/chat/completions#tiny", id="whole-path"),
    ],
)
def test_a_brief_is_sent_as_chat_messages_and_the_text_comes_back(suffix: str) -> None:
    with serving(lambda request, number: said("  `load` reads a file.\n")) as (url, requests):
        texts = writer(url + suffix).write([brief()])
    assert texts == ["`load` reads a file."]
    assert [request.path for request in requests] == ["/v1/chat/completions"]
    body = requests[0].body
    assert body["model"] == "tiny"
    assert body["temperature"] == 0
    assert body["messages"] == [{"role": "system", "content": INSTRUCTION}, *brief().messages(60)]


def test_without_an_instruction_the_messages_are_those_of_training() -> None:
    with serving(lambda request, number: said("Text.")) as (url, requests):
        writer(url + "#tiny", instruction="", excerpt_lines=0).write([brief()])
    assert requests[0].body["messages"] == brief().messages()


def test_no_briefs_need_no_server() -> None:
    assert writer("http://127.0.0.1:9/v1").write([]) == []


def test_texts_come_in_the_order_of_their_briefs_however_long_each_takes() -> None:
    def slow_first(request: Request, number: int) -> Reply:
        name = request.body["messages"][-1]["content"].split("`")[1]
        reply = said(f"About {name}.")
        return Reply(reply.body, after=0.2 if name == "f0" else 0.0)

    with serving(slow_first) as (url, _):
        texts = writer(url + "#tiny", workers=3).write([brief(f"f{number}") for number in range(7)])
    assert texts == [f"About f{number}." for number in range(7)]


def test_no_more_requests_run_at_once_than_there_are_workers() -> None:
    running, most, lock = 0, 0, threading.Lock()

    def counting(request: Request, number: int) -> Reply:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.05)
        with lock:
            running -= 1
        return said("Text.")

    with serving(counting) as (url, _):
        writer(url + "#tiny", workers=2).write([brief(f"f{number}") for number in range(6)])
    assert most == 2


@pytest.mark.parametrize(
    "failure",
    [
        pytest.param(Reply({"error": "slow down"}, 429), id="too-many-requests"),
        pytest.param(Reply(b"oops", 500), id="internal-error"),
        pytest.param(Reply(b"", 503), id="unavailable"),
        pytest.param(Reply(hangs_up=True), id="connection-dropped"),
        pytest.param(Reply(b"{", headers={"Content-Length": "100"}), id="answer-cut-short"),
    ],
)
def test_a_failure_that_may_pass_is_asked_again(failure: Reply) -> None:
    def failing_twice(request: Request, number: int) -> Reply:
        return failure if number < 2 else said("At last.")

    patience = Patience(timeout=1, retries=3, pause=0.01)
    with serving(failing_twice) as (url, requests):
        assert writer(url + "#tiny", patience=patience).write([brief()]) == ["At last."]
    assert len(requests) == 3


def test_the_pause_between_two_attempts_doubles() -> None:
    with serving(lambda request, number: Reply(b"", 503)) as (url, requests), pytest.raises(DocgenError):
        writer(url + "#tiny", patience=Patience(timeout=5, retries=2, pause=0.1)).write([brief()])
    first, second = (later.at - earlier.at for earlier, later in zip(requests, requests[1:], strict=False))
    assert first >= 0.1
    assert second >= 0.2


def test_a_server_that_names_a_wait_is_given_it() -> None:
    def busy_once(request: Request, number: int) -> Reply:
        return Reply(b"", 429, {"Retry-After": "0.3"}) if number == 0 else said("Text.")

    with serving(busy_once) as (url, requests):
        writer(url + "#tiny").write([brief()])
    assert requests[1].at - requests[0].at >= 0.3


@pytest.mark.parametrize(
    ("reply", "attempts", "what", "fix"),
    [
        pytest.param(Reply({"error": {"message": "no such model"}}, 404), 1, "404", "check the path", id="not-found"),
        pytest.param(Reply(b"who are you", 401), 1, "401 Unauthorized: who are you", "set DOCGEN_API_KEY", id="unauthorised"),
        pytest.param(Reply(b"bad", 400), 1, "400 Bad Request: bad", "log", id="bad-request"),
        pytest.param(Reply(b"max_tokens=9 is over 4", 400), 1, "400", "set max_tokens below [server]", id="too-many-tokens"),
        pytest.param(Reply(b"", 302, {"Location": "http://127.0.0.1:9/"}), 1, "302", "http://127.0.0.1:9/", id="redirect"),
        pytest.param(Reply(b"", 503), 4, "503", "log", id="unavailable-for-good"),
        pytest.param(Reply(hangs_up=True), 4, "cannot be reached", "start the server", id="hangs-up-for-good"),
        pytest.param(Reply(b"<html>hello</html>"), 1, "not JSON: '<html>hello</html>'", "chat completions", id="html"),
        pytest.param(Reply({"choices": []}), 1, "no choices[0].message", "chat completions", id="no-choices"),
        pytest.param(Reply([1]), 1, "no choices[0].message: [1]", "chat completions", id="a-list"),
        pytest.param(Reply(b"[" * 100_000), 1, "not JSON", "chat completions", id="nested-too-deeply"),
        pytest.param(Reply(b" " * 4_000_001), 1, "more than 4,000,000 bytes", "chat completions", id="too-long"),
    ],
)
def test_a_failure_that_stays_says_what_where_and_how_to_fix_it(reply: Reply, attempts: int, what: str, fix: str) -> None:
    with serving(lambda request, number: reply) as (url, requests), pytest.raises(DocgenError) as raised:
        writer(url + "#tiny").write([brief()])
    assert what in raised.value.what
    assert raised.value.where == f"{url}/chat/completions"
    assert fix in raised.value.fix
    assert len(requests) == attempts


def test_a_server_that_never_answers_is_asked_once_more_and_given_up() -> None:
    patience = Patience(timeout=0.1, retries=3, pause=0.01)
    with (
        serving(lambda request, number: Reply(b"", after=0.5)) as (url, requests),
        pytest.raises(DocgenError, match=r"no answer within 0\.1 seconds"),
    ):
        writer(url + "#tiny", patience=patience).write([brief()])
    assert len(requests) == 2


def test_nobody_at_the_address_is_said_so() -> None:
    with serving(lambda request, number: said("")) as (url, _):
        pass
    with pytest.raises(DocgenError, match="cannot be reached: .*refused"):
        writer(url + "#tiny").write([brief()])


def test_a_server_without_tls_is_told_from_one_that_is_down() -> None:
    with serving(lambda request, number: said("Text.")) as (url, requests), pytest.raises(DocgenError) as raised:
        writer(url.replace("http://", "https://") + "#tiny").write([brief()])
    assert raised.value.what == "the server does not speak HTTPS"
    assert "http://" in raised.value.fix
    assert requests == []


def test_nobody_who_greets_back_is_not_waited_for_as_long_as_for_an_answer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"https://127.0.0.1:{silent.getsockname()[1]}/v1#tiny"
        with pytest.raises(DocgenError, match=r"no connection within 0\.2 seconds") as raised:
            writer(url, patience=Patience(timeout=0.2, retries=1, pause=0.01)).write([brief()])
    assert "https://" in raised.value.fix


def test_a_wait_is_told_once_whoever_waits() -> None:
    told: list[str] = []
    patience = Patience(timeout=5, retries=1, pause=2.0)
    with serving(lambda request, number: Reply(b"", 503)) as (url, _), pytest.raises(DocgenError):
        writer(url + "#tiny", patience=patience, workers=3, tell=told.append).write([brief(f"f{n}") for n in range(3)])
    assert told == ["the server answered 503 Service Unavailable; asking again in 2 seconds"]


LONG = Reply({"error": {"message": "This model's maximum context length is 64 tokens. Your prompt has 80."}}, 400)


def test_an_order_too_long_for_the_context_is_asked_for_without_its_source() -> None:
    def short(request: Request, number: int) -> Reply:
        return LONG if "def load" in request.body["messages"][-1]["content"] else said("Text.")

    with serving(short) as (url, requests):
        assert writer(url + "#tiny").write([brief()]) == ["Text."]
    assert len(requests) == 2


def test_an_order_too_long_without_its_source_costs_no_other_section_its_text() -> None:
    def for_another(request: Request, number: int) -> Reply:
        return LONG if "f1" in request.body["messages"][-1]["content"] else said("Text.")

    told: list[str] = []
    with serving(for_another) as (url, _):
        texts = writer(url + "#tiny", tell=told.append).write([brief(f"f{number}") for number in range(3)])
    assert texts == ["Text.", "", "Text."]
    assert "1 do not fit the model's context" in told[-1] and "max_tokens" in told[-1]


def test_answers_that_break_off_are_told_with_what_to_do() -> None:
    told: list[str] = []
    with serving(lambda request, number: said("<think>Hm", "length")) as (url, _):
        assert writer(url + "#tiny", tell=told.append).write([brief()]) == [""]
    assert told[-1].startswith("1 broke off") and "max_tokens" in told[-1]


@pytest.mark.parametrize(
    "said_so",
    [
        pytest.param({"error": {"message": "no such thing", "code": 400}}, id="openai"),
        pytest.param({"error": "no such thing"}, id="ollama"),
        pytest.param({"object": "error", "message": "no such thing"}, id="flat"),
        pytest.param({"detail": "no such thing"}, id="fastapi"),
    ],
)
def test_what_a_server_complains_of_is_shown_without_its_json(said_so: Any) -> None:
    with serving(lambda request, number: Reply(said_so, 400)) as (url, _), pytest.raises(DocgenError) as raised:
        writer(url + "#tiny").write([brief()])
    assert raised.value.what == "the server answered 400 Bad Request: no such thing"


GOOD, BAD = "`load` loads the load.", "`load` opens `nothing_known`."


def test_an_answer_that_may_not_stand_is_drawn_again_until_one_may() -> None:
    told: list[str] = []
    with serving(lambda request, number: said((BAD, BAD + " Twice.", GOOD, GOOD)[number])) as (url, requests):
        texts = writer(url + "#tiny", candidates=4, tell=told.append).write([brief()])
    assert texts == [GOOD]
    assert [(request.body["temperature"], request.body.get("seed")) for request in requests] == [(0, None), (0.7, 1), (0.7, 2)]
    assert "1 answered by the server" in told[-1] and "2 more drawn" in told[-1]


def test_where_no_draft_may_stand_the_likeliest_is_given_up_to_the_check() -> None:
    with serving(lambda request, number: said(f"{BAD} {number}")) as (url, requests):
        assert writer(url + "#tiny", candidates=3).write([brief()]) == [f"{BAD} 0"]
    assert len(requests) == 3


def test_a_server_that_draws_the_same_again_is_not_asked_a_third_time() -> None:
    with serving(lambda request, number: said(BAD)) as (url, requests):
        writer(url + "#tiny", candidates=4).write([brief()])
    assert len(requests) == 2


def test_after_a_failure_the_briefs_that_wait_are_not_asked() -> None:
    with serving(lambda request, number: Reply(b"", 400)) as (url, requests), pytest.raises(DocgenError):
        writer(url + "#tiny", workers=1).write([brief(f"f{number}") for number in range(50)])
    assert len(requests) < 5


@pytest.mark.parametrize(
    ("reply", "text"),
    [
        pytest.param(said(None), "", id="null"),
        pytest.param(said("   "), "", id="blank"),
        pytest.param(said("One whole. Two who", "length"), "One whole.", id="cut-after-a-sentence"),
        pytest.param(said("It reads version 1.5 of the fi", "length"), "", id="cut-in-the-first-sentence"),
        pytest.param(said("<think>Is it so. Hm", "length"), "", id="cut-while-thinking"),
        pytest.param(said("<think>Is it so?</think>\n\nIt is."), "It is.", id="thought-before-the-answer"),
    ],
)
def test_only_whole_sentences_of_the_answer_are_kept(reply: Reply, text: str) -> None:
    with serving(lambda request, number: reply) as (url, _):
        assert writer(url + "#tiny").write([brief()]) == [text]


def test_the_only_model_of_a_server_is_found() -> None:
    def one_model(request: Request, number: int) -> Reply:
        return Reply({"data": [{"id": "the-one"}]}) if request.path == "/v1/models" else said("Text.")

    with serving(one_model) as (url, requests):
        writer(url).write([brief(), brief()])
    assert [request.path for request in requests].count("/v1/models") == 1
    assert requests[-1].body["model"] == "the-one"


@pytest.mark.parametrize(
    ("models", "what"),
    [
        pytest.param({"data": [{"id": "a"}, {"id": "b"}]}, r"2 models \(a, b\)", id="several"),
        pytest.param({"data": []}, "no models", id="none"),
        pytest.param({"data": None}, "no models", id="null"),
        pytest.param([], "no models", id="a-list"),
    ],
)
def test_a_choice_of_models_is_left_to_the_user(models: Any, what: str) -> None:
    with serving(lambda request, number: Reply(models)) as (url, _), pytest.raises(DocgenError, match=what) as raised:
        writer(url).write([brief()])
    assert f"{url}#MODEL" in raised.value.fix


def test_the_key_comes_from_the_environment_and_goes_into_the_header_only() -> None:
    with serving(lambda request, number: said("Text.")) as (url, requests):
        asking = writer(url + "#tiny", key=f" {KEY}\n")
        asking.write([brief()])
        writer(url + "#tiny").write([brief()])
    assert requests[0].headers["Authorization"] == f"Bearer {KEY}"
    assert "Authorization" not in requests[1].headers
    assert KEY not in repr(asking) + asking.name + asking.mark + json.dumps(requests[0].body)


def test_a_server_that_quotes_the_key_does_not_get_it_into_the_message() -> None:
    reply = Reply(f"Incorrect API key provided: {KEY}".encode(), 401)
    with serving(lambda request, number: reply) as (url, _), pytest.raises(DocgenError) as raised:
        writer(url + "#tiny", key=KEY).write([brief()])
    assert "Incorrect API key provided: ***" in str(raised.value)
    assert KEY not in str(raised.value)


def test_the_key_does_not_follow_a_redirect() -> None:
    with serving(lambda request, number: said("Text.")) as (elsewhere, stolen):
        target = {"Location": f"{elsewhere}/chat/completions"}
        with serving(lambda request, number: Reply(b"", 307, target)) as (url, _), pytest.raises(DocgenError):
            writer(url + "#tiny", key=KEY).write([brief()])
    assert stolen == []


@pytest.mark.parametrize(
    ("url", "key", "what"),
    [
        pytest.param("file:///etc/passwd", "", "not a server's address", id="a-file"),
        pytest.param("ftp://host/v1", "", "not a server's address", id="another-protocol"),
        pytest.param("http://", "", "not a server's address", id="no-host"),
        pytest.param("http://host:port/v1", "", "not a server's address", id="a-port-in-words"),
        pytest.param("http://host/v1?key=1", "", "not a server's address", id="a-query"),
        pytest.param("http://host/v1\r\nX: y", "", "not a server's address", id="a-line-break"),
        pytest.param("http://me:secret@host/v1", "", "user or password", id="a-password"),
        pytest.param("http://host/v1", "sk-1\nX: y", "DOCGEN_API_KEY", id="a-key-with-a-line-break"),
    ],
)
def test_an_address_or_key_that_cannot_be_meant_is_refused(url: str, key: str, what: str) -> None:
    with pytest.raises(InputError, match=what) as raised:
        writer(url, key=key)
    assert "secret" not in str(raised.value)


def test_the_mark_depends_on_the_model_and_the_way_of_asking() -> None:
    marks = [
        writer("http://a/v1#m").mark,
        writer("http://a/v1#n").mark,
        writer("http://a/v1#m", instruction="").mark,
        writer("http://a/v1#m", excerpt_lines=0).mark,
    ]
    assert len(set(marks)) == 4
    assert writer("http://a/v1#m").mark == marks[0]
