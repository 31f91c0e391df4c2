"""How often training draws a row: weights by label, source or both."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.brief import Brief
from docgen.corpus.balance import Draw, weighted, weights
from docgen.corpus.store import Example
from docgen.report import InputError


def rows_of(counts: dict[tuple[str, str], int], weight: float = 1.0) -> list[Draw]:
    """So many rows for each (label, source)."""
    return [Draw(kind, source, weight) for (kind, source), count in counts.items() for _ in range(count)]


def totals(rows: Sequence[Draw], found: Sequence[float], name: Callable[[Draw], str]) -> dict[str, float]:
    held: dict[str, float] = defaultdict(float)
    for row, weight in zip(rows, found, strict=True):
        held[name(row)] += weight
    return dict(held)


def test_labels_are_drawn_equally() -> None:
    rows = rows_of({("introduction", "a"): 60, ("use-case", "a"): 25, ("error-handling", "b"): 15})
    drawn = totals(rows, weights(rows, "label"), lambda row: row.kind)
    assert drawn == pytest.approx({"introduction": 100 / 3, "use-case": 100 / 3, "error-handling": 100 / 3}, rel=1e-3)


def test_sources_are_drawn_by_the_square_root_of_their_rows() -> None:
    rows = rows_of({("introduction", "large"): 400, ("introduction", "small"): 25})
    drawn = totals(rows, weights(rows, "source"), lambda row: row.source)
    assert drawn["large"] / drawn["small"] == pytest.approx(20 / 5, rel=1e-3)


def test_labels_and_sources_are_balanced_together() -> None:
    rows = rows_of({("introduction", "a"): 60, ("use-case", "a"): 20, ("introduction", "b"): 10, ("use-case", "b"): 10})
    found = weights(rows, "both")
    by_label, by_source = (totals(rows, found, name) for name in (lambda row: row.kind, lambda row: row.source))
    assert by_label["introduction"] == pytest.approx(by_label["use-case"], rel=1e-3)
    assert by_source["a"] / by_source["b"] == pytest.approx((80 / 20) ** 0.5, rel=0.01)


def test_no_row_is_raised_above_five_times() -> None:
    rows = rows_of({("introduction", "a"): 999, ("evaluation", "a"): 1})
    found = weights(rows, "label")
    assert found[-1] == pytest.approx(5.0)
    assert sum(found) == pytest.approx(1000, rel=1e-3)


def test_a_row_of_more_weight_keeps_it_among_its_like() -> None:
    rows = [Draw("introduction", "a"), Draw("introduction", "a", 3.0), Draw("use-case", "a"), Draw("use-case", "a")]
    for by in ("none", "label", "source", "both"):
        found = weights(rows, by)
        assert found[1] == pytest.approx(3 * found[0], rel=1e-3)
        assert sum(found) == pytest.approx(4, rel=1e-3)


@pytest.mark.parametrize("by", ["none", "label", "source", "both"])
def test_what_is_balanced_already_gets_exactly_one(by: str) -> None:
    assert weights(rows_of({("introduction", "a"): 3, ("use-case", "b"): 3}), by) == [1.0] * 6
    assert weights([], by) == []


def test_examples_get_their_weights() -> None:
    brief = Brief("introduction", "Introduction", "rates.load", ())
    examples = [
        Example(brief, "Loads rates.", "a", "MIT", "approved", weight=3.0),
        Example(brief, "Adds.", "a", "MIT", "docstring"),
    ]
    assert [example.weight for example in weighted(examples, "none")] == [1.5, 0.5]


def test_another_word_is_refused() -> None:
    with pytest.raises(InputError, match="found `labels`"):
        weights([], "labels")


DRAWS = st.builds(Draw, st.sampled_from("xyz"), st.sampled_from("abc"), st.sampled_from([0.0, 0.5, 1.0, 3.0]))


@given(st.lists(DRAWS, max_size=60), st.sampled_from(["none", "label", "source", "both"]))
def test_weights_have_a_mean_of_one_and_are_never_negative(rows: list[Draw], by: str) -> None:
    found = weights(rows, by)
    assert len(found) == len(rows)
    assert all(weight >= 0 for weight in found)
    assert not rows or sum(found) / len(rows) == pytest.approx(1, abs=1e-3)
