"""Symbols, files and helpers that move, go or are called otherwise; deprecation; words quoted from a docstring."""

from __future__ import annotations

from staleness.case import both, cases, drop, end, move, put, swap
from staleness.web import DOCSTRING

CODE = "`code` defaults to 302."
DEPRECATED = both(
    swap("import warnings\n", "import warnings\nfrom warnings import deprecated\n"),
    swap("def redirect(", '@deprecated("use forward")\ndef redirect('),
)
WARNED = swap(
    "    if code < 300",
    '    warnings.warn("redirect is deprecated, use forward", DeprecationWarning, stacklevel=2)\n    if code < 300',
)
QUOTED = "Answers a request with another address to go to."
REWORDED = swap(DOCSTRING, '"""Sends the caller elsewhere."""')
ELSEWHERE = both(move("web/http.py", "web/answers.py"))
EXPORTED = both(move("web/http.py", "web/_http.py"), put("web/http.py", "from web._http import Client, HopError, redirect\n"))

ROWS = [
    *cases(
        "managed",
        [
            ("a private helper is renamed", "Cleans the address.", swap("_clean", "_tidy"), ""),
            ("a private helper is renamed that is cited", "Cleans it with `_clean`.", swap("_clean", "_tidy"), "stale-name"),
            (
                "a private helper's body changes",
                "Cleans it with `_clean`.",
                swap("    return location\n", "    return location.strip()\n"),
                "",
            ),
            (
                "a private helper gets a parameter",
                "Cleans it with `_clean`.",
                swap("def _clean(location)", "def _clean(location, most=9)"),
                "",
            ),
            ("a cited function of the body is replaced", "Writes with `json.dumps`.", swap("json.dumps", "repr"), "stale-name"),
            ("a function of the body is replaced that is not cited", "Writes it.", swap("json.dumps", "repr"), ""),
            (
                "a cited variable of the package is used no more",
                "Notes it in `OPEN_PAGES`.",
                swap("        OPEN_PAGES.add(location)\n", "        pass\n"),
                "",
            ),
            ("the file moves and the public path is another", CODE, ELSEWHERE, "stale-path"),
            ("the file moves and the old path still gives it", CODE, EXPORTED, ""),
            (
                "the file moves, is exported, and a default changes",
                CODE,
                both(EXPORTED, swap("int = 302", "int = 303", "web/_http.py")),
                "stale-default",
            ),
            ("a module becomes a package", CODE, move("web/http.py", "web/http/__init__.py"), ""),
            (
                "a module becomes a package that exports",
                CODE,
                both(
                    move("web/http.py", "web/http/answers.py"),
                    put("web/http/__init__.py", "from web.http.answers import redirect\n"),
                ),
                "",
            ),
            ("the package moves to src", CODE, move("web", "src/web"), ""),
            ("the symbol is renamed", "Sends it on.", swap("redirect", "forward"), "orphaned-symbol"),
            (
                "the symbol is renamed and everything said of it holds",
                f"{CODE} `timeout` defaults to 30.0.",
                swap("redirect", "forward"),
                "stale-path",
            ),
            (
                "the symbol is renamed with its old name kept",
                CODE,
                both(swap("def redirect", "def forward"), end("\n\nredirect = forward\n")),
                "",
            ),
            ("the symbol is gone", CODE, drop("web/http.py"), "orphaned-symbol"),
            ("the package is gone", CODE, move("web", ".attic/web"), "orphaned-subject"),
            ("the document is gone", CODE, drop("docs/http.md"), "orphaned-ledger"),
            ("the symbol is deprecated by a decorator", "Answers.", DEPRECATED, "stale-deprecated"),
            ("the symbol is deprecated by a warning", "Answers.", WARNED, "stale-deprecated"),
            (
                "the symbol is deprecated in its docstring",
                "Sends the browser elsewhere.",
                swap(DOCSTRING, DOCSTRING.replace('to."""', 'to.\n\n    .. deprecated:: 2.0\n       Use forward.\n    """')),
                "stale-deprecated",
            ),
            (
                "the symbol is deprecated and the text speaks of that",
                "Answers. It will be deprecated.",
                DEPRECATED,
                "review-deprecated",
            ),
            (
                "another symbol is deprecated",
                "Answers.",
                swap("    def close(", '    @deprecated("no need")\n    def close('),
                "",
            ),
            ("a quoted docstring changes", QUOTED, REWORDED, "stale-quote"),
            ("a docstring changes that is not quoted", "Sends the browser elsewhere.", REWORDED, ""),
            (
                "a quoted docstring is wrapped otherwise",
                QUOTED,
                swap("another address to go to", "another address\n    to go to"),
                "",
            ),
            ("a quoted docstring gets more text", QUOTED, swap('go to."""', 'go to.\n\n    It is cached.\n    """'), ""),
            ("another symbol's docstring changes", QUOTED, swap('"""Fetches a page."""', '"""Gets a page."""'), ""),
        ],
    ),
    *cases(
        "managed",
        [
            (
                "a method moves to a base class",
                "Pass `url`.",
                both(
                    swap("class Client:", "class Client(Sender):"),
                    swap(
                        '    def get(self, url: str) -> bytes:\n        """Fetches a page."""\n        return url.encode()\n\n',
                        "",
                    ),
                    end("\n\nclass Sender:\n    def get(self, url: str) -> bytes:\n        return url.encode()\n"),
                ),
                "",
            ),
            (
                "a method is gone",
                "Pass `url`.",
                swap(
                    '    def get(self, url: str) -> bytes:\n        """Fetches a page."""\n        return url.encode()\n\n', ""
                ),
                "orphaned-symbol",
            ),
            ("the class of a method is renamed", "Pass `url`.", swap("Client", "Sender"), "orphaned-symbol"),
        ],
        about="web.http.Client.get",
    ),
    *cases(
        "managed",
        [
            (
                "a method is added to a class without a list",
                "Sends requests.",
                swap("    def close(", "    def more(self) -> None:\n        ...\n\n    def close("),
                "",
            ),
            (
                "a method is added to a full list",
                "Methods:\n\n- `get`\n- `close`\n- `is_open`\n- `pages`",
                swap("    def close(", "    def more(self) -> None:\n        ...\n\n    def close("),
                "incomplete-members",
            ),
            (
                "a private method is added to a full list",
                "Methods:\n\n- `get`\n- `close`\n- `is_open`\n- `pages`",
                swap("    def close(", "    def _more(self) -> None:\n        ...\n\n    def close("),
                "",
            ),
            ("a cited method is renamed", "Call `close` at last.", swap("close", "end"), "stale-name"),
            (
                "methods are reordered",
                "Methods:\n\n- `get`\n- `close`\n- `is_open`\n- `pages`",
                both(
                    swap('    def close(self) -> None:\n        """Closes the connection."""\n\n', ""),
                    end('\n    def close(self) -> None:\n        """Closes the connection."""\n'),
                ),
                "",
            ),
            ("a base class is added", "Sends requests.", swap("class Client:", "class Client(object):"), ""),
        ],
        about="web.http.Client",
    ),
    *cases(
        "tracked",
        [
            ("what a person described has moved", CODE, ELSEWHERE, "stale-path"),
            ("what a person described has moved and is exported", CODE, EXPORTED, ""),
            ("what a person described is gone", CODE, drop("web/http.py"), "orphaned-symbol"),
            ("what a person described is deprecated", CODE, DEPRECATED, "stale-deprecated"),
            ("a name that a person cited is gone", "Writes with `json.dumps`.", swap("json.dumps", "repr"), "stale-name"),
        ],
    ),
]
