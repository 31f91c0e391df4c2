"""Curves are a picture beside the card, drawn from the trainer's log."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.facts import JSON
from docgen.readers.json_file import read_json
from docgen.readers.training_run import logged_points
from docgen.write import write
from docgen.write.curves import Panel, drawn

SVG = "{http://www.w3.org/2000/svg}"
HISTORY: list[JSON] = [
    {"step": 10, "loss": 2.0, "learning_rate": 1e-4},
    {"step": 10, "eval_loss": 1.9, "eval_wer": 40.0, "eval_runtime": 3.1},
    {"step": 20, "loss": 1.5},
    {"step": 20, "eval_loss": 1.6, "eval_wer": 31.0},
    {"step": 30, "loss": 1.2},
    {"step": 30, "eval_loss": 1.7, "eval_wer": 32.0},
    {"step": 30, "train_runtime": 60.0, "train_loss": 1.5},
    {"step": 30, "eval_loss": 1.6, "eval_wer": 31.0},  # of the best weights, which were loaded in the end
]
STATE: dict[str, JSON] = {
    "best_metric": 31.0,
    "best_global_step": 20,
    "best_model_checkpoint": "out/checkpoint-20",
    "global_step": 30,
    "log_history": HISTORY,
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text("")
    made = tmp_path / "tagger"
    made.mkdir()
    (made / "config.json").write_text('{"architectures": ["WhisperForConditionalGeneration"], "model_type": "whisper"}')
    (made / "trainer_state.json").write_text(json.dumps(STATE, indent=2))
    return made


def texts(picture: Path) -> list[str]:
    return [element.text or "" for element in ElementTree.parse(picture).iter(f"{SVG}text")]


def test_a_card_shows_its_curves_and_says_them_in_words(folder: Path) -> None:
    write([str(folder)], root=folder.parent)
    words = "Training loss from 2 to 1.2, evaluation loss from 1.9 to 1.7"
    assert f"![{words}](training-curves.svg)" in (folder / "README.md").read_text()
    picture = folder / "training-curves.svg"
    assert ElementTree.parse(picture).findtext(f"{SVG}title") == words
    assert {"loss", "WER", "training", "evaluation", "best: step 20", "step"} <= set(texts(picture))
    lines = list(ElementTree.parse(picture).iter(f"{SVG}polyline"))
    assert [len(line.attrib["points"].split()) for line in lines] == [3, 3, 3]


def test_an_evaluation_after_the_summary_is_no_point_of_the_curve(folder: Path) -> None:
    state = read_json(folder / "trainer_state.json", "trainer_state.json")
    assert state is not None
    assert logged_points(state)["eval_loss"] == [(10.0, 1.9), (20.0, 1.6), (30.0, 1.7)]


def test_a_second_run_leaves_the_picture_alone_and_a_longer_training_draws_it_anew(folder: Path) -> None:
    write([str(folder)], root=folder.parent)
    picture = folder / "training-curves.svg"
    before = picture.read_bytes()
    assert write([str(folder)], root=folder.parent).summary["written"] == []
    assert picture.read_bytes() == before
    longer = [*HISTORY[:6], {"step": 40, "loss": 1.0}]
    (folder / "trainer_state.json").write_text(json.dumps({**STATE, "global_step": 40, "log_history": longer}))
    write([str(folder)], root=folder.parent)
    assert "from 2 to 1," in picture.read_text() and "from 2 to 1," in (folder / "README.md").read_text()


def test_a_diff_draws_nothing(folder: Path) -> None:
    write([str(folder)], root=folder.parent, diff=True)
    assert not (folder / "training-curves.svg").exists()


def test_a_card_elsewhere_has_its_picture_beside_it(folder: Path) -> None:
    write([str(folder)], root=folder.parent, output=folder.parent / "docs" / "tagger.md")
    assert "](tagger-curves.svg)" in (folder.parent / "docs" / "tagger.md").read_text()
    assert (folder.parent / "docs" / "tagger-curves.svg").is_file()


def test_a_template_without_curves_gets_no_picture(folder: Path) -> None:
    write([str(folder)], root=folder.parent, template="short_card")
    assert not (folder / "training-curves.svg").exists()


def test_a_single_point_is_no_curve(folder: Path) -> None:
    (folder / "trainer_state.json").write_text(json.dumps({**STATE, "log_history": HISTORY[:2]}))
    write([str(folder)], root=folder.parent)
    assert not (folder / "training-curves.svg").exists() and "svg" not in (folder / "README.md").read_text()


numbers = st.floats(-1e6, 1e6, allow_nan=False)
points = st.lists(st.tuples(st.integers(0, 10**6).map(float), numbers), min_size=2, max_size=60)


@given(st.lists(st.dictionaries(st.text(min_size=1, max_size=8), points, min_size=1, max_size=3), min_size=1, max_size=2))
def test_whatever_is_drawn_is_sound_and_stays_on_the_paper(curves: list[dict[str, list[tuple[float, float]]]]) -> None:
    panels = [Panel("loss", named) for named in curves]
    root = ElementTree.fromstring(drawn(panels, 20, "words & <signs>"))
    width, height = (float(root.attrib[side]) for side in ("width", "height"))
    for line in root.iter(f"{SVG}polyline"):
        for point in line.attrib["points"].split():
            x, y = map(float, point.split(","))
            assert 0 <= x <= width and 0 <= y <= height
