"""OpenAPI documents: facts of an HTTP interface, its page, and the check that keeps it true."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("openapi_pydantic", reason='OpenAPI documents need its parser: pip install -e ".[dev]"')

from docgen.check import check
from docgen.document import Document
from docgen.readers.openapi import is_openapi, read_openapi
from docgen.readers.openapi.describing import described, told
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
    assert facts["pet_store.get_pets_petId"].get("parameters.petId.required") == "yes"  # from the path, not the operation


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
    assert section(project, "body:pet_store.createPet") == "**Body** (required): [`Pet`](#pet) as `application/json`."
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


# Bodies


ORDERS = """openapi: 3.1.0
info: {title: Shop, version: '1'}
paths:
  /orders:
    post:
      operationId: placeOrder
      summary: Place an order
      requestBody:
        required: true
        content:
          application/json: {schema: {$ref: '#/components/schemas/NewOrder'}}
          application/xml: {schema: {$ref: '#/components/schemas/NewOrder'}}
      responses:
        '201': {description: The order, content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}}
        '422':
          description: What is wrong with it
          content: {application/json: {schema: {type: object, properties: {faults: {type: array, items: {type: string}}}}}}
    get:
      operationId: listOrders
      summary: List orders
      responses:
        '200':
          description: The orders
          content:
            application/json:
              schema:
                type: object
                required: [items]
                properties:
                  items: {type: array, items: {$ref: '#/components/schemas/Order'}}
                  next: {type: [string, 'null'], description: Where the next page is}
