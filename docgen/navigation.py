"""The pages of modules as a tree in the navigation of MkDocs, which lists files of one folder one below the other.

In: MkDocs's navigation, by its hook `on_nav`. Out: the same with a section for each package, its own page first. A project has
`hooks: [docs_hooks.py]` in `mkdocs.yml`, and in that file `from docgen.navigation import on_nav`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

FEWEST = 25  # pages of one package, below which a list is as easy to look through


def on_nav(nav: Any, config: Any, files: Any) -> Any:
    """Called by MkDocs with its navigation: groups the pages of modules wherever many of one package stand in a row."""
    nav.items = _grouped(nav.items, None)
    return nav


def _grouped(items: Sequence[Any], parent: Any) -> list[Any]:
    """The items of one section, with those of large packages as a tree."""
    named = {name: item for item in items if (name := _module(item))}
    tops = [name for name in named if name.rpartition(".")[0] not in named]
    large = [top for top in tops if sum(_is_in(name, top) for name in named) >= FEWEST]
    found: list[Any] = []
    for item in items:
        name = _module(item)
        top = next((top for top in large if name and _is_in(name, top)), None)
        if getattr(item, "children", None) and not name:
            item.children = _grouped(item.children, item)
        if top is None or name == top:
            found.append(item if top is None else _section(top, named, parent))
    return found


def _section(name: str, named: dict[str, Any], parent: Any) -> Any:
    """The page of a module, or a section with the page of a package and those of the modules in it."""
    page = named[name]
    inner = [other for other in named if other != name and _is_in(other, name)]
    nearest = [other for other in inner if not any(between != other and _is_in(other, between) for between in inner)]
    if not nearest:
        if parent is not None and "." in name:
            page.title = name.rpartition(".")[2]
        page.parent = parent
        return page
    from mkdocs.structure.nav import Section

    section = Section(name.rpartition(".")[2], [])
    section.parent, page.parent = parent, section
    section.children = [page, *(_section(other, named, section) for other in nearest)]
    return section


def _module(item: Any) -> str:
    """The module that a page is about, by its file's name; empty for other items, and for pages that a project has named."""
    file = getattr(item, "file", None)
    name = str(getattr(file, "src_uri", "")).rpartition("/")[2].removesuffix(".md")
    return name if name and all(part.isidentifier() for part in name.split(".")) and name not in ("index", "README") else ""


def _is_in(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")
