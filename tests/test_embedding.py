"""Similarity of meaning by a model folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from docgen.report import InputError

torch = pytest.importorskip("torch", reason='needs the llm extra: pip install "docgen[llm]"')

from tiny_bases import make_base  # noqa: E402

from docgen.score import score_pairs  # noqa: E402
from docgen.score.similarity import likened  # noqa: E402
from docgen.settings import Settings  # noqa: E402
from docgen.writers.local.embedding import Embedder  # noqa: E402


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny model with random weights."""
    return make_base(tmp_path_factory.mktemp("models") / "tiny", "llama")


def test_a_text_is_like_itself_and_padding_changes_nothing(folder: Path) -> None:
    embedder = Embedder.load(folder)
    text, other = "Reads the rates from a file.", "Bakes bread in the oven of the village, twice a week."
    alone = embedder.similarities([(text, other)])[0]
    found = embedder.similarities([(text, text), (text, other), (other, text), ("", text), (text, "<!-- -->")])
    assert found[0] == pytest.approx(100, abs=1e-3)
    assert found[1] == pytest.approx(alone, abs=1e-3)
    assert found[1] == pytest.approx(found[2], abs=1e-3)
    assert found[1] is not None and found[1] < 99.9
    assert found[3:] == [None, None]


def test_the_signature_names_the_weights(folder: Path, tmp_path: Path) -> None:
    metric = Embedder.load(folder).metric
    assert metric.signature.startswith("cosine|pool:mean|model:tiny@")
    assert metric.signature == Embedder.load(folder).metric.signature
    assert metric.signature != Embedder.load(make_base(tmp_path / "tiny", "gpt2")).metric.signature


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no model to compare"):
        Embedder.load(tmp_path)


def test_score_tells_the_similarity_of_documents_to_their_references(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "texts.jsonl").write_text(
        '{"id": "a", "text": "Reads the rates from a file."}\n{"id": "b", "text": "Bakes bread."}\n', encoding="utf-8"
    )
    (tmp_path / "references.jsonl").write_text(
        '{"id": "a", "text": "Reads the rates from a file."}\n{"id": "b", "text": "Bakes bread."}\n', encoding="utf-8"
    )
    report = likened(
        score_pairs(tmp_path / "texts.jsonl", tmp_path / "references.jsonl", root=tmp_path, settings=Settings()), folder
    )
    told = report.summary["similarity"]
    assert isinstance(told, dict) and list(told["means"].values()) == [pytest.approx(100, abs=0.01)]
    assert "similarity of " in report.render("text") and "similarity of " in report.render("markdown")
