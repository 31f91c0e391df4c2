"""The rule table of staleness: every row played in a repository made by script, with the real flow of the check."""

from __future__ import annotations

from pathlib import Path

import pytest
from staleness import annotations, cards, holding, naming, neutral, parameters, raising, states, values
from staleness.case import Case
from staleness.repository import play

from docgen.report.codes import CODES

TABLE = [
    case for part in (neutral, values, parameters, raising, annotations, naming, holding, states, cards) for case in part.ROWS
]


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in TABLE])
def test_the_table(case: Case, tmp_path: Path) -> None:
    before, findings = play(case, tmp_path)
    assert before == [], "the document is fresh when it is recorded"
    told = "\n".join(map(str, findings)) or "fresh"
    assert sorted(finding.code for finding in findings) == sorted(case.codes), told


def test_the_table_is_large_and_each_row_is_told_apart() -> None:
    assert len(TABLE) >= 150
    assert len({case.name for case in TABLE}) == len(TABLE)
    assert {code for case in TABLE for code in case.codes} <= CODES.keys()
    verdicts = {CODES[code].verdict for case in TABLE for code in case.codes}
    assert verdicts == {"stale", "incomplete", "contradicted", "review", "orphaned", "conflict", "unknown"}
