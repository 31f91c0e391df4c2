"""Every family of metrics: the libraries' own numbers on thousands of pairs, and formulas by hand."""

from __future__ import annotations

import ast
import json as json_module
import math
import random
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
import rouge_score
import sacrebleu
from hypothesis import given
from hypothesis import strategies as some
from rouge_score.rouge_scorer import RougeScorer
from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF
from sacrebleu.metrics.ter import TER
from sacrebleu.tokenizers.tokenizer_13a import Tokenizer13a

from docgen.brief import Brief
from docgen.facts import JSON, Entry, Fact
from docgen.metrics import (
    METRICS,
    Pair,
    completeness,
    corpus_scores,
    families,
    measured,
    missing,
    normalise,
    public_facts,
    sufficient,
)
from docgen.metrics.claimed import GROUPS, claim_scores
from docgen.metrics.readability import counts
from docgen.metrics.texts import tokens, tokens_13a
from docgen.report import InputError

ROUGES = {"rouge1": "ROUGE-1", "rouge2": "ROUGE-2", "rougeL": "ROUGE-L", "rougeLsum": "ROUGE-Lsum"}
EXACT = 1e-9


def docstrings(*packages: object) -> list[str]:
    """The docstrings of packages that tests need anyway."""
    folders = [Path(str(package.__file__)).parent for package in packages]  # type: ignore[attr-defined]
    trees = (ast.parse(path.read_text(encoding="utf-8")) for folder in folders for path in sorted(folder.rglob("*.py")))
    nodes = (node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef))
    return [text for node in nodes if (text := ast.get_docstring(node)) and normalise(text)]


def real_pairs(count: int) -> list[Pair]:
    """Docstrings with versions that lack words or lines, or with another docstring."""
    texts, draw = docstrings(rouge_score, sacrebleu, pytest), random.Random(0)
    found = []
    for _ in range(count):
        reference = draw.choice(texts)[: draw.choice((60, 200, 500))]
        parts = [part for part in reference.split(" ") if draw.random() > 0.2]
        at = draw.randrange(len(parts) + 1)
        moved = " ".join(parts[at:] + parts[:at]) if draw.random() < 0.4 else " ".join(parts)
        found.append(Pair(moved if draw.random() < 0.8 else draw.choice(texts)[:200], reference))
    return [pair for pair in found if normalise(pair.reference)]


def random_pairs(count: int) -> list[Pair]:
    """Few words in any order on any number of lines, marks and numbers among them."""
    draw = random.Random(1)
    words = "a b c the cats cat reading reads 1,000 3.14 x-y 2-3 e.g. `load` \n \n (so) & 'tis naïve".split(" ")

    def text() -> str:
        return " ".join(draw.choice(words) for _ in range(draw.randrange(1, 40)))

    return [pair for pair in (Pair(text(), text()) for _ in range(count)) if normalise(pair.reference)]


@pytest.fixture(scope="module")
def pairs() -> list[Pair]:
    """Thousands of pairs, real and random."""
    return real_pairs(1500) + random_pairs(1500)


# The libraries' own numbers ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stem", [False, True], ids=["words", "stems"])
def test_rouge_is_that_of_rouge_score_on_thousands_of_pairs(pairs: Sequence[Pair], stem: bool) -> None:
    scorer = RougeScorer(list(ROUGES), use_stemmer=stem)
    found = measured(pairs, metrics=list(ROUGES.values()), words="rouge", stem=stem)
    for pair, ours in zip(pairs, found, strict=True):
        theirs = scorer.score(pair.reference, pair.text)
        for name in set(ROUGES.values()) - set(ours):
            assert missing(next(each for each in families() if each.name == name), pair)
        for name, metric in ROUGES.items():
            if metric in ours:
                assert ours[metric] == pytest.approx(100 * theirs[name].fmeasure, abs=EXACT), pair


