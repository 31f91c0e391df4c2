"""Names and numbers come from the Brief, whatever the model would rather write and however its tokenizer cuts them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="the local writer needs the extra `llm`")

from hypothesis import HealthCheck, Phase, given, settings  # noqa: E402
from hypothesis import strategies as st  # noqa: E402
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers  # noqa: E402
from transformers import (  # noqa: E402
    GPT2Config,
    GPT2LMHeadModel,
    LogitsProcessorList,
    PreTrainedTokenizerBase,
    PreTrainedTokenizerFast,
)

from docgen.brief import Brief, brief_for  # noqa: E402
from docgen.facts import JSON, Entry, Fact  # noqa: E402
from docgen.training.tokenizer import train_tokenizer  # noqa: E402
from docgen.writers.local.confinement import Confinement, Grammar, Grammars  # noqa: E402
from docgen.writers.local.pieces import Pieces  # noqa: E402
from docgen.writers.wording import Wording, names_of, units_in, wording_of  # noqa: E402

END = "<end>"
TEXTS = [
    "`load_orders` raises `OrderError` when `path` is missing, or after 30 tries of 1.5 seconds (10, 20 or 1e-05).",
    "- `OrderError`: `path`, `rest`; `None`. (`x`) Reads utf-8, int64 and 13.8M rows; 0.5 `by` default, -1 for 2:1.",
    "naïve café — “quoted” 数字 ١٢٣ ²; a_b c_d1 x2y 2024-01-01 10% of 4,096 … `naïve`",
] * 30
BRIEF = Brief(
    "error-handling",
    "Error Handling",
    "shop.orders.load_orders",
    (
        Fact("kind", "function"),
        Fact("doc", "Reads orders with `parse_order` in utf-8, 10 at a time."),
        Fact("parameters", ["path", "*rest", "naïve"]),
        Fact("parameters.path.default", "'orders.csv'"),
        Fact("parameters.naïve.default", "1e-05"),
        Fact("raises", ["OrderError"]),
        Fact("raises.OrderError.when", ["order.total is negative", "tries > 1.5 or tries == -1"]),
        Fact("raises.OrderError.message", ["bad total"]),
        Fact("eval.rouge1", 0.8123),
        Fact("training.samples", 13_800_000),
    ),
)


# Tokenizers ---------------------------------------------------------------------------------------------------------------


def byte_level(texts: list[str] = TEXTS) -> PreTrainedTokenizerFast:
    """As GPT-2's, Llama 3's and Qwen's."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    tokenizer.train_from_iterator(
        texts, trainers.BpeTrainer(vocab_size=420, special_tokens=[END], initial_alphabet=alphabet, show_progress=False)
    )
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token=END, pad_token=END)


def with_bars(texts: list[str] = TEXTS) -> PreTrainedTokenizerFast:
    """As Llama 2's and Gemma's: a bar for a blank, and bytes for what it has no token of."""
    tokenizer = Tokenizer(models.BPE(byte_fallback=True, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    special = ["<unk>", END, *(f"<0x{byte:02X}>" for byte in range(256))]
    plain = [text.encode("ascii", "ignore").decode() for text in texts]
    tokenizer.train_from_iterator(
        plain,
        trainers.BpeTrainer(vocab_size=500, special_tokens=special[:2], initial_alphabet=list("`_01235"), show_progress=False),
    )
    tokenizer.add_tokens(special[2:])
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token=END, pad_token=END, unk_token="<unk>")


def in_word_pieces(texts: list[str] = TEXTS) -> PreTrainedTokenizerFast:
    """As BERT's: `##` goes on with a word, and everything else begins one with a blank."""
    tokenizer = Tokenizer(models.WordPiece(unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Split("`", "isolated")])
    tokenizer.decoder = decoders.WordPiece()
    tokenizer.train_from_iterator(
        texts, trainers.WordPieceTrainer(vocab_size=320, special_tokens=["<unk>", END], show_progress=False)
    )
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token=END, pad_token=END, unk_token="<unk>")


MAKERS: dict[str, Callable[[], PreTrainedTokenizerBase]] = {
    "byte-level": byte_level,
    "bars and bytes": with_bars,
    "word pieces": in_word_pieces,
    "docgen's own": lambda: train_tokenizer(TEXTS, 400),
}


@pytest.fixture(scope="module", params=MAKERS)
def tokenizer(request: pytest.FixtureRequest) -> PreTrainedTokenizerBase:
    return MAKERS[request.param]()


