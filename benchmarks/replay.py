"""What `docgen check` would have said in the history of a project: the parent's documentation against the child's code.

In: git repositories. Out: verdicts by kind of change, and two proxies. Precision: commits that format, document, move or change
private code alone must give none. Recall: where maintainers changed a docstring together with a fact that it names, the check
should have named that symbol. Each docstring of a changed module becomes a section of a tracked page, and the sources are read
without their docstrings, so that what is found comes from the code. `replay_documents.py` plays documents.

    python benchmarks/replay.py REPOSITORY... [--commits N] [--package FOLDER] [--show]
"""

from __future__ import annotations

import argparse
import ast
import inspect
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from mutants import Function, described, edited, span_of

from docgen.check import check
from docgen.report import Finding, InputError
from docgen.settings import Settings
from docgen.track import track

_OTHERS = re.compile(r"(?:^|/)(?:tests?|testing|docs?|examples?|benchmarks?|tools|scripts|demo)/")
QUIET = ("formatting", "docstrings", "private", "moved")  # kinds of commits that must give nothing


class Repository:
    """A bare or ordinary repository, read and never written."""

    def __init__(self, path: Path) -> None:
        self.path = path
        folder = path if (path / "HEAD").is_file() else path / ".git"
        self.command = ["git", f"--git-dir={folder}"]
        self.blobs: dict[str, bytes] = {}

    def text(self, *arguments: str) -> str:
        """What a git command prints."""
        return subprocess.run([*self.command, *arguments], capture_output=True, check=True).stdout.decode("utf-8", "replace")

    def commits(self, number: int) -> Iterator[tuple[str, str]]:
        """Up to so many commits that touch Python files, spread evenly over the history, each with its only parent."""
        lines = self.text("log", "--no-merges", "--format=%H %P", "--", "*.py").split("\n")
        pairs = [tuple(line.split()) for line in lines if line.count(" ") == 1 and len(line.split()) == 2]
        step = max(1, len(pairs) // number)
        yield from ((child, parent) for child, parent in pairs[::step][:number])

    def files(self, commit: str, is_kept: Callable[[str], bool] = lambda path: path.endswith(".py")) -> dict[str, str]:
        """The files of a commit that are to be kept, by default its Python, with the names of their contents."""
        found = {}
        for line in self.text("ls-tree", "-r", "-z", commit).split("\0"):
            head, _, path = line.partition("\t")
            if is_kept(path) and head.split()[1:2] == ["blob"]:
                found[path] = head.split()[2]
        return found

    def contents(self, names: Sequence[str]) -> Mapping[str, bytes]:
        """The contents of these names; one that the repository lacks is empty."""
        wanted = [name for name in dict.fromkeys(names) if name not in self.blobs]
        if wanted:
            asked = "".join(f"{name}\n" for name in wanted).encode()
            out = subprocess.run([*self.command, "cat-file", "--batch"], input=asked, capture_output=True, check=True).stdout
            at = 0
            for name in wanted:
                head, _, _ = out[at:].partition(b"\n")
                at += len(head) + 1
                size = int(head.split()[2]) if b" blob " in head else -1
                self.blobs[name] = out[at : at + size] if size >= 0 else b""
                at += size + 1 if size >= 0 else 0
        return self.blobs


@dataclass(frozen=True)
class Symbol:
    """A public function or class with its docstring; `shape` is its tree without docstrings, private members left out."""

    about: str
    text: str
    shape: str
    node: ast.AST = field(compare=False)


def symbols_in(content: bytes, module: str) -> dict[str, Symbol]:
    """The public symbols of a module that are defined once, by dotted name."""
    found: dict[str, Symbol] = {}
    times: Counter[str] = Counter()

    def walk(body: Sequence[ast.stmt], prefix: str) -> None:
        for node in body:
            if isinstance(node, Function | ast.ClassDef) and not node.name.startswith("_"):
                about = f"{prefix}.{node.name}"
                times[about] += 1
                text = inspect.cleandoc(ast.get_docstring(node) or "")
                found[about] = Symbol(about, text, _shape(node), node)
                if isinstance(node, ast.ClassDef):
                    walk(node.body, about)

    walk(ast.parse(content).body, module)
    return {about: symbol for about, symbol in found.items() if times[about] == 1}


def without_docstrings(content: bytes) -> bytes:
    """A module without the docstrings of its functions and classes."""
    edits = []
    for node in ast.walk(ast.parse(content)):
        if isinstance(node, Function | ast.ClassDef) and ast.get_docstring(node, clean=False) is not None:
            edits.append((*span_of(content, node.body[0]), b"..."))
    return edited(content, edits)


def _shape(node: ast.AST) -> str:
    """A tree as text, docstrings and private definitions left out."""
    copy = ast.parse(ast.unparse(node))
    for part in ast.walk(copy):
        if isinstance(part, Function | ast.ClassDef):
            names = (str(getattr(item, "name", "")) for item in part.body)
            kept = [
                item
                for item, name in zip(part.body, names, strict=True)
                if not _is_docstring(item) and not name.startswith("_")
            ]
            part.body = kept or [ast.Pass()]
    return ast.dump(copy)


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


@dataclass
class Commit:
    """One step of a history: the Python files of the package before and after."""

    name: str
    before: dict[str, bytes]
    after: dict[str, bytes]

    @property
    def changed(self) -> list[str]:
        """The files of the parent that the child has not, or otherwise."""
        return [path for path, content in self.before.items() if self.after.get(path) != content]

    def kind(self) -> str:
        """What sort of commit it is: one of `QUIET`, or `code`."""
        paths = self.changed
        new = [content for path, content in self.after.items() if path not in self.before]
        if paths and all(path not in self.after and self.before[path] in new for path in paths):
            return "moved"
        pairs = [(self.before[path], self.after.get(path)) for path in paths]
        if any(after is None for _, after in pairs) or not pairs:
            return "code" if pairs else "added"
        for kind, view in (("formatting", _tree), ("docstrings", _bare_tree), ("private", _public_tree)):
            if all(after is not None and view(before) == view(after) for before, after in pairs):
                return kind
        return "code"


def _tree(content: bytes) -> str:
    return ast.dump(ast.parse(content))


def _bare_tree(content: bytes) -> str:
    return ast.dump(ast.parse(without_docstrings(content)))


def _public_tree(content: bytes) -> str:
    """The public surface: definitions without private ones, and the signatures of these without bodies."""
    shapes = sorted((symbol.about, symbol.shape) for symbol in symbols_in(content, "m").values())
    constants = [ast.dump(node) for node in ast.parse(content).body if isinstance(node, ast.Assign | ast.AnnAssign)]
    return repr((shapes, constants))


@dataclass
class Tally:
    """What was seen in one history."""

    commits: Counter[str] = field(default_factory=Counter)
    with_errors: Counter[str] = field(default_factory=Counter)
    with_reviews: Counter[str] = field(default_factory=Counter)
    codes: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    changed_with: Counter[str] = field(default_factory=Counter)  # findings whose docstring changed in the same commit
    gone: Counter[str] = field(default_factory=Counter)  # findings about what the commit took away
    sections: int = 0
    body_only: Counter[str] = field(default_factory=Counter)
    recall: Counter[str] = field(default_factory=Counter)
    shown: list[str] = field(default_factory=list)

    def add(self, commit: Commit, before: Mapping[str, Symbol], after: Mapping[str, Symbol], found: Sequence[Finding]) -> None:
        """Counts one commit with what was found."""
        kind = commit.kind()
        self.commits[kind] += 1
        self.with_errors[kind] += any(finding.severity == "error" for finding in found)
        self.with_reviews[kind] += any(finding.severity == "review" for finding in found)
        for finding in found:
            about = finding.section.rpartition(":")[2]
            new = after.get(about)
            mark = "gone" if new is None else "together" if new.text != before[about].text else "alone"
            self.codes[kind][finding.code] += 1
            self.changed_with[finding.code] += mark == "together"
            self.gone[finding.code] += mark == "gone"
            self.shown.append(f"{commit.name[:9]} {kind} {mark} {finding.code}: {about}: {finding.message}")
        told = {finding.section.rpartition(":")[2] for finding in found if finding.severity == "error"}
        for about, old in before.items():
            new = after.get(about)
            if new is None or not old.text:
                continue
            if old.shape != new.shape and _surface(old.node) == _surface(new.node):
                self.body_only["changed"] += 1
                self.body_only["told"] += about in told
            if _is_together(old, new) and (named := _named_changes(old, new)):
                self.recall["wanted"] += 1
                self.recall["told"] += about in told
                if about not in told:
                    self.shown.append(f"{commit.name[:9]} {kind} missed: {about}: {', '.join(named)}")

    def table(self) -> str:
        """The numbers of one history."""
        lines = [f"{'commits':<14}{'number':>8}{'errors':>8}{'reviews':>9}"]
        for kind in ("code", *QUIET, "added"):
            if self.commits[kind]:
                numbers = f"{self.commits[kind]:>8}{self.with_errors[kind]:>8}{self.with_reviews[kind]:>9}"
                lines.append(f"{kind:<14}{numbers}")
        lines += ["", f"{'findings':<24}{'number':>8}{'docstring changed too':>24}{'symbol gone':>14}"]
        codes: Counter[str] = sum(self.codes.values(), Counter())
        lines += [
            f"{code:<24}{count:>8}{self.changed_with[code]:>24}{self.gone[code]:>14}" for code, count in codes.most_common()
        ]
        quiet = sum(self.with_errors[kind] for kind in QUIET)
        lines += [
            "",
            f"{self.sections} sections; quiet commits with errors: {quiet} of {sum(self.commits[kind] for kind in QUIET)}",
            f"body-only changes of documented symbols: {self.body_only['changed']}, told as errors: {self.body_only['told']}",
            f"docstring changed with a fact that it names: {self.recall['wanted']}, told: {self.recall['told']}",
        ]
        return "\n".join(lines)


def _is_together(old: Symbol, new: Symbol | None) -> bool:
    return new is not None and old.text != new.text and bool(old.text) and bool(_named_changes(old, new))


def _surface(node: ast.AST) -> str:
    """The signature of a function; of a class, its bases and its initialiser's signature."""
    if isinstance(node, Function):
        return ast.dump(node.args) + repr([ast.dump(item) for item in node.decorator_list]) + type(node).__name__
    members = [item for item in getattr(node, "body", []) if isinstance(item, Function) and item.name == "__init__"]
    return "".join(map(_surface, members)) + repr([ast.dump(base) for base in getattr(node, "bases", [])])


def _named_changes(old: Symbol, new: Symbol) -> list[str]:
    """Parameters that are gone or have another default, and that the old docstring describes with the value."""
    if not isinstance(old.node, Function) or not isinstance(new.node, Function):
        return []
    before, after = _arguments(old.node), _arguments(new.node)
    takes_more = new.node.args.kwarg is not None
    found = [f"{name} is gone" for name in before if name not in after and described(old.text, name) and not takes_more]
    for name, default in before.items():
        if name in after and default and after[name] and default != after[name]:
            words = described(old.text, name)
            if re.search(rf"default\w*\W+(?:\w+\W+)?[`'\"]*{re.escape(default.strip(chr(39)))}(?![\w.]*\w)", words):
                found.append(f"{name}={default} is {after[name]}")
    return found


def _arguments(node: ast.FunctionDef | ast.AsyncFunctionDef) -> dict[str, str]:
    arguments = node.args
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults = [None] * (len(positional) - len(arguments.defaults)) + list(arguments.defaults)
    pairs = [*zip(positional, defaults, strict=True), *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)]
    return {argument.arg: ast.unparse(default) if default else "" for argument, default in pairs if argument.arg != "self"}


