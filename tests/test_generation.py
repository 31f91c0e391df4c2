"""Answers of a model: the same alone and together, with and without what makes them fast."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="the local writer needs the extra `llm`")

from conftest import brief  # noqa: E402

from docgen.writers.local.attribution import attribute  # noqa: E402
from docgen.writers.local.base import Base, load_model, load_tokenizer  # noqa: E402
from docgen.writers.local.chat import Chat  # noqa: E402
from docgen.writers.local.decoding import Decoder, answering  # noqa: E402
from docgen.writers.local.generation import Draft, Limits, generate, generate_several  # noqa: E402
from docgen.writers.local.model import LocalModel  # noqa: E402
from docgen.writers.wording import wording_of  # noqa: E402

FAMILIES = ("llama", "qwen3", "gemma3", "gpt2")
Bases = Callable[[str], Path]


def loaded(base: Bases, family: str) -> LocalModel:
    folder = base(family)
    found = Base("tiny", folder, "folder")
    model = load_model(found, "none").float()
    return LocalModel(model, Chat.of(load_tokenizer(found), folder), Limits(new_tokens=24, batch=8))


def same(first: list[Draft], second: list[Draft]) -> bool:
    close = [
        draft.log_probability == pytest.approx(other.log_probability, abs=1e-3)
        for draft, other in zip(first, second, strict=True)
    ]
    return [draft.text for draft in first] == [draft.text for draft in second] and all(close)


@pytest.mark.parametrize("family", FAMILIES)
def test_an_answer_is_the_same_alone_and_in_a_batch(base: Bases, family: str) -> None:
    model = loaded(base, family)
    prompts = [model.chat.prompt(brief(number, kind)) for number in range(3) for kind in ("introduction", "error-handling")]
    seeds = (None, 7)
    together = generate_several(model.model, model.chat, prompts, seeds, model.limits)
    for prompt, drafts in zip(prompts, together, strict=True):
        alone = [generate(model.model, model.chat, [prompt], model.limits, seed=seed)[0] for seed in seeds]
        assert same(alone, drafts)


@pytest.mark.parametrize("family", FAMILIES)
def test_the_scores_are_those_of_the_plain_model(base: Bases, family: str) -> None:
    model = loaded(base, family)
    prompts = [model.chat.prompt(brief(number)) for number in range(3)]
    following = [11, 12, 13]
    with answering(model.model) as plain:
        decoder = Decoder(plain, model.chat.tokenizer.pad_token_id)
        decoder.read(prompts, 2)
        decoder.step(torch.tensor([following[number // 2] for number in range(6)]))
        decoder.keep(torch.tensor([0, 3, 5]))
        scores = decoder.step(torch.tensor(following))
        for row, (prompt, token) in enumerate(zip(prompts, following, strict=True)):
            whole = plain(torch.tensor([[*prompt, token, token]])).logits[0, -1]
            assert torch.allclose(scores[row], whole.float(), atol=1e-3)


@pytest.mark.parametrize("copies", [1, 3])
@pytest.mark.parametrize("family", FAMILIES)
def test_attention_in_float32_changes_no_more_than_rounding(base: Bases, family: str, copies: int) -> None:
    model = load_model(Base("tiny", base(family), "folder"), "none").bfloat16()
    chat = Chat.of(load_tokenizer(Base("tiny", base(family), "folder")), base(family))
    prompt = chat.prompt(brief(0))
    before = model.config._attn_implementation
    with answering(model) as plain:
        decoder = Decoder(plain, chat.tokenizer.pad_token_id)
        decoder.read([prompt, prompt[:-3]], copies)
        wide = decoder.step(torch.tensor([11] * 2 * copies))
    assert model.config._attn_implementation == before
    with torch.no_grad():
        whole = model(torch.tensor([[*prompt, 11]])).logits[0, -1].float()
    assert torch.allclose(torch.softmax(wide[0], -1), torch.softmax(whole, -1), atol=2e-3)


def test_an_untrained_model_writes_no_stray_in_production(base: Bases) -> None:
    model = loaded(base, "llama")
    briefs = [brief(number, kind) for number in range(4) for kind in ("introduction", "use-case", "error-handling")]
    for order, drafts in zip(briefs, model.drafts(briefs, (None, 1, 2)), strict=True):
        assert not any(wording_of(order).strays(draft.text) for draft in drafts if draft.ended)


def test_an_attribution_has_a_number_for_each_line_and_word(base: Bases) -> None:
    model = loaded(base, "llama")
    found = attribute(model, brief(0), "Loads a report from disk.")
    assert [word.strip() for word in found.words] == ["Loads", "a", "report", "from", "disk."]
    assert "".join(found.words) == found.text
    assert len(found.weights) == len(found.lines) and all(len(row) == len(found.words) for row in found.weights)
    assert any(weight for row in found.weights for weight in row)
