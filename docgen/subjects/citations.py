"""What a passage cites, and the narrowest symbol that covers it.

In: the text of a passage, what the code of its document imports, and the `Subjects` it may speak of. Out: the path of one
symbol, or the reason why there is none. Names count where they resolve exactly: by their whole path, by an import of the
document, or alone where the nearest package has one such name. Precision goes first, because a Brief about the wrong symbol
teaches to invent.
"""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field

from docgen.claims.names import LANGUAGE
from docgen.facts import words_of
from docgen.later import Frozen, expression
from docgen.subjects import MODULES, Names, Subjects
from docgen.subjects.page import DESCRIBED

_FENCED = expression(r"^ {0,3}(`{3,}|~{3,})[ \t]*([^\n`]*)\n(.*?)(?:^ {0,3}\1[`~]*[ \t]*$|\Z)", re.DOTALL | re.MULTILINE)
_PYTHON = frozenset("python py python3 pycon pycon3 ipython ipython3 doctest code-cell code-block".split())
_PROMPT = expression(r"^[ \t]*(?:>>>|\.\.\.|In \[\d*\]:|   \.\.\.:)(?: |$)")
_COMMENT = expression(r"<!--.*?-->|(<!--.*)", re.DOTALL)  # one without an end once, not from each beginning
_SPAN = expression(r"(?<!`)(`{1,2})(?!`)([^`\n]{1,200}?)\1(?!`)")
_CITED = expression(r"(?:(?P<role>\{[\w:]+\}))?[~.!]?(?P<name>[^\W\d]\w*(?:\.[^\W\d]\w*)*)(?P<call>\(.*\))?", re.DOTALL)
_ANCHOR = expression(r"\]\([^()\s]*#(?:module-)?([^\W\d]\w*(?:\.[^\W\d]\w*)+)\)|\]\[([^\W\d]\w*(?:\.[^\W\d]\w*)+)\]")
_IMPORT = expression(r"^[ \t]*((?:from[ \t]+[\w.]+[ \t]+)?import[ \t]+[\w., \t]+?)[ \t]*(?:#.*)?$", re.MULTILINE)
_DOTTED = expression(r"(?<![\w.'\"])([^\W\d]\w*(?:\.[^\W\d]\w*)*)(\()?")
_CAMEL = expression(r"[A-Z]+[a-z0-9]+\w*[A-Z]\w*|[A-Z][a-z0-9]+\w*")
_EXCEPTION = expression(r"(?:Error|Exception|Warning|Exit|Interrupt|Timeout|Failure)$")
_LEAD = 60  # words at the beginning of a passage, which say what it is about
_SHORT = 80  # words, among which one mention is enough
_OFTEN = 3  # times
_TELLING_WORD = 4  # letters; shorter words stand in every text
_ORDINARY = LANGUAGE | frozenset(dir(builtins))


class Citation(Frozen):
    """A name as a passage has it. `called` says that parentheses follow, `sure` that a role, a link to an API page or an import
    marks it as the name of a symbol, `code` that it stands in a code block; `within` is the module or class that the page says
    its names are relative to. What is `described` is what the passage is the description of."""

    name: str
    called: bool = False
    sure: bool = False
    code: bool = False
    within: str = ""
    described: bool = False


class Scope(Frozen):
    """What the code of a document makes of names: `imports` has the path that each imported name stands for."""

    subjects: Subjects
    imports: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, subjects: Subjects, text: str, code: Iterable[str] = ()) -> Scope:
        """The scope of a document with this text, beside which the code cells `code` stand."""
        imports: dict[str, str] = {}
        for block in (*(block.text for block in code_in(text)), *code):
            imports.update(_imports(block))
        return cls(subjects, imports)

    def find(self, citation: Citation) -> str | None:
        """The one symbol that a citation means; empty where it looks like one and is not known here, None where it is none of
        ours to know (a variable, an option, another library)."""
        if citation.within and (about := self._relative(citation)):
            return about
        root, _, rest = citation.name.partition(".")
        if root in self.imports:
            path = f"{self.imports[root]}.{rest}" if rest else self.imports[root]
            return self._whole(path)
        if self.subjects.knows_package(root) and (rest or not citation.code):
            return self._whole(citation.name)
        if citation.code or root in _ORDINARY:
            return None
        return self._bare(citation)

    def _relative(self, citation: Citation) -> str | None:
        """What a name reaches from the module or class that it is relative to, innermost first."""
        outer = citation.within
        while outer:
            if about := self._whole(f"{outer}.{citation.name}"):
                return about
            outer = outer.rpartition(".")[0]
        return None

    def _whole(self, path: str) -> str | None:
        if not self.subjects.knows_package(path.partition(".")[0]):
            return None
        return self.subjects.find(path) or ""

    def _bare(self, citation: Citation) -> str | None:
        """A name without its package: the only symbol that ends in it, in the packages that the document imports, else in the
        nearest. A single word has to look like a symbol's name, and be that of a function or class of a module."""
        name = citation.name
        is_dotted = "." in name
        if not (is_dotted or citation.called or citation.sure or "_" in name.strip("_") or _CAMEL.fullmatch(name)):
            return None
        packages = self._packages()
        found = [(one, about) for one in packages for about in one.ending(name)]
        if is_dotted and not found:
            outer, _, inner = name.partition(".")
            tops = [(one, about) for one in packages for about in one.ending(outer) if one.is_top(about)]
            found = [(one, inside) for one, about in tops if (inside := one.find(f"{about}.{inner}"))]
        if not is_dotted:
            found = [(one, about) for one, about in found if one.is_top(about)]
        if len(found) > 1:
            passed_on = {one.find(f"{root}.{name}") for one in packages for root in one.roots}
            found = [(one, about) for one, about in found if about in passed_on]
        if len(found) == 1:
            return found[0][1]
        return "" if found or (packages and (citation.called or is_dotted or citation.sure)) else None

    def _packages(self) -> Sequence[Names]:
        """The packages in which a name may stand for itself."""
        roots = {path.partition(".")[0] for path in self.imports.values()}
        imported = [one for group in self.subjects.names for one in group if one.roots & roots]
        return imported if len(imported) == 1 else self.subjects.nearest