def commits_of(repository: Repository, number: int, package: str) -> Iterator[tuple[Commit, str]]:
    """The commits that change modules of the package, with the folder that holds it (`""` or `src/`)."""
    for child, parent in repository.commits(number):
        files, then = repository.files(child), repository.files(parent)
        folder = package or package_in(then)
        if not folder:
            continue
        chosen = [
            {
                path: name
                for path, name in each.items()
                if path.startswith(f"{folder}/") and path.endswith(".py") and is_meant(path, folder)
            }
            for each in (then, files)
        ]
        if chosen[0] == chosen[1]:
            continue
        contents = repository.contents([*chosen[0].values(), *chosen[1].values()])
        before, after = ({path: contents[name] for path, name in each.items()} for each in chosen)
        yield Commit(child, before, after), folder


def is_meant(path: str, folder: str) -> bool:
    """Whether a module is part of what the package's users see, and no test or example."""
    return not _OTHERS.search(path[len(folder) :])


def package_in(files: Mapping[str, str]) -> str:
    """The folder of the package: the one with the most modules."""
    tops = Counter(
        match[0]
        for path in files
        if (match := re.match(r"(?:src/)?[^/]+(?=/)", path))
        and f"{match[0]}/__init__.py" in files
        and not _OTHERS.search(f"{match[0]}/")
    )
    return tops.most_common(1)[0][0] if tops else ""


