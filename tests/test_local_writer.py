"""The local model as a writer: which draft is kept, and which models it refuses to run."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Trained, brief

from docgen.report import InputError
from docgen.settings import Settings, WriteSettings
from docgen.writers import choose_writer
from docgen.writers.local import LocalWriter, best, goes_round, rank
from docgen.writers.local.generation import Draft

Bases = Callable[[str], Path]
TWO = Settings(write=WriteSettings(candidates=2))


def draft(text: str, log_probability: float = -0.5, *, ended: bool = True) -> Draft:
    return Draft(text, ended, log_probability)


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        pytest.param("`load_report_0` loads a report.", "`load_everything` loads a report.", id="no name that stands nowhere"),
        pytest.param("`limit` defaults to 2.", "`limit` defaults to 7.", id="no wrong default"),
        pytest.param("Loads a report from disk.", "Loads a spaceship from orbit.", id="words that the sources hold"),
    ],
)
def test_the_better_founded_draft_is_kept(better: str, worse: str) -> None:
    assert best(brief(0), [draft(worse, -0.1), draft(better, -3.0)]) == better


def test_an_exception_that_is_not_forgotten_counts_more_than_likelihood() -> None:
    order = brief(0, "error-handling")
    assert (
        best(order, [draft("It raises nothing else.", -0.1), draft("`ValueError` is raised if path is empty.", -2.0)])[:4]
        == "`Val"
    )


def test_of_equally_good_drafts_the_likelier_is_kept_and_of_equals_the_first() -> None:
    first, second = draft("Loads a report.", -2.0), draft("Loads a report from disk.", -1.0)
    assert best(brief(0), [first, second]) == second.text
    assert best(brief(0), [first, draft("Load a report.", -2.0)]) == first.text


@pytest.mark.parametrize(
    "unusable",
    [
        pytest.param(draft("Loads a report and then", ended=False), id="cut off"),
        pytest.param(draft(""), id="empty"),
        pytest.param(draft("It loads a report. It loads a report."), id="goes round"),
    ],
)
def test_a_draft_that_cannot_be_used_is_no_text(unusable: Draft) -> None:
    assert best(brief(0), [unusable]) == ""
    assert best(brief(0), [unusable, draft("Loads a report.", -9.0)]) == "Loads a report."


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Get the number of serial number of serial serial serial number.", True),
        ("It reads a file. It writes a file. It reads a file.", True),
        ("the first of the first of the first of the rows", True),
        ("Raises `ValueError` if `path` is empty. Raises `KeyError` if `name` is unknown.", False),
        ("- `ValueError` if the path is empty.\n- `KeyError` if the name is empty.", False),
        ("", False),
    ],
)
def test_a_text_goes_round_where_it_repeats_itself(text: str, expected: bool) -> None:
    assert goes_round(text) is expected


def test_rank_prefers_few_false_claims_then_few_forgotten_exceptions() -> None:
    order = brief(0, "error-handling")
    assert rank(order, draft("`ValueError` is raised if path is empty."))[:2] == (0, 0)
    assert rank(order, draft("`OSError` is raised."))[:2] == (1, 1)


def test_equal_briefs_get_equal_texts(trained: Trained) -> None:
    briefs = [brief(number) for number in range(3)]
    first, second = LocalWriter(trained.folder, TWO), LocalWriter(trained.folder, TWO)
    drafts = first._found.load().drafts(briefs, (3,))
    assert first.write(briefs) == second.write(briefs)
    assert drafts == second._found.load().drafts(briefs, (3,))
    assert drafts != second._found.load().drafts(briefs, (4,))


def test_no_briefs_load_no_model(trained: Trained) -> None:
    writer = LocalWriter(trained.folder, TWO)
    assert writer.write([]) == []
    assert writer._model is None


def test_a_bare_base_writes_too(base: Bases) -> None:
    writer = choose_writer(str(base("llama")), TWO)
    assert writer.name == "tiny-llama"
    assert len(writer.write([brief(0)])) == 1


def test_the_mark_changes_with_the_adapter_and_the_candidates(trained: Trained) -> None:
    marks = {
        LocalWriter(trained.folder, TWO).mark,
        LocalWriter(trained.base, TWO).mark,
        LocalWriter(trained.folder, Settings()).mark,
    }
    assert len(marks) == 3
    assert LocalWriter(trained.folder, TWO).mark in marks
    assert LocalWriter(trained.folder, TWO).name == "adapter"


def moved(trained: Trained, folder: Path, **changed: object) -> Path:
    """A copy of the adapter beside a copy of its base, far from where they were, with fields of its record changed."""
    shutil.copytree(trained.folder, folder / "adapter")
    record = json.loads((folder / "adapter" / "docgen.json").read_text())
    (folder / "adapter" / "docgen.json").write_text(json.dumps(record | changed))
    shutil.copytree(trained.base, folder / "tiny-llama")
    return folder / "adapter"


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """A folder from which no recorded path leads back to where an adapter was trained."""
    folder = tmp_path / "another" / "project"
    folder.mkdir(parents=True)
    return folder


def test_an_adapter_finds_its_base_beside_it(trained: Trained, elsewhere: Path) -> None:
    assert LocalWriter(moved(trained, elsewhere), TWO).mark == LocalWriter(trained.folder, TWO).mark


def test_an_adapter_of_another_base_names_both(trained: Trained, base: Bases, elsewhere: Path) -> None:
    from docgen.writers.local.base import weights_mark

    adapter = moved(trained, elsewhere)
    shutil.rmtree(elsewhere / "tiny-llama")
    shutil.copytree(base("qwen3"), elsewhere / "tiny-llama")
    with pytest.raises(InputError, match="an adapter of another base") as error:
        LocalWriter(adapter, TWO)
    assert weights_mark(base("llama")) in error.value.what and weights_mark(base("qwen3")) in error.value.what


def test_an_adapter_whose_base_is_gone_says_where_to_put_it(trained: Trained, elsewhere: Path) -> None:
    adapter = moved(trained, elsewhere)
    shutil.rmtree(elsewhere / "tiny-llama")
    with pytest.raises(InputError, match="the folder `tiny-llama`") as error:
        LocalWriter(adapter, TWO)
    assert str(adapter / "base") in error.value.fix


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        pytest.param({"prompt": {"mark": "000000", "excerpt_lines": 0}}, "prompts of format 000000", id="other prompts"),
        pytest.param({"schema": 2}, "schema 2, and this docgen reads 1", id="newer schema"),
        pytest.param({"surprise": 1}, "a field is missing or unknown", id="unknown field"),
    ],
)
def test_a_record_that_does_not_fit_is_refused(trained: Trained, tmp_path: Path, changed: dict[str, object], told: str) -> None:
    with pytest.raises(InputError, match=told):
        LocalWriter(moved(trained, tmp_path, **changed), TWO)


def test_a_base_that_was_taught_with_other_prompts_is_refused(base: Bases, tmp_path: Path) -> None:
    shutil.copytree(base("llama"), tmp_path / "base")
    (tmp_path / "base" / "docgen_base.json").write_text(json.dumps({"prompt": {"mark": "000000", "excerpt_lines": 0}}))
    with pytest.raises(InputError, match="prompts of format 000000"):
        LocalWriter(tmp_path / "base", TWO)


def test_a_draft_with_words_of_its_own_is_none_where_words_are_kept() -> None:
    own, foreign = draft("Loads a report from disk.", -3.0), draft("Loads a report by spaceship.", -0.1)
    assert best(brief(0), [foreign], keeps_words=True) == ""
    assert best(brief(0), [foreign, own], keeps_words=True) == own.text
    assert best(brief(0), [foreign]) == foreign.text


def test_a_draft_that_may_stand_goes_before_a_likelier_one_that_may_not() -> None:
    broken, whole = draft("Loads a report from disk and", -0.1), draft("Loads a report from disk.", -3.0)
    assert best(brief(0), [broken, whole], 0.5) == whole.text


def test_drafts_are_drawn_again_where_none_may_stand(trained: Trained) -> None:
    writer = LocalWriter(trained.folder, TWO)
    assert writer._seeds(0)[0] is None
    assert None not in writer._seeds(1) and not set(writer._seeds(0)) & set(writer._seeds(1))


def test_an_adapter_added_to_the_weights_gives_the_scores_of_one_beside_them(trained: Trained) -> None:
    import torch

    from docgen.writers.local.base import Base, load_model
    from docgen.writers.local.model import with_adapter

    beside = with_adapter(load_model(Base("tiny", trained.base, "folder")), trained.folder)
    found = LocalWriter(trained.folder, TWO).model
    tokens = torch.tensor([found.chat.prompt(brief(0))])
    with torch.no_grad():
        first, second = (torch.softmax(model(tokens).logits[0, -1].float(), -1) for model in (beside, found.model))
    assert not hasattr(found.model, "peft_config")
    assert torch.allclose(first, second, atol=5e-3)