def test_with_docgens_words_it_is_what_rouge_score_makes_of_the_same_words(pairs: Sequence[Pair]) -> None:
    class Words:
        def tokenize(self, text: str) -> list[str]:
            return tokens(text)

    scorer = RougeScorer(list(ROUGES), tokenizer=Words())
    scripts = [Pair("функция читает\nфайл", "читает файл функция"), Pair("读取文件", "读取表格")]
    chosen = [*pairs[:300], *scripts]
    for pair, ours in zip(chosen, measured(chosen, metrics=list(ROUGES.values())), strict=True):
        theirs = scorer.score(pair.reference, pair.text)
        for name, metric in ROUGES.items():
            assert ours.get(metric, 0) == pytest.approx(100 * theirs[name].fmeasure, abs=EXACT)


@pytest.mark.parametrize(
    ("name", "scorer"),
    [
        pytest.param("BLEU", BLEU(effective_order=True), id="BLEU"),
        pytest.param("chrF", CHRF(), id="chrF"),
        pytest.param("TER", TER(), id="TER"),
    ],
)
def test_sentences_score_as_in_sacrebleu(pairs: Sequence[Pair], name: str, scorer: BLEU | CHRF | TER) -> None:
    chosen = pairs if name != "TER" else [*pairs[:250], *pairs[1500:1700]]  # sacreBLEU takes its time for TER
    for pair, ours in zip(chosen, measured(chosen, metrics=[name]), strict=True):
        theirs = scorer.sentence_score(normalise(pair.text), [normalise(pair.reference)]).score
        assert ours[name] == pytest.approx(theirs, abs=EXACT), pair


def test_a_corpus_scores_as_in_sacrebleu(pairs: Sequence[Pair]) -> None:
    chosen = pairs[:200]
    texts, references = [normalise(pair.text) for pair in chosen], [[normalise(pair.reference) for pair in chosen]]
    found = corpus_scores(chosen, metrics=["BLEU", "chrF", "TER"])
    for name, scorer in (("BLEU", BLEU()), ("chrF", CHRF()), ("TER", TER())):
        assert found[name] == pytest.approx(scorer.corpus_score(texts, references).score, abs=EXACT)


def test_long_texts_are_cut_by_the_same_beam_in_ter() -> None:
    draw = random.Random(3)
    words = [f"w{number}" for number in range(40)]
    for _ in range(12):
        reference = [draw.choice(words) for _ in range(draw.randrange(30, 70))]
        at = draw.randrange(len(reference))
        text = " ".join([*reference[at:], *reference[:at], *(draw.choice(words) for _ in range(draw.randrange(40)))])
        ours = next(measured([Pair(text, " ".join(reference))], metrics=["TER"]))["TER"]
        assert ours == pytest.approx(TER().sentence_score(text, [" ".join(reference)]).score, abs=EXACT)


@given(some.text(alphabet="ab12 .,-'\"!&;<>()[]{}`_~é٣/", max_size=16))
def test_words_of_bleu_are_those_of_13a(text: str) -> None:
    assert tokens_13a([normalise(text)]) == [Tokenizer13a()(normalise(text)).split()]


# Formulas by hand --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "reference", "expected"),
    [
        pytest.param("Load the file", "load the file", 100.0, id="equal-but-for-case"),
        # Matches 2/3, 1/2, 0/1, 0/0; one added above the first: 2/3, 2/3, 1/2, 1/1. Lengths 3 and 3: no penalty.
        pytest.param("load the table", "load the file", 100 * (2 / 3 * 2 / 3 * 1 / 2) ** 0.25, id="smoothed"),
        # Matches 2/2, 1/1, 0/0, 0/0: all 1 with one added. Lengths 2 and 3: 1 - 4/3.
        pytest.param("load the", "load the file", 100 * math.exp(1 - 4 / 3), id="shorter"),
        pytest.param("load_table", "load table", 100 * (2 / 3 * 1 / 3 * 1 / 2) ** 0.25, id="underscore-is-a-word"),
        pytest.param(
            "Load the file\nand more of it", "Load the file.\n\nOther words.", 100 * math.exp(1 - 5 / 4), id="first-line"
        ),
    ],
)
def test_the_smoothed_bleu_of_codexglue(text: str, reference: str, expected: float) -> None:
    found = next(measured([Pair(text, reference)], metrics=["BLEU-CodeXGLUE"]))
    assert found == {"BLEU-CodeXGLUE": pytest.approx(expected)}


