"""Numbers for texts: the same as the libraries give, and never one where there is nothing to measure."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rouge_score.rouge_scorer import RougeScorer
from sacrebleu import corpus_bleu, corpus_chrf

from docgen.brief import Brief
from docgen.facts import JSON, Fact
from docgen.metrics import (
    METRICS,
    NORMALISATION,
    Answer,
    ClaimCounts,
    ClaimScores,
    claim_scores,
    normalise,
    required_facts,
    rouge,
    score,
    tokens,
)

ROUGES = {"rouge1": "ROUGE-1", "rouge2": "ROUGE-2", "rougeL": "ROUGE-L", "rougeLsum": "ROUGE-Lsum"}
PAIRS = [
    pytest.param("`load` reads a file.", "`load` reads a file.", id="the-same"),
    pytest.param("`load` reads a table from a file.", "Reads the table of a file and returns it.", id="reworded"),
    pytest.param("a a a b", "a b b a a b", id="repeated-words"),
    pytest.param("Raises `HTTPError` for 404, 4.5 and x_y.", "raises HTTP error for 404; 4,5 and xY", id="names-and-numbers"),
    pytest.param("nothing in common", "other words altogether", id="nothing-in-common"),
    pytest.param("one", "one two three four five", id="one-word"),
    pytest.param("- `A` if b.\n- `C` if d.", "`A` is raised if b. `C` if d", id="bullets"),
    pytest.param("", "a reference", id="empty-text"),
]
FACTS: dict[str, JSON] = {
    "kind": "function",
    "doc": "Read exchange rates from a file.",
    "parameters": ["path", "timeout", "*extra"],
    "parameters.timeout.default": "30",
    "raises": ["ValueError"],
    "raises.ValueError.when": ["rate is negative"],
    "documented_raises": ["OSError"],
}


def brief(kind: str = "introduction", facts: dict[str, JSON] = FACTS) -> Brief:
    return Brief(kind, kind.title(), "rates.load", tuple(Fact(name, value) for name, value in facts.items()))


def answer(text: str, reference: str = "", key: str = "a", facts: dict[str, JSON] | None = None) -> Answer:
    return Answer(key, brief(facts=facts or {}), text, reference)


# Against a reference -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "reference"), PAIRS)
def test_rouge_is_that_of_rouge_score(text: str, reference: str) -> None:
    theirs = RougeScorer(list(ROUGES)).score(reference, text)
    assert rouge(text, reference) == pytest.approx({ours: 100 * theirs[name].fmeasure for name, ours in ROUGES.items()})


WORDS = st.lists(st.sampled_from("load reads a file , `x` 404 and then Then x_y e.g. -".split()), max_size=30).map(" ".join)


@given(WORDS, WORDS)
@example("a", "")
def test_rouge_is_that_of_rouge_score_for_any_ascii_text(text: str, reference: str) -> None:
    theirs = RougeScorer(list(ROUGES)).score(reference, text)
    assert rouge(text, reference) == pytest.approx({ours: 100 * theirs[name].fmeasure for name, ours in ROUGES.items()})


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Функция читает файл", id="Russian"),
        pytest.param("该函数读取文件并返回表", id="Chinese"),
        pytest.param("この関数はファイルを読みます", id="Japanese"),
        pytest.param("ฟังก์ชันอ่านไฟล์", id="Thai"),
        pytest.param("تقرأ الدالة الملف", id="Arabic"),
        pytest.param("Η συνάρτηση διαβάζει", id="Greek"),
    ],
)
def test_equal_texts_in_any_script_score_100(text: str) -> None:
    assert RougeScorer(["rouge1"]).score(text, text)["rouge1"].fmeasure == 0  # what is guarded against
    found = score([answer(text, text)]).metrics
    assert {found[name].value for name in (*ROUGES.values(), "chrF")} == {100}


def test_bleu_is_absent_where_no_reference_has_four_words() -> None:
    assert corpus_bleu(["one two three"], [["one two three"]]).score == 0  # what is guarded against
    found = score([answer("one two three", "one two three")])
    assert "BLEU" not in found.metrics
    assert found.notes == ("no BLEU: no reference has the four words in a row that it counts",)
    assert score([answer("one", "one two three four")]).metrics["BLEU"].value == 0


def test_a_reference_of_one_word_is_left_out_of_rouge_2_and_named() -> None:
    found = score([answer("One", "one", "a"), answer("one two", "one two", "b")])
    assert found.metrics["ROUGE-2"].value == 100
    assert "1 of 2 with a reference of a single word, left out of ROUGE-2: a" in found.notes


def test_texts_without_blanks_are_compared_character_by_character() -> None:
    assert tokens("v2读取文件") == ["v2", "读", "取", "文", "件"]
    assert 0 < rouge("读取文件", "读取表格")["ROUGE-1"] < 100


def test_long_texts_take_no_quadratic_time() -> None:
    words = [f"w{number % 97}" for number in range(20_000)]
    start = time.perf_counter()
    found = rouge(" ".join(words), " ".join(reversed(words)))
    assert time.perf_counter() - start < 5
    assert 0 < found["ROUGE-L"] < found["ROUGE-1"] == 100


def test_bleu_and_chrf_are_those_of_sacrebleu_over_the_corpus() -> None:
    pairs = [(normalise(each.values[0]), normalise(each.values[1])) for each in PAIRS]
    found = score([answer(text, reference, str(number)) for number, (text, reference) in enumerate(pairs)]).metrics
    texts, references = [text for text, _ in pairs], [[reference for _, reference in pairs]]
    assert found["BLEU"].value == pytest.approx(corpus_bleu(texts, references).score)
    assert found["chrF"].value == pytest.approx(corpus_chrf(texts, references).score)


def test_every_text_metric_carries_its_signature_and_the_normalisation() -> None:
    found = score([answer("one short text of five", "one short reference of five")]).metrics
    assert found["BLEU"].signature.startswith("nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp|version:")
    assert found["ROUGE-L"].signature.startswith("rougeL|f1:mean|tok:docgen.1|stem:no|")
    assert all(f"|norm:{NORMALISATION}" in found[name].signature for name in ("BLEU", "chrF", "length", *ROUGES.values()))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("  one\r\n\r\n two\tthree ", "one two three", id="white-space"),
        pytest.param("<!-- docgen:section a of=b -->\ntext\n<!-- docgen:end mark=1 -->", "text", id="markers"),
        pytest.param("one<!-- a\nb -->two", "one two", id="comment-over-lines"),
        pytest.param("``load`` and `save`", "`load` and `save`", id="double-backticks"),
        pytest.param("```python\nx\n```", "```python x ```", id="fence"),
        pytest.param("e\u0301", "\u00e9", id="composed"),
        pytest.param("<!-- open", "<!-- open", id="open-comment"),
        pytest.param("\ufeff\u200b", "\ufeff\u200b", id="invisible"),
    ],
)
def test_a_text_is_normalised(text: str, expected: str) -> None:
    assert normalise(text) == expected


@given(st.text(alphabet="ab `<!->\n\u0301é", max_size=40))
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(st.text(), st.text())
def test_every_value_lies_between_0_and_100(text: str, reference: str) -> None:
    found = score([answer(text, reference, facts=FACTS)]).metrics
    unbounded = ("length", "contradicted", "TER", "readability")
    assert all(-1e-9 <= found[name].value <= 100 + 1e-9 for name in found if name not in unbounded)
    assert set(found) <= set(METRICS)


# What cannot be measured -------------------------------------------------------------------------------------------------


def test_nothing_gives_no_number() -> None:
    assert score([]).metrics == {}
    assert score([answer("a text")]).metrics == {}


def test_texts_without_a_reference_are_left_out_and_named() -> None:
    paired = answer("one text of four", "one reference of four", "a")
    full = score([paired])
    found = score([paired, answer("another", " \n", "b"), answer("third", "<!-- -->", "c")])
    assert found.metrics == full.metrics
    assert found.n == 3
    assert found.notes == ("2 of 3 without a reference, left out of the text metrics: b, c",)


def test_empty_texts_count_and_are_named() -> None:
    found = score([answer("one reference of four", "one reference of four", "a"), answer("", "two of them", "b")])
    assert found.metrics["ROUGE-1"].value == 50
    assert found.notes == ("1 of 2 without a text, scored 0 against a reference and left out of support: b",)


def test_an_empty_text_is_not_called_supported() -> None:
    found = score([answer("", facts=FACTS, key="a")])
    assert "support" not in found.metrics
    assert found.metrics["claims.recall"].value == 0
    assert "claims.precision" not in found.metrics


def test_a_reference_without_a_word_is_left_out_of_rouge_and_named() -> None:
    found = score([answer("—", "—", "a"), answer("one two", "one two", "b")])
    assert found.metrics["ROUGE-1"].value == found.metrics["ROUGE-2"].value == 100
    assert "1 of 2 with a reference of no word, left out of ROUGE: a" in found.notes
    assert "ROUGE-1" not in score([answer("—", "—")]).metrics


def test_texts_that_all_equal_their_references_are_remarked_on() -> None:
    found = score([answer("one", "one", "a"), answer("two", "two", "b")])
    assert any("all 2 texts equal their reference" in note for note in found.notes)


def test_many_names_are_cut_short() -> None:
    found = score([answer("", "reference", f"k{number}") for number in range(9)])
    assert found.notes[0].endswith(": k0, k1, k2 and 6 more")


# Against the facts -------------------------------------------------------------------------------------------------------


def test_claims_are_counted_once_each_and_by_kind() -> None:
    text = "`load` reads the file at `path`. `path` is a name; `colour` is none."
    found = claim_scores([(text, brief().entry)])
    assert found.counts == ClaimCounts(supported=2, contradicted=0, unknown=1)
    assert found.precision == pytest.approx(200 / 3)
    assert found.by_kind == {"name": ClaimCounts(1, 0, 1), "parameter": ClaimCounts(1)}


def test_a_wrong_default_is_contradicted() -> None:
    right, wrong = (claim_scores([(f"`timeout` defaults to `{value}`.", brief().entry)]) for value in (30, 31))
    assert right.counts.contradicted == 0
    assert right.precision == 100
    assert wrong.counts.contradicted == 1


@pytest.mark.parametrize(
    ("kind", "reference", "facts", "expected"),
    [
        pytest.param("error-handling", "", FACTS, ("raises.ValueError", "raises.OSError"), id="exceptions"),
        pytest.param("error-handling", "`OSError`.", FACTS, ("raises.ValueError", "raises.OSError"), id="whatever-the-text"),
        pytest.param("error-handling", "", {"kind": "function"}, (), id="raises-nothing"),
        pytest.param("use-case", "", FACTS, ("parameters.path", "parameters.timeout", "parameters.extra"), id="parameters"),
        pytest.param(
            "evaluation", "", {"eval.f1": 0.9, "eval.loss": 0.8, "eval.samples": 9}, ("eval.f1", "eval.loss"), id="metrics"
        ),
        pytest.param("introduction", "", {"base_model": "b", "lora.r": 8}, ("base_model",), id="a-model"),
        pytest.param("how-to", "", {"base_model": "b"}, (), id="another-kind-of-section"),
    ],
)
def test_what_a_good_answer_states(kind: str, reference: str, facts: dict[str, JSON], expected: tuple[str, ...]) -> None:
    assert required_facts(brief(kind, facts), reference) == expected


def test_with_a_reference_what_it_states_is_required() -> None:
    text = "`load` waits at most `timeout` seconds, 30 by default."
    assert required_facts(brief("use-case"), text) == ("parameters.timeout", "parameters.timeout.default")


def test_words_quoted_by_the_reference_are_not_required() -> None:
    text = "`load` is a function to read exchange rates from a file; mind that the rate is negative."
    assert required_facts(brief("introduction"), text) == ()


@pytest.mark.parametrize(
    ("text", "covered"),
    [
        pytest.param("`ValueError` is raised if the rate is negative, `OSError` by the system.", 2, id="both"),
        pytest.param("`ValueError` is raised if the rate is negative.", 1, id="one"),
        pytest.param("Raises MyValueError and ValueErrors.", 0, id="other-names"),
        pytest.param("", 0, id="nothing"),
    ],
)
def test_recall_of_error_handling_is_the_share_of_the_exceptions(text: str, covered: int) -> None:
    order = brief("error-handling")
    found = claim_scores([(text, order.entry)], [required_facts(order)])
    assert (found.required, found.covered) == (2, covered)
    assert found.recall == 50 * covered


def test_a_measurement_is_covered_under_any_of_its_names() -> None:
    facts: dict[str, JSON] = {"best.name": "accuracy", "best.metric": 0.9425, "eval.accuracy": 0.9425, "eval.loss": 0.2213}
    order = brief("evaluation", facts)
    found = claim_scores([("The best accuracy is 0.9425.", order.entry)], [required_facts(order)])
    assert (found.required, found.covered) == (2, 1)


def test_f1_is_the_harmonic_mean() -> None:
    claims = ClaimScores({"name": ClaimCounts(3, 1, 0), "number": ClaimCounts(0, 0, 2)}, required=4, covered=1)
    assert claims.precision == 50
    assert claims.recall == 25
    assert claims.f1 == pytest.approx(100 / 3)


@pytest.mark.parametrize(
    ("claims", "metrics"),
    [
        pytest.param(ClaimScores(), set(), id="nothing"),
        pytest.param(ClaimScores({}, 2, 0), {"claims.recall", "contradicted"}, id="no-claims"),
        pytest.param(ClaimScores({"name": ClaimCounts(1)}), {"claims.precision", "contradicted"}, id="nothing-required"),
        pytest.param(
            ClaimScores({"name": ClaimCounts(0, 1)}, 1, 0),
            {"claims.precision", "claims.recall", "claims.F1", "contradicted"},
            id="all-wrong",
        ),
    ],
)
def test_a_share_of_nothing_is_absent(claims: ClaimScores, metrics: set[str]) -> None:
    assert set(claims.values()) == metrics


def test_claims_are_summed_over_the_answers_and_kept_for_each() -> None:
    order = brief("error-handling")
    texts = {"good": "`ValueError` and `OSError` are raised.", "bad": "`KeyError` is raised."}
    found = score([Answer(key, order, text) for key, text in texts.items()])
    assert found.claims.required == 4
    assert found.metrics["claims.recall"].value == 50
    assert found.items["good"]["claims.recall"] == 100
    assert found.items["bad"]["claims.recall"] == 0
    assert found.items["bad"]["claims.precision"] < found.items["good"]["claims.precision"] == 100


def test_support_is_the_mean_share_of_words_that_the_brief_holds() -> None:
    found = score([answer("Reads exchange rates.", key="a", facts=FACTS), answer("Bakes bread.", key="b", facts=FACTS)])
    assert found.items["a"]["support"] == 100
    assert found.items["b"]["support"] == 0
    assert found.metrics["support"].value == 50


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        pytest.param("parameters", ("parameters.path", "parameters.timeout", "parameters.extra"), id="parameters"),
        pytest.param("attributes", ("attributes.rate",), id="attributes"),
        pytest.param("members", ("members.load",), id="members"),
        pytest.param("returns", (), id="returns"),
        pytest.param("methods", (), id="methods"),
    ],
)
def test_a_table_is_asked_for_what_it_lists(kind: str, expected: tuple[str, ...]) -> None:
    assert required_facts(brief(kind, FACTS | {"attributes": ["rate"], "members": ["load"]})) == expected


def test_a_table_that_lists_everything_has_full_recall() -> None:
    order = brief("attributes", {"kind": "class", "attributes": ["rate", "age"], "parameters": ["path"]})
    found = claim_scores([("| `rate` | `age` |", order.entry)], [required_facts(order)])
    assert (found.required, found.covered) == (2, 2)
