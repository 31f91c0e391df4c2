"""OpenAPI documents: facts of an HTTP interface, its page, and the check that keeps it true."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("openapi_pydantic", reason='OpenAPI documents need its parser: pip install -e ".[dev]"')

from docgen.check import check
from docgen.document import Document
from docgen.readers.openapi import is_openapi, read_openapi
from docgen.report import InputError
from docgen.write import write

PETS = """openapi: 3.0.3
info:
  title: Pet Store
  version: 1.2.0
  description: Keeps the pets of a shop. Every answer is JSON.
servers:
- url: https://pets.example.com/v1
paths:
  /pets:
    get:
      operationId: listPets
      summary: List all pets
      tags: [pets]
      parameters:
      - name: limit
        in: query
        description: How many pets to return at one time
        schema: {type: integer, default: 20}
      responses:
        '200':
          description: A page of pets
          content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Pet'}}}}
        default: {$ref: '#/components/responses/Unexpected'}
    post:
      operationId: createPet
      summary: Create a pet
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}
      responses:
        '201': {description: The pet was created}
        '409': {description: A pet with this name is there already}
  /pets/{petId}:
    parameters:
    - {name: petId, in: path, required: true, description: The pet's id, schema: {type: string}}
    get:
      summary: Info for a specific pet
      deprecated: true
      responses:
        '200': {description: The pet}
        '404': {description: ''}
components:
  responses:
    Unexpected: {description: Unexpected error}
  schemas:
    Pet: {type: object, properties: {name: {type: [string, 'null']}}}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository with one document."""
    (tmp_path / "docgen.toml").write_text("")
    (tmp_path / "pets.yaml").write_text(PETS.replace("[string, 'null']", "string"))
    return tmp_path


def run(project: Path, target: str = "pets.yaml") -> None:
    write([str(project / target)], root=project)


def section(project: Path, key: str) -> str:
    found = Document.parse((project / "docs" / "api" / "pets.md").read_text()).get(key)
    assert found is not None, f"no section {key}"
    return found.text.strip()


def test_an_operation_has_its_parameters_its_answers_and_its_errors(project: Path) -> None:
    facts = read_openapi(project / "pets.yaml", project)
    listed = facts["pet_store.listPets"]
    assert listed.get("request") == "GET /pets"
    assert listed.get("parameters") == ["limit"] and listed.get("parameters.limit.default") == "20"
    assert listed.get("returns") == "array of Pet"
    assert listed.get("documented_raises") == ["default"] and listed.get("raises.default.description") == "Unexpected error"
    assert facts["pet_store"].get("members") == ["listPets", "createPet", "get_pets_petId"]
    assert facts["pet_store.get_pets_petId"].get("parameters.petId.required") is True  # from the path, not the operation


def test_facts_name_the_line_of_their_operation(project: Path) -> None:
    fact = read_openapi(project / "pets.yaml", project)["pet_store.createPet"].fact("request")
    assert fact is not None and fact.source == f"pets.yaml:{PETS.splitlines().index('    post:') + 1}"


def test_json_and_yaml_give_the_same_facts(project: Path) -> None:
    from ruamel.yaml import YAML

    loaded = YAML(typ="safe").load((project / "pets.yaml").read_text())
    (project / "pets.json").write_text(json.dumps(loaded))
    one, other = (read_openapi(project / name, project) for name in ("pets.yaml", "pets.json"))
    assert list(one) == list(other)


def test_the_page_of_an_interface(project: Path) -> None:
    run(project)
    assert "| [`listPets`](#listpets) | `GET /pets` | List all pets |" in section(project, "operations:pet_store")
    assert "| `limit` | query | `integer` | no | `20` | How many pets" in section(project, "parameters:pet_store.listPets")
    assert section(project, "body:pet_store.createPet") == "**Body** (required): `Pet` as `application/json`."
    assert "| `404` | Not Found | [`get_pets_petId`](#get_pets_petid) |" in section(project, "exceptions:pet_store")
    assert "> **Deprecated.**" in section(project, "request:pet_store.get_pets_petId")


def test_a_page_of_today_is_fresh_and_stays_as_it_is(project: Path) -> None:
    run(project)
    before = (project / "docs" / "api" / "pets.md").read_bytes()
    assert check(root=project).findings == ()
    run(project)
    run(project, "docs/api/pets.md")
    assert (project / "docs" / "api" / "pets.md").read_bytes() == before


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        pytest.param("default: 20", "default: 50", "stale-default", id="a default"),
        pytest.param("        '409': {description: A pet with this name is there already}\n", "", "", id="an error"),
        pytest.param("name: limit", "name: most", "", id="a parameter"),
    ],
)
def test_a_changed_interface_makes_its_page_stale_and_writing_mends_it(
    project: Path, before: str, after: str, code: str
) -> None:
    run(project)
    document = project / "pets.yaml"
    assert before in document.read_text()
    document.write_text(document.read_text().replace(before, after))
    findings = check(root=project).findings
    assert findings and (not code or code in [finding.code for finding in findings])
    run(project, "docs/api/pets.md")
    assert check(root=project).findings == ()


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        pytest.param("in: query", "in: querry", r"pets\.yaml:16: .*parameters → 0 → in", id="a wrong place"),
        pytest.param("  version: 1.2.0\n", "", r"pets\.yaml:\d+: .*`version` is missing", id="a missing field"),
        pytest.param("info:", "info: [", r"pets\.yaml:\d+: not YAML or JSON", id="no YAML"),
    ],
)
def test_a_faulty_document_is_told_with_its_line(project: Path, before: str, after: str, message: str) -> None:
    document = project / "pets.yaml"
    document.write_text(document.read_text().replace(before, after, 1))
    with pytest.raises(InputError, match=message):
        run(project)
    assert not (project / "docs").exists()


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        pytest.param("a.yaml", "openapi: 3.1.0\n", True, id="YAML"),
        pytest.param("a.json", '{"info": {}, "openapi": "3.0.0"}', True, id="JSON"),
        pytest.param("a.yaml", "swagger: '2.0'\n", False, id="an older format"),
        pytest.param("a.txt", "openapi: 3.1.0\n", False, id="another suffix"),
        pytest.param("a.yaml", "kind: Pod\n", False, id="other YAML"),
    ],
)
def test_a_document_says_what_it_is(tmp_path: Path, name: str, text: str, expected: bool) -> None:
    (tmp_path / name).write_text(text)
    assert is_openapi(tmp_path / name) is expected


def test_a_reference_to_itself_ends(project: Path) -> None:
    document = project / "pets.yaml"
    document.write_text(
        document.read_text().replace("{description: Unexpected error}", "{$ref: '#/components/responses/Unexpected'}")
    )
    facts = read_openapi(document, project)
    assert facts["pet_store.listPets"].get("raises.default.description") is None
