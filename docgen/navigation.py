"""The pages of modules as a tree in the navigation of MkDocs and Sphinx, which list files of one folder one below the other.

In: MkDocs's navigation, by its hook `on_nav`; the documents of Sphinx, as its extension `docgen.navigation`. Out: the same with
the pages of a large package's modules below those of the packages that they are in. Files and addresses stay as they are.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Any

FEWEST = 25  # pages of one package, below which a list is as easy to look through


def _nearest(name: str, names: Container[str]) -> str:
    """The innermost of `names` that is a package around the module `name`; empty where there is none."""
    above = name.rpartition(".")[0]
    while above and above not in names:
        above = above.rpartition(".")[0]
    return above


def _large(names: Mapping[str, Any]) -> list[str]:
    """The outermost of these modules that many others are in."""
    tops = [name for name in names if not _nearest(name, names)]
    return [top for top in tops if sum(_is_in(name, top) for name in names) >= FEWEST]


def _is_in(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


def _module(path: str) -> str:
    """The module that the page at `path`, without its suffix, is about by its name; empty for other pages."""
    name = path.rpartition("/")[2]
    return name if name and all(part.isidentifier() for part in name.split(".")) and name not in ("index", "README") else ""


# MkDocs ------------------------------------------------------------------------------------------------------------------


def on_nav(nav: Any, config: Any, files: Any) -> Any:
    """Called by MkDocs with its navigation: groups the pages of modules wherever many of one package stand in a row. For that a
    project has `hooks: [docs_hooks.py]` in `mkdocs.yml`, and in that file `from docgen.navigation import on_nav`."""
    nav.items = _grouped(nav.items, None)
    return nav


def _grouped(items: Sequence[Any], parent: Any) -> list[Any]:
    """The items of one section, with those of large packages as a tree."""
    named = {name: item for item in items if (name := _module_of(item))}
    large = _large(named)
    found: list[Any] = []
    for item in items:
        name = _module_of(item)
        top = next((top for top in large if name and _is_in(name, top)), None)
        if getattr(item, "children", None) and not name:
            item.children = _grouped(item.children, item)
        if top is None or name == top:
            found.append(item if top is None else _section(top, named, parent))
    return found


def _section(name: str, named: dict[str, Any], parent: Any) -> Any:
    """The page of a module, or a section with the page of a package and those of the modules in it."""
    page = named[name]
    inner = [other for other in named if _nearest(other, named) == name]
    if not inner:
        if parent is not None and "." in name:
            page.title = name.rpartition(".")[2]
        page.parent = parent
        return page
    from mkdocs.structure.nav import Section

    section = Section(name.rpartition(".")[2], [])
    section.parent, page.parent = parent, section
    section.children = [page, *(_section(other, named, section) for other in inner)]
    return section


def _module_of(item: Any) -> str:
    """The module that a page is about; empty for other items."""
    return _module(str(getattr(getattr(item, "file", None), "src_uri", "")).removesuffix(".md"))


# Sphinx ------------------------------------------------------------------------------------------------------------------


def setup(app: Any) -> dict[str, bool]:
    """Called by Sphinx, with `"docgen.navigation"` among the extensions in `conf.py`."""
    app.connect("env-get-outdated", _outdated)
    app.connect("doctree-read", _nest, priority=100)  # before Sphinx itself notes what a document has in its tables of contents
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _nest(app: Any, doctree: Any) -> None:
    """Puts the pages of a large package's modules into the table of contents of their package's page, and takes them from
    those of other pages that name both."""
    from docutils import nodes
    from sphinx import addnodes

    packages, here = _packages(app.env.found_docs), app.env.docname
    for toctree in doctree.findall(addnodes.toctree):
        listed = {document for _, document in toctree["entries"]}
        inner = {document for document in listed if packages.get(document) in listed}
        toctree["entries"] = [(title, document) for title, document in toctree["entries"] if document not in inner]
        toctree["includefiles"] = [document for document in toctree["includefiles"] if document not in inner]
    inside = sorted(document for document, package in packages.items() if package == here)
    top = next(doctree.findall(nodes.section), None)
    if inside and top is not None:
        entries = [(_module(document).removeprefix(f"{_module(here)}."), document) for document in inside]
        table = addnodes.toctree(parent=here, entries=entries, includefiles=inside, caption=None, glob=False, hidden=True)
        table.attributes |= {"maxdepth": -1, "includehidden": False, "numbered": 0, "titlesonly": True}
        top += nodes.compound("", table, classes=["toctree-wrapper"])


def _outdated(app: Any, env: Any, added: set[str], changed: set[str], removed: set[str]) -> list[str]:
    """The documents to read again because pages of a package came or went: those of its other modules."""
    tops = {_module(document).partition(".")[0] for document in (*added, *removed)} - {""}
    return [document for document in env.found_docs if _module(document).partition(".")[0] in tops]


def _packages(documents: Iterable[str]) -> dict[str, str]:
    """The pages of modules that are in a package of some size, each with the page of the innermost package around it."""
    folders: dict[str, dict[str, str]] = {}
    for document in documents:
        if name := _module(document):
            folders.setdefault(document.rpartition("/")[0], {})[name] = document
    found: dict[str, str] = {}
    for named in folders.values():
        large = _large(named)
        for name, document in named.items():
            if (package := _nearest(name, named)) and any(_is_in(name, top) for top in large):
                found[document] = named[package]
    return found
