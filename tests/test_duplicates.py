"""Duplicates: what repeats what, word for word or nearly, which row of it stays, and that no pair is an accident."""

from __future__ import annotations

import random
from itertools import combinations

import pytest
from datasketch import MinHash, MinHashLSH
from hypothesis import given
from hypothesis import strategies as some

from docgen.brief import Brief
from docgen.corpus.duplicates import (
    LEAST_WORDS,
    Prints,
    PrintStock,
    Rank,
    Repeat,
    bands_for,
    compare,
    find,
    groups,
    printed,
    rank,
)
from docgen.corpus.store import Example, Origin
from docgen.corpus.words import words_in

PROSE = "Loads the rates of one day from the cache of the bank, and returns them by currency in ascending order of name."
NEARLY = PROSE.replace("Loads", "Reads")
OTHER = "Draws a chart of what was sold in each region, and saves it as a picture beside the report that it belongs to."
WORDS = "load read save drop cache rate day bank file name list table row key text line mark group hash page".split()
texts = some.lists(some.lists(some.sampled_from(WORDS[:6]), max_size=14).map(" ".join), max_size=16)


def similarity(one: str, other: str) -> float:
    """The Jaccard similarity of words and pairs of words, told in the plainest way."""
    sets = [set(words) | set(zip(words, words[1:], strict=False)) for words in (words_in(one), words_in(other))]
    return len(sets[0] & sets[1]) / len(sets[0] | sets[1]) if sets[0] | sets[1] else 1.0


def drawn(count: int, seed: int) -> list[str]:
    """Texts of 8 to 40 words about a few things, a third of them with one word changed or a sentence moved."""
    draw = random.Random(seed)
    found: list[str] = []
    while len(found) < count:
        words = draw.choices([f"{word}{number}" for word in WORDS for number in range(40)], k=draw.randint(8, 40))
        found.append(" ".join(words))
        if draw.random() < 0.3:
            words[draw.randrange(len(words))] = draw.choice(WORDS)
            found.append(" ".join(words))
    return found


def ranks(count: int) -> list[Rank]:
    return [(0, False, 0.0, 0, "", number) for number in range(count)]


# Exact


@pytest.mark.parametrize(
    "other",
    [
        pytest.param("loads the rates!", id="case and punctuation"),
        pytest.param("Loads\n  the *rates*.", id="spacing and markup"),
        pytest.param("Loads the `rates`", id="code spans"),
        pytest.param("Loads the ｒａｔｅｓ.", id="another form of the same characters"),
    ],
)
def test_form_makes_no_difference(other: str) -> None:
    assert groups(["Loads the rates.", other], 0.8) == [0, 0]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("Raised if n < 0.", "Raised if n > 0.", id="a sign"),
        pytest.param("The default is 1.", "The default is -1.", id="a minus"),
        pytest.param("The default is 1.5.", "The default is 15.", id="a point in a number"),
        pytest.param("Return the name.", "Return the value.", id="a short template"),
        pytest.param("Return the name of it.", "Return the value of it.", id="a longer template"),
        pytest.param("读取一天的汇率", "读取一月的汇率", id="a script without spaces"),
    ],
)
def test_what_means_something_else_is_no_duplicate(one: str, other: str) -> None:
    assert groups([one, other], 0.5) == [0, 1]


def test_a_script_without_spaces_can_be_nearly_the_same() -> None:
    assert groups(["读取一天的汇率并按货币返回结果。", "读取一天的汇率并按货币返回结果吗"], 0.8) == [0, 0]


# Near


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(NEARLY, id="a word"),
        pytest.param(PROSE.removesuffix(" of name.") + ".", id="an end"),
        pytest.param(f"Note: {PROSE}", id="a beginning"),
        pytest.param("In ascending order of name by currency, it returns " + PROSE.partition(",")[0], id="an order"),
    ],
)
def test_a_copy_that_was_edited_is_near(other: str) -> None:
    assert groups([PROSE, OTHER, other], 0.6) == [0, 1, 0]


def test_groups_hang_together_through_others() -> None:
    chain = [PROSE, PROSE.replace("Loads", "Reads"), PROSE.replace("Loads", "Reads").replace("one", "each")]
    assert similarity(chain[0], chain[2]) < 0.8 <= min(similarity(chain[0], chain[1]), similarity(chain[1], chain[2]))
    assert groups(chain, 0.8) == [0, 0, 0] and groups([chain[0], chain[2]], 0.8) == [0, 1]


