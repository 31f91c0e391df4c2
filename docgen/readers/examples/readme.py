"""The code blocks of a README, in Markdown or reStructuredText.

In: a project's folder, or an installed package's metadata, which holds its README. Out: the blocks of Python in it that use the
package.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from docgen.readers.examples.example import Example, imported, parsed, used

_NAMES = ("README.md", "README.rst", "README.markdown", "README.txt", "README", "readme.md", "Readme.md")
_FENCE = re.compile(
    r"^(?P<indent>[ \t]*)(?P<ticks>`{3,}|~{3,})[ \t]*(?P<language>[\w+-]*)[^\n]*\n(?P<code>.*?)^[ \t]*(?P=ticks)", re.M | re.S
)
_DIRECTIVE = re.compile(
    r"^(?P<indent>[ \t]*)(?:\.\.[ \t]+(?:code-block|code|sourcecode)::[ \t]*(?P<language>\w*)[ \t]*|[^\n]*::[ \t]*)\n"
    r"(?P<code>(?:[ \t]*\n|(?P=indent)[ \t]+[^\n]*(?:\n|\Z))+)",
    re.M,
)
_SESSION = re.compile(r"^(?P<indent>[ \t]*)>>> (?:[^\n]*\n(?![ \t]*\n))*[^\n]*(?:\n|\Z)", re.M)
_PYTHON = frozenset(("python", "python3", "py", "pycon", "doctest", ""))
_LONGEST = 40  # lines of a block that is an example and no program


def readme_examples(package: Path, project: Path | None) -> Iterator[Example]:
    """The blocks of Python in the README of `project`, or of the installed `package`, that use the package."""
    name = package.stem if package.suffix == ".py" else package.name
    found = _readme(project) if project is not None else _described(package)
    if found is None:
        return
    text, source = found
    for code in _blocks(text):
        tree = parsed(code)
        if tree is None or code.count("\n") >= _LONGEST:
            continue
        if uses := used(tree, imported(tree), name):
            yield Example(code, "pycon" if ">>>" in code else "python", source, uses)


def _readme(project: Path) -> tuple[str, str] | None:
    """The text of the README in a folder and its name."""
    path = next((project / name for name in _NAMES if (project / name).is_file()), None)
    return (_text(path), path.name) if path is not None else None


def _described(package: Path) -> tuple[str, str] | None:
    """The README of an installed package: what follows the headers of its metadata."""
    inside = f"{package.name}/__init__.py" if package.is_dir() else package.name
    for folder in sorted(package.parent.glob("*.dist-info")):
        if any(line.startswith(f"{inside},") for line in _text(folder / "RECORD").splitlines()):
            return _text(folder / "METADATA").replace("\r\n", "\n").partition("\n\n")[2], "the package's README"
    return None


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


def _blocks(text: str) -> Iterator[str]:
    """The blocks of a text that may be Python, without their indentation."""
    text = text.replace("\r\n", "\n").expandtabs()
    fenced = [found for found in _FENCE.finditer(text) if found["language"].lower() in _PYTHON]
    blocks = fenced or [found for found in _DIRECTIVE.finditer(text) if (found["language"] or "").lower() in _PYTHON]
    for found in blocks or _SESSION.finditer(text):
        yield _dedented(found["code"] if blocks else found[0])


def _dedented(code: str) -> str:
    lines = code.strip("\n").rstrip().splitlines()
    width = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    return "\n".join(line[width:].rstrip() for line in lines)
