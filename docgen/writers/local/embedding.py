"""How near two texts are in meaning, by a model folder on this machine.

In: a folder with a transformer and its tokenizer. Out: the cosine of the means of both texts' last states, in hundredths. Only
as good as the model: one trained for sentences is wanted, so this metric is never computed unasked and never gates. Its
signature names the weights.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from transformers import AutoModel, AutoTokenizer, PreTrainedModel, PreTrainedTokenizerBase

from docgen.metrics import Metric, normalise
from docgen.report import InputError

_AT_ONCE = 32  # texts
_LONGEST = 512  # tokens of a text that are read, fewer where the model takes fewer
_WEIGHTS = ("*.safetensors", "config.json")


@dataclass(frozen=True)
class Embedder:
    """A loaded model and its tokenizer. `mark` tells the weights of one folder from those of another."""

    model: PreTrainedModel
    tokenizer: PreTrainedTokenizerBase
    name: str
    mark: str

    @classmethod
    def load(cls, folder: Path) -> Embedder:
        """The model in `folder`, on the GPU where there is one. No code of the folder is run, and nothing is downloaded.
        InputError where there is no model."""
        if not (folder / "config.json").is_file() or not list(folder.glob("*.safetensors")):
            fix = "name a folder with config.json, model.safetensors and a tokenizer"
            raise InputError("no model to compare meanings with", str(folder), fix)
        try:
            tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
            model = AutoModel.from_pretrained(folder, local_files_only=True, use_safetensors=True, dtype=torch.float32)
        except (OSError, ValueError) as error:
            raise InputError(f"not a model that can be read: {error}", str(folder), "use another folder") from error
        if tokenizer.pad_token is None:
            tokenizer.pad_token = tokenizer.eos_token
        device = "cuda" if torch.cuda.is_available() else "cpu"
        return cls(model.to(device).eval(), tokenizer, folder.name, _mark_of(folder))

    @property
    def metric(self) -> Metric:
        """What `docgen.metrics.families` says of other metrics."""
        signature = f"cosine|pool:mean|model:{self.name}@{self.mark}|tokens:{self.longest}"
        return Metric("similarity", signature, -100, 100, True, "reference")

    @property
    def longest(self) -> int:
        """Tokens of a text that are read."""
        most = getattr(self.model.config, "max_position_embeddings", None) or _LONGEST
        return min(_LONGEST, most)

    def similarities(self, pairs: Sequence[tuple[str, str]]) -> list[float | None]:
        """The similarity of each text to its reference, from -100 to 100; None where one of them is empty."""
        normal = [(normalise(text), normalise(reference)) for text, reference in pairs]
        found: list[float | None] = [None] * len(pairs)
        both = [at for at, (text, reference) in enumerate(normal) if text and reference]
        for start in range(0, len(both), _AT_ONCE):
            part = both[start : start + _AT_ONCE]
            ours, theirs = (self._embedded([normal[at][side] for at in part]) for side in (0, 1))
            values = torch.nn.functional.cosine_similarity(ours, theirs)
            for at, value in zip(part, values.tolist(), strict=True):
                found[at] = 100 * value
        return found

    @torch.inference_mode()
    def _embedded(self, texts: list[str]) -> torch.Tensor:
        """The mean of each text's last states, padding left out."""
        inputs = self.tokenizer(texts, padding=True, truncation=True, max_length=self.longest, return_tensors="pt")
        ids, mask = (inputs[name].to(self.model.device) for name in ("input_ids", "attention_mask"))
        states = self.model(input_ids=ids, attention_mask=mask).last_hidden_state
        weights = mask.unsqueeze(-1).to(states.dtype)
        return (states * weights).sum(dim=1) / weights.sum(dim=1).clamp(min=1)


def _mark_of(folder: Path) -> str:
    digest = hashlib.sha256()
    for chunk in _chunks(folder):
        digest.update(chunk)
    return digest.hexdigest()[:12]


def _chunks(folder: Path) -> Iterator[bytes]:
    for path in sorted(path for pattern in _WEIGHTS for path in folder.glob(pattern)):
        with path.open("rb") as file:
            while chunk := file.read(1 << 20):
                yield chunk
