"""Each sentence of a written section says what it rests on."""

from __future__ import annotations

from pathlib import Path

from docgen.brief import Brief
from docgen.facts import Fact
from docgen.write import write
from docgen.write.provenance import basis_of

BRIEF = Brief(
    "use-case",
    "Use Case",
    "shop.load",
    (
        Fact("kind", "function", "shop.py:1"),
        Fact("doc", "Reads the orders of a file.", "shop.py:2"),
        Fact("parameters", ["path", "limit"], "shop.py:1"),
        Fact("parameters.path.description", "Where the file lies.", "shop.py:5"),
        Fact("parameters.limit.default", "30", "shop.py:1"),
    ),
)


def test_a_sentence_rests_on_what_it_states_and_on_what_holds_its_words() -> None:
    first, second = basis_of(BRIEF, "Use `load` to read the orders of a file. `limit` defaults to `30`.")
    assert [fact.name for fact in first.facts] == ["doc"]
    assert first.facts[0].source == "shop.py:2"
    assert "parameters.limit.default" in [fact.name for fact in second.facts]
    assert not first.words and not second.words


def test_words_from_nowhere_are_told() -> None:
    (basis,) = basis_of(BRIEF, "Reads the orders of a spaceship.")
    assert basis.words == ("spaceship",)


def test_each_bullet_is_a_sentence_of_its_own() -> None:
    found = basis_of(BRIEF, "It takes:\n\n- `path`: where the file lies.\n- `limit`: 30 by default.")
    assert [basis.sentence for basis in found] == ["It takes:", "`path`: where the file lies.", "`limit`: 30 by default."]


def test_a_run_tells_what_its_sentences_rest_on(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    source = 'def load(path: str, limit: int = 30) -> list:\n    """Read the orders of a file."""\n    return []\n'
    (tmp_path / "shop" / "__init__.py").write_text(source)
    report = write([str(tmp_path / "shop")], writer="none", explain=True, root=tmp_path)
    assert "doc: Read the orders of a file.  (shop/__init__.py:1)" in report.table
    sections = report.summary["provenance"]
    assert isinstance(sections, list) and sections
    assert "provenance" not in write([str(tmp_path / "shop")], writer="none", root=tmp_path).summary
