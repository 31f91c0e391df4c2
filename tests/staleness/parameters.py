"""Parameters that come, go, are renamed or reordered, and text that only tells their history."""

from __future__ import annotations

from staleness.case import both, cases, swap

TIMEOUT = "`timeout` is in seconds."
TABLE = """| Parameter | Meaning |
|---|---|
| `location` | Where to go. |
| `code` | The status. |
| `method` | How. |
| `timeout` | Seconds. |
| `headers` | More. |"""
BULLETS = """Parameters:

- `location`: where to go
- `code`: the status
- `method`: how
- `timeout`: seconds
- `headers`: more"""
FIELDS = """:param location: Where to go.
:param code: The status.
:param method: How.
:param timeout: Seconds.
:param headers: More."""
SIGNATURE = """```python
redirect(
    location: str,
    code: int = 302,
    method: str = "GET",
    *,
    timeout: Optional[float] = 30.0,
    headers: Optional[Dict[str, str]] = None,
) -> List[str]
```"""
CALL = """```python
redirect("/a", 301, "GET")
```"""
REMOVED = both(swap("    timeout: Optional[float] = 30.0,\n", ""), swap("str(timeout), ", ""))
RENAMED = swap("timeout", "wait")
ADDED = swap("str]] = None,\n", "str]] = None,\n    cache: bool = False,\n")
REORDERED = swap('    code: int = 302,\n    method: str = "GET",\n', '    method: str = "GET",\n    code: int = 302,\n')
SHUFFLED = swap(
    "    timeout: Optional[float] = 30.0,\n    headers: Optional[Dict[str, str]] = None,\n",
    "    headers: Optional[Dict[str, str]] = None,\n    timeout: Optional[float] = 30.0,\n",
)
ENDS = both(swap("    *,\n", ""))

ROWS = [
    *cases(
        "managed",
        [
            ("a cited parameter is removed", TIMEOUT, REMOVED, "stale-parameter"),
            ("a parameter in a table is removed", TABLE, REMOVED, "stale-parameter"),
            ("a parameter in a list is removed", BULLETS, REMOVED, "stale-parameter"),
            ("a parameter is removed that is not cited", "Answers.", REMOVED, ""),
            ("a cited parameter is renamed", TIMEOUT, RENAMED, "stale-parameter"),
            ("a parameter in a table is renamed", TABLE, RENAMED, "stale-parameter"),
            ("a parameter is renamed that is not cited", "Answers.", RENAMED, ""),
            ("a parameter with a stated default is removed", "`timeout` defaults to 30.0.", REMOVED, "stale-parameter"),
            ("a parameter in a signature is removed", SIGNATURE, REMOVED, "stale-signature"),
            ("a parameter is added to a full table", TABLE, ADDED, "incomplete-parameters"),
            ("a parameter is added to a full list", BULLETS, ADDED, "incomplete-parameters"),
            ("a parameter is added to a full list of fields", FIELDS, ADDED, "incomplete-parameters"),
            ("a parameter in a field is removed", FIELDS, REMOVED, "stale-parameter"),
            ("a parameter is added to a signature", SIGNATURE, ADDED, "stale-signature"),
            ("a parameter is added beside a description of one", TIMEOUT, ADDED, ""),
            ("a parameter is added and none is named", "Answers.", ADDED, ""),
            (
                "variadic keywords are added to a full table",
                TABLE,
                swap("str]] = None,\n", "str]] = None,\n    **more: int,\n"),
                "incomplete-parameters",
            ),
            ("positional parameters are reordered under a signature", SIGNATURE, REORDERED, "stale-signature"),
            ("positional parameters are reordered in a table", TABLE, REORDERED, "review-order"),
            ("positional parameters are reordered under a call by position", CALL, REORDERED, "stale-signature"),
            ("a parameter is added behind a call by position", CALL, ADDED, ""),
            (
                "a parameter is renamed that a call passes by position",
                'Call `redirect("/a", 301)`.',
                swap("code", "status"),
                "",
            ),
            ("keyword-only parameters are reordered under a call", CALL, SHUFFLED, ""),
            ("positional parameters are reordered beside a description", "`code` and `method` tell it.", REORDERED, ""),
            ("keyword-only parameters are reordered", TABLE, SHUFFLED, ""),
            ("a parameter becomes positional under a signature", SIGNATURE, ENDS, "stale-signature"),
            ("a parameter becomes positional in a table", TABLE, ENDS, ""),
            (
                "a cited parameter is taken by keywords",
                TIMEOUT,
                both(
                    swap(
                        "timeout: Optional[float] = 30.0,\n    headers: Optional[Dict[str, str]] = None,\n",
                        "headers=None,\n    **more,\n",
                    ),
                    swap("str(timeout)", 'str(more["timeout"])'),
                ),
                "review-context",
            ),
            ("the first parameter of a method is renamed", "Pass `url`.", swap("def get(self, url", "def get(this, url"), ""),
        ],
    ),
    *cases(
        "managed",
        [
            ("a method's cited parameter is renamed", "Pass `url`.", swap("url", "address"), "stale-parameter"),
            ("another method's parameter is renamed", "Pass `url`.", swap("limit", "most"), ""),
        ],
        about="web.http.Client.get",
    ),
    *cases(
        "tracked",
        [
            ("a parameter that a person named is removed", TIMEOUT, REMOVED, "stale-parameter"),
            ("a parameter that a person named is renamed", TIMEOUT, RENAMED, "stale-parameter"),
            ("a parameter is added to a person's full table", TABLE, ADDED, "incomplete-parameters"),
            ("a parameter is added beside a person's prose", TIMEOUT, ADDED, ""),
            ("a person's signature loses a parameter", SIGNATURE, REMOVED, "stale-signature"),
        ],
    ),
    *cases(
        "managed",
        [
            (
                "a removed parameter is cited in a change of a version",
                "Changed in version 2: `timeout` is in seconds.",
                REMOVED,
                "",
            ),
            ("a removed parameter is cited as new in a version", "New in version 2: `timeout`.", REMOVED, ""),
            (
                "a removed parameter is cited in a directive",
                "Answers.\n\n.. versionchanged:: 2.0\n   `timeout` is in seconds.",
                REMOVED,
                "",
            ),
            (
                "a removed parameter is cited as added in a directive",
                "Answers.\n\n.. versionadded:: 2.0\n   The `timeout` parameter.",
                REMOVED,
                "",
            ),
            (
                "a removed parameter is cited as deprecated in a directive",
                "Answers.\n\n.. deprecated:: 2.0\n   `timeout` has no effect.",
                REMOVED,
                "",
            ),
            (
                "a removed parameter is cited below a changelog's heading",
                "Answers.\n\n### Changelog\n\n- `timeout` is in seconds.",
                REMOVED,
                "",
            ),
            (
                "a removed parameter is cited in history and today",
                "`timeout` is in seconds.\n\nChanged in version 2: `timeout` is new.",
                REMOVED,
                "stale-parameter",
            ),
            (
                "a default of history changes",
                "Changed in version 2: `code` defaults to 302.",
                swap("int = 302", "int = 303"),
                "",
            ),
        ],
    ),
]
