"""Changes that change no fact: formatting, comments, order, bodies, encodings. Every row is fresh."""

from __future__ import annotations

import re
import unicodedata

from staleness.case import both, cases, encoded, end, put, swap
from staleness.web import PAGE, WEB

SAYS = """`redirect` takes a `location`, and a `code` that defaults to 302.

| Parameter | Type | Default |
|---|---|---|
| `location` | `str` |  |
| `code` | `int` | `302` |
| `method` | `str` | `'GET'` |
| `timeout` | `Optional[float]` | `30.0` |
| `headers` | `Optional[Dict[str, str]]` | `None` |

Raises `ValueError` if `code` is less than 300, and `HopError` for more than 12 characters."""
_SIGNATURE = re.search(r"def redirect\(.*?\n\)", WEB["web/http.py"], re.DOTALL)
assert _SIGNATURE is not None
ONE_LINE = " ".join(_SIGNATURE.group().split()).replace("( ", "(").replace(", )", ")")

ROWS = cases(
    "managed",
    [
        ("the signature is put on one line", SAYS, swap(_SIGNATURE.group(), ONE_LINE), ""),
        ("a trailing comma goes", SAYS, swap("str]] = None,\n)", "str]] = None\n)"), ""),
        ("quotes become single ones", SAYS, swap('"GET"', "'GET'"), ""),
        ("imports are sorted otherwise", SAYS, swap("import json\nimport warnings", "import warnings\nimport json"), ""),
        ("an import is written out", SAYS, swap("import json\n", "import json as json\n"), ""),
        ("a comment is added to the signature", SAYS, swap("code: int = 302,", "code: int = 302,  # see RFC 9110"), ""),
        ("a noqa comment is added", SAYS, swap("import json\n", "import json  # noqa: F401\n"), ""),
        ("a comment is added in the body", SAYS, swap("    if code < 300:", "    # Only these.\n    if code < 300:"), ""),
        ("blank lines are added", SAYS, swap("\n\n\ndef redirect", "\n\n\n\n\ndef redirect"), ""),
        ("line numbers move", SAYS, swap("LIMIT = 12", "# one\n# two\n# three\nLIMIT = 12"), ""),
        ("a default is put into brackets", SAYS, swap("code: int = 302", "code: int = (302)"), ""),
        ("a number is spelled otherwise", SAYS, swap("= 30.0", "= 30."), ""),
        ("a number is spelled with an exponent", SAYS, swap("= 30.0", "= 3e1"), ""),
        ("a string is split in two", SAYS, swap('"GET"', '"G" "ET"'), ""),
        ("a condition is turned round", SAYS, swap("if code < 300", "if 300 > code"), ""),
        ("a message is formatted otherwise", SAYS, swap('ValueError("no redirect")', 'ValueError(f"no {code}")'), ""),
        ("the body is written otherwise", SAYS, swap("if len(location) > LIMIT", "if not len(location) <= LIMIT"), ""),
        ("a local variable is added", SAYS, swap("    return [json", "    answer = 1\n    return [json"), ""),
        ("a type comment is added", SAYS, swap("import json\n", "import json  # type: ignore[import]\n"), ""),
        ("annotations are read later", SAYS, swap("import json\n", "from __future__ import annotations\n\nimport json\n"), ""),
        ("a docstring has other quotes", SAYS, swap('"""Too many hops."""', "'''Too many hops.'''"), ""),
        ("a docstring is made raw", SAYS, swap('"""Too many', 'r"""Too many'), ""),
        ("a logging call is added", SAYS, swap("    return [json", "    warnings.warn(location)\n    return [json"), ""),
        ("a function is added", SAYS, end("\n\ndef forward(location):\n    return location\n"), ""),
        ("a constant is added", SAYS, end("\n\nLAST = 302\n"), ""),
        ("a private function is added", SAYS, end("\n\ndef _tidy(location):\n    raise OSError\n"), ""),
        (
            "functions are reordered",
            SAYS,
            both(
                swap('class HopError(Exception):\n    """Too many hops."""\n\n\n', ""),
                end('\n\nclass HopError(Exception):\n    """Too many hops."""\n'),
            ),
            "",
        ),
        (
            "the public names are reordered",
            SAYS,
            swap('["Client", "HopError", "redirect"]', '["redirect", "HopError", "Client"]'),
            "",
        ),
        ("a public name is added", SAYS, swap('["Client"', '["LIMIT", "Client"'), ""),
        ("another function changes its default", SAYS, swap("limit: int = 10", "limit: int = 20"), ""),
        ("another function has a parameter of the same name", SAYS, end("\n\ndef forward(code=1):\n    return code\n"), ""),
        ("the source has Windows line ends", SAYS, encoded("web/http.py", lambda text: text.replace(b"\n", b"\r\n")), ""),
        ("the source has a byte order mark", SAYS, encoded("web/http.py", lambda text: b"\xef\xbb\xbf" + text), ""),
        ("the source has no final newline", SAYS, encoded("web/http.py", bytes.rstrip), ""),
        ("the source declares its encoding", SAYS, encoded("web/http.py", lambda text: b"# coding: utf-8\n" + text), ""),
        ("the source has form feeds", SAYS, swap("\n\ndef redirect", "\n\f\ndef redirect"), ""),
        ("the document has Windows line ends", SAYS, encoded(PAGE, lambda text: text.replace(b"\n", b"\r\n")), ""),
        ("the document has a byte order mark", SAYS, encoded(PAGE, lambda text: b"\xef\xbb\xbf" + text), ""),
        ("the document has no final newline", SAYS, encoded(PAGE, bytes.rstrip), ""),
        ("a formatter takes trailing blanks away", SAYS + "  ", encoded(PAGE, lambda text: text.replace(b"  \n", b"\n")), ""),
        (
            "the document's letters are composed otherwise",
            SAYS + " Café.",
            encoded(PAGE, lambda text: unicodedata.normalize("NFD", text.decode()).encode()),
            "",
        ),
        ("a file that is no Python appears", SAYS, put("web/notes.txt", "def redirect(code=1): ..."), ""),
        ("a module appears", SAYS, put("web/later.py", "def later(code=1):\n    return code\n"), ""),
        ("the package pins other versions", SAYS, put("requirements.txt", "json5==2.0\n"), ""),
        ("the settings name another template", SAYS, put("docgen.toml", '[write]\ntemplate = "other"\n'), ""),
    ],
)
