"""What a text says beyond its own symbol: conditions of members, items of tables; and what has moved beside a namesake."""

from __future__ import annotations

from staleness.case import both, cases, drop, end, move, put, swap
from staleness.raising import GONE, NEW, OTHER

ERRORS = "Raises:\n\n- `redirect` raises `ValueError` if `code` is less than 300.\n- `HopError` for long addresses."
MODELS = end(
    '\n_MODELS = {"small": {"context": 1024, "kind": "dense"}, "large": {"context": 8192, "kind": "sparse"}}\n'
    'PORTS = {"http": 80, "https": 443}\n'
)
TABLE = "| Model | Context | Kind |\n|---|---|---|\n| small | 1024 | dense |\n| large | 8192 | sparse |"
PORT = "Pages come over `https` from port 443."
NAMESAKE = put("web/other.py", '"""Others."""\n\n\ndef redirect(target, code=404):\n    """Says that there is nothing."""\n')
ANSWERS = move("web/http.py", "web/answers.py")
CODE = "`code` defaults to 302 and `timeout` to 30.0 seconds; `location` is the address."
AGAIN = swap(
    "    return [json",
    "    try:\n        _clean(method)\n    except PermissionError:\n        raise\n    return [json",
)
FURTHER = swap("    if code < 300:\n", '    if code > 399:\n        raise ValueError("no redirect")\n    if code < 300:\n')
CALLED = both(
    GONE,
    swap("    return location\n", "    if len(location) > LIMIT:\n        raise HopError(location)\n    return location\n"),
)
RAISING = swap(
    "        return url.encode()", "        if not url:\n            raise ValueError(url)\n        return url.encode()"
)
CITING = "Sends the browser elsewhere, which :meth:`get() <web.http.Client.get>` follows."
RENAMED = swap("def get(", "def fetch(")
BASED = swap(
    'class Client:\n    """Sends requests."""\n',
    'class Fetching:\n    """Fetches."""\n\n    def get(self, url: str) -> bytes:\n        return url.encode()\n\n\n'
    'class Client(Fetching):\n    """Sends requests."""\n',
)
OWN = "How often is in `Client.retries`."
OFFERED = '"""The web."""\nfrom web.http import redirect\n\n__all__ = ["redirect"]\n'
HIDDEN = both(
    put("web/__init__.py", OFFERED.replace("web.http", "web._http")),
    move("web/http.py", "web/_http.py"),
)

