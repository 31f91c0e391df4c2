"""A model's forward passes while it answers: prompts read once, their common part once for all, and a cache with room to grow.

In: a model and prompts in tokens. Out: the scores of the next token of each row, step by step. Several answers to a prompt
share the reading of it, and on a CPU what is kept of it; rows that have ended leave the batch, and nothing is copied for a
token that is added.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, cast

import torch
from transformers import AttentionInterface, AttentionMaskInterface, DynamicCache, PreTrainedModel
from transformers.cache_utils import DynamicLayer
from transformers.integrations.sdpa_attention import sdpa_attention_forward
from transformers.masking_utils import sdpa_mask

_ROOM = 64  # tokens by which a cache grows at a time
_WIDE = "docgen_wide"  # what the library's registers call attention in float32
_SHARED = 16  # tokens from which a beginning that all prompts share is read apart


class _RoomyLayer(DynamicLayer):
    """A layer of a cache that keeps room behind its tokens. The library's copies the whole cache for each token. `wide` keeps
    them in float32."""

    def __init__(self, *, wide: bool) -> None:
        super().__init__()
        self._wide = wide
        self.keys: torch.Tensor
        self.values: torch.Tensor
        self._buffers: tuple[torch.Tensor, torch.Tensor] | None = None

    def update(
        self, key_states: torch.Tensor, value_states: torch.Tensor, *args: Any, **kwargs: Any
    ) -> tuple[torch.Tensor, torch.Tensor]:
        if self._wide:
            key_states, value_states = key_states.float(), value_states.float()
        if not self.is_initialized:
            self.lazy_initialization(key_states, value_states)
        before = self.get_seq_length()
        after = before + key_states.shape[-2]
        buffers = self._buffers
        if buffers is None or buffers[0].data_ptr() != self.keys.data_ptr() or buffers[0].shape[-2] < after:
            buffers = self._grown(self.keys, key_states, after), self._grown(self.values, value_states, after)
        for buffer, states in zip(buffers, (key_states, value_states), strict=True):
            buffer[:, :, before:after] = states
        self._buffers = buffers
        self.keys, self.values = buffers[0][:, :, :after], buffers[1][:, :, :after]
        return self.keys, self.values

    @staticmethod
    def _grown(old: torch.Tensor, states: torch.Tensor, length: int) -> torch.Tensor:
        batch, heads, _, width = states.shape
        buffer = states.new_empty(batch, heads, length + _ROOM, width)
        if old.numel():
            buffer[:, :, : old.shape[-2]] = old
        return buffer


class _Prompts:
    """What a cache holds of prompts that have several answers each, once a prompt: every step goes through all of it, and to
    read it from memory is then most of the work. `mask` says where prompts are no padding."""

    def __init__(self, cache: DynamicCache, mask: torch.Tensor, copies: int) -> None:
        layers = cast("list[_RoomyLayer]", cache.layers)
        self._keys, self._values = [layer.keys for layer in layers], [layer.values for layer in layers]
        self._bias = torch.zeros(mask.shape).masked_fill(mask == 0, float("-inf"))[:, None, None]
        self._copies = copies
        self._places = torch.arange(len(mask) * copies)  # of each row, in a table of all copies of the prompts

    def keep(self, rows: torch.Tensor) -> None:
        """Goes on with some rows only, and without the others' prompts once these are the half: to leave them out is to copy
        the rest."""
        self._places = self._places[rows]
        kept, prompts = torch.unique(self._places // self._copies, return_inverse=True)
        if len(kept) <= len(self._bias) // 2:
            self._places = prompts * self._copies + self._places % self._copies
            self._bias = self._bias[kept]
            self._keys, self._values = ([item[kept] for item in items] for items in (self._keys, self._values))

    def scores(self, layer: int, queries: torch.Tensor) -> torch.Tensor:
        """How well each row's queries (rows, heads, queries, width) match the tokens of its prompt."""
        return self._apart(self._together(queries) @ self._keys[layer].transpose(2, 3) + self._bias)

    def mixed(self, layer: int, weights: torch.Tensor) -> torch.Tensor:
        """The values of each row's prompt by their weights (rows, heads, queries, tokens)."""
        return self._apart(self._together(weights) @ self._values[layer])

    def _together(self, rows: torch.Tensor) -> torch.Tensor:
        """Rows with one prompt beneath each other, so that one product serves them all."""
        _, heads, queries, width = rows.shape
        table = rows.new_zeros(len(self._bias) * self._copies, heads, queries, width)
        table[self._places] = rows
        return table.view(-1, self._copies, heads, queries, width).transpose(1, 2).flatten(2, 3)

    def _apart(self, prompts: torch.Tensor) -> torch.Tensor:
        return prompts.unflatten(2, (self._copies, -1)).transpose(1, 2).flatten(0, 1)[self._places]