@pytest.fixture(scope="module")
def pieces(tokenizer: PreTrainedTokenizerBase) -> Pieces:
    return Pieces(tokenizer)


# What is written ------------------------------------------------------------------------------------------------------


def written(
    tokenizer: PreTrainedTokenizerBase, wordings: list[Wording], seed: int, rows: int = 8, **how: object
) -> Iterator[tuple[Wording, str, bool]]:
    """What an untrained model writes under confinement: the wording, the text, and whether it came to an end."""
    torch.manual_seed(seed)
    shape = GPT2Config(
        vocab_size=len(tokenizer) + 3, n_positions=256, n_embd=32, n_layer=1, n_head=1, bos_token_id=0, eos_token_id=0
    )
    model = GPT2LMHeadModel(shape).eval()
    # An untrained model would end at any step, and seldom open a name: names and digits are made likely, the end is not.
    pieces = Pieces(tokenizer)
    bias = torch.zeros(shape.vocab_size)
    for token, text in enumerate(pieces.written):
        bias[token] = 2.5 if text and re.search(rb"[`\d_]", text) else 0.0
    bias[tokenizer.eos_token_id] = -3.0
    model.lm_head.weight.data.mul_(20)
    start = torch.tensor([tokenizer("Raises", add_special_tokens=False)["input_ids"]] * len(wordings))
    confinement = Confinement(Grammars(pieces, [tokenizer.eos_token_id]), wordings, start.shape[1])
    options = {"do_sample": True, "temperature": 2.0, "top_k": 0, "num_return_sequences": rows} | how
    with torch.no_grad():
        found = model.generate(
            start,
            attention_mask=torch.ones_like(start),
            max_new_tokens=60,
            pad_token_id=tokenizer.pad_token_id,
            eos_token_id=tokenizer.eos_token_id,
            logits_processor=LogitsProcessorList([lambda _, scores: scores + bias, confinement]),
            **options,
        )
    for number, row in enumerate(found[:, start.shape[1] :].tolist()):
        ended = tokenizer.eos_token_id in row
        tokens = row[: row.index(tokenizer.eos_token_id)] if ended else row
        yield wordings[number * len(wordings) // len(found)], pieces.text(tokens), ended


def invented(text: str, wording: Wording, *, ended: bool) -> list[str]:
    """What a text spells and the wording does not hold, found without docgen's own rules. Of a text that was cut off, what has
    not come to its end is left out."""
    if not ended:
        text = text[: text.rfind("`")] if text.count("`") % 2 else re.sub(r"\S*\Z", "", text)
    parts = text.split("`")
    names = [name for name in parts[1::2] if name.strip() not in wording.names]
    words = [word for part in parts[::2] for word in re.findall(r"[\w.,:/+^\u2010-\u2013\u2212%-]*[\w%]", part)]
    return names + [word for word in words if re.search(r"[\d_²½]", word) and word not in wording.units]


@pytest.mark.parametrize("seed", range(3))
def test_an_untrained_model_at_a_high_temperature_invents_nothing(tokenizer: PreTrainedTokenizerBase, seed: int) -> None:
    wording = wording_of(BRIEF)
    names, numbers = 0, 0
    for _, text, ended in written(tokenizer, [wording] * 4, seed):
        assert invented(text, wording, ended=ended) == [], text
        assert wording.strays(text) == [] or not ended, text
        assert text.count("`") % 2 == 0 or not ended, text
        names += text.count("`") // 2
        numbers += len(list(units_in(re.sub("`[^`]*`", " ", text))))
    assert names + numbers > 10  # so there was something to confine


@given(
    names=st.frozensets(st.text(st.characters(codec="utf-8", exclude_characters="`\n"), min_size=1, max_size=12), max_size=4),
    facts=st.lists(st.one_of(st.text(max_size=20), st.integers(), st.floats(allow_nan=False)), max_size=4),
    seed=st.integers(0, 1000),
)
@settings(
    max_examples=8,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],  # shrinking a model's answer takes minutes and tells nothing
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_nothing_is_invented_whatever_the_facts(
    tokenizer: PreTrainedTokenizerBase, names: frozenset[str], facts: list[JSON], seed: int
) -> None:
    brief = Brief("introduction", "", "pkg.load", tuple(Fact(f"eval.f{number}", value) for number, value in enumerate(facts)))
    wording = Wording(names_of(brief) | {name.strip() for name in names if name.strip()}, wording_of(brief).units)
    for _, text, ended in written(tokenizer, [wording], seed, rows=4):
        assert wording.strays(text) == [] or not ended, text
        assert "\ufffd" not in text[:-1]  # the last character of a text that was cut off may be half of one


@pytest.mark.parametrize(
    "how",
    [
        pytest.param({"num_beams": 4, "do_sample": False, "num_return_sequences": 4}, id="beams"),
        pytest.param({"num_beams": 3, "num_return_sequences": 2}, id="beams that are drawn"),
        pytest.param({"do_sample": False, "temperature": None, "top_k": None, "num_return_sequences": 1}, id="greedy"),
    ],
)
def test_each_row_of_a_batch_keeps_to_its_own_facts(tokenizer: PreTrainedTokenizerBase, how: dict[str, object]) -> None:
    wordings = [
        Wording(frozenset({"alpha", "beta_1"}), frozenset({"beta_1", "17"})),
        Wording(frozenset({"gamma"}), frozenset({"2.5"})),
        Wording(frozenset(), frozenset()),
    ]
    for wording, text, ended in written(tokenizer, wordings, 1, **how):
        assert invented(text, wording, ended=ended) == [], text


# The grammar, by its tokens -------------------------------------------------------------------------------------------


def passes(pieces: Pieces, wording: Wording, text: str) -> bool:
    """Whether a text can be written to its end, in any way to cut it into tokens."""
    grammar = Grammar(pieces, wording, [0])
    waiting = {(0, grammar.start)}
    seen = set(waiting)
    while waiting:
        place, state = waiting.pop()
        if place == len(text) and grammar.may_end(state):
            return True
        for end in range(place + 1, min(len(text), place + pieces.longest) + 1):
            for token in pieces.by_text.get(text[place:end], ()):  # whole characters; bytes are the untrained models' part
                after = grammar.after(state, token)
                assert (after is not None) == bool(grammar.allowed(state)[token]), (text, place, end)
                if after is not None and (end, after) not in seen:
                    seen.add((end, after))
                    waiting.add((end, after))
    return False


NUMBERS = Wording(frozenset({"path", "a1"}), frozenset({"1", "1.5", "15", "utf-8", "max_size", "-2", "1,000", "10%", "1e-05"}))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("is 1.", True, id="a number and a full stop"),
        pytest.param("is 1.5.", True, id="a fraction and a full stop"),
        pytest.param("1, 15 or 1.5 (1)", True, id="several"),
        pytest.param("is 5", False, id="another number"),
        pytest.param("is 151", False, id="a number that goes on"),
        pytest.param("is 1.", True, id="at the end"),
        pytest.param("is 1.51", False, id="a fraction that goes on"),
        pytest.param("is .5", False, id="a fraction without its nought"),
        pytest.param("is -1", False, id="another sign"),
        pytest.param("is -2", True, id="a sign"),
        pytest.param("is 1-15", False, id="a range"),
        pytest.param("in utf-8.", True, id="letters before digits"),
        pytest.param("in utf-16", False, id="other digits behind known letters"),
        pytest.param("utf- and ut", True, id="letters that begin like a number's"),
        pytest.param("is x1", False, id="letters before a number"),
        pytest.param("is 1x", False, id="letters behind a number"),
        pytest.param("1,000 rows", True, id="thousands"),
        pytest.param("1,001 rows", False, id="other thousands"),
        pytest.param("is 10%", True, id="a share"),
        pytest.param("is 1%", False, id="a number as a share"),
        pytest.param("max_size", True, id="a name without backticks"),
        pytest.param("min_size", False, id="another name without backticks"),
        pytest.param("`path`, `a1`", True, id="names"),
        pytest.param("`pat`", False, id="a name cut short"),
        pytest.param("`paths`", False, id="a name that goes on"),
        pytest.param("`path", False, id="a name left open"),
        pytest.param("``path``", False, id="two backticks"),
        pytest.param("`path`1", False, id="a digit behind a name"),
        pytest.param("1`path`", True, id="a name behind a number"),
        pytest.param("is 1e-05", True, id="an exponent"),
        pytest.param("is 1e", False, id="half an exponent"),
        pytest.param("is 1 e", True, id="a letter apart"),
        pytest.param("a \\`b", False, id="a backslash, which would turn a backtick into a sign"),
        pytest.param("no ²", False, id="a raised digit"),
        pytest.param("no ١", False, id="a digit of another script"),
        pytest.param("1\u200b5", False, id="a sign that does not show between digits"),
    ],
)
def test_a_text_passes_where_its_names_and_numbers_are_known(text: str, expected: bool) -> None:
    pieces = Pieces(byte_level([*TEXTS, *[text] * 20]))  # so that tokens of all sorts cross its boundaries
    assert passes(pieces, NUMBERS, text) is expected


