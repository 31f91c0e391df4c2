"""Intervals, comparisons and verdicts: what chance makes of a score."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest
from sacrebleu import corpus_bleu

from docgen.metrics import Pair, Statistics, sufficient
from docgen.score.statistics import Comparison, compare, described, fails, interval


def normal(count: int, mean: float, seed: int) -> Statistics:
    draw = random.Random(seed)
    return Statistics.of_values(draw.gauss(mean, 10) for _ in range(count))


def test_the_interval_of_a_mean_is_that_of_the_normal_distribution() -> None:
    values = normal(400, 50, 1)
    low, high = interval(values, seed=0)
    assert low == pytest.approx(values.total - 1.96 * 0.5, abs=0.2)
    assert high - low == pytest.approx(2 * 1.96 * 0.5, rel=0.15)


def test_an_interval_holds_the_truth_as_often_as_it_says() -> None:
    bounds = [interval(normal(50, 50, seed), seed=0, samples=300) for seed in range(200)]
    held = sum(low <= 50 <= high for low, high in bounds) / len(bounds)
    assert 0.88 <= held <= 0.98


def test_the_same_seed_gives_the_same_numbers_and_another_one_others() -> None:
    values = normal(30, 50, 2)
    assert interval(values, seed=3) == interval(values, seed=3) != interval(values, seed=4)
    assert described(3) == "bs:1000|ar:1000|seed:3"


def test_texts_that_were_not_measured_are_left_out() -> None:
    values = [1.0, 2.0, math.nan, 3.0]
    assert interval(Statistics.of_values(values), seed=0) == interval(Statistics.of_values([1.0, 2.0, 3.0]), seed=0)
    assert all(math.isnan(bound) for bound in interval(Statistics.of_values([math.nan]), seed=0))


def test_bleu_of_a_resample_is_computed_from_its_summed_counts() -> None:
    texts = [("the cat sat on the mat today", "the cat sat on a mat today"), ("one two three four", "five one two three")]
    pairs = [Pair(text, reference) for text, reference in texts]
    bleu = sufficient(pairs, metrics=["BLEU"])["BLEU"]
    weights = np.array([3.0, 1.0])
    drawn = [pairs[0]] * 3 + [pairs[1]]
    expected = corpus_bleu([pair.text for pair in drawn], [[pair.reference for pair in drawn]]).score
    assert float(bleu.combine(weights @ bleu.rows)) == pytest.approx(expected)
    low, high = interval(bleu, seed=0)
    assert low <= bleu.total <= high and low < high


def test_a_clear_difference_is_no_chance_and_none_is() -> None:
    worse, same = (
        compare(normal(100, 40, 1), normal(100, 50, 2), seed=0),
        compare(normal(100, 50, 1), normal(100, 50, 1), seed=0),
    )
    assert worse.difference == pytest.approx(-10, abs=4)
    assert worse.low < worse.difference < worse.high < 0
    assert worse.p_bootstrap < 0.01 and worse.p_randomisation < 0.01
    assert (same.difference, same.low, same.high) == (0, 0, 0)
    assert same.p_bootstrap == same.p_randomisation == 1
    assert worse.texts == 100


def test_p_values_of_no_difference_are_spread_evenly() -> None:
    found = [compare(normal(40, 50, seed), normal(40, 50, 1000 + seed), seed=0, samples=200) for seed in range(200)]
    for values in ([each.p_bootstrap for each in found], [each.p_randomisation for each in found]):
        assert 0.01 <= sum(value <= 0.05 for value in values) / len(values) <= 0.11
        assert 0.35 <= sum(value <= 0.5 for value in values) / len(values) <= 0.65


def test_pairs_are_compared_text_by_text() -> None:
    texts = [random.Random(seed).uniform(0, 100) for seed in range(50)]
    ours, theirs = Statistics.of_values(value - 1 for value in texts), Statistics.of_values(texts)
    found = compare(ours, theirs, seed=0)
    assert found.low == pytest.approx(-1) and found.high == pytest.approx(-1)  # though the texts differ by tens of points


def test_only_what_both_have_is_compared() -> None:
    found = compare(Statistics.of_values([1.0, math.nan, 5.0]), Statistics.of_values([2.0, 9.0, 6.0]), seed=0)
    assert (found.texts, found.difference) == (2, -1)


@pytest.mark.parametrize(
    ("ours", "theirs", "told"),
    [
        pytest.param([1.0], [1.0, 2.0], "1 and 2 rows", id="other-texts"),
        pytest.param([1.0, math.nan], [math.nan, 2.0], "no text", id="nothing-shared"),
    ],
)
def test_what_is_not_of_the_same_texts_is_refused(ours: list[float], theirs: list[float], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        compare(Statistics.of_values(ours), Statistics.of_values(theirs), seed=0)


@pytest.mark.parametrize(
    ("comparison", "options", "failed"),
    [
        pytest.param((-5, -7, -3, 50), {"is_text": True}, True, id="surely-worse"),
        pytest.param((-5, -9, -1, 50), {"is_text": True}, False, id="perhaps-within-the-tolerance"),
        pytest.param((-1.5, -1.6, -1.4, 50), {"is_text": True}, False, id="less-than-two-points"),
        pytest.param((-50, -60, -40, 29), {"is_text": True}, False, id="too-few-texts"),
        pytest.param((-50, -60, -40, 30), {"is_text": True}, True, id="enough-texts"),
        pytest.param((-1, -2, -0.5, 5), {"is_text": False}, True, id="facts-need-no-number"),
        pytest.param((-1, -2, 0.5, 5), {"is_text": False}, False, id="facts-by-chance"),
        pytest.param((5, 3, 7, 50), {"is_text": True}, False, id="better"),
        pytest.param((5, 3, 7, 50), {"is_text": True, "higher_is_better": False}, True, id="more-edits"),
        pytest.param((-5, -7, -3, 50), {"is_text": True, "tolerance": 4.0}, False, id="a-tolerance-of-its-own"),
    ],
)
def test_what_fails(comparison: tuple[float, float, float, int], options: dict[str, object], failed: bool) -> None:
    difference, low, high, texts = comparison
    assert fails(Comparison(difference, low, high, 0.01, 0.01, texts), **options) is failed  # type: ignore[arg-type]
