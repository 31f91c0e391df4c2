"""The parts of a card that are rendered from facts and never generated: tables, usage, licence, front matter.

In: the entry of a model or dataset, and what people wrote in its card. Out: a `Region`: Markdown with the facts that it states.
"""

from __future__ import annotations

from collections.abc import Mapping

from docgen.facts import Entry
from docgen.write.card import frame, model, results, training
from docgen.write.card.parts import Renderer, Written, is_dataset, is_docgen_adapter, is_docgen_base
from docgen.write.markdown import Region

__all__ = ["CARD_KINDS", "Written", "render_card", "template_of"]

_RENDERERS: Mapping[str, Renderer] = {
    "architecture": model.architecture,
    "adapter": model.adapter,
    "quantization": model.quantization,
    "generation": model.generation,
    "description": model.description,
    "signature": model.signature,
    "estimator": model.estimator,
    "estimator-settings": model.estimator_settings,
    "files": model.files,
    "features": model.features,
    "splits": model.splits,
    "training": training.training,
    "hyperparameters": training.hyperparameters,
    "data": training.data,
    "curves": training.curves,
    "run": training.run,
    "results": results.results,
    "scores": results.scores,
    "record": results.record,
    "base-scores": results.base_scores,
    "pretraining": results.pretraining,
    "sources": results.sources,
    "usage": frame.usage,
    "licence": frame.licence,
    "front-matter": frame.front_matter,
    "missing": frame.missing,
}
CARD_KINDS = frozenset(_RENDERERS)


def render_card(kind: str, entry: Entry, written: Written) -> Region | None:
    """The region of this kind; None where the facts say nothing for it, or where the kind is one of prose."""
    renderer = _RENDERERS.get(kind)
    return renderer(entry, written) if renderer else None


def template_of(entry: Entry) -> str:
    """The template for a card: datasets, and docgen's own adapters and bases, which tell how they were trained, have others."""
    if is_dataset(entry):
        return "dataset_card"
    if is_docgen_adapter(entry):
        return "adapter_card"
    return "base_card" if is_docgen_base(entry) else "model_card"