@given(st.text(st.sampled_from("ab 1.5,-_`é²%\\\n"), max_size=12))
@settings(max_examples=150, deadline=None)
def test_what_passes_is_what_holds_no_stray(text: str) -> None:
    wording = Wording(frozenset({"a", "é1"}), frozenset({"1", "1.5", "a_b", "-5"}))
    ticks_are_whole = "``" not in text and text.count("`") % 2 == 0
    if passes(CHARACTERS, wording, text):
        assert wording.strays(text) == [] and ticks_are_whole and "\\" not in text
    elif wording.strays(text) == [] and ticks_are_whole and "\\" not in text:
        # Refused although it holds no stray: a unit that touches a name, which reads as part of it, and a lone underscore.
        assert re.search(r"`[^`]*`[^\s(`]*[\d_²]|(?<!\w)_+(?!\w)", text), text


CHARACTERS = Pieces(byte_level())


def test_every_piece_writes_what_the_tokenizer_decodes(tokenizer: PreTrainedTokenizerBase, pieces: Pieces) -> None:
    for text in TEXTS[:2]:
        tokens = tokenizer(text, add_special_tokens=False)["input_ids"]
        decoded = tokenizer.decode(tokens, clean_up_tokenization_spaces=False)
        if pieces.is_spaced:  # its blanks inside of backticks are not part of a name
            decoded = re.sub(r"` ([^`]*) `", r"`\1`", decoded)
        assert decoded.strip() == pieces.text(tokens).strip()


