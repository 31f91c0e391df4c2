"""Defaults and constants: stale where the value is stated, to be looked at where only its parameter is described."""

from __future__ import annotations

from staleness.case import both, cases, swap

CODE = "`code` defaults to 302."
DESCRIBED = "Pass the status as `code`."
TABLE = """| Parameter | Default |
|---|---|
| `location` | |
| `code` | `302` |
| `method` | `'GET'` |
| `timeout` | `30.0` |
| `headers` | `None` |"""
TO_303 = swap("code: int = 302", "code: int = 303")

ROWS = [
    *cases(
        "managed",
        [
            ("a stated default changes", CODE, TO_303, "stale-default"),
            ("a default in a table changes", TABLE, TO_303, "stale-default"),
            ("a default in brackets changes", "The `code` (default: 302) is sent.", TO_303, "stale-default"),
            ("a default said after its value changes", "The `code` is 302 by default.", TO_303, "stale-default"),
            ("a default said as a code span changes", "`code` defaults to `302`.", TO_303, "stale-default"),
            (
                "a stated text default changes",
                "`method` defaults to `'GET'`.",
                swap('= "GET",\n    *', '= "PUT",\n    *'),
                "stale-default",
            ),
            (
                "a stated None becomes a value",
                "`headers` defaults to None.",
                swap("str]] = None", "str]] = {}"),
                "stale-default",
            ),
            ("a stated value becomes None", "`timeout` defaults to 30.", swap("= 30.0", "= None"), "stale-default"),
            ("a stated default becomes negative", CODE, swap("int = 302", "int = -302"), "stale-default"),
            ("a stated default goes", "`headers` defaults to None.", swap("str]] = None", "str]]"), "stale-default"),
            ("a stated default becomes another type", CODE, swap("code: int = 302", 'code: int = "302"'), ""),
            ("a stated default changes a little", "`timeout` defaults to 30.0.", swap("= 30.0", "= 30.5"), "stale-default"),
            ("one of two stated defaults changes", f"{CODE} `timeout` defaults to 30.0.", TO_303, "stale-default"),
            (
                "both stated defaults change",
                f"{CODE} `timeout` defaults to 30.0.",
                both(TO_303, swap("= 30.0", "= 9.5")),
                "stale-default stale-default",
            ),
            ("another default changes than the stated one", CODE, swap("= 30.0", "= 31.0"), ""),
            ("the default of a described parameter changes", DESCRIBED, TO_303, "review-context"),
            ("the default of a parameter that is not described changes", "Answers.", TO_303, ""),
            ("the default becomes a constant of the same value", CODE, swap("code: int = 302", "code: int = FOUND"), ""),
            (
                "the default becomes a constant of another value",
                CODE,
                both(swap("code: int = 302", "code: int = LIMIT")),
                "stale-default",
            ),
            (
                "the default becomes an enumeration's member of the same value",
                "`method` defaults to `'GET'`.",
                swap('method: str = "GET"', "method: str = Method.GET"),
                "",
            ),
            (
                "the default becomes another member",
                "`method` defaults to `'GET'`.",
                swap('method: str = "GET"', "method: str = Method.POST"),
                "stale-default",
            ),
            (
                "the default becomes the member's value",
                "`method` defaults to `'GET'`.",
                swap('method: str = "GET"', "method: str = Method.GET.value"),
                "",
            ),
            ("the default becomes a sum of the same value", CODE, swap("code: int = 302", "code: int = 300 + 2"), ""),
            (
                "the constant of a stated default changes",
                CODE,
                both(swap("code: int = 302", "code: int = FOUND"), swap("FOUND = 302", "FOUND = 303", "web/codes.py")),
                "stale-default",
            ),
            (
                "a constant of a body changes that is stated",
                "At most 12 hops.",
                swap("LIMIT = 12", "LIMIT = 20"),
                "stale-constant",
            ),
            ("a constant changes that is cited by name alone", "See `LIMIT`.", swap("LIMIT = 12", "LIMIT = 20"), ""),
            (
                "a constant changes that is stated with its name",
                "`LIMIT` is 12.",
                swap("LIMIT = 12", "LIMIT = 20"),
                "stale-constant",
            ),
            ("a constant is written as a sum", "At most 12 hops.", swap("LIMIT = 12", "LIMIT = 3 * 4"), ""),
            ("a constant gets a type", "At most 12 hops.", swap("LIMIT = 12", "LIMIT: int = 12"), ""),
            ("a constant is renamed that is not cited", "At most 12 hops.", swap("LIMIT", "MOST"), ""),
            ("a constant is renamed that is cited", "See `LIMIT`.", swap("LIMIT", "MOST"), "stale-name"),
            (
                "a private constant changes that is stated with its name",
                "`_AGENT` is `web/1.0`.",
                swap("web/1.0", "web/2.0"),
                "stale-constant",
            ),
            ("a constant that nothing uses changes", CODE, swap("MOVED = 301", "MOVED = 308", "web/codes.py"), ""),
        ],
    ),
    *cases(
        "tracked",
        [
            ("a default that a person stated changes", CODE, TO_303, "stale-default"),
            ("a default in a person's table changes", TABLE, TO_303, "stale-default"),
            ("a default changes beside a person's description", DESCRIBED, TO_303, ""),
            ("a person's stated default becomes a constant", CODE, swap("code: int = 302", "code: int = FOUND"), ""),
            ("a constant that a person stated changes", "At most 12 hops.", swap("LIMIT = 12", "LIMIT = 20"), "stale-constant"),
        ],
    ),
    *cases(
        "managed",
        [
            (
                "a default of a class's initialiser changes",
                "`retries` defaults to 3.",
                swap("retries: int = 3", "retries: int = 5"),
                "stale-default",
            ),
            (
                "a truth value changes",
                "`verify` defaults to True.",
                swap("verify: bool = True", "verify: bool = False"),
                "stale-default",
            ),
            (
                "another initialiser's default changes",
                "`retries` defaults to 3.",
                swap("verify: bool = True", "verify: bool = False"),
                "",
            ),
        ],
        about="web.http.Client",
    ),
    *cases(
        "docstring",
        [
            ("a docstring's default is right", CODE, swap("LIMIT = 12", "LIMIT = 13"), ""),
            ("a docstring's default becomes wrong", CODE, TO_303, "contradicted-default"),
            (
                "a Google docstring's default becomes wrong",
                "Answers.\n\nArgs:\n    code: The status. Defaults to 302.",
                TO_303,
                "contradicted-default",
            ),
            (
                "a numpydoc type line's default becomes wrong",
                "Answers.\n\nParameters\n----------\ncode : int, optional, default: 302\n    The status.",
                TO_303,
                "contradicted-default",
            ),
            (
                "a Sphinx field's default becomes wrong",
                "Answers.\n\n:param code: The status (default 302).",
                TO_303,
                "contradicted-default",
            ),
            (
                "a docstring's text default becomes wrong",
                "Answers.\n\nArgs:\n    method: Defaults to ``'GET'``.",
                swap('= "GET",\n    *', '= "PUT",\n    *'),
                "contradicted-default",
            ),
            (
                "a docstring tells a default on a condition",
                "Answers.\n\nArgs:\n    code: If moved, defaults to 302.",
                TO_303,
                "",
            ),
            ("a docstring tells an earlier default", "Answers.\n\nArgs:\n    code: It used to default to 302.", TO_303, ""),
            (
                "a docstring tells a default of history",
                "Answers.\n\n.. versionchanged:: 2.0\n   `code` defaults to 302.",
                TO_303,
                "",
            ),
            ("a docstring's default is a constant of the value", CODE, both(swap("code: int = 302", "code: int = FOUND")), ""),
        ],
    ),
    *cases(
        "unrecorded",
        [
            ("a section without a ledger states a default that becomes wrong", CODE, TO_303, "contradicted-default"),
            ("a section without a ledger describes a parameter", DESCRIBED, TO_303, ""),
        ],
    ),
    *cases(
        "plain",
        [
            ("a hand-written page states a default that becomes wrong", CODE, TO_303, "contradicted-default"),
            ("a hand-written page describes a parameter", DESCRIBED, TO_303, ""),
            ("a hand-written page tells of an earlier default", f"Changed in version 2: {CODE}", TO_303, ""),
        ],
    ),
]