def test_the_smoothed_bleu_of_several_texts_is_their_mean() -> None:
    chosen = [Pair("load the", "load the file"), Pair("load the file", "load the file")]
    assert corpus_scores(chosen, metrics=["BLEU-CodeXGLUE"])["BLEU-CodeXGLUE"] == pytest.approx(50 * (1 + math.exp(-1 / 3)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Reads a file. Writes one.", (19, 5, 2), id="sentences"),
        pytest.param("# Rates\n\n- one item\n- two items\n", (20, 5, 3), id="a-heading-and-items"),
        pytest.param("Call it:\n\n```python\nvery_long_code = 1\n```\n", (6, 2, 1), id="code-is-no-prose"),
        pytest.param("Version 3.14 is out", (12, 3, 1), id="numbers-are-no-words"),
        pytest.param("", (0, 0, 0), id="nothing"),
    ],
)
def test_letters_words_and_sentences_are_counted(text: str, expected: tuple[int, int, int]) -> None:
    assert counts(text) == expected


def test_readability_is_the_index_of_coleman_and_liau() -> None:
    found = next(measured([Pair("Reads a file. Writes one.")], metrics=["readability"]))
    assert found["readability"] == pytest.approx(0.0588 * (19 / 5 * 100) - 0.296 * (2 / 5 * 100) - 15.8)


# What is asked and what is absent ----------------------------------------------------------------------------------------

FACTS: dict[str, JSON] = {
    "kind": "function",
    "doc": "Read exchange rates from a file.",
    "parameters": ["path", "timeout", "_hidden"],
    "parameters.timeout.default": "30",
    "raises": ["ValueError"],
    "documented_raises": ["OSError", "ValueError"],
}
BRIEF = Brief("introduction", "Introduction", "rates.load", tuple(Fact(name, value) for name, value in FACTS.items()))


def test_every_metric_has_a_signature_and_bounds_that_its_values_keep(pairs: Sequence[Pair]) -> None:
    known = {metric.name: metric for metric in families()}
    assert set(known) == set(METRICS)
    assert len({metric.signature for metric in known.values()}) == len(known)
    for pair in pairs[:200]:
        for name, value in next(measured([Pair(pair.text, pair.reference, BRIEF)])).items():
            assert known[name].low - EXACT <= value <= known[name].high + EXACT


def test_a_signature_says_what_words_rouge_counts() -> None:
    signature = next(each.signature for each in families("rouge", stem=True) if each.name == "ROUGE-Lsum")
    assert signature == "rougeLsum|f1:mean|tok:rouge-score|stem:porter|split:lines|norm:docgen.1"


@pytest.mark.parametrize(
    "pair",
    [
        pytest.param(Pair("a text of five words"), id="alone"),
        pytest.param(Pair("", "a reference", BRIEF), id="empty-text"),
        pytest.param(Pair("one", "one", BRIEF), id="one-word"),
        pytest.param(Pair("—", "—"), id="no-words"),
        pytest.param(Pair("", "", BRIEF), id="nothing-but-facts"),
        pytest.param(Pair("`load` takes `path`.", "It takes `path`.", BRIEF), id="everything"),
        pytest.param(Pair("Text.", "Other.", Brief("", "", "x", ())), id="no-facts"),
    ],
)
def test_what_has_no_value_has_a_reason_and_what_has_none_has_a_value(pair: Pair) -> None:
    found = next(measured([pair]))
    for metric in families():
        assert (metric.name in found) is (missing(metric, pair) == ""), metric.name


