"""The picture beside a card: the curves of the run that made a model.

In: the model's folder and the card's layout. Out: the file's place and content, where the layout has a section for it. Drawn
from the trainer's log each time, so that it is never older than the card.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from docgen.readers.json_file import read_json, whole_number, words
from docgen.readers.model_files import CHECKPOINT, STATE
from docgen.readers.training_run import logged_points, state_facts
from docgen.write.card.results import metric_name
from docgen.write.curves import described, drawn, panels_of


def picture_of(folder: Path, document: Path, name: str, layout: str) -> Mapping[Path, str]:
    """The picture called `name` beside `document`, drawn from the log in `folder`; none where the layout places none."""
    if "docgen:section curves " not in layout:
        return {}
    for place in (folder, *_checkpoints(folder)):
        state = read_json(place / STATE, str(place / STATE))
        if state is None:
            continue
        logged = logged_points(state)
        known = {fact.name: fact.value for fact in state_facts(state)}
        chosen_by = words(known.get("best.name"))
        panels = panels_of(logged, chosen_by, metric_name(chosen_by or ""))
        if not panels:
            return {}
        ends = [(key, points[0][1], points[-1][1]) for key, points in logged.items() if key.endswith("loss")]
        return {document.parent / name: drawn(panels, whole_number(known.get("best.step")), described(ends))}
    return {}


def _checkpoints(folder: Path) -> list[Path]:
    """The checkpoints in a folder, the last one first."""
    found = [(int(match[1]), path) for path in folder.iterdir() if (match := CHECKPOINT.fullmatch(path.name))]
    return [path for _, path in sorted(found, reverse=True)]