@given(texts, some.sampled_from([0.3, 0.5, 0.7, 0.8, 0.9, 1.0]))
def test_every_pair_is_as_near_as_it_says(found: list[str], threshold: float) -> None:
    duplicates = find(found, threshold)
    first = {sort: found[row] for row, sort in reversed(list(enumerate(duplicates.sort_of.tolist())))}
    for one, other, share in duplicates.pairs:
        assert share == pytest.approx(similarity(first[one], first[other])) and share >= threshold
        assert min(len(words_in(first[one])), len(words_in(first[other]))) >= LEAST_WORDS


@pytest.mark.parametrize("threshold", [0.5, 0.7, 0.8, 0.9])
def test_nearly_every_pair_is_found(threshold: float) -> None:
    found = drawn(400, 1)
    expected = {pair for pair in combinations(range(len(found)), 2) if similarity(*(found[row] for row in pair)) >= threshold}
    pairs = {(one, other) for one, other, _ in find(found, threshold).pairs}
    assert pairs <= expected and len(pairs) >= 0.99 * len(expected) and expected


def test_a_crowd_of_near_texts_is_one_group() -> None:
    crowd = [
        f"{PROSE} It is number {number} of those that the branch in the {WORDS[number % 20]} wrote." for number in range(3000)
    ]
    assert len(set(groups(crowd, 0.8))) == 1


@pytest.mark.parametrize("threshold", [0.3, 0.5, 0.8, 0.95, 1.0])
def test_a_pair_at_the_threshold_meets_in_a_band(threshold: float) -> None:
    bands, rows = bands_for(threshold)
    assert 1 - (1 - threshold**rows) ** bands >= 0.995


def test_the_same_pairs_as_datasketch_finds() -> None:
    found = drawn(300, 2)
    index, sketches = MinHashLSH(threshold=0.6, num_perm=256), []
    for number, text in enumerate(found):
        words = words_in(text)
        sketch = MinHash(num_perm=256)
        sketch.update_batch([item.encode() for item in [*words, *map(" ".join, zip(words, words[1:], strict=False))]])
        index.insert(str(number), sketch)
        sketches.append(sketch)
    theirs = {tuple(sorted((number, int(other)))) for number, sketch in enumerate(sketches) for other in index.query(sketch)}
    expected = {pair for pair in theirs if pair[0] != pair[1] and similarity(*(found[row] for row in pair)) >= 0.8}
    assert {(one, other) for one, other, _ in find(found, 0.8).pairs} >= expected and len(expected) > 50


@given(texts)
def test_groups_are_numbered_in_order_and_equal_texts_share_one(found: list[str]) -> None:
    numbers = groups(found, 0.8)
    assert list(dict.fromkeys(numbers)) == list(range(len(set(numbers))))
    assert all(numbers[found.index(text)] == number for text, number in zip(found, numbers, strict=True))


@pytest.mark.parametrize(
    "found", [[], [""], ["", ""], ["x"], ["\ud800 lone"]], ids=["none", "empty", "two", "short", "surrogate"]
)
def test_odd_texts_have_groups(found: list[str]) -> None:
    assert len(groups(found, 0.8)) == len(found)


# What stays


def test_the_best_of_each_kind_stays() -> None:
    duplicates = find([PROSE, f" {PROSE}", PROSE, OTHER], 0.8)
    settled = duplicates.settled(["introduction", "introduction", "use-case", "introduction"], list(reversed(ranks(4))))
    assert settled.repeats == (Repeat(0, 1, "duplicate", 1.0),)
    assert settled.groups == [0, 0, 0, 1], "one text under two kinds stays, and must not straddle"


def test_a_near_row_goes_and_what_is_like_none_that_stays_remains() -> None:
    chain = [PROSE, NEARLY, NEARLY.replace("one", "each")]
    settled = find(chain, 0.8).settled(["introduction"] * 3, ranks(3))
    assert [(repeat.index, repeat.of, repeat.rule) for repeat in settled.repeats] == [(1, 0, "near-duplicate")]
    assert settled.groups == [0, 0, 1], "what went stands with what it repeats"


def test_within_one_source_rows_must_be_nearer() -> None:
    duplicates = find([PROSE, PROSE.replace("one", "each")], 0.8)
    assert len(duplicates.settled(["introduction"] * 2, ranks(2), sources=["one", "other"]).repeats) == 1
    settled = duplicates.settled(["introduction"] * 2, ranks(2), sources=["one", "one"])
    assert not settled.repeats and settled.groups == [0, 0]
    nearer = find([PROSE, NEARLY], 0.8)
    assert len(nearer.settled(["introduction"] * 2, ranks(2), sources=["one", "one"]).repeats) == 1