def test_an_unknown_metric_is_named() -> None:
    with pytest.raises(InputError, match="unknown metric `BLUE`"):
        list(measured([Pair("a", "b")], metrics=["BLUE"]))


def test_completeness_names_what_is_missing() -> None:
    entry = Entry("rates.load", BRIEF.facts)
    assert public_facts(entry) == (
        "parameters.path",
        "parameters.timeout",
        "raises.ValueError",
        "raises.OSError",
        "parameters.timeout.default",
    )
    text = "`load` reads `path` and waits `timeout` seconds, 30 by default. It raises `ValueError`."
    found = completeness(text, entry, ["introduction", "error-handling"], ["introduction"])
    assert found.missing == ("raises.OSError", "error-handling")
    assert (found.facts.covered, found.facts.required, found.sections.covered, found.sections.required) == (4, 5, 1, 2)
    assert found.share == pytest.approx(500 / 7)
    assert completeness("", Entry("x", ())).share is None


def test_claims_are_scored_by_group() -> None:
    text = "`load` raises `ValueError` if the rate is negative, and `KeyError`. `timeout` defaults to `31`."
    found = claim_scores([(text, BRIEF.entry)], [("raises.ValueError", "raises.OSError", "parameters.timeout.default")])
    exceptions, parameters = found.of("exceptions"), found.of("parameters")
    assert (exceptions.required, exceptions.covered) == (2, 1)
    assert exceptions.recall == 50
    assert parameters.counts.contradicted == 1
    assert (parameters.required, parameters.covered) == (1, 0)
    parts = [found.of(group) for group in GROUPS]
    assert sum(part.counts.total for part in parts) == found.counts.total
    assert sum(part.required for part in parts) == found.required


# Many pairs --------------------------------------------------------------------------------------------------------------


def test_values_are_the_same_on_several_processes(pairs: Sequence[Pair]) -> None:
    chosen = [*pairs[:700], *pairs[-700:]]
    names = ["BLEU", "chrF", "ROUGE-L", "readability"]
    assert list(measured(chosen, 2, metrics=names)) == list(measured(chosen, metrics=names))
    assert corpus_scores(chosen, 2, metrics=names) == corpus_scores(chosen, metrics=names)


def test_values_do_not_depend_on_their_neighbours(pairs: Sequence[Pair]) -> None:
    chosen = [pairs[5], Pair("naïve Ω 读取", "naïve Ω 表格"), pairs[-5]]
    together = list(measured([*pairs[:100], *chosen]))[-3:]
    assert together == [next(measured([pair])) for pair in chosen]


def test_pairs_are_taken_as_they_are_needed() -> None:
    taken: list[int] = []

    def endless() -> Iterator[Pair]:
        number = 0
        while True:
            taken.append(number)
            yield Pair(f"text {number}", f"text {number + 1}")
            number += 1

    found = measured(endless(), metrics=["chrF"])
    next(found)
    assert len(taken) < 2000


def test_rows_sum_to_the_score_of_any_choice(pairs: Sequence[Pair]) -> None:
    chosen = pairs[:60]
    found = sufficient(chosen, metrics=["BLEU", "TER", "ROUGE-2"])
    for name, each in found.items():
        part = each.rows[10:40]
        part = part[each.present[10:40]]
        assert float(each.combine(part.sum(axis=0))) == pytest.approx(corpus_scores(chosen[10:40], metrics=[name])[name])


def test_scoring_imports_no_heavy_library() -> None:
    code = (
        "import json, sys; from docgen.metrics import Pair, corpus_scores; corpus_scores([Pair('a b', 'a c')]); "
        "print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"torch", "nltk", "pandas", "rouge_score", "transformers"} & set(json_module.loads(ended.stdout))
