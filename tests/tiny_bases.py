"""Tiny base models with random weights, in the shapes of four families; imported only by tests that run torch."""

from __future__ import annotations

from pathlib import Path

import torch
from transformers import (
    AutoModelForCausalLM,
    Gemma3TextConfig,
    GPT2Config,
    LlamaConfig,
    PreTrainedConfig,
    PreTrainedTokenizerFast,
    Qwen3Config,
)

from docgen.training.tokenizer import train_tokenizer

VOCABULARY, CONTEXT = 512, 512
TEXTS = Path(__file__).parent.parent / "training_data"
# What Qwen3 puts before an answer that was not thought about; the prompt alone lacks it unless it is told not to think.
THINKING = (
    "{% for message in messages %}{% if message['role'] == 'assistant' %}"
    "{{ '<|assistant|><think>\n\n</think>\n\n' + message['content'] + '<|end|>\n' }}"
    "{% else %}{{ '<|user|>' + message['content'] + '<|end|>\n' }}{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}"
)
# Gemma's way: the end of a turn is a token of its own, and not the end of a text.
TURNS = (
    "{{ bos_token }}{% for message in messages %}{{ '<start_of_turn>' + "
    "('model' if message['role'] == 'assistant' else 'user') + '\n' + message['content'] + '<end_of_turn>\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<start_of_turn>model\n' }}{% endif %}"
)


def make_base(folder: Path, architecture: str) -> Path:
    """Writes a model, its tokenizer and its chat template (none for GPT-2) to `folder`."""
    tokenizer = make_tokenizer()
    end = tokenizer.eos_token_id
    if architecture == "gemma3":
        tokenizer.add_special_tokens({"bos_token": "<bos>", "additional_special_tokens": ["<start_of_turn>", "<end_of_turn>"]})
        tokenizer.chat_template = TURNS
        end = [tokenizer.eos_token_id, tokenizer.convert_tokens_to_ids("<end_of_turn>")]
    elif architecture == "qwen3":
        tokenizer.chat_template = THINKING
    elif architecture == "gpt2":
        tokenizer.chat_template = None
        tokenizer.pad_token = None
    torch.manual_seed(0)
    model = AutoModelForCausalLM.from_config(configuration(architecture, len(tokenizer)))
    model.generation_config.eos_token_id = end
    model.bfloat16().save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def make_tokenizer() -> PreTrainedTokenizerFast:
    """A byte-level tokenizer in the embedded base's manner."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(TEXTS.rglob("*.md"))]
    return train_tokenizer(texts, VOCABULARY)


def configuration(architecture: str, tokens: int) -> PreTrainedConfig:
    """The smallest shape that 4-bit layers take, with a vocabulary of a multiple of 64."""
    vocabulary = -(-tokens // 64) * 64
    shape = {
        "vocab_size": vocabulary,
        "hidden_size": 64,
        "intermediate_size": 128,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "num_key_value_heads": 1,
        "head_dim": 32,
        "max_position_embeddings": CONTEXT,
        "tie_word_embeddings": True,
        "eos_token_id": 1,
        "pad_token_id": 0,
    }
    if architecture == "gpt2":
        return GPT2Config(
            vocab_size=vocabulary, n_positions=CONTEXT, n_embd=64, n_layer=2, n_head=2, bos_token_id=1, eos_token_id=1
        )
    if architecture == "gemma3":
        return Gemma3TextConfig(**shape, sliding_window=64, query_pre_attn_scalar=32)
    return {"llama": LlamaConfig, "qwen3": Qwen3Config}[architecture](**shape)
