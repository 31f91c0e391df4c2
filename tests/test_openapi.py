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


# References


SPLIT = """openapi: 3.0.3
info: {title: Pet Store, version: '1'}
paths:
  /pets:
    $ref: 'paths/pets.yaml'
  /one:
    get:
      operationId: onePet
      parameters:
      - $ref: 'common.json#/parameters/limit'
      responses:
        '200':
          description: A pet
          content: {application/json: {schema: {$ref: 'schemas/Pet.yaml'}}}
        '404': {$ref: 'common.json#/responses/404'}
"""
ITEM = """get:
  operationId: listPets
  parameters:
  - $ref: '../common.json#/parameters/limit'
  - $ref: '#/own'
  responses:
    '200':
      description: The pets
      content: {application/json: {schema: {type: array, items: {$ref: ../schemas/Pet.yaml}}}}
    '404':
      description: No pets
      content: {application/json: {schema: {$ref: 'https://example.com/schemas/Problem.json'}}}
own: {name: page, in: query, schema: {type: integer}}
"""
COMMON = {
    "parameters": {"limit": {"name": "limit", "in": "query", "schema": {"$ref": "schemas/limit.yaml#/Limit"}}},
    "responses": {"404": {"description": "There is no such pet"}},
}


@pytest.fixture
def split(tmp_path: Path) -> Path:
    """A document in several files."""
    for folder in ("api/paths", "api/schemas"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "api" / "pets.yaml").write_text(SPLIT)
    (tmp_path / "api" / "paths" / "pets.yaml").write_text(ITEM)
    (tmp_path / "api" / "common.json").write_text(json.dumps(COMMON, indent=1))
    (tmp_path / "api" / "schemas" / "Pet.yaml").write_text("type: object\n")
    (tmp_path / "api" / "schemas" / "limit.yaml").write_text("Limit: {type: integer, default: 20}\n")
    return tmp_path


def test_references_to_files_beside_the_document_are_followed(split: Path) -> None:
    facts = read_openapi(split / "api" / "pets.yaml", split)
    pets, one = facts["pet_store.listPets"], facts["pet_store.onePet"]
    assert pets.get("parameters") == ["limit", "page"] and one.get("parameters") == ["limit"]
    assert pets.get("parameters.limit.default") == "20" and pets.get("parameters.limit.annotation") == "integer"
    assert pets.get("returns") == "array of Pet" and one.get("returns") == "Pet"
    assert pets.get("raises.404.schema") == "Problem", "of which no more than the name is needed"
    assert one.get("raises.404.description") == "There is no such pet"
    request, other = pets.fact("request"), one.fact("request")
    assert request is not None and request.source == "api/paths/pets.yaml:1"
    assert other is not None and other.source == "api/pets.yaml:7"


def test_a_change_in_a_file_beside_the_document_makes_its_page_stale(split: Path) -> None:
    write([str(split / "api" / "pets.yaml")], root=split)
    page = split / "docs" / "api" / "pets.md"
    assert check([page], root=split).findings == ()
    (split / "api" / "schemas" / "limit.yaml").write_text("Limit: {type: integer, default: 50}\n")
    codes = [finding.code for finding in check([page], root=split).findings]
    assert codes.count("stale-default") == 2, "one operation each"


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        pytest.param(
            "paths/pets.yaml", "paths/cats.yaml", r"pets\.yaml:5: .*there is no file api/paths/cats\.yaml", id="no file"
        ),
        pytest.param(
            "#/responses/404", "#/responses/409", r"pets\.yaml:15: .*api/common\.json has no `409`", id="no such part"
        ),
        pytest.param("'paths/pets.yaml'", "'../../x.yaml'", r"pets\.yaml:5: .*lies outside", id="out of the project"),
        pytest.param(
            "'paths/pets.yaml'", "'http://example.com/x.yaml'", r"pets\.yaml:5: .*docgen reads no network", id="a network"
        ),
        pytest.param("'paths/pets.yaml'", "'//example.com/x.yaml'", r"pets\.yaml:5: .*no network", id="a network, briefly"),
        pytest.param("'paths/pets.yaml'", "'file:///etc/passwd'", r"pets\.yaml:5: .*no network", id="a file by its URL"),
        pytest.param("'paths/pets.yaml'", "'broken.yaml'", r"broken\.yaml:\d+: not YAML or JSON", id="no YAML"),
        pytest.param("'paths/pets.yaml'", "'list.yaml'", r"list\.yaml: .*no table", id="no table"),
        pytest.param("'paths/pets.yaml'", "'circle.yaml#/a'", r"circle\.yaml:\d: references go in a circle", id="a circle"),
        pytest.param("schemas/Pet.yaml", "schemas/Cat.yaml", r"pets\.yaml:14: .*no file api/schemas/Cat\.yaml", id="a schema"),
    ],
)
def test_a_reference_that_cannot_be_followed_is_told_with_its_line(split: Path, before: str, after: str, message: str) -> None:
    (split / "api" / "broken.yaml").write_text("a: [\n")
    (split / "api" / "list.yaml").write_text("- a\n")
    (split / "api" / "circle.yaml").write_text("a: {$ref: '#/b'}\nb: {$ref: '#/a'}\n")
    document = split / "api" / "pets.yaml"
    document.write_text(document.read_text().replace(before, after))
    with pytest.raises(InputError, match=message):
        write([str(document)], root=split)
    assert not (split / "docs").exists()


def test_a_link_that_leads_out_of_the_project_is_not_followed(split: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside") / "secret.yaml"
    outside.write_text("get: {operationId: secret, responses: {}}\n")
    (split / "api" / "paths" / "pets.yaml").unlink()
    (split / "api" / "paths" / "pets.yaml").symlink_to(outside)
    with pytest.raises(InputError, match="leads out of"):
        read_openapi(split / "api" / "pets.yaml", split)


def test_a_reference_to_itself_is_told(project: Path) -> None:
    document = project / "pets.yaml"
    document.write_text(
        document.read_text().replace("{description: Unexpected error}", "{$ref: '#/components/responses/Unexpected'}")
    )
    with pytest.raises(InputError, match="references go in a circle"):
        read_openapi(document, project)
