"""Templates lay out new documents, run in a sandbox, and say where they are faulty."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest
from jinja2 import Environment, meta

from docgen.cli import run
from docgen.document import Document
from docgen.outline import Module, Symbol
from docgen.report import InputError
from docgen.write import write
from docgen.write.layouts import OWN_FOLDER, SUFFIX, Layouts, blocks_of, shipped_folder
from docgen.write.operations import Operation, Schema


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository with one module."""
    (tmp_path / "pyproject.toml").write_text("")
    (tmp_path / "words.py").write_text(
        '"""Words."""\n\n\ndef spell(n: int) -> str:\n    """Spell a number."""\n    return str(n)\n'
    )
    (tmp_path / OWN_FOLDER).mkdir(parents=True)
    return tmp_path


SHIPPED = """adapter_card api_http api_index api_module base_card dataset_card model_card readme_section short_card
    technical_documentation""".split()


def template(project: Path, name: str, text: str) -> Path:
    path = project / OWN_FOLDER / f"{name}{SUFFIX}"
    path.write_text(text)
    return path


def page(project: Path) -> str:
    return (project / "docs" / "api" / "words.md").read_text()


def always(kind: str, about: str) -> bool:
    return True


def described() -> str:
    return (Path(__file__).parent.parent / "docs" / "templates.md").read_text(encoding="utf-8")


def test_every_shipped_template_is_described_for_people_who_override_it() -> None:
    shipped = sorted(path.name.removesuffix(SUFFIX) for path in shipped_folder().glob(f"*{SUFFIX}"))
    assert shipped == SHIPPED
    assert [name for name in shipped if f"\n| `{name}` | " not in described()] == []


def test_every_kind_that_is_rendered_from_facts_is_described() -> None:
    from docgen.write.card import CARD_KINDS
    from docgen.write.contents import KINDS
    from docgen.write.operations import OPERATION_KINDS

    assert {kind for kind in KINDS | CARD_KINDS | OPERATION_KINDS if f"`{kind}`" not in described()} == set()


def test_no_kind_is_described_that_is_not_there() -> None:
    from docgen.brief import HEADINGS
    from docgen.write.card import CARD_KINDS
    from docgen.write.contents import KINDS
    from docgen.write.operations import OPERATION_KINDS

    tables = described().partition("## `section(")[2].partition("## `left_to(")[0]
    rows = [line.split("|")[1] for line in tables.splitlines() if line.startswith("| `")]
    told = {kind for row in rows for kind in re.findall(r"`([\w-]+)`", row)}
    assert told - KINDS - CARD_KINDS - OPERATION_KINDS - set(HEADINGS) == set()


def test_everything_that_a_template_is_given_is_described_and_nothing_else() -> None:
    given = {"model", "package", "modules", "interface", "title", "operations", "schemas"}
    for name, kind in (("module", Module), ("symbol", Symbol), ("operation", Operation), ("schema", Schema)):
        own = {
            *(item.name for item in fields(kind)),
            *(key for key, value in vars(kind).items() if isinstance(value, property)),
        }
        given |= {f"{name}.{attribute}" for attribute in own}
    rows = described().partition("## What there is to loop over")[2].splitlines()
    told = {found for row in rows if row.startswith("| `") for found in re.findall(r"`([\w.]+)`", row.split("|")[1])}
    assert told == given


def test_templates_use_only_what_is_described() -> None:
    known = {"section", "left_to", "model", "package", "module", "modules", "interface", "title", "operations", "schemas"}
    environment = Environment(autoescape=False)
    for path in shipped_folder().glob(f"*{SUFFIX}"):
        used = meta.find_undeclared_variables(environment.parse(path.read_text(encoding="utf-8")))
        row = next(line for line in described().splitlines() if line.startswith(f"| `{path.name.removesuffix(SUFFIX)}` | "))
        told = set(re.findall(r"`(\w+)`", row.split("|")[3])) | {"section", "left_to"}
        assert used <= known and used <= told, path.name


def test_the_blocks_of_every_template_are_described() -> None:
    table = described().partition("| Template | Blocks |")[2].partition("\n\n")[0]
    for line in table.strip().splitlines()[1:]:
        names, blocks = (re.findall(r"`(\w+)`", cell) for cell in line.split("|")[1:3])
        for name in names:
            assert blocks_of(shipped_folder() / f"{name}{SUFFIX}") == blocks, name


@pytest.mark.parametrize("name", ["model_card", "adapter_card", "short_card", "dataset_card", "base_card"])
def test_a_card_template_gives_a_document_with_front_matter(project: Path, name: str) -> None:
    text = Layouts(project).render(name, always, model="tagger")
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
    with pytest.raises(InputError, match=", ".join(sorted([*SHIPPED, "short"]))):
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


# Inheritance


def test_a_template_changes_one_block_of_docgens_and_keeps_the_rest(project: Path) -> None:
    text = """{% extends "docgen/api_module.md.j2" %}
{% block introduction %}
Ours first.

{{ super() }}
{% endblock %}
"""
    template(project, "api_module", text)  # of the same name: it extends docgen's, not itself
    write([str(project / "words.py")], root=project)
    assert page(project).startswith(
        "# `words`\n\nOurs first.\n\n## Introduction\n\n<!-- docgen:section introduction of=words -->"
    )
    assert "## `spell`" in page(project)


