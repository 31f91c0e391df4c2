"""Names between backticks come from the Brief, whatever the model would rather write."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="the local writer needs the extra `llm`")

from transformers import AutoTokenizer, GPT2Config, GPT2LMHeadModel, LogitsProcessorList  # noqa: E402

from docgen.brief import Brief  # noqa: E402
from docgen.facts import Fact  # noqa: E402
from docgen.training.tokenizer import train_tokenizer  # noqa: E402
from docgen.writers.local.confinement import Confinement, Pieces, names_of  # noqa: E402

BRIEF = Brief(
    "error-handling",
    "Error Handling",
    "shop.orders.load_orders",
    (
        Fact("kind", "function"),
        Fact("doc", "Reads orders with `parse_order`."),
        Fact("parameters", ["path", "*rest"]),
        Fact("parameters.path.default", "'orders.csv'"),
        Fact("raises", ["OrderError"]),
        Fact("raises.OrderError.when", ["order.total is negative"]),
        Fact("raises.OrderError.message", ["bad total"]),
    ),
)


def test_names_are_those_of_the_facts_and_no_prose() -> None:
    names = names_of(BRIEF)
    assert {"load_orders", "shop.orders.load_orders", "path", "rest", "'orders.csv'", "OrderError", "order.total"} <= names
    assert "parse_order" in names
    assert not any("bad total" in name or "Reads" in name for name in names)


@pytest.mark.parametrize("seed", range(4))
def test_an_untrained_model_at_a_high_temperature_writes_only_known_names(seed: int, tmp_path: Path) -> None:
    texts = ["`load_orders` raises `OrderError` when `path` is missing.", "- `OrderError`: `path`, `rest`; `None`. (`x`)"] * 40
    train_tokenizer(texts, 400).save_pretrained(tmp_path)
    tokenizer = AutoTokenizer.from_pretrained(tmp_path)
    torch.manual_seed(seed)
    model = GPT2LMHeadModel(GPT2Config(vocab_size=len(tokenizer), n_positions=256, n_embd=64, n_layer=1, n_head=1)).eval()
    names = names_of(BRIEF)
    start = torch.tensor([tokenizer("Raises `")["input_ids"]] * 8)
    confinement = Confinement(Pieces(tokenizer), [names] * 8, ["Raises `"] * 8, start.shape[1])
    found = model.generate(
        start,
        attention_mask=torch.ones_like(start),
        do_sample=True,
        temperature=2.0,
        top_k=0,
        max_new_tokens=120,
        pad_token_id=tokenizer.pad_token_id,
        eos_token_id=None,
        logits_processor=LogitsProcessorList([confinement]),
    )
    for row in found:
        text = "".join(Pieces(tokenizer).texts[token] for token in row.tolist())
        inside = text.split("`")[1::2]
        whole = inside if text.count("`") % 2 == 0 else inside[:-1]
        assert whole and all(name in names for name in whole), text


def test_closing_a_name_may_share_a_token_with_what_follows(tmp_path: Path) -> None:
    tokenizer = train_tokenizer(["`a`. `b`, (`c`): `d`; `e`"] * 50, 300)
    pieces = Pieces(tokenizer)
    closing = {pieces.texts[token] for token in pieces.allowed(["path"], "path")}
    assert "`" in closing and "`." in closing
    assert all(text.startswith("`") and text.count("`") == 1 for text in closing)
    assert not pieces.allowed(["path"], "pathway")


def test_a_name_begun_goes_on_with_its_own_letters_only(tmp_path: Path) -> None:
    tokenizer = train_tokenizer(["path paths pathway parse"] * 50, 300)
    pieces = Pieces(tokenizer)
    draw = random.Random(0)
    for begun in ("", "p", "pa", "pat"):
        tokens = pieces.allowed(["path"], begun)
        assert tokens and "path".startswith(begun + pieces.texts[draw.choice(tokens)])
