"""Edits of a module that change no fact: a check that says anything after one of them cries wolf.

In: the bytes of a module, and the document about it. Out: the bytes after the edit, None where there is nothing to edit.
"""

from __future__ import annotations

import ast
import importlib.util
import io
import re
import tokenize
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from mutants import edited, functions_in, offset, span_of

Edit = Callable[[bytes, str], bytes | None]


def formatted(source: bytes, document: str) -> bytes | None:
    """The module as black writes it, in short lines; None where black is not installed."""
    if importlib.util.find_spec("black") is None:
        return None
    import black
    from black.parsing import InvalidInput

    try:
        return black.format_str(source.decode(), mode=black.Mode(line_length=60)).encode()
    except (InvalidInput, UnicodeDecodeError, ValueError):
        return None


def reordered(source: bytes, document: str) -> bytes | None:
    """The top-level functions in the reverse order."""
    tree = ast.parse(source)
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    if len(functions) < 2 or max(Counter(node.name for node in functions).values()) > 1:
        return None
    spans = []
    for node in functions:
        first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
        spans.append((offset(source, first, 0), span_of(source, node)[1]))
    texts = [source[start:end] for start, end in spans]
    return edited(source, [(*span, text) for span, text in zip(spans, reversed(texts), strict=True)])


def commented(source: bytes, document: str) -> bytes | None:
    """Every comment gone, and another above each definition."""
    comments = ((start, end) for kind, start, end in _tokens(source) if kind == tokenize.COMMENT)
    edits = [(start, end, b"") for start, end in comments if not source[start:end].startswith((b"#!", b"# -*-"))]
    bare = edited(source, edits)
    above = re.compile(rb"^([ \t]*)(?=(?:async def|def|class)\b)(?<!\\\n)", re.MULTILINE)
    return above.sub(rb"\1# The next one.\n\1", bare) if _parses(bare) else None


def quoted(source: bytes, document: str) -> bytes | None:
    """Plain strings with the other quotes."""
    edits = []
    for kind, start, end in _tokens(source):
        text = source[start:end]
        if kind == tokenize.STRING and re.fullmatch(rb"'[^'\"\\{}]*'|\"[^'\"\\{}]*\"", text):
            other = b'"' if text[:1] == b"'" else b"'"
            edits.append((start, end, other + text[1:-1] + other))
    return edited(source, edits) if edits else None


def spaced(source: bytes, document: str) -> bytes | None:
    """Blank lines before every statement of the module."""
    starts = []
    for node in ast.parse(source).body:
        decorators = getattr(node, "decorator_list", [])
        starts.append(offset(source, min([node.lineno, *(decorator.lineno for decorator in decorators)]), 0))
    return edited(source, [(start, start, b"\n\n") for start in dict.fromkeys(starts)])


def renamed(source: bytes, document: str) -> bytes | None:
    """Private functions and constants under other names, those that the document names left alone."""
    tree = ast.parse(source)
    names = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    targets = (target for node in tree.body if isinstance(node, ast.Assign) for target in node.targets)
    names |= {target.id for target in targets if isinstance(target, ast.Name)}
    private = {name for name in names if re.fullmatch(r"_[a-zA-Z]\w*", name) and name not in document}
    edits = []
    for kind, start, end in _tokens(source):
        if kind == tokenize.NAME and source[start:end].decode() in private:
            edits.append((start, end, source[start:end] + b"_otherwise"))
    after = edited(source, edits)
    return after if edits and _parses(after) else None


def respelled(source: bytes, document: str) -> bytes | None:
    """Annotations with `X | None` for `Optional[X]`, the new names for the old, and quotes around them."""
    edits = []
    for node in ast.walk(ast.parse(source)):
        for annotation in (getattr(node, "annotation", None), getattr(node, "returns", None)):
            if isinstance(annotation, ast.expr) and not isinstance(annotation, ast.Constant):
                spelled = ast.unparse(_Spelled().visit(ast.parse(ast.unparse(annotation), mode="eval").body))
                if "'" not in spelled and '"' not in spelled:
                    edits.append((*span_of(source, annotation), f'"{spelled}"'.encode()))
    return edited(source, edits) if edits else None


def rewritten(source: bytes, document: str) -> bytes | None:
    """A statement more at the end of every body's first block."""
    edits = []
    for _, node, _ in functions_in(ast.parse(source), "m"):
        first = node.body[0]
        if first.lineno > node.lineno:
            end = span_of(source, first)[1]
            edits.append((end, end, b"\n" + b" " * first.col_offset + b"unused = None"))
    after = edited(source, edits)
    return after if edits and _parses(after) else None


def line_ends(source: bytes, document: str) -> bytes | None:
    """Windows line ends and a byte order mark."""
    return b"\xef\xbb\xbf" + source.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n") if not source.startswith(b"\xef") else None


class _Spelled(ast.NodeTransformer):
    """Optional and the old generic names in today's spelling."""

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        self.generic_visit(node)
        if isinstance(node.value, ast.Name) and node.value.id == "Optional":
            return ast.BinOp(node.slice, ast.BitOr(), ast.Constant(None))
        return node

    def visit_Name(self, node: ast.Name) -> ast.expr:
        known = {"List": "list", "Dict": "dict", "Tuple": "tuple", "Set": "set", "Type": "type"}
        return ast.Name(known.get(node.id, node.id), ast.Load())


def _tokens(source: bytes) -> Iterable[tuple[int, int, int]]:
    """The type, start and end in bytes of every token."""
    lines = [0]
    for line in source.split(b"\n"):
        lines.append(lines[-1] + len(line) + 1)
    texts = source.decode("utf-8", "replace").split("\n")

    def at(place: tuple[int, int]) -> int:
        return lines[place[0] - 1] + len(texts[place[0] - 1][: place[1]].encode())

    for token in tokenize.tokenize(io.BytesIO(source).readline):
        if token.type not in (tokenize.ENCODING, tokenize.ENDMARKER):
            yield token.type, at(token.start), at(token.end)


def _parses(source: bytes) -> bool:
    try:
        ast.parse(source)
    except SyntaxError:
        return False
    return True


EDITS: Mapping[str, Edit] = MappingProxyType(
    {
        "black": formatted,
        "functions reordered": reordered,
        "comments": commented,
        "quotes": quoted,
        "blank lines": spaced,
        "private renames": renamed,
        "types respelled": respelled,
        "body edits": rewritten,
        "line ends": line_ends,
    }
)
