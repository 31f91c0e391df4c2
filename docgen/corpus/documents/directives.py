"""What becomes of reStructuredText's directives: prose stays, code becomes a block, what only points elsewhere goes.

In: directives of docutils and Sphinx, and any name beside these. Out: doctree nodes. Nothing here reads a file or raises,
whatever the options say: a directive that one tool alone knows must not cost the prose inside of it.
"""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from docutils.parsers.rst import Directive, directives

from docgen.subjects.page import DESCRIBED

_NAME = re.compile(r"[\w.]+")
_SIGNATURE = re.compile(r"(?:(?:async|class|classmethod|staticmethod|abstractmethod|final|property|exception)\s+)*([\w.]+)")
_CLASS = re.compile(r"[A-Z(.]")
_PROSE = re.compile(r"\w+(?:[ ,;]+\w+){2,}")
_USED = re.compile(r"^[ \t]*\.\.[ \t]+(?:\|[^|\n]+\|[ \t]+)?([A-Za-z][\w:+.-]*?)[ \t]?::(?!:)", re.MULTILINE)
_VERSIONED = {
    "versionadded": "Added in version",
    "versionchanged": "Changed in version",
    "versionremoved": "Removed in version",
    "deprecated": "Deprecated since version",
    "deprecated-removed": "Deprecated since version",
}
CITED = "cited"  # the attribute of a node that names symbols


class _AnyOption(dict[str, Any]):
    """Takes every option and reads none: each tool has its own."""

    def __bool__(self) -> bool:
        return True

    def __missing__(self, name: str) -> Any:
        return directives.unchanged


class _Kept(Directive):
    """Stands for its content: a note, a tab, a box."""

    has_content = True
    option_spec = _AnyOption()

    def run(self) -> list[nodes.Node]:
        return self._inside()

    def _inside(self) -> list[nodes.Node]:
        box = nodes.container()
        self.state.nested_parse(self.content, self.content_offset, box, match_titles=False)
        return [box]

    @property
    def _line(self) -> int:
        """The line of the file that the directive begins on."""
        return int(self.state_machine.get_source_and_line(self.lineno)[1] or self.lineno)

    def _text(self, text: str, node: nodes.TextElement) -> nodes.TextElement:
        """`node` with the inline markup of `text` read into it."""
        found, _ = self.state.inline_text(text, self.lineno)
        node += found
        node.line = self._line
        return node


class _Argued(_Kept):
    """Stands for its content, and for its argument where that reads as prose: nobody here knows the directive."""

    optional_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        argument = self.arguments[0] if self.arguments else ""
        told = [self._text(argument, nodes.paragraph())] if _PROSE.match(argument) else []
        return [*told, *self._inside()]


class _Sheltered(_Argued):
    """Stands for its content; its argument only says when or how that is shown."""

    def run(self) -> list[nodes.Node]:
        return self._inside()


class _Titled(_Argued):
    """Has a title of its own: a topic, a sidebar, a rubric."""

    def run(self) -> list[nodes.Node]:
        if not self.arguments:
            return self._inside()
        title = nodes.paragraph("", "", self._text(self.arguments[0], nodes.strong()))
        title.line = self._line
        return [title, *self._inside()]


class _Versioned(_Argued):
    """Tells what came or went with a version: the first word of its argument."""

    def run(self) -> list[nodes.Node]:
        said = said_of_version(self.name, self.arguments[0] if self.arguments else "")
        return [self._text(said, nodes.paragraph()), *self._inside()]


class _Code(_Argued):
    """Holds code, in the language of its argument."""

    def run(self) -> list[nodes.Node]:
        text = "\n".join(self.content)
        language = self.arguments[0].split()[0] if self.arguments and self.name.lower() != "parsed-literal" else ""
        block = nodes.literal_block(text, text, language=language or _LANGUAGE_OF.get(self.name.lower(), ""))
        block.line = self.content.offset(0) + 1 if self.content else self._line
        return [block] if text.strip() else []


