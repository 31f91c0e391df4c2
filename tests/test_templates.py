"""Templates lay out new documents, run in a sandbox, and say where they are faulty."""

from __future__ import annotations

from pathlib import Path

import pytest

from docgen.document import Document
from docgen.report import InputError
from docgen.write import write
from docgen.write.layouts import OWN_FOLDER, SUFFIX, Layouts, shipped_folder


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository with one module."""
    (tmp_path / "pyproject.toml").write_text("")
    (tmp_path / "words.py").write_text(
        '"""Words."""\n\n\ndef spell(n: int) -> str:\n    """Spell a number."""\n    return str(n)\n'
    )
    (tmp_path / OWN_FOLDER).mkdir(parents=True)
    return tmp_path


def template(project: Path, name: str, text: str) -> Path:
    path = project / OWN_FOLDER / f"{name}{SUFFIX}"
    path.write_text(text)
    return path


def page(project: Path) -> str:
    return (project / "docs" / "api" / "words.md").read_text()


def always(kind: str, about: str) -> bool:
    return True


def test_every_shipped_template_is_described_for_people_who_override_it() -> None:
    described = (shipped_folder() / "README.md").read_text()
    shipped = sorted(path.name for path in shipped_folder().glob(f"*{SUFFIX}"))
    assert shipped == ["adapter_card.md.j2", "api_index.md.j2", "api_module.md.j2", "base_card.md.j2", "model_card.md.j2"]
    assert all(f"`{name}`" in described for name in shipped)


def test_every_kind_that_is_rendered_from_facts_is_described() -> None:
    from docgen.write.card import CARD_KINDS
    from docgen.write.tables import KINDS

    described = (shipped_folder() / "README.md").read_text()
    assert {kind for kind in KINDS | CARD_KINDS if f"`{kind}`" not in described} == set()


@pytest.mark.parametrize("name", ["model_card", "adapter_card"])
def test_a_card_template_gives_a_document_with_front_matter(project: Path, name: str) -> None:
    text = Layouts(project).render(name, always, model="tagger", picture="")
    document = Document.parse(text)
    assert document.sections[0].key == "front-matter:tagger" and document.sections[0].in_front_matter
    assert "\n\n\n" not in text


def test_a_template_of_the_repository_comes_before_docgens(project: Path) -> None:
    template(project, "api_module", "# Ours: {{ module.about }}\n\n{{ section('introduction', module.about) }}\n")
    write([str(project / "words.py")], root=project)
    assert page(project).startswith("# Ours: words\n\n<!-- docgen:section introduction of=words -->\n")


@pytest.mark.parametrize("asked", ["short", ".docgen/templates/short.md.j2"])
def test_a_template_is_asked_for_by_name_or_path(project: Path, asked: str) -> None:
    template(project, "short", "# Short\n")
    write([str(project / "words.py")], root=project, template=asked)
    assert page(project) == "# Short\n"


def test_the_settings_can_name_a_template(project: Path) -> None:
    (project / "docgen.toml").write_text('[write]\ntemplate = "short"\n')
    template(project, "short", "# Short\n")
    write([str(project / "words.py")], root=project)
    assert page(project) == "# Short\n"


def test_a_section_with_nothing_to_say_leaves_no_heading(project: Path) -> None:
    template(project, "short", "# Short\n\n{{ section('constants', module.about, '## Constants') }}\n\nThe end.\n")
    write([str(project / "words.py")], root=project, template="short")
    assert page(project) == "# Short\n\nThe end.\n"


@pytest.mark.parametrize(
    ("text", "line", "match"),
    [
        pytest.param("# One\n\n{{ modul.about }}\n", 3, "'modul' is undefined", id="an undefined name"),
        pytest.param("# One\n{{ module.abuot }}\n", 2, "has no attribute 'abuot'", id="an undefined attribute"),
        pytest.param("# One\n\n\n{% for x in %}\n", 4, "not a template", id="a syntax error"),
        pytest.param("{{ section('introduction') }}\n", 1, "missing 1 required", id="an argument too few"),
        pytest.param("{{ ''.__class__.__mro__ }}\n", 1, "unsafe", id="a way out of the sandbox"),
        pytest.param("\n{{ module.symbols.append(1) }}\n", 2, "has no attribute 'append'", id="a change of what it is given"),
        pytest.param("{{ 1 / 0 }}\n", 1, "division by zero", id="a failing expression"),
        pytest.param("\n{% include 'nothing' %}\n", 2, "nothing", id="a template that includes none"),
        pytest.param("{% for x in range(99999999) %}{% endfor %}\n", 1, "Range too big", id="an endless loop"),
    ],
)
def test_a_faulty_template_is_told_with_its_line_and_nothing_is_written(
    project: Path, text: str, line: int, match: str
) -> None:
    template(project, "faulty", text)
    with pytest.raises(InputError) as error:
        write([str(project / "words.py")], root=project, template="faulty")
    assert error.value.where == f".docgen/templates/faulty.md.j2:{line}"
    assert match in error.value.what
    assert not (project / "docs").exists()


def test_a_section_about_nothing_is_told(project: Path) -> None:
    template(project, "faulty", "{{ section('introduction', 'words.spel') }}\n")
    with pytest.raises(InputError, match="words.spel"):
        write([str(project / "words.py")], root=project, template="faulty")


def test_a_missing_template_names_those_that_are_there(project: Path) -> None:
    template(project, "short", "")
    with pytest.raises(InputError, match="adapter_card, api_index, api_module, base_card, model_card, short"):
        write([str(project / "words.py")], root=project, template="nothing")


def test_a_template_cannot_reach_files_outside_its_folders(project: Path) -> None:
    (project / "secret.md.j2").write_text("secret")
    template(project, "faulty", "{% include '../../secret.md.j2' %}")
    with pytest.raises(InputError):
        write([str(project / "words.py")], root=project, template="faulty")


def test_a_section_placed_twice_is_told(project: Path) -> None:
    template(project, "faulty", "{{ section('reference', 'words.spell') }}\n\n{{ section('reference', 'words.spell') }}\n")
    with pytest.raises(InputError, match="again on line"):
        write([str(project / "words.py")], root=project, template="faulty")