def test_a_special_token_never_stands_in_an_answer(tokenizer: PreTrainedTokenizerBase, pieces: Pieces) -> None:
    grammar = Grammar(pieces, wording_of(BRIEF), [tokenizer.eos_token_id])
    special = set(tokenizer.all_special_ids) - {tokenizer.eos_token_id}
    assert not any(grammar.allowed(grammar.start)[token] for token in special)
    assert grammar.allowed(grammar.start)[tokenizer.eos_token_id]


# What may be spelt ----------------------------------------------------------------------------------------------------


def test_names_are_those_of_the_facts_and_no_prose() -> None:
    names = names_of(BRIEF)
    assert {"load_orders", "shop.orders.load_orders", "path", "rest", "'orders.csv'", "OrderError", "order.total"} <= names
    assert "parse_order" in names
    assert not any("bad total" in name or "Reads" in name for name in names)


def test_numbers_are_those_of_the_facts_in_the_ways_they_are_printed() -> None:
    units = wording_of(BRIEF).units
    assert {"10", "1e-05", "1.5", "-1", "0.8123", "13.8M", "13,800,000", "13800000", "utf-8", "rouge1"} <= units
    assert not {"1", "5", "0", "8"} & units


def test_strays_are_told_in_their_order() -> None:
    text = "`load_orders` reads 11 rows with `read` in utf-8, 10 at a time, as load_all."
    assert wording_of(BRIEF).strays(text) == ["11", "read", "load_all"]


def test_a_tokenizer_survives_being_saved(tmp_path: Path) -> None:
    tokenizer = byte_level()
    tokenizer.save_pretrained(tmp_path)
    assert Pieces(PreTrainedTokenizerFast.from_pretrained(tmp_path)).written == Pieces(tokenizer).written


def test_what_members_raise_may_be_named_and_what_is_said_of_them_may_not() -> None:
    entry = Entry(
        "shop.till",
        (
            Fact("kind", "module"),
            Fact("members.pay", "Pay with a Voucher."),
            Fact("members.pay.raises", ["TillError"]),
            Fact("members.pay.raises.TillError.when", ["amount is negative"]),
            Fact("members.pay.handles", ["KeyError"]),
        ),
    )
    names = names_of(brief_for(entry, "error-handling"))
    assert {"TillError", "KeyError", "amount"} <= names
    assert not {"Voucher", "is"} & names