class _Described(_Argued):
    """Describes a symbol below its signature: what stands inside is said of it."""

    def run(self) -> list[nodes.Node]:
        inliner = self.state.inliner
        if self.name.lower() == "class" and not _CLASS.search("".join(self.arguments)):
            return self._inside()  # docutils' own directive of that name, which styles what stands inside
        named = [found[1] for line in self._signatures() if (found := _SIGNATURE.match(line))]
        above = inliner.scope
        if named and self.name.lower().rpartition(":")[2] in ("class", "exception"):
            inliner.scope = inliner.within(named[0])
        try:
            inside = self._inside()
        finally:
            inliner.scope = above
        told = nodes.paragraph("", "", *self._shown(named))
        told.line = self._line
        return [told, *inside] if named else inside

    def _signatures(self) -> list[str]:
        argument = self.arguments[0] if self.arguments else ""
        return [line.strip() for line in argument.replace("\\\n", " ").split("\n")]

    def _shown(self, named: list[str]) -> list[nodes.Node]:
        shown: list[nodes.Node] = []
        for signature, name in zip(self._signatures(), named, strict=False):
            literal = nodes.literal(signature, signature)
            literal[CITED] = (DESCRIBED + self.state.inliner.cited(name),)
            shown += [nodes.Text("\n"), literal] if shown else [literal]
        return shown


class _Generated(_Kept):
    """Is filled from docstrings when the pages are built: all it says here is a name, and what stands inside of it."""

    optional_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        inliner = self.state.inliner
        is_list = self.name.lower() == "autosummary"
        names = [line.strip().lstrip("~") for line in (self.content if is_list else self.arguments)]
        cited = nodes.paragraph()
        cited.line = self._line
        cited[CITED] = tuple(DESCRIBED + inliner.cited(found[0]) for name in names if (found := _NAME.match(name)))
        return [cited] if is_list else [cited, *self._inside()]


class _Module(_Argued):
    """Says which module the names below belong to."""

    def run(self) -> list[nodes.Node]:
        inliner = self.state.inliner
        inliner.scope = inliner.module = self.arguments[0].strip() if self.arguments else ""
        return self._inside()


class _Dropped(_Argued):
    """Points elsewhere, or steers how the page looks."""

    def run(self) -> list[nodes.Node]:
        return []


_LANGUAGE_OF = {"doctest": "python", "testcode": "python", "ipython": "python", "jupyter-execute": "python", "prompt": "bash"}
_OBJECTS = "function class method classmethod staticmethod attribute property data exception decorator decoratormethod type"
_WORDS: dict[type[Directive], str] = {
    _Kept: "note warning tip hint important caution danger attention error seealso epigraph highlights pull-quote glossary",
    _Sheltered: "container compound only ifconfig rst-class hlist tabs tab-set grid grid-item card-carousel margin aside",
    _Titled: "admonition topic sidebar rubric dropdown details tab tab-item card grid-item-card",
    _Versioned: " ".join(_VERSIONED),
    _Code: "code code-block sourcecode parsed-literal ipython doctest testcode jupyter-execute code-cell prompt",
    _Described: " ".join(f"{name} py:{name}" for name in _OBJECTS.split()),
    _Generated: " ".join(f"auto{name}" for name in ("module", "summary", *_OBJECTS.split())),
    _Module: "module currentmodule py:module py:currentmodule",
    _Dropped: "toctree contents sectnum include raw literalinclude image figure index meta title header footer role "
    "default-role default-domain highlight tabularcolumns target-notes math plot graphviz digraph graph inheritance-diagram "
    "mermaid uml "
    "program-output command-output bibliography minigallery nbgallery testsetup testcleanup testoutput jupyter-output "
    "productionlist codeauthor sectionauthor moduleauthor video youtube iframe button-link button-ref acks date click typer "
    "argparse autoprogram swagger-plugin",
}
_OURS = {name: directive for directive, words in _WORDS.items() for name in words.split()}
_PROSE_INSIDE = (_Kept, _Sheltered, _Titled)
_FOR_ALL = frozenset({"table", "csv-table", "list-table", "replace", "unicode"})  # docutils reads these well


def is_code(name: str) -> bool:
    """Whether a directive holds code."""
    return _OURS.get(name.lower()) is _Code


def asserts(name: str) -> bool:
    """Whether a directive holds prose that asserts something."""
    return _OURS.get(name.lower()) in _PROSE_INSIDE


def said_of_version(name: str, argument: str) -> str:
    """What a directive such as `versionadded` says in words; empty for any other."""
    said = _VERSIONED.get(name.lower().rpartition(":")[2], "")
    found = re.match(r"(\S*)\s*(.*)", argument.strip(), re.DOTALL)
    if not said or found is None:
        return ""
    return f"{said} {found[1]}: {found[2]}" if found[2] else f"{said} {found[1]}."


def register_for(text: str) -> None:
    """Makes docutils read the directives of `text` as this module says. What it was told stays in its registry, where every
    page finds the same."""
    for name in {found.lower() for found in _USED.findall(text)} - _FOR_ALL:
        directives.register_directive(name, _OURS.get(name, _Argued))