def test_a_template_extends_another_of_the_project(project: Path) -> None:
    template(project, "frame", "# {{ module.about }}\n\n{% block body %}{% endblock %}\n\n\nThe end.\n")
    template(project, "short", '{% extends "frame.md.j2" %}{% block body %}Short.{% endblock %}')
    write([str(project / "words.py")], root=project, template="short")
    assert page(project) == "# words\n\nShort.\n\nThe end.\n"


def test_docgens_own_prefix_reaches_nothing_else(project: Path) -> None:
    template(project, "faulty", '{% extends "docgen/../pyproject.toml" %}')
    with pytest.raises(InputError):
        write([str(project / "words.py")], root=project, template="faulty")


# What people write


def test_what_is_left_to_people_is_a_comment_or_a_line(project: Path) -> None:
    template(
        project,
        "short",
        '{{ left_to("data owner", "where it --> came\n from") }}\n\n{{ left_to("lead", "why", visible=true) }}\n',
    )
    write([str(project / "words.py")], root=project, template="short")
    comment, line = page(project).strip().split("\n\n")
    assert comment.startswith("<!-- Left to the data owner: where it ") and comment.count("-->") == 1
    assert line == "> *Left to the lead: why.*"


def test_the_technical_documentation_has_nine_points_and_an_owner_for_each_that_is_open(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("")
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "config.json").write_text('{"architectures": ["BertForMaskedLM"], "model_type": "bert"}')
    document = tmp_path / "m-documentation.md"
    write([str(tmp_path / "m")], root=tmp_path, output=document, template="technical_documentation")
    text = document.read_text()
    points = re.findall(r"^## (\d)\. ", text, re.M)
    assert points == list("123456789")
    for part in re.split(r"^## \d\. ", text, flags=re.M)[1:]:
        assert "> *Left to the " in part, part.splitlines()[0]
    assert "`m` is a `BertForMaskedLM` model for `fill-mask`." in text


# The command


def test_templates_are_listed_shown_and_copied(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = ["--root", str(project)]
    assert run([*root, "templates", "list"]) == 0
    listed = capsys.readouterr().out
    assert all(re.search(rf"^{name} ", listed, re.M) for name in SHIPPED)
    assert run([*root, "templates", "show", "short_card"]) == 0
    assert capsys.readouterr().out == (shipped_folder() / "short_card.md.j2").read_text()
    assert run([*root, "templates", "eject", "short_card"]) == 0
    assert (project / OWN_FOLDER / "short_card.md.j2").read_text() == (shipped_folder() / "short_card.md.j2").read_text()
    run([*root, "templates", "list"])
    assert "[yours]" in capsys.readouterr().out


def test_a_copy_that_extends_names_every_block_and_lays_out_the_same(project: Path) -> None:
    run(["--root", str(project), "templates", "eject", "api_module", "--extend", "--as", "ours"])
    text = (project / OWN_FOLDER / "ours.md.j2").read_text()
    assert re.findall(r"block (\w+)", text) == blocks_of(shipped_folder() / "api_module.md.j2")
    write([str(project / "words.py")], root=project)
    laid_out = page(project)
    (project / "docs" / "api" / "words.md").unlink()
    write([str(project / "words.py")], root=project, template="ours")
    assert page(project) == laid_out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        pytest.param(["eject", "nothing"], "docgen has no template called `nothing`", id="none of that name"),
        pytest.param(["show", "nothing"], "no template called `nothing`", id="none to show"),
        pytest.param(["eject", "short_card", "--as", "../out"], "no name of a template", id="a path for a name"),
        pytest.param(["eject", "short_card", "--as", "there"], "there is a template of this name", id="one that is there"),
    ],
)
def test_what_cannot_be_copied_is_one_error(
    project: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], told: str
) -> None:
    template(project, "there", "mine")
    assert run(["--root", str(project), "templates", *arguments]) == 2
    error = capsys.readouterr().err
    assert told in error and "fix: " in error
    assert (project / OWN_FOLDER / "there.md.j2").read_text() == "mine"


def test_a_template_that_is_there_is_replaced_on_request(project: Path) -> None:
    template(project, "short_card", "mine")
    assert run(["--root", str(project), "templates", "eject", "short_card", "--force"]) == 0
    assert "mine" not in (project / OWN_FOLDER / "short_card.md.j2").read_text()


# A part of a README


def test_a_readme_gets_a_part_about_the_package_and_keeps_its_own_words(project: Path) -> None:
    with (project / "words.py").open("a") as file:
        file.write('\n\ndef count(text: str) -> int:\n    """Count the words of a text."""\n    return len(text.split())\n')
    (project / "README.md").write_text("# Words\n\nOurs.\n\n## Install\n\npip install words\n")
    write([str(project / "words.py")], root=project, output=project / "README.md", template="readme_section")
    text = (project / "README.md").read_text()
    assert text.startswith("# Words\n\nOurs.\n\n## Install\n\npip install words\n\n## `words`\n")
    assert "| `spell` | Spell a number. |" in text and "](#" not in text
