"""Sections that a person has edited, and what cannot be judged."""

from __future__ import annotations

from staleness.case import both, cases, encoded, link, put, swap
from staleness.web import PAGE

SAYS = "Answers. `code` defaults to 302."
TO_303 = swap("code: int = 302", "code: int = 303")
LEDGER = f".docgen/ledger/{PAGE}.json"

ROWS = [
    *cases(
        "managed",
        [
            ("a person edits a section", SAYS, swap("Answers.", "Sends the browser elsewhere.", PAGE), ""),
            (
                "a person edits a section and another fact changes",
                SAYS,
                both(swap("Answers.", "Sends.", PAGE), swap("= 30.0", "= 9.5")),
                "",
            ),
            (
                "a person edits a section and a stated fact changes",
                SAYS,
                both(swap("Answers.", "Sends.", PAGE), TO_303),
                "conflict-edited",
            ),
            ("a person corrects the section with the source", SAYS, both(swap("302", "303", PAGE), TO_303), ""),
            ("a person takes out what the source changes", SAYS, both(swap(" `code` defaults to 302.", "", PAGE), TO_303), ""),
            ("a person writes a wrong default", SAYS, swap("302", "301", PAGE), "contradicted-default"),
            (
                "a person writes around the section",
                SAYS,
                swap("# HTTP\n", "# HTTP\n\n`code` defaults to 7, they say.\n", PAGE),
                "",
            ),
            ("the source does not parse", SAYS, swap("def redirect(", "def redirect(("), "unknown-source"),
            ("the source has syntax of a newer Python", SAYS, put("web/later.py", "lazy import json\n"), "unknown-source"),
            (
                "the source is no UTF-8",
                SAYS,
                encoded("web/http.py", lambda text: text.replace(b"Sends", b"S\xffnds")),
                "unknown-source",
            ),
            ("the source has null characters", SAYS, encoded("web/http.py", lambda text: text + b"\0"), "unknown-source"),
            (
                "the source is nested without end",
                SAYS,
                put("web/deep.py", "x = " + "(" * 5000 + ")" * 5000 + "\n"),
                "unknown-source",
            ),
            ("the source is gigantic", SAYS, put("web/big.py", "X = 1\n" * 1_500_000), "unknown-source"),
            ("a folder is named like a module", SAYS, put("web/later.py/notes.txt", "a"), ""),
            ("a module is a link to itself", SAYS, link("web/loop.py", "loop.py"), "unknown-source"),
            ("a module is a link that leads nowhere", SAYS, link("web/lost.py", "../nowhere.py"), "unknown-source"),
            ("the source is empty", SAYS, put("web/http.py", ""), "orphaned-symbol"),
            (
                "modules import each other",
                SAYS,
                both(put("web/a.py", "from web.b import B\nA = B\n"), put("web/b.py", "from web.a import A\nB = A\n")),
                "",
            ),
            (
                "a file beside does not parse and a default changes",
                SAYS,
                both(put("web/later.py", "def ("), TO_303),
                "stale-default unknown-source",
            ),
            ("the document has no end marker", SAYS, swap("docgen:end", "docgen:and", PAGE), "unknown-document"),
            ("the document is no UTF-8", SAYS, encoded(PAGE, lambda text: text + b"\xff\n"), "unknown-document"),
            ("the ledger is in the middle of a merge", SAYS, put(LEDGER, "<<<<<<< HEAD\n"), "unknown-ledger"),
            ("the ledger is of another schema", SAYS, put(LEDGER, '{"schema": 99}'), "unknown-ledger"),
        ],
    ),
    *cases(
        "tracked",
        [
            ("a person corrects a tracked text with the source", SAYS, both(swap("302", "303", PAGE), TO_303), ""),
            ("a person rewrites a tracked text", SAYS, swap("Answers.", "Sends the browser elsewhere.", PAGE), ""),
            (
                "a person rewrites a tracked text and a stated fact changes",
                SAYS,
                both(swap("Answers.", "Sends.", PAGE), TO_303),
                "stale-default",
            ),
            ("the source of a tracked text does not parse", SAYS, swap("def redirect(", "def redirect(("), "unknown-source"),
        ],
    ),
]
