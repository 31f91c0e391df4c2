"""Types, and whether something is async, a property, a static method: stale where they are stated, spelling apart."""

from __future__ import annotations

from staleness.case import both, cases, swap

TABLE = """| Parameter | Type |
|---|---|
| `location` | `str` |
| `code` | `int` |
| `method` | `str` |
| `timeout` | `Optional[float]` |
| `headers` | `Optional[Dict[str, str]]` |

Returns a `List[str]`."""
OPTIONAL = "timeout: Optional[float]"
HEADERS = "headers: Optional[Dict[str, str]]"

ROWS = [
    *cases(
        "managed",
        [
            ("Optional becomes a union with None", TABLE, swap(OPTIONAL, "timeout: float | None"), ""),
            ("Optional becomes a union that begins with None", TABLE, swap(OPTIONAL, "timeout: None | float"), ""),
            ("Optional becomes Union", TABLE, swap(OPTIONAL, "timeout: Union[float, None]"), ""),
            ("Dict becomes dict", TABLE, swap(HEADERS, "headers: Optional[dict[str, str]]"), ""),
            ("List becomes list", TABLE, swap("-> List[str]", "-> list[str]"), ""),
            ("an annotation is put into quotes", TABLE, swap(OPTIONAL, 'timeout: "Optional[float]"'), ""),
            ("a part of an annotation is put into quotes", TABLE, swap("-> List[str]", '-> List["str"]'), ""),
            (
                "typing is imported as a module",
                TABLE,
                both(swap("import json\n", "import json\nimport typing\n"), swap(OPTIONAL, "timeout: typing.Optional[float]")),
                "",
            ),
            (
                "typing is imported under a short name",
                TABLE,
                both(swap("import json\n", "import json\nimport typing as t\n"), swap(OPTIONAL, "timeout: t.Optional[float]")),
                "",
            ),
            ("an annotation gets blanks", TABLE, swap("Dict[str, str]", "Dict[str,str]"), ""),
            (
                "an annotation becomes an alias of the same type",
                TABLE,
                both(swap("LIMIT = 12", "LIMIT = 12\nSeconds = Optional[float]"), swap(OPTIONAL, "timeout: Seconds")),
                "",
            ),
            ("a listed type changes", TABLE, swap("code: int", "code: float"), "stale-type"),
            ("a listed type becomes optional", TABLE, swap("code: int", "code: Optional[int]"), "stale-type"),
            ("a listed type is no longer optional", TABLE, swap(OPTIONAL, "timeout: float"), "stale-type"),
            ("an item's type in a listed type changes", TABLE, swap("Dict[str, str]", "Dict[str, int]"), "stale-type"),
            ("a listed type goes", TABLE, swap("code: int", "code"), "stale-type"),
            ("a stated return type changes", "Returns a `List[str]`.", swap("-> List[str]", "-> List[bytes]"), "stale-return"),
            ("a return type changes that is not stated", "Answers.", swap("-> List[str]", "-> List[bytes]"), ""),
            ("a described parameter's type changes", "`code` is the status.", swap("code: int", "code: str"), "review-context"),
            ("a type changes of what is not described", "Answers.", swap("code: int", "code: str"), ""),
            (
                "a described parameter's type is spelled otherwise",
                "`timeout` is in seconds.",
                swap(OPTIONAL, "timeout: float | None"),
                "",
            ),
            ("a function becomes async", "Answers.", swap("def redirect(", "async def redirect("), "stale-kind"),
            (
                "a function becomes async as the text says",
                "An async function.",
                swap("def redirect(", "async def redirect("),
                "",
            ),
            (
                "a function becomes a generator",
                "Returns a `List[str]`.",
                both(swap("-> List[str]", "-> Iterator[str]"), swap("    return [json", "    yield [json")),
                "stale-kind stale-return",
            ),
        ],
    ),
    *cases(
        "managed",
        [
            ("a property becomes a method", "Tells whether it is open.", swap("    @property\n", ""), "stale-kind"),
            ("a property stays one", "Tells whether it is open.", swap("return True", "return bool(self.retries)"), ""),
        ],
        about="web.http.Client.is_open",
    ),
    *cases(
        "managed",
        [
            (
                "a method becomes a property",
                "Fetches a page.",
                swap("    def get(self, url: str)", "    @property\n    def get(self)"),
                "stale-kind",
            ),
            ("a method becomes async", "Fetches a page.", swap("def get(", "async def get("), "stale-kind"),
        ],
        about="web.http.Client.get",
    ),
    *cases(
        "managed",
        [
            (
                "a static method becomes an ordinary one",
                "A static method that gives pages.",
                swap("    @staticmethod\n    def pages(limit", "    def pages(self, limit"),
                "stale-kind",
            ),
            (
                "a static method becomes a class method",
                "A static method that gives pages.",
                swap("    @staticmethod\n    def pages(limit", "    @classmethod\n    def pages(cls, limit"),
                "stale-kind",
            ),
        ],
        about="web.http.Client.pages",
    ),
    *cases(
        "managed",
        [
            (
                "a class becomes a function",
                "Sends requests.",
                swap(
                    'class Client:\n    """Sends requests."""\n',
                    'def Client():\n    """Sends requests."""\n\n\nclass _Client:\n',
                ),
                "stale-kind",
            ),
            ("a class becomes a data class", "Sends requests.", swap("class Client:", "@dataclass\nclass Client:"), ""),
        ],
        about="web.http.Client",
    ),
    *cases(
        "tracked",
        [
            ("a type in a person's table changes", TABLE, swap("code: int", "code: float"), "stale-type"),
            ("a type in a person's table is spelled otherwise", TABLE, swap(OPTIONAL, "timeout: float | None"), ""),
            (
                "what a person described becomes async",
                "Pass the status as `code`.",
                swap("def redirect(", "async def redirect("),
                "stale-kind",
            ),
        ],
    ),
]
