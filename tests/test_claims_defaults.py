"""Defaults in all the ways that people describe them, and what only looks like one."""

from __future__ import annotations

import pytest
from claimed import LOAD, contradicted, told

from docgen.claims import contradictions

NUMPY = "Parameters\n----------\n"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("By default `limit` is {}.", id="by default, is"),
        pytest.param("By default, `limit` is {}.", id="by default, comma"),
        pytest.param("`limit` (by default {})", id="by default, in brackets"),
        pytest.param("- `limit`: how many; {} by default", id="by default, at the end"),
        pytest.param("- `limit`: how many. Default is `{}`.", id="default is"),
        pytest.param("- `limit`: how many. Default `{}`.", id="default"),
        pytest.param("- `limit`: how many. The default: {}.", id="the default"),
        pytest.param("- `limit` (int, optional, default: {}): how many", id="bullet, type line"),
        pytest.param("- `limit=`: how many (default={})", id="bullet, equals sign"),
        pytest.param("- **`limit`** *(int)*: how many. Default: **{}**", id="bullet, bold"),
        pytest.param("- `limit` (optional): how many, {} (default)", id="marked as default"),
        pytest.param("* ``limit`` -- how many (defaults to ``{}``)", id="RST bullet"),
        pytest.param(NUMPY + "limit : int, optional, default={}\n    How many.", id="NumPy, optional, default="),
        pytest.param(NUMPY + "limit : int, optional, default: {}\n    How many.", id="NumPy, optional, default:"),
        pytest.param(NUMPY + "limit : int, optional, default is {}\n    How many.", id="NumPy, default is"),
        pytest.param(NUMPY + "limit: int (default {})\n    How many.", id="NumPy, without a blank"),
        pytest.param(NUMPY + "limit : {{1, 2, {}}}, default={}\n    How many.", id="NumPy, choices"),
        pytest.param(NUMPY + "limit : int\n    How many [default={}].", id="NumPy, in square brackets"),
        pytest.param(NUMPY + "limit : int, optional\n    How many. By default {}.", id="NumPy, by default"),
        pytest.param("Args:\n    limit (int, optional): How many. Defaults to {}.", id="Google"),
        pytest.param("Args:\n    limit (int): How many (default: ``{}``).", id="Google, in brackets"),
        pytest.param(':param limit: how many. Defaults to "``{}``".', id="Sphinx, code within quotes"),
        pytest.param("Args:\n    limit: How many, by default {}.", id="Google, by default"),
        pytest.param("Args:\n    limit (int, default={}): How many.", id="Google, in the type"),
        pytest.param(":param int limit: how many. (default: {})", id="Sphinx"),
        pytest.param(":param limit: how many, defaults to {}\n:type limit: int, optional", id="Sphinx, its template"),
        pytest.param(":keyword limit: how many. Default value is {}.", id="Sphinx, keyword"),
        pytest.param("| Argument | Default |\n|---|---|\n| `limit` | {} |", id="table"),
        pytest.param("| Name | Default value |\n|:--|--:|\n| **limit** | `{}` |", id="table, aligned"),
        pytest.param("The default value for `limit` is {}.", id="the default value for"),
        pytest.param("The default value of the `limit` argument is {}.", id="the default value of the argument"),
        pytest.param("The `limit` parameter is {} by default.", id="is by default"),
        pytest.param("If omitted, `limit` defaults to {}.", id="if omitted"),
    ],
)
def test_a_described_default_is_held_against_the_source(text: str) -> None:
    right, wrong = text.replace("{}", "302").replace("{{", "{").replace("}}", "}"), text.replace("{}", "303")
    assert told(right)["parameters.limit.default"] == "302"
    assert contradicted(right) == []
    assert contradicted(wrong.replace("{{", "{").replace("}}", "}")) == [("default", "limit", "303")]


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        pytest.param("- `year`: which (default=None)", "year", "None", id="None"),
        pytest.param("- `year`: which. If None, the current one.", "year", "None", id="if None"),
        pytest.param(
            NUMPY + "year : int, optional\n    Which. If ``None``, the current one.", "year", "None", id="if None, NumPy"
        ),
        pytest.param("Args:\n    year: Which. If it is None, the current one.", "year", "None", id="if it is None"),
        pytest.param("- `mode`: how, 'strict' by default", "mode", "'strict'", id="text"),
        pytest.param("- `mode`: how (default: strict)", "mode", "'strict'", id="text without quotes"),
        pytest.param(NUMPY + "mode : string (default: strict)\n    How.", "mode", "'strict'", id="text without quotes, NumPy"),
        pytest.param("- `mode`: how. Defaults to strict.", "mode", "'strict'", id="text without quotes, in a sentence"),
        pytest.param("- `mode`: how. Defaults to lax.", "mode", None, id="another text without quotes"),
        pytest.param("- `mode`: how. Defaults to strict checks.", "mode", None, id="a word of a sentence"),
        pytest.param(NUMPY + "mode : {'strict', 'lax'}, default='strict'\n    How.", "mode", "'strict'", id="choices"),
        pytest.param("- `tidy`: whether. Defaults to true.", "tidy", "True", id="lower case"),
        pytest.param("- `year`: which; the default `None` means the current one.", "year", "None", id="the default, code"),
        pytest.param("- `year`: which; the default `1970` is the first.", "year", None, id="the default, another value"),
        pytest.param("- `tidy`: whether (default `True`)", "tidy", "True", id="boolean"),
        pytest.param("- `limit`: how many. If None, all.", "limit", None, id="if None, where that is not the default"),
        pytest.param("If None is given, nothing happens.", "year", None, id="if None, of nothing"),
        pytest.param("Attributes\n----------\nyear : int\n    If None, unknown.", "year", None, id="if None, an attribute"),
    ],
)
def test_a_default_of_any_sort_is_asserted(text: str, name: str, value: str | None) -> None:
    assert told(text).get(f"parameters.{name}.default") == value
    assert contradictions(text, LOAD) == []


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("- `limit`: how many. If None, 303 are taken.", id="what None stands for"),
        pytest.param(
            "``limit`` sits in the root, so a flat region returns its root, ``303`` by default.", id="computed from it"
        ),
        pytest.param(
            "- ``limit`` sits in the root, so it returns its root, ``303`` by default.", id="computed from it, in a list"
        ),
        pytest.param("- `limit`: how many. Use 303 for defaults.", id="a value for something else"),
        pytest.param("- `limit`: how many. The default of 303 was too high.", id="was"),
        pytest.param("- `limit`: e.g. 303 (the default of curl).", id="another program's"),
        pytest.param("- `limits`: how many. Defaults to 303.", id="a longer name"),
        pytest.param("- `load.limit`: how many. Defaults to 303.", id="a dotted name"),
        pytest.param("`drop` has a `limit`, too; it defaults to 303 there, unlike here.", id="there"),
        pytest.param(".. deprecated:: 2.0\n   ``limit`` defaults to 303.\n", id="deprecated directive"),
        pytest.param(".. versionadded:: 1.2\n   The default of ``limit`` is 303.\n", id="versionadded directive"),
        pytest.param("# Release notes\n\n## 2.0\n\n`limit` defaults to 303.\n", id="release notes"),
        pytest.param("## v2.14.3 (2026-11-04)\n\n`limit` defaults to 303.\n", id="notes of a version"),
        pytest.param("## Version 1.2\n\n### Fixes\n\n`limit` defaults to 303.\n", id="below the notes of a version"),
        pytest.param("New in version 2.0: `limit` defaults to 303.", id="new in version"),
        pytest.param("`limit` defaults to 303 in version 1.", id="in another version"),
        pytest.param("Until version 2, `limit` is 303 by default.", id="until a version"),
        pytest.param("`limit` defaults to 303 for large files.", id="for some cases"),
        pytest.param("Depending on the host, `limit` defaults to 303.", id="depending"),
        pytest.param("`limit` defaults to 2 * 151.", id="the same, computed"),
        pytest.param("`limit` defaults to `MAX_LIMIT`.", id="a name"),
        pytest.param("| Option | Default |\n|---|---|\n| `speed` | 303 |", id="another row"),
        pytest.param("| Argument | Example |\n|---|---|\n| `limit` | 303 |", id="another column"),
        pytest.param("Set `limit=303` to get more.", id="a call's value"),
    ],
)
def test_what_only_looks_like_the_default_contradicts_nothing(text: str) -> None:
    assert contradicted(text) == []
