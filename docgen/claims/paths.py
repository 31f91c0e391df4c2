"""Import paths and links by which a text says where its subject is.

In: a `Page` and the entry it speaks of. Out: the dotted paths under which the text reaches the subject or what holds it:
`from pkg.io import load`, `import pkg.io`, `pkg.io.load` in code font, a role or the target of a link. Whether such a path
leads anywhere is for the facts of the whole package to say.
"""

from __future__ import annotations

from collections.abc import Iterator

from docgen.claims.layout import Page
from docgen.claims.names import ticked
from docgen.facts import Entry
from docgen.later import Frozen, expression

_FROM = expression(
    r"(?<![\w.])from[ \t]+(?P<module>[^\W\d]\w*(?:\.[^\W\d]\w*){0,12})[ \t]+import[ \t]+"
    r"(?:\((?P<several>[^()]{1,2000})\)|(?P<names>[^\W\d][\w, \t]{0,400}))"
)
_IMPORT = expression(r"(?m)(?:^[ \t>`.\d]*|`)import[ \t]+(?P<path>[^\W\d]\w*(?:\.[^\W\d]\w*){0,12})")
_PATH = expression(r"[^\W\d]\w*(?:\.[^\W\d]\w*)+")


class StatedPath(Frozen):
    """A text reaches its subject, or a module that holds it, by the dotted `path`."""

    path: str
    start: int
    end: int


def paths_in(page: Page, entry: Entry) -> Iterator[StatedPath]:
    """Every path by which the text reaches the subject or what holds it, in no particular order."""
    root, _, inner = entry.about.partition(".")
    if entry.get("kind") is None or root not in page.text:
        return
    end = f".{inner.rpartition('.')[2]}" if inner and entry.get("kind") not in ("method", "property") else ""
    for stated in _all(page):
        is_above = f"{entry.about}.".startswith(f"{stated.path}.")
        if stated.path.partition(".")[0] == root and (is_above or (end and stated.path.endswith(end))):
            yield stated


def imported_in(page: Page, *, prose: bool = False) -> Iterator[StatedPath]:
    """What code of today takes from modules: `from pkg.io import load` as `pkg.io.load`; that in `prose` too where asked."""
    for text in (page.plain, page.code) if prose else (page.code,):
        for found in _FROM.finditer(text) if "import" in text else ():
            for name in (found["several"] or found["names"]).split(","):
                word = name.split()[0] if name.split() else ""
                if word.isidentifier():
                    yield StatedPath(f"{found['module']}.{word}", found.start("module"), found.end())


def cited_in(page: Page, root: str) -> Iterator[str]:
    """The full paths below a package or module `root` that the text has in code font, roles and links: `pkg.io.Store.get`."""
    for token in ticked(page) if f"{root}." in page.text else ():
        path = _PATH.match(token.text)
        if path and path.group().startswith(f"{root}.") and token.text[path.end() :] in ("", "()"):
            yield path.group()


def _all(page: Page) -> Iterator[StatedPath]:
    yield from imported_in(page, prose=True)
    for text in (page.plain, page.code):
        for found in _FROM.finditer(text) if "import" in text else ():
            yield StatedPath(found["module"], found.start("module"), found.end("module"))
        for found in _IMPORT.finditer(text) if "import" in text else ():
            yield StatedPath(found["path"], found.start("path"), found.end("path"))
    for token in ticked(page):
        path = _PATH.match(token.text)
        if path and token.text[path.end() : path.end() + 1] in ("", "("):
            yield StatedPath(path.group(), token.start, token.start + path.end())