class Decoder:
    """A batch of answers in the making. `read` gives the scores of their first tokens, `step` those of the next ones; `keep`
    drops all rows but some. Models that keep no such cache read their whole text again for each token."""

    def __init__(self, model: PreTrainedModel, pad: int) -> None:
        self._model, self._pad = model, pad
        self._known = inspect.signature(model.forward).parameters
        self._is_wide = model.config._attn_implementation == _WIDE
        self._cache: DynamicCache | None = None
        self._prompts: _Prompts | None = None
        self._tokens = torch.empty(0, 0, dtype=torch.long)
        self._mask = torch.empty(0, 0, dtype=torch.long)

    def read(self, prompts: Sequence[Sequence[int]], copies: int = 1) -> torch.Tensor:
        """Scores of the token after each prompt, each `copies` times in a row."""
        if "past_key_values" in self._known:
            self._cache = self._empty()
        shared = _common(prompts) if self._cache is not None and _is_plain(self._cache) and len(prompts) > 1 else 0
        if shared >= _SHARED and self._cache is not None:
            self._tokens, self._mask = left_padded([prompts[0][:shared]], self._pad, self._model.device)
            self._forward(self._tokens)
            self._cache.batch_repeat_interleave(len(prompts))
        else:
            shared = 0
        tokens, mask = left_padded([prompt[shared:] for prompt in prompts], self._pad, self._model.device)
        self._mask = torch.cat([mask.new_ones(len(prompts), shared), mask], dim=1)
        self._tokens = torch.cat([tokens.new_tensor([list(prompt[:shared]) for prompt in prompts]).long(), tokens], dim=1)
        scores = self._forward(tokens)
        if copies > 1:
            self._copy(copies)
        return scores.repeat_interleave(copies, dim=0)

    def _copy(self, copies: int) -> None:
        """Lets each prompt have several rows."""
        if self._cache is not None and self._is_wide and _is_plain(self._cache):
            self._prompts, self._cache = _Prompts(self._cache, self._mask, copies), self._empty()
        elif self._cache is not None:
            self._cache.batch_repeat_interleave(copies)
        self._tokens, self._mask = (item.repeat_interleave(copies, dim=0) for item in (self._tokens, self._mask))

    def _empty(self) -> DynamicCache:
        return _roomy(DynamicCache(config=self._model.config), wide=self._is_wide)

    def step(self, tokens: torch.Tensor) -> torch.Tensor:
        """Scores of the token after these, one a row."""
        self._tokens = torch.cat([self._tokens, tokens[:, None]], dim=1)
        self._mask = torch.cat([self._mask, self._mask.new_ones(len(tokens), 1)], dim=1)
        return self._forward(tokens[:, None])

    def keep(self, rows: torch.Tensor) -> None:
        """Goes on with some rows only, by their numbers."""
        self._tokens, self._mask = self._tokens[rows], self._mask[rows]
        if self._prompts is not None:
            self._prompts.keep(rows)
        if self._cache is not None and self._cache.get_seq_length():
            self._cache.batch_select_indices(rows)

    def _forward(self, tokens: torch.Tensor) -> torch.Tensor:
        options: dict[str, Any] = {"attention_mask": self._mask, "logits_to_keep": 1, "use_cache": self._cache is not None}
        if self._cache is None:
            tokens = self._tokens
        else:
            options["past_key_values"] = self._cache
        options["position_ids"] = (self._mask.cumsum(1) - 1).clamp(min=0)[:, -tokens.shape[1] :]
        options = {name: value for name, value in options.items() if name in self._known}
        if self._prompts is not None:  # what the cache holds then is answers, which have no padding
            options |= {"attention_mask": None, "prompts": self._prompts}
        scores: torch.Tensor = self._model(input_ids=tokens, **options).logits[:, -1].float()
        return scores