ROWS = [
    *cases(
        "tracked",
        [
            ("a condition of a member changes in a module's text", ERRORS, swap("code < 300", "code < 200"), "stale-condition"),
            (
                "a condition of a member goes in a module's text",
                ERRORS,
                swap('    if code < 300:\n        raise ValueError("no redirect")\n', ""),
                "stale-condition stale-name",
            ),
            (
                "a condition of a member changes that is not stated",
                "`redirect` raises `ValueError`.",
                swap("code < 300", "code < 200"),
                "",
            ),
            ("another member's condition changes", ERRORS, swap("if not location:", "if location is None:"), ""),
        ],
        about="web.http",
    ),
    *cases(
        "managed",
        [
            ("a condition of a member changes in a page's text", ERRORS, swap("code < 300", "code < 200"), "stale-condition"),
        ],
        about="web.http",
        kind="error-handling",
    ),
    *cases(
        "managed",
        [
            (
                "a condition of a member changes that a page's text tells in other words",
                "`redirect` raises `ValueError` for a wrong code.",
                swap("code < 300", "code < 200"),
                "review-context",
            ),
            (
                "a condition of a member changes of which a page's text does not speak",
                "`redirect` raises `HopError` for long ones.",
                swap("code < 300", "code < 200"),
                "",
            ),
        ],
        about="web.http",
        kind="error-handling",
    ),
    *cases(  # docgen renders the table, whatever the text was
        "managed",
        [
            ("a condition changes that a table of members has", "-", swap("code < 300", "code < 200"), "stale-condition"),
            ("a condition is added to what a table of members has", "-", FURTHER, "stale-condition"),
            ("an exception is added to what a table of members has", "-", NEW, "incomplete-raises"),
            ("an exception goes that a table of members has", "-", GONE, "stale-raise"),
            ("an exception becomes another in a table of members", "-", OTHER, "stale-raise"),
            ("a raise moves into a callee from a table of members", "-", CALLED, "review-context"),
            ("another member raises than a table of members has", "-", RAISING, "incomplete-raises"),
            ("a member goes that a table of members has", "-", drop("web/http.py"), "orphaned-symbol"),
            ("a raise moves down beside a table of members", "-", swap("LIMIT = 12", "\n\nLIMIT = 12"), ""),
            ("a message changes beside a table of members", "-", swap('"no redirect"', '"no"'), ""),
            ("a private function raises beside a table of members", "-", swap("LookupError", "KeyError"), ""),
        ],
        about="web.http",
        kind="exceptions",
    ),
    *cases(
        "tracked",
        [
            ("a method goes that another text cites by its path", CITING, RENAMED, "stale-name"),
            ("a cited method moves to a base of its class", CITING, BASED, ""),
            ("a cited method gets another body", CITING, swap("url.encode()", "url.encode('ascii')"), ""),
            ("a cited method is named in history alone", f"`code` is 302.\n\n.. versionchanged:: 2\n   {CITING}", RENAMED, ""),
        ],
    ),
    *cases(
        "tracked",
        [("a name of a class goes", OWN, swap("retries", "tries"), "stale-name")],
        about="web.http.Client",
    ),
    *cases(
        "tracked",
        [("a name goes that a class may have from a base elsewhere", OWN, swap("retries", "tries"), "")],
        about="web.http.Client",
        given=(swap("class Client:", "class Client(json.JSONEncoder):"),),
    ),
    *cases(
        "managed",
        [
            ("the module of what a package offers becomes private", CODE, HIDDEN, ""),
            ("a module that a text names becomes private", f"{CODE} See `web.http`.", HIDDEN, "stale-path"),
        ],
        given=(put("web/__init__.py", OFFERED),),
    ),
    *cases(
        "tracked",
        [
            ("an item of a private table changes that a row states", TABLE, swap("8192", "4096"), "stale-constant"),
            ("a text in a private table changes that a row states", TABLE, swap('"sparse"', '"mixed"'), "stale-constant"),
            ("an item of a table goes that a row states", TABLE, swap('{"context": 8192, ', "{"), "stale-constant"),
            ("the table is called otherwise", TABLE, swap("_MODELS", "_KNOWN"), ""),
            (
                "the items of the table are reordered",
                TABLE,
                swap('"context": 8192, "kind": "sparse"', '"kind": "sparse", "context": 8192'),
                "",
            ),
            ("an item that no row states is added", TABLE, swap('"kind": "sparse"', '"kind": "sparse", "heads": 8'), ""),
            ("an item changes that a sentence states", PORT, swap("443", "444"), "stale-constant"),
            (
                "an item changes of which the text has the key alone",
                "`redirect` sends pages over `https`.",
                swap("443", "444"),
                "",
            ),
        ],
        about="web.http",
        given=(MODELS,),
    ),
    *cases(
        "managed",
        [
            ("a symbol moves that has a namesake of which less holds", CODE, ANSWERS, "stale-path"),
            ("a symbol moves that has a namesake, and nothing tells them apart", "Answers.", ANSWERS, "orphaned-symbol"),
            ("a symbol goes that has a namesake of which nothing holds", CODE, drop("web/http.py"), "stale-path"),
        ],
        given=(NAMESAKE,),
    ),
    *cases(
        "managed",
        [
            (
                "an exception is raised again where a list is whole",
                "Raises:\n\n- `ValueError` if `code` is less than 300.\n- `HopError` for long ones.",
                AGAIN,
                "incomplete-raises",
            ),
        ],
        kind="error-handling",
    ),
    *cases(
        "managed",
        [
            (
                "what is raised again is no longer caught",
                "Raises `PermissionError` where the page is private.",
                swap("    except PermissionError:\n        raise\n", "    except KeyError:\n        pass\n"),
                "stale-raise",
            ),
            (
                "what is raised again is raised by its name",
                "Raises `PermissionError` where the page is private.",
                swap(
                    "    except PermissionError:\n        raise\n",
                    "    except PermissionError as error:\n        raise error from None\n",
                ),
                "",
            ),
        ],
        kind="error-handling",
        given=(AGAIN,),
    ),
]