@pytest.mark.parametrize(
    ("keep", "rules"),
    [
        pytest.param((), ["duplicate", "near-duplicate"], id="none"),
        pytest.param(("duplicate",), ["near-duplicate"], id="duplicate"),
        pytest.param(("near-duplicate",), ["duplicate"], id="near-duplicate"),
        pytest.param(("duplicate", "near-duplicate"), [], id="both"),
    ],
)
def test_a_rule_that_is_switched_off_removes_nothing(keep: tuple[str, ...], rules: list[str]) -> None:
    settled = find([PROSE, PROSE, NEARLY], 0.8).settled(["introduction"] * 3, ranks(3), keep)
    assert sorted({repeat.rule for repeat in settled.repeats}) == rules
    assert len(set(settled.groups)) == 1, "what is alike has one group, whether it stays or goes"


def test_of_a_crowd_nothing_near_stays() -> None:
    crowd = [
        f"{PROSE} It is number {number} of those that the branch in the {WORDS[number % 20]} wrote." for number in range(500)
    ]
    settled = find(crowd, 0.8).settled(["introduction"] * 500, ranks(500))
    gone = {repeat.index for repeat in settled.repeats}
    left = [text for row, text in enumerate(crowd) if row not in gone]
    assert all(similarity(one, other) < 0.8 for one, other in combinations(left, 2)) and len(left) < 20


def example(origin: Origin = "markdown", text: str = "Loads the rates.", **fields: object) -> Example:
    return Example(
        Brief("introduction", "Introduction", "a.b", ()), text, "s", str(fields.pop("license", "MIT")), origin, **fields
    )  # type: ignore[arg-type]


def test_people_come_before_docstrings_then_licence_support_length_and_path() -> None:
    ordered = [
        example("approved", license=""),
        example("authored"),
        example(support=0.5, text="Loads rates."),
        example(support=0.2, text="Loads the rates of today."),
        example(support=0.2, path="a.md"),
        example(support=0.2, path="a.md", line=3),
        example(support=0.2, path="b.md"),
        example(license=""),
        example("card"),
        example("docstring", support=1.0),
        example("synthetic", support=1.0),
    ]
    assert sorted(ordered, key=rank) == ordered


# Prints


@given(texts)
def test_prints_are_the_same_after_they_were_bytes(texts: list[str]) -> None:
    prints = printed(texts)
    again = Prints.from_bytes(prints.to_bytes(), len(texts))
    assert (again.wholes.tolist(), again.runs.hashes.tolist(), again.runs.starts.tolist()) == (
        prints.wholes.tolist(),
        prints.runs.hashes.tolist(),
        prints.runs.starts.tolist(),
    )


@given(texts, some.integers(0, 16), some.randoms(use_true_random=False))
def test_prints_from_many_files_tell_what_the_texts_tell(texts: list[str], cut: int, draw: random.Random) -> None:
    stock = PrintStock()
    for part in (texts[:cut], texts[cut:]):
        stock.add(Prints.from_bytes(printed(part).to_bytes(), len(part)))
    order = draw.sample(range(len(texts)), len(texts))
    assert compare(stock.of(order), 0.6).groups == groups([texts[place] for place in order], 0.6)


@given(texts, some.randoms(use_true_random=False))
def test_repetitions_among_some_rows_are_those_of_their_texts_alone(texts: list[str], draw: random.Random) -> None:
    rows = sorted(draw.sample(range(len(texts)), draw.randint(0, len(texts))))
    some_of = find(texts, 0.6).of(rows)
    assert some_of.groups == groups([texts[row] for row in rows], 0.6)


@given(texts)
def test_a_text_is_within_those_that_have_all_of_its_words_and_pairs(texts: list[str]) -> None:
    prints = printed(texts)
    half = len(texts) // 2
    inner, outer = list(range(half)), list(range(half, len(texts)))
    sets = [set(words) | set(zip(words, words[1:], strict=False)) for words in map(words_in, texts)]
    long = [place for place in inner if len(words_in(texts[place])) >= LEAST_WORDS]
    said = {(one, other) for one in long for other in outer if sets[one] <= sets[other]}
    assert {pair for pair in prints.runs.within(inner, outer) if len(words_in(texts[pair[1]])) >= LEAST_WORDS} == {
        (one, other) for one, other in said if len(words_in(texts[other])) >= LEAST_WORDS
    }