def _roomy(cache: DynamicCache, *, wide: bool) -> DynamicCache:
    cache.layers = [_RoomyLayer(wide=wide) if type(layer) is DynamicLayer else layer for layer in cache.layers]
    return cache


def _is_plain(cache: DynamicCache) -> bool:
    """Whether all layers keep all tokens: a sliding window counts places, and a gap of padding between them would shift it."""
    return all(isinstance(layer, _RoomyLayer) for layer in cache.layers)


def _common(prompts: Sequence[Sequence[int]]) -> int:
    """How many tokens all prompts begin with, their last ones left out."""
    first, last = min(map(list, prompts)), max(map(list, prompts))
    most = min(map(len, prompts)) - 1
    return next((place for place in range(most) if first[place] != last[place]), most)


@contextmanager
def answering(model: PreTrainedModel) -> Iterator[PreTrainedModel]:
    """The model below an adapter, ready to answer: not in training, without gradients, and on a CPU with attention in float32.
    It is left as it was."""
    plain = model.get_base_model() if hasattr(model, "get_base_model") else model
    was_training, attention = model.training, plain.config._attn_implementation
    # One new token against a cache in bfloat16 takes torch's kernels on a CPU five times as long as one in float32.
    is_widened = plain.device.type == "cpu" and attention == "sdpa" and plain._supports_attention_backend
    model.eval()
    if is_widened:
        AttentionInterface.register(_WIDE, _attend_wide)
        AttentionMaskInterface.register(_WIDE, sdpa_mask)
        plain.set_attn_implementation(_WIDE)
    try:
        with torch.no_grad():  # not inference_mode: what a layer caches then could not be trained with
            yield plain
    finally:
        if is_widened:
            plain.set_attn_implementation(attention)
        model.train(was_training)


def _attend_wide(
    module: torch.nn.Module,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None,
    *,
    prompts: _Prompts | None = None,
    **options: Any,
) -> tuple[torch.Tensor, None]:
    """Attention in float32, which is what the cache holds: the library's own for a prompt, plain products for a single token,
    where they are twice as fast. Before the keys come those of `prompts`."""
    if query.shape[2] > 1:
        found, _ = sdpa_attention_forward(module, query.float(), key.float(), value.float(), attention_mask, **options)
        return found.to(query.dtype), None
    batch, heads, _, width = query.shape
    scaling = options.get("scaling") or width**-0.5
    grouped = query.float().reshape(batch, key.shape[1], -1, width) * scaling  # queries that share a key
    scores = grouped @ key.float().transpose(2, 3)
    if attention_mask is not None:
        scores = scores.masked_fill(~attention_mask, float("-inf"))
    if prompts is None:
        found = torch.softmax(scores, dim=-1) @ value.float()
    else:
        layer = cast("int", module.layer_idx)
        before = prompts.scores(layer, grouped)
        weights = torch.softmax(torch.cat([before, scores], dim=-1), dim=-1)
        here, there = weights.split([before.shape[-1], scores.shape[-1]], dim=-1)
        found = prompts.mixed(layer, here) + there @ value.float()
    return found.reshape(batch, 1, heads, -1).to(query.dtype), None


def left_padded(rows: Sequence[Sequence[int]], pad: int, device: torch.device) -> tuple[torch.Tensor, torch.Tensor]:
    """Rows of tokens as one tensor that ends where each row ends, and the mask of what is text."""
    width = max(len(row) for row in rows)
    tokens = torch.full((len(rows), width), pad, dtype=torch.long)
    mask = torch.zeros((len(rows), width), dtype=torch.long)
    for number, row in enumerate(rows):
        tokens[number, width - len(row) :] = torch.tensor(row, dtype=torch.long)
        mask[number, width - len(row) :] = 1
    return tokens.to(device), mask.to(device)