components:
  schemas:
    Id: {type: string, format: uuid, readOnly: true}
    Base:
      type: object
      required: [state]
      properties:
        state: {enum: [open, paid], default: open, description: How far it is}
    NewOrder:
      allOf:
      - $ref: '#/components/schemas/Base'
      - required: [lines]
        properties:
          lines:
            type: array
            minItems: 1
            items:
              type: object
              required: [sku]
              properties:
                sku: {type: string, maxLength: 12, description: What is ordered}
                number: {type: integer, minimum: 1, default: 1}
          labels: {type: object, additionalProperties: {type: object, properties: {colour: {type: string}}}}
          payment:
            unevaluatedProperties: false
            oneOf:
            - {title: Card, type: object, required: [card], properties: {card: {type: string, writeOnly: true}}}
            - {title: Bank, type: object, properties: {iban: {type: string}, name: {type: string, deprecated: true}}}
    Order:
      description: An order as it is kept.
      type: object
      properties:
        id: {$ref: '#/components/schemas/Id'}
        parent: {anyOf: [{$ref: '#/components/schemas/Order'}, {type: 'null'}]}
        weight: {anyOf: [{type: number, exclusiveMinimum: 0, description: In kilograms}, {type: 'null'}]}
        parts: {type: array, items: {oneOf: [{type: string}, {$ref: '#/components/schemas/Order'}]}}
        address: {type: object, properties: {city: {type: string}, zip: {type: string}}}
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A repository with a document whose bodies have fields of every sort."""
    (tmp_path / "docgen.toml").write_text("")
    (tmp_path / "pets.yaml").write_text(ORDERS)
    return tmp_path


def row(project: Path, key: str, name: str) -> str:
    """The row of a field in a section."""
    return next(line for line in section(project, key).splitlines() if line.startswith(f"| `{name}` |"))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("state", '| `"open"` or `"paid"` | yes | `"open"` | How far it is |', id="of a schema it is composed of"),
        pytest.param("lines", "| array of `object` | yes |  | At least 1 item. |", id="an array"),
        pytest.param("lines[].sku", "| `string` | yes |  | What is ordered. At most 12 characters. |", id="in an array"),
        pytest.param("lines[].number", "| `integer` | no | `1` | At least 1. |", id="bounds and a default"),
        pytest.param("labels", "| map of `object` | no |  |  |", id="a map"),
        pytest.param("labels.*.colour", "| `string` | no |  |  |", id="in a map"),
        pytest.param("payment.card", "| `string` | yes |  | Write-only. Only of `Card`. |", id="of one alternative"),
        pytest.param("payment.name", "| `string` | no |  | **Deprecated.** Only of `Bank`. |", id="deprecated"),
    ],
)
def test_a_body_is_told_by_its_fields(shop: Path, name: str, expected: str) -> None:
    run(shop)
    assert row(shop, "fields:shop.placeOrder_body", name) == f"| `{name}` {expected}"


def test_a_schema_that_several_use_is_told_once_and_linked(shop: Path) -> None:
    run(shop)
    page = (shop / "docs" / "api" / "pets.md").read_text()
    assert "| `201` | [`Order`](#order) | The order |" in section(shop, "answers:shop.placeOrder")
    assert section(shop, "fields:shop.schemas.Order").startswith("An order as it is kept.\n\n| Field |")
    assert row(shop, "fields:shop.schemas.Order", "id") == "| `id` | `string` (uuid) | no | Read-only. |"
    assert (
        row(shop, "fields:shop.schemas.Order", "parent")
        == "| `parent` | [`Order`](#order) or `null` | no | An order as it is kept. |"
    )
    assert (
        row(shop, "fields:shop.schemas.Order", "weight")
        == "| `weight` | `number` or `null` | no | In kilograms. More than 0. |"
    )
    assert row(shop, "fields:shop.schemas.Order", "parts") == "| `parts` | array of (`string` or [`Order`](#order)) | no |  |"
    assert row(shop, "fields:shop.schemas.Order", "address.city") == "| `address.city` | `string` | no |  |"
    assert row(shop, "fields:shop.listOrders_200", "items") == "| `items` | array of [`Order`](#order) | yes |  |"
    assert page.count("### `") == 1 and "as `application/json` or `application/xml`." in page, "one schema for both"
    assert "The body of `422`:" in section(shop, "fields:shop.placeOrder_422")


def test_a_page_with_bodies_is_fresh_and_stays_as_it_is(shop: Path) -> None:
    run(shop)
    before = (shop / "docs" / "api" / "pets.md").read_bytes()
    assert check(root=shop).findings == ()
    run(shop, "docs/api/pets.md")
    assert (shop / "docs" / "api" / "pets.md").read_bytes() == before


@pytest.mark.parametrize(
    ("before", "after", "code", "said"),
    [
        pytest.param(
            "default: 1}", "default: 2}", "stale-default", "states lines[].number defaults to 1, it is 2", id="a default"
        ),
        pytest.param(", default: 1}", "}", "stale-default", "which has no default now", id="no default"),
        pytest.param("maxLength: 12", "maxLength: 14", "stale-parameter", "at most 14 characters", id="a limit"),
        pytest.param("sku: {type: string", "sku: {type: integer", "stale-type", "lines[].sku's type is string", id="a type"),
        pytest.param("[open, paid]", "[open, paid, sent]", "stale-type", "state's type", id="a value of an enumeration"),
        pytest.param(
            "required: [sku]", "required: []", "stale-parameter", "lines[].sku is required, it is optional", id="required"
        ),
        pytest.param("What is ordered", "The article", "stale-quote", "What is ordered; it now reads: The article", id="words"),
        pytest.param(
            "zip: {type: string}",
            "zip: {type: string, default: x}",
            "stale-default",
            'default of address.zip: "x"',
            id="a new default",
        ),
        pytest.param(
            ", zip: {type: string}", "", "stale-parameter", "names field address.zip, which is gone", id="a field less"
        ),
        pytest.param(
            "{city:", "{land: {type: string}, city:", "incomplete-parameters", "without address.land", id="a field more"
        ),
        pytest.param(
            "        address: ", "        city: ", "incomplete-parameters", "without city", id="a field by another name"
        ),
        pytest.param("'201'", "'202'", "stale-return", "names answer 201, which is gone", id="the code of an answer"),
        pytest.param(
            "description: The orders", "description: All", "stale-quote", "The orders; it now reads: All", id="an answer"
        ),
    ],
)
def test_a_changed_body_makes_its_page_stale_and_writing_mends_it(
    shop: Path, before: str, after: str, code: str, said: str
) -> None:
    run(shop)
    document = shop / "pets.yaml"
    assert document.read_text().count(before) == 1
    document.write_text(document.read_text().replace(before, after))
    findings = check(root=shop).findings
    assert any(finding.code == code and said in finding.message for finding in findings), findings
    run(shop, "docs/api/pets.md")
    assert [finding for finding in check(root=shop).findings if finding.code != "orphaned-symbol"] == []


def test_a_finding_about_a_field_names_the_line_of_its_row(shop: Path) -> None:
    run(shop)
    document = shop / "pets.yaml"
    document.write_text(document.read_text().replace("default: 1}", "default: 2}"))
    (finding,) = check(root=shop).findings
    assert (shop / "docs" / "api" / "pets.md").read_text().splitlines()[finding.line - 1].startswith("| `lines[].number` |")
    assert finding.message.endswith(f"(pets.yaml:{ORDERS[: ORDERS.index('number: {')].count(chr(10)) + 1})")


def test_a_schema_that_comes_to_be_shared_makes_no_page_stale(shop: Path) -> None:
    run(shop)
    document = shop / "pets.yaml"
    shared = (
        "        '202': {description: Later, content: {application/json: {schema: {$ref: '#/components/schemas/NewOrder'}}}}\n"
    )
    document.write_text(document.read_text().replace("        '422':\n", f"{shared}        '422':\n"))
    assert {finding.section for finding in check(root=shop).findings} == {"answers:shop.placeOrder"}
    run(shop, "docs/api/pets.md")
    assert "### `NewOrder`" in (shop / "docs" / "api" / "pets.md").read_text()
    assert section(shop, "fields:shop.placeOrder_body") == ""
    assert check(root=shop).findings == ()


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        pytest.param("'409'", "'410'", "raises 409, now 410", id="a code"),
        pytest.param("A pet with this name is there already", "Taken", "it now reads: Taken", id="its words"),
        pytest.param("Unexpected error", "Bad", "it now reads: Bad", id="short words"),
    ],
)
def test_the_table_of_all_errors_is_held_against_the_document(project: Path, before: str, after: str, said: str) -> None:
    run(project)
    document = project / "pets.yaml"
    document.write_text(document.read_text().replace(before, after))
    found = [finding for finding in check(root=project).findings if finding.section == "exceptions:pet_store"]
    assert found and all(said in finding.message for finding in found)
    page = (project / "docs" / "api" / "pets.md").read_text().splitlines()
    assert page[found[0].line - 1].startswith("| `409` |" if "409" in before or "name" in before else "| `default` |")
    run(project, "docs/api/pets.md")
    assert check(root=project).findings == ()


def test_an_operation_in_a_file_of_its_own_is_read(project: Path) -> None:
    (project / "one.yaml").write_text(
        "operationId: onePet\nparameters:\n- {name: id, in: query, schema: {type: string}}\n"
        "responses:\n  '200': {description: The pet}\n"
    )
    document = project / "pets.yaml"
    document.write_text(document.read_text().replace("components:", "  /one:\n    get: {$ref: one.yaml}\ncomponents:", 1))
    entry = read_openapi(document, project)["pet_store.onePet"]
    assert entry.get("request") == "GET /one" and entry.get("parameters") == ["id"] and entry.get("responses") == ["200"]


def test_an_introduction_is_the_prose_that_a_description_begins_with() -> None:
    text = "Needs a token\n\nGives <b>all</b> pets. And more.\n\n## Example\n\nNot this."
    assert [fact.value for fact in told(text, "a.yaml:1")] == ["Needs a token.", "Gives all pets. And more."]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Words.\n\nMore words.", "Words.", id="the first paragraph"),
        pytest.param("Words<br/>and <b>more</b> &amp; so on", "Words", id="HTML"),
        pytest.param(
            "See [the guide](/docs/guide) or [that](https://example.com).",
            "See the guide or [that](https://example.com).",
            id="links",
        ),
        pytest.param("Set <code>all</code>.", "Set `all`.", id="code"),
        pytest.param("One of:\n- `a`\n- `b`", "One of", id="a list"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_a_description_becomes_short_enough_for_a_table(text: str, expected: str) -> None:
    assert described(text) == expected
