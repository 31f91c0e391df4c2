"""What is raised: here, by what is called, and what a text says of it."""

from __future__ import annotations

from staleness.case import both, cases, swap

LISTED = "Raises:\n\n- `ValueError` if `code` is less than 300.\n- `HopError` for long ones."
TABLE = "| Exception | When |\n|---|---|\n| `ValueError` | a wrong code |\n| `HopError` | too long |"
FIELDS = ":param code: the status\n:raises ValueError: for a wrong code\n:raise `HopError`: for long ones"
PROSE = "Raises `HopError` for long ones."
NEW = swap("    return [json", "    if not method:\n        raise OSError(method)\n    return [json")
GONE = swap("    if len(location) > LIMIT:\n        raise HopError(location)\n", "")
OTHER = swap("raise HopError(location)", "raise TypeError(location)")
CALLEE_GONE = swap('    if not location:\n        raise LookupError("no location")\n', "")
CALLEE_NEW = swap("    return location\n", "    if location.isspace():\n        raise OSError(location)\n    return location\n")

ROWS = [
    *cases(
        "managed",
        [
            ("a raise is added to a full list", LISTED, NEW, "incomplete-raises"),
            ("a raise is added to a full table", TABLE, NEW, "incomplete-raises"),
            ("a listed raise is removed", LISTED, GONE, "stale-raise"),
            ("a raise in a table is removed", TABLE, GONE, "stale-raise"),
            ("a listed exception becomes another", LISTED, OTHER, "stale-raise"),
            ("a cited raise is removed", PROSE, GONE, "stale-raise"),
            ("a cited exception becomes another", PROSE, OTHER, "stale-raise"),
            ("a listed exception is renamed", LISTED, swap("HopError", "TooManyHops"), "stale-raise"),
            ("a raise is added beside prose about another", "Look at `ValueError`.", NEW, "review-context"),
            ("a raise is removed that is not cited", "Raises `ValueError` for a wrong code.", GONE, "review-context"),
            (
                "a raise is written with a cause",
                LISTED,
                swap("raise HopError(location)", "raise HopError(location) from None"),
                "",
            ),
            ("a raise is written without a message", LISTED, swap("raise HopError(location)", "raise HopError"), ""),
            (
                "a raise moves within the function",
                LISTED,
                both(
                    GONE,
                    swap(
                        "    return [json", "    if len(location) > LIMIT:\n        raise HopError(location)\n    return [json"
                    ),
                ),
                "",
            ),
            ("a raise becomes one of a subclass's module", LISTED, swap('ValueError("no', 'builtins.ValueError("no'), ""),
            (
                "a stated condition changes",
                "`ValueError` if `code` is less than 300.",
                swap("code < 300", "code < 200"),
                "stale-condition",
            ),
            (
                "a condition changes that is not stated",
                "Raises `ValueError` for a wrong code.",
                swap("code < 300", "code < 200"),
                "review-context",
            ),
            (
                "a stated message changes",
                'Raises `ValueError` with "no redirect".',
                swap('"no redirect"', '"wrong code"'),
                "stale-quote",
            ),
            ("a message changes that is not stated", "Raises `ValueError`.", swap('"no redirect"', '"wrong code"'), ""),
            ("a callee's cited raise is removed", "Raises `LookupError` without a location.", CALLEE_GONE, "stale-raise"),
            ("a callee raises something new", PROSE, CALLEE_NEW, ""),
            ("a callee raises something new beside a full list", LISTED, CALLEE_NEW, ""),
            ("a callee's raise that is not cited is removed", PROSE, CALLEE_GONE, ""),
            (
                "a cited exception has no raise in sight",
                "Raises `OSError` when the network is down.",
                swap("LIMIT = 12", "LIMIT = 20"),
                "",
            ),
            (
                "a raise moves into a callee with its condition",
                "Raises `HopError` if the length of `location` exceeds `LIMIT`.",
                both(
                    GONE,
                    swap(
                        "    return location\n",
                        "    if len(location) > LIMIT:\n        raise HopError(location)\n    return location\n",
                    ),
                ),
                "review-context",
            ),
            (
                "a raise moves into a callee",
                PROSE,
                both(
                    GONE,
                    swap(
                        "    return location\n",
                        "    if len(location) > LIMIT:\n        raise HopError(location)\n    return location\n",
                    ),
                ),
                "review-context",
            ),
        ],
        kind="error-handling",
    ),
    *cases(
        "managed",
        [
            ("a raise is added to an introduction", "Answers.", NEW, ""),
            (
                "a raise is added where nothing was raised",
                "`get` raises nothing.",
                swap(
                    "        return url.encode()",
                    "        if not url:\n            raise ValueError(url)\n        return url.encode()",
                ),
                "stale-raise",
            ),
        ],
        about="web.http.Client.get",
    )[1:],
    *cases("managed", [("a raise is added to an introduction", "Answers.", NEW, "")]),
    *cases(
        "tracked",
        [
            ("a raise is added to a person's full list", LISTED, NEW, "incomplete-raises"),
            ("a raise is added beside fields of all", FIELDS, NEW, "incomplete-raises"),
            ("a raise is added beside a field of one of two", ":raises ValueError: for a wrong code", NEW, ""),
            ("a raise that a field names is removed", FIELDS, GONE, "stale-raise"),
            ("a raise that a person cited is removed", PROSE, GONE, "stale-raise"),
            ("a raise is added beside a person's prose", PROSE, NEW, ""),
            ("an exception that a person cited is renamed", PROSE, swap("HopError", "TooManyHops"), "stale-raise"),
        ],
    ),
    *cases(
        "docstring",
        [
            (
                "a docstring lists what a callee raises",
                "Answers.\n\nRaises:\n    LookupError: Without a location.",
                swap("LIMIT = 12", "LIMIT = 20"),
                "",
            ),
            ("a docstring's exception is not raised any more", "Answers.\n\nRaises:\n    HopError: For long ones.", GONE, ""),
            (
                "a docstring says that nothing is raised",
                "`redirect` raises nothing.",
                swap("LIMIT = 12", "LIMIT = 20"),
                "contradicted-raise",
            ),
        ],
    )[:2],
]