# What a passage cites ------------------------------------------------------------------------------------------------------


def citations_in(text: str, marked: Iterable[str] = ()) -> Iterator[Citation]:
    """Every name that a Markdown passage cites; `marked` are those that its roles name, `module:name` where they are
    relative to a module."""
    for mark in marked:
        within, _, name = mark.removeprefix(DESCRIBED).rpartition(":")
        yield Citation(name, sure=True, within=within, described=mark.startswith(DESCRIBED))
    prose = _prose(text)
    yield from (Citation(found[1] or found[2], sure=True) for found in _ANCHOR.finditer(prose))
    for span in _SPAN.finditer(prose):
        if cited := _CITED.fullmatch(span[2].strip()):
            before = prose[max(0, span.start() - 16) : span.start()]
            is_role = bool(re.search(r"(?:\{[\w:]+\}|:[\w:]+:)$", before))
            yield Citation(cited["name"], bool(cited["call"]), is_role)
    for block in code_in(text):
        yield from _cited_in_code(block)


def _prose(text: str) -> str:
    """A passage without its code blocks and comments."""
    return _COMMENT.sub(lambda found: found[1] or " ", _FENCED.sub("\n", text))


class Code(Frozen):
    """A code block without prompts and their output; `is_python` where the page says so, which may be only part of a file."""

    text: str
    is_python: bool


def code_in(text: str) -> Iterator[Code]:
    """The code blocks of a passage that are Python, or may be."""
    for fence in _FENCED.finditer(text):
        language = (fence[2].split() or [""])[0].lower().strip(".{}")
        if language in _PYTHON or not language:
            yield Code(without_prompts(fence[3]), bool(language))


def without_prompts(code: str) -> str:
    """Code as a file would hold it: of an interactive session, what was typed."""
    lines = code.splitlines()
    typed = [_PROMPT.sub("", line) for line in lines if _PROMPT.match(line)]
    return "\n".join(typed if any(line.lstrip().startswith((">>>", "In [")) for line in lines) else lines)


def _parsed(code: str) -> ast.Module | None:
    """The syntax tree of an example; None where it is no Python, or only part of a file."""
    try:
        return ast.parse(re.sub(r"^[%!].*$", "", code, flags=re.MULTILINE))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _imports(code: str) -> dict[str, str]:
    """The names that `code` imports with the paths they stand for."""
    found: dict[str, str] = {}
    tree = _parsed(code)
    statements = list(ast.walk(tree)) if tree else [node for line in _IMPORT.findall(code) for node in _body_of(line)]
    for node in statements:
        if isinstance(node, ast.Import):
            roots = {alias.name.partition(".")[0] for alias in node.names if not alias.asname}
            found |= {root: root for root in roots} | {alias.asname: alias.name for alias in node.names if alias.asname}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names if alias.name != "*"}
    return found


def _body_of(line: str) -> Sequence[ast.AST]:
    tree = _parsed(line)
    return tree.body if tree else ()


def _cited_in_code(code: Code) -> Iterator[Citation]:
    """The dotted names that code uses, imported names as they are imported; no name that it assigns itself."""
    tree = _parsed(code.text)
    if tree is None:
        names = _DOTTED.finditer(code.text) if code.is_python else ()
        yield from (Citation(found[1], bool(found[2]), code=True) for found in names)
        return
    own = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    inner: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from (Citation(alias.asname or alias.name, sure=True, code=True) for alias in node.names if alias.name != "*")
        path = _path(node, inner) if isinstance(node, ast.Attribute | ast.Name) and node not in inner else ""
        if path and path.partition(".")[0] not in own:
            yield Citation(path, code=True)


def _path(node: ast.expr, inner: set[ast.AST]) -> str:
    """`a.b.c` for such an expression; empty for what hangs on a call or a subscript. `inner` gets the nodes below it."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
        inner.add(node)
    return ".".join((node.id, *reversed(parts))) if isinstance(node, ast.Name) else ""


# What covers it ------------------------------------------------------------------------------------------------------------


class Cover(Frozen):
    """The narrowest symbol that covers what a passage cites; `about` is empty where there is none, which `reason` explains. A
    cover `is_name` where the passage says the package's name and no more: that may be the name of a tool or a project."""

    about: str
    reason: str = ""
    is_name: bool = False


