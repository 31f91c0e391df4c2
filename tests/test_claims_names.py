"""Names, paths, signatures and calls: what a text cites of its subject, and where it says that this is."""

from __future__ import annotations

import pytest
from claimed import CLIENT, LOAD, contradicted, told

from docgen.claims import verify
from docgen.facts import JSON, Entry, Fact

# Names -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Pass `limit`.", {"parameters.limit"}, id="backticks"),
        pytest.param("Pass ``limit``.", {"parameters.limit"}, id="double backticks"),
        pytest.param("Pass <code>limit</code>.", {"parameters.limit"}, id="HTML code font"),
        pytest.param("Pass :py:obj:`limit`.", {"parameters.limit"}, id="role"),
        pytest.param("Pass {py:obj}`limit`.", {"parameters.limit"}, id="MyST role"),
        pytest.param("It raises :exc:`~builtins.ValueError`.", {"raises.ValueError"}, id="role that shows the last part"),
        pytest.param("See :data:`the limit <rates.io.MAX_RETRIES>`.", {"constants.MAX_RETRIES"}, id="role with a title"),
        pytest.param("See :data:`!MAX_RETRIES`.", {"constants.MAX_RETRIES"}, id="role without a link"),
        pytest.param("See [retries](api.md#rates.io.MAX_RETRIES).", {"constants.MAX_RETRIES"}, id="link to an API page"),
        pytest.param("See [retries][rates.io.MAX_RETRIES].", {"constants.MAX_RETRIES"}, id="link by reference"),
        pytest.param("See [`MAX_RETRIES`](#constants).", {"constants.MAX_RETRIES"}, id="code in a link"),
        pytest.param("It calls `parse()`.", {"names.parse"}, id="call"),
        pytest.param("Set a limit.", set(), id="plain word"),
        pytest.param("See `limits`.", set(), id="another word"),
        pytest.param("Pass `Client.limit` on.", set(), id="another symbol's"),
        pytest.param("See [limit](https://example.org/limit).", set(), id="link elsewhere"),
        pytest.param("See [retries](#max-retries).", set(), id="link to a heading"),
        pytest.param("```\nlimit\n```", set(), id="code block"),
        pytest.param("<!-- `limit` -->", set(), id="comment"),
        pytest.param("Removed in version 2: `limit`.", set(), id="history"),
    ],
)
def test_a_name_in_code_font_is_cited(text: str, expected: set[str]) -> None:
    assert told(text).keys() == expected


def test_members_are_cited_by_role_and_link() -> None:
    text = "Use :meth:`~rates.Client.get` or [close](client.md#rates.Client.close)."
    assert {name for name in told(text, CLIENT) if name.startswith("members.")} == {"members.get", "members.close"}


# Import paths ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("```python\nfrom rates.io import load\n```", {"rates.io", "rates.io.load"}, id="from in code"),
        pytest.param("```python\nfrom rates import load\n```", {"rates", "rates.load"}, id="from where it is passed on"),
        pytest.param(
            "```python\nfrom rates.io import (\n    drop,\n    load as read,\n)\n```",
            {"rates.io", "rates.io.load"},
            id="brackets",
        ),
        pytest.param("Write `from rates.io import load` first.", {"rates.io", "rates.io.load"}, id="from in backticks"),
        pytest.param("```python\nimport rates.io\n```", {"rates.io"}, id="import"),
        pytest.param("Write `import rates.io`.", {"rates.io"}, id="import in backticks"),
        pytest.param(">>> import rates.io as io\n>>> io.load('a')\n", {"rates.io"}, id="doctest"),
        pytest.param("Example::\n\n    from rates.io import load\n", {"rates.io", "rates.io.load"}, id="literal block"),
        pytest.param(".. code-block:: python\n\n   from rates.io import load\n", {"rates.io", "rates.io.load"}, id="directive"),
        pytest.param("Use `rates.io.load`.", {"rates.io.load"}, id="dotted name"),
        pytest.param("Use :func:`~rates.io.load`.", {"rates.io.load"}, id="role"),
        pytest.param("See [load](api/io.md#rates.io.load).", {"rates.io.load"}, id="link"),
        pytest.param("Use `load`.", set(), id="the bare name"),
        pytest.param("```python\nfrom rates.io import drop\n```", {"rates.io"}, id="another symbol"),
        pytest.param("```python\nfrom other.io import load\n```", set(), id="another package"),
        pytest.param("Rates come from rates.io imports.", set(), id="prose"),
        pytest.param("```python\nfrom .io import load\n```", set(), id="relative"),
        pytest.param("## Changelog\n\n```python\nfrom rates.old import load\n```", set(), id="changelog"),
        pytest.param(".. versionchanged:: 2\n   Use ``from rates.old import load``.\n", set(), id="history directive"),
        pytest.param("<!-- from rates.old import load -->", set(), id="comment"),
    ],
)
def test_the_paths_to_the_subject_are_asserted(text: str, expected: set[str]) -> None:
    assert {name.removeprefix("imports.") for name in told(text) if name.startswith("imports.")} == expected


