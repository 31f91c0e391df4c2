"""Attention as a CPU does it fastest on short rows: two products of matrices and a softmax.

In: a model. Out: a context in which it has that attention. torch's fused kernel takes three times as long at a few hundred
tokens, and saves memory that short rows do not need. The softmax is torch's own for bfloat16, which sums in float32.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from transformers import AttentionInterface, AttentionMaskInterface, PreTrainedModel
from transformers.integrations.sdpa_attention import repeat_kv
from transformers.masking_utils import eager_mask

LONGEST = 640  # tokens up to which it is faster
_NAME = "docgen_short"
# Families whose attention is nothing but this; the others have an `eager` one of their own.
_ORDINARY = frozenset({"llama", "mistral", "qwen2", "qwen3", "smollm3", "olmo2"})


@contextmanager
def attending_plainly(model: PreTrainedModel, wanted: bool = True) -> Iterator[None]:
    """Inside, a model that has torch's fused attention has plain attention."""
    if not wanted or model.config._attn_implementation != "sdpa":
        yield
        return
    if model.config.model_type in _ORDINARY:
        AttentionInterface.register(_NAME, _attention)
        AttentionMaskInterface.register(_NAME, eager_mask)
    model.set_attn_implementation(_NAME if model.config.model_type in _ORDINARY else "eager")
    try:
        yield
    finally:
        model.set_attn_implementation("sdpa")


def _attention(
    module: Any,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None,
    scaling: float,
    dropout: float = 0.0,
    **_: Any,
) -> tuple[torch.Tensor, None]:
    groups = module.num_key_value_groups
    weights = torch.matmul(query * scaling, repeat_kv(key, groups).transpose(2, 3))
    if attention_mask is not None:
        weights = weights + attention_mask
    weights = torch.nn.functional.dropout(torch.softmax(weights, dim=-1), p=dropout, training=module.training)
    return torch.matmul(weights, repeat_kv(value, groups)).transpose(1, 2).contiguous(), None