class Passage(Frozen):
    """What a section says: its lines, with the names that the roles on each of them mean, and its heading with those above."""

    lines: Sequence[tuple[str, tuple[str, ...]]]
    around: str

    def citations(self, scope: Scope, words: int = 0) -> list[tuple[Citation, str | None]]:
        """What it cites, with what that means; of its first `words` alone, where a number is given."""
        taken, count = [], 0
        for line in self.lines:
            if words and count >= words:
                break
            spoken = line[0].split(" ")
            text = " ".join(spoken[: words - count]) if words else line[0]
            taken.append((text, line[1]))
            count += len(spoken)
        marked = [name for _, names in taken for name in names]
        found = citations_in("\n".join(text for text, _ in taken), marked)
        return [(citation, scope.find(citation)) for citation in found]

    @property
    def prose(self) -> str:
        """Its words without code."""
        return _prose("\n".join(text for text, _ in self.lines))

    @property
    def beginning(self) -> str:
        """The first of them."""
        return " ".join(self.prose.split()[:_LEAD])


def covering(passage: Passage, scope: Scope) -> Cover:
    """What a passage speaks of: what it is the description of; else what its prose names; else what its examples use.

    One symbol counts where a heading speaks of it, the beginning names it, or it is named three times; one that only examples
    use, where the beginning or a heading speaks of it."""
    citations = passage.citations(scope)
    found = [(citation, about) for citation, about in citations if about]
    missing = {citation.name for citation, about in citations if about == ""}
    if described := [citation for citation, _ in citations if citation.described]:
        abouts = {about for citation, about in found if citation.described}
        about = _narrowest(abouts, scope.subjects) if abouts else ""
        return Cover(about, "" if about else f"describes `{described[0].name}`, unknown here")
    told = [about for citation, about in found if not citation.code]
    cited = _telling(set(told), scope.subjects) or _telling({about for _, about in found}, scope.subjects)
    if not cited or len(missing) > len({about for _, about in found}):
        return Cover("", f"cites {_listed(missing)}, of which no one symbol is known" if missing else "cites no symbol")
    about = _narrowest(cited, scope.subjects)
    if about in cited and "." not in about:
        return Cover(about, "names the package alone", is_name=True)
    if not about or scope.subjects.kind(about) in MODULES:
        return Cover(about, "" if about else "cites symbols of several packages")
    if any(not citation.code for citation, _ in found):
        return Cover(about) if _is_meant(about, told, passage, scope) else Cover("", f"cites `{about}` in passing")
    is_spoken_of = _speaks_of(about, f"{passage.around} {passage.beginning}")
    return Cover(about) if is_spoken_of else Cover("", f"uses `{about}` in its examples and does not speak of it")


def _is_meant(about: str, told: Sequence[str], passage: Passage, scope: Scope) -> bool:
    """Whether prose that names a symbol speaks of it: the more words there are, the more it has to be named."""
    mentions = sum(one == about or one.startswith(f"{about}.") for one in told)
    if mentions >= _OFTEN or _speaks_of(about, passage.around):
        return True
    first = [one for citation, one in passage.citations(scope, _LEAD) if one and not citation.code]
    is_first = any(one == about or one.startswith(f"{about}.") for one in first)
    return is_first and (mentions > 1 or len(passage.prose.split()) <= _SHORT)


def _speaks_of(about: str, text: str) -> bool:
    """Whether a text holds the words of a symbol's own name, in whatever form."""
    spoken = words_of(text)
    parts = [part for part in words_of(about.rpartition(".")[2]) if len(part) >= _TELLING_WORD]
    return bool(parts) and all(any(word.startswith(part) for word in spoken) for part in parts)


def _listed(missing: Iterable[str]) -> str:
    names = sorted(missing)
    return ", ".join(f"`{name}`" for name in names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def _telling(abouts: set[str], subjects: Subjects) -> set[str]:
    """Of the cited symbols those that tell what a passage is about; empty where there are but packages that lend their name."""
    symbols = {about for about in abouts if subjects.kind(about) not in MODULES}
    if not symbols:
        return abouts
    return {about for about in symbols if not _EXCEPTION.search(about)} or symbols


def _narrowest(abouts: set[str], subjects: Subjects) -> str:
    """The symbol itself, else the innermost class, public module or package that all lie in; empty where there is none."""
    if len(abouts) == 1:
        return next(iter(abouts))
    paths = [about.split(".") for about in abouts]
    shared = 0
    while all(len(path) > shared for path in paths) and len({path[shared] for path in paths}) == 1:
        shared += 1
    above = paths[0][:shared]
    while above and not _covers(".".join(above), subjects):
        above.pop()
    return ".".join(above)


def _covers(about: str, subjects: Subjects) -> bool:
    kind = subjects.kind(about)
    is_private = any(part.startswith("_") for part in about.split("."))
    return kind == "class" or (kind in MODULES and not is_private)