# Signatures and calls --------------------------------------------------------------------------------------------------

SIGNATURE: dict[str, JSON] = {"signature": LOAD.get("signature")}
PLAIN = "load(path, year=None, *, limit=302, mode='strict', tidy=True, columns=None)"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(f"```python\n{LOAD.get('signature')}\n```", SIGNATURE, id="with annotations"),
        pytest.param(f"`{LOAD.get('signature')}`", SIGNATURE, id="in backticks"),
        pytest.param(f"```python\ndef {LOAD.get('signature')}: ...\n```", SIGNATURE, id="definition"),
        pytest.param("```python\nload('a', limit=3)\n```", {"parameters.limit": True}, id="keyword in code"),
        pytest.param(
            "Call `load('a', limit=3, tidy=False)`.", {"parameters.limit", "parameters.tidy"}, id="keywords in backticks"
        ),
        pytest.param("```python\nio.load('a', limit=3)\n```", {"parameters.limit": True}, id="through its module"),
        pytest.param(">>> rates.load('a', limit=3)\n", {"parameters.limit": True}, id="through the package"),
        pytest.param("```python\nload('a', speed=3)\n```", {}, id="a keyword that is none"),
        pytest.param("```python\njson.load('a', limit=3)\n```", {}, id="another module's"),
        pytest.param("```python\nreload('a', limit=3)\n```", {}, id="a longer name"),
        pytest.param("```python\nclient().load('a', limit=3)\n```", {}, id="a method of something"),
        pytest.param("```python\nload('a', limit=3\n```", {}, id="brackets that do not close"),
        pytest.param("## Changelog\n\n```python\nload('a', limit=3)\n```", {}, id="changelog"),
    ],
)
def test_signatures_and_keywords_are_asserted(text: str, expected: dict[str, JSON] | set[str]) -> None:
    found = {name: value for name, value in told(text).items() if name.partition(".")[0] in ("signature", "parameters")}
    assert found.keys() == set(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(f".. function:: {PLAIN}\n", [], id="directive"),
        pytest.param(".. function:: load(path, limit=303)\n", [("default", "limit", "303")], id="directive, another default"),
        pytest.param(
            ".. py:function:: rates.io.load(path, limit=303)\n", [("default", "limit", "303")], id="directive, dotted"
        ),
        pytest.param("### `load(path, *, limit=303)`\n", [("default", "limit", "303")], id="heading"),
        pytest.param("### load(path, *, mode='lax')\n", [("default", "mode", "'lax'")], id="heading without code font"),
        pytest.param(
            ".. function:: load(path, speed=1)\n",
            [("signature", "the signature", "load(path, speed=1)")],
            id="directive, no such name",
        ),
        pytest.param(".. function:: load(path, year)\n", [], id="without defaults"),
        pytest.param(".. function:: load(path[, year])\n", [], id="old brackets"),
        pytest.param(".. function:: load(path, ...)\n", [], id="dots"),
        pytest.param(".. function:: drop(path, limit=303)\n", [], id="another function"),
        pytest.param(".. method:: Client.load(path, limit=303)\n", [], id="a method of that name"),
        pytest.param("```python\nload('a', limit=303)\n```", [], id="a call"),
        pytest.param("```python\ndef load(path, limit=303): ...\n```", [], id="a definition, perhaps in its place"),
        pytest.param("Write `load(path, limit=303)`.", [], id="a call in backticks"),
        pytest.param(".. versionchanged:: 2\n   ``load(path, limit=303)``\n", [], id="history"),
    ],
)
def test_a_signature_that_is_announced_is_held_against_the_source(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert contradicted(text) == expected


# What members raise ----------------------------------------------------------------------------------------------------


def test_what_the_members_of_a_module_raise_is_known_of_it_by_whatever_name() -> None:
    facts: dict[str, JSON] = {"kind": "module", "members": ["post"], "members.post.raises": ["LockedDay"]}
    module = Entry("books", tuple(Fact(*fact) for fact in facts.items()))
    checked = verify("- `LockedDay` is raised by `post`.\n- `KeyError` is raised by `post`.\n", module)
    assert [(item.claim.value, item.verdict) for item in checked if item.claim.kind == "raises"] == [
        ("LockedDay", "supported"),
        ("KeyError", "unknown"),
    ]
