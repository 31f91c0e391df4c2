"""Templates: they lay out a new document, and place in it the sections that docgen keeps true.

In: the name of a template and what it may loop over. Out: Markdown in which every section is an empty managed region. A
template places sections and prints no facts itself: what stands outside of them goes stale unnoticed.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable
from pathlib import Path

from jinja2 import (
    ChoiceLoader,
    FileSystemLoader,
    PrefixLoader,
    StrictUndefined,
    Template,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
)
from jinja2.sandbox import ImmutableSandboxedEnvironment

import docgen
from docgen.document import render_section
from docgen.files import Batch
from docgen.report import InputError

OWN_FOLDER = Path(".docgen", "templates")  # below the root; looked into before docgen's own
SUFFIX = ".md.j2"
OWN_PREFIX = "docgen"  # `{% extends "docgen/model_card.md.j2" %}` names docgen's own, whatever a project calls its templates
Speaks = Callable[[str, str], bool]
"""Whether there is anything to say in a section: its kind and what it is about."""


def shipped_folder() -> Path:
    """Where docgen's own templates are: inside an installed package, beside it in a checkout."""
    package = Path(docgen.__file__).parent
    return package / "templates" if (package / "templates").is_dir() else package.parent / "templates"


class Layouts:
    """The templates of one run. `root` is the repository, whose own ones come first."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folders = [root / OWN_FOLDER, shipped_folder()]
        self._loaded: dict[str, Template] = {}

    def render(self, name: str, speaks: Speaks, **subject: object) -> str:
        """The layout that the template called `name` (a name without its suffix, or a path) gives `subject`.

        Raises InputError where there is no such template, or where it is faulty, with its file and line.
        """
        if name not in self._loaded:
            self._loaded[name] = self._load(name)
        try:
            text = self._loaded[name].render(section=_placer(speaks), left_to=left_to, **subject)
        except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, RecursionError) as error:
            raise InputError(f"the template fails: {error}", _where(error, self.root), "mend the template") from error
        return re.sub(r"\n{3,}", "\n\n", text).strip("\n") + "\n"

    def _load(self, name: str) -> Template:
        path = Path(name)
        is_path = name.endswith(".j2") or len(path.parts) > 1
        folders = [Path.cwd() / path.parent, self.root / path.parent, *self.folders] if is_path else self.folders
        environment = ImmutableSandboxedEnvironment(
            loader=ChoiceLoader(
                [
                    PrefixLoader({OWN_PREFIX: FileSystemLoader(str(shipped_folder()))}),
                    FileSystemLoader([str(folder) for folder in folders]),
                ]
            ),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            autoescape=False,  # the output is Markdown
        )
        wanted = path.name if path.name.endswith(".j2") else path.name + SUFFIX
        try:
            return environment.get_template(wanted)
        except TemplateNotFound as error:
            what = f"no template called `{name}`" + (f": it asks for `{error.name}`" if error.name != wanted else "")
            raise InputError(what, fix="name one of: " + ", ".join(self.names())) from error
        except TemplateSyntaxError as error:
            where = f"{_shown(error.filename or wanted, self.root)}:{error.lineno}"
            raise InputError(f"not a template: {error.message}", where, "mend the template") from error
        except UnicodeDecodeError as error:
            raise InputError("the template is not UTF-8", name, "save the file as UTF-8") from error

    def names(self) -> list[str]:
        """The templates that can be named, without their suffix."""
        found = {
            path.name.removesuffix(SUFFIX) for folder in self.folders if folder.is_dir() for path in folder.glob(f"*{SUFFIX}")
        }
        return sorted(found)

    def file(self, name: str) -> Path:
        """Where the template called `name` lies. Raises InputError where there is none."""
        for folder in self.folders:
            if (path := folder / f"{name.removesuffix(SUFFIX)}{SUFFIX}").is_file():
                return path
        raise InputError(f"no template called `{name}`", fix="name one of: " + ", ".join(self.names()))

    def about(self, name: str) -> str:
        """The comment that a template begins with, on one line: what it lays out. Empty where there is none."""
        found = re.match(r"\s*\{#-?(.*?)-?#\}", self.file(name).read_text(encoding="utf-8"), re.DOTALL)
        return " ".join(found[1].split()) if found else ""

    def own_file(self, name: str) -> Path:
        """Where the repository's own template of this name lies, or would."""
        return self.folders[0] / f"{name.removesuffix(SUFFIX)}{SUFFIX}"


def _placer(speaks: Speaks) -> Callable[[str, str, str], str]:
    def section(kind: str, about: str, heading: str = "") -> str:
        """An empty managed region below its heading; nothing at all where there is nothing to say."""
        if not speaks(kind, about):
            return ""
        if kind == "front-matter":
            return f"---\n{render_section(kind, about, '', front_matter=True)}\n---"
        region = render_section(kind, about, "")
        return f"{heading}\n\n{region}" if heading else region

    return section


def eject(root: Path, name: str, own_name: str, *, extend: bool = False, replace: bool = False) -> Path:
    """Puts a template of docgen's into the repository under `own_name`, whole, or as one that extends it and names its blocks;
    where it is comes back. Raises InputError where docgen has none of that name, or the repository has one already."""
    layouts = Layouts(root)
    if not re.fullmatch(r"\w[\w-]*", own_name):
        raise InputError(f"`{own_name}` is no name of a template", fix="use letters, digits, hyphens and underscores")
    shipped = shipped_folder() / f"{name.removesuffix(SUFFIX)}{SUFFIX}"
    if not shipped.is_file():
        known = ", ".join(sorted(path.name.removesuffix(SUFFIX) for path in shipped_folder().glob(f"*{SUFFIX}")))
        raise InputError(f"docgen has no template called `{name}`", fix=f"name one of: {known}")
    target = layouts.own_file(own_name)
    if target.exists() and not replace:
        raise InputError("there is a template of this name", _shown(str(target), root), "choose another with --as, or --force")
    text = shipped.read_text(encoding="utf-8")
    if extend:
        blocks = "".join(f"{{# {{% block {block} %}}{{% endblock %}} #}}\n" for block in blocks_of(shipped))
        head = f"{{# {layouts.about(shipped.name.removesuffix(SUFFIX))} #}}\n" if own_name == name else ""
        text = f'{head}{{% extends "{OWN_PREFIX}/{shipped.name}" %}}\n\n{{# Its blocks, to fill in: #}}\n{blocks}'
    batch = Batch(root)
    batch.add(target, text.encode())
    batch.commit()
    return target


def blocks_of(path: Path) -> list[str]:
    """The blocks of a template in its order, those of what it extends included: what another one can take the place of."""
    text = path.read_text(encoding="utf-8")
    own = re.findall(r"\{%-?\s*block\s+(\w+)", text)
    parent = re.search(rf"\{{%-?\s*extends\s+[\"']{OWN_PREFIX}/([\w.]+)[\"']", text)
    return list(dict.fromkeys([*(blocks_of(shipped_folder() / parent[1]) if parent else ()), *own]))


def left_to(owner: str, what: str, visible: bool = False) -> str:
    """What only people can write at this place, and who answers for it: a note in the source, or one that readers see."""
    told = " ".join(f"Left to the {owner}: {what}.".split())
    return f"> *{told}*" if visible else f"<!-- {told.replace('--', '–')} -->"


def _where(error: BaseException, root: Path) -> str:
    """The file and line of the template in which an error arose."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.endswith(".j2")]
    return f"{_shown(frames[-1].filename, root)}:{frames[-1].lineno}" if frames else ""


def _shown(filename: str, root: Path) -> str:
    path = Path(filename)
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else filename