def replay(repository: Repository, number: int, package: str, *, together: bool = False) -> Tally:
    """Plays up to so many commits, of all or of those that change a docstring `together` with a fact that it names."""
    tally = Tally()
    for commit, folder in commits_of(repository, number * (30 if together else 3), package):
        if sum(tally.commits.values()) >= number:
            break
        base = "src/" if folder.startswith("src/") else ""
        try:
            before, after = (
                {
                    about: symbol
                    for path in commit.changed
                    if path in side
                    for about, symbol in symbols_in(side[path], _module(path, base)).items()
                }
                for side in (commit.before, commit.after)
            )
            if together and not any(_is_together(old, after.get(about)) for about, old in before.items()):
                continue
            found = _play(commit, before, base, tally)
        except (SyntaxError, ValueError, RecursionError):
            continue  # what today's Python cannot parse
        if found is not None:
            tally.add(commit, before, after, found)
    return tally


def _play(commit: Commit, before: Mapping[str, Symbol], base: str, tally: Tally) -> list[Finding] | None:
    """The findings of one commit; None where nothing could be put under check."""
    told = [symbol for symbol in before.values() if symbol.text and not re.search(r"docgen:|```|~~~|<!--", symbol.text)]
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        (root / ".git").mkdir()
        _write(root, commit.before, commit.changed)
        sections = (f"<!-- docgen:section passage of={symbol.about} -->\n{symbol.text}\n<!-- docgen:end -->" for symbol in told)
        page = root / "page.md"
        page.write_text("# Page\n\n" + "\n\n".join(sections) + "\n", encoding="utf-8")
        if told:
            try:
                track([page], root=root, settings=Settings())
            except InputError:
                return None
        known = {(finding.section, finding.code, finding.fact) for finding in check([page], root=root).findings}
        for path in commit.before.keys() - commit.after.keys():
            (root / path).unlink()
        _write(root, commit.after, [path for path in commit.after if commit.before.get(path) != commit.after[path]])
        tally.sections += len(told)
        found = check([page], root=root).findings
    return [finding for finding in found if (finding.section, finding.code, finding.fact) not in known]


def _write(root: Path, files: Mapping[str, bytes], bare: Sequence[str]) -> None:
    """Writes the modules; those that change without their docstrings."""
    for path, content in files.items():
        target = root / path
        if path in bare or not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(without_docstrings(content) if path in bare else content)


def _module(path: str, base: str) -> str:
    parts = path.removeprefix(base).removesuffix(".py").split("/")
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def main() -> int:
    """Plays the histories and prints a table for each."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("repositories", nargs="+", type=Path, metavar="REPOSITORY")
    parser.add_argument("--commits", type=int, default=100)
    parser.add_argument("--package", default="", help="the package's folder; by default the one with the most modules")
    parser.add_argument("--together", action="store_true", help="only commits that change a docstring with a fact it names")
    parser.add_argument("--show", action="store_true", help="print every finding, and what was missed")
    options = parser.parse_args()
    for path in options.repositories:
        start = time.perf_counter()
        tally = replay(Repository(path), options.commits, options.package, together=options.together)
        print(f"== {path}: {sum(tally.commits.values())} commits in {time.perf_counter() - start:.0f} s")
        print(tally.table())
        if options.show:
            print("\n".join(tally.shown))
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
