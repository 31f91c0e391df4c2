"""A project's history played through its documents: READMEs, Markdown, reStructuredText and notebooks.

In: git repositories. Out: verdicts by kind of commit, what became of the lines that were flagged, and what was missed. Along
the first parents of a branch, the documents of each commit's parent are tracked against the parent's code, as people would have
done, and checked against the child's. A flagged line that a later commit changes or deletes was worth a look; one that stands
to this day may be a false alarm, or a fault that nobody has seen.

    python benchmarks/replay_documents.py REPOSITORY... [--package FOLDER] [--last N] [--show]
"""

from __future__ import annotations

import argparse
import ast
import gc
import itertools
import re
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from pathlib import Path

from mutants import Function
from replay import QUIET, Commit, Repository, is_meant, package_in

from docgen.cache import Cache
from docgen.check import check
from docgen.report import Finding, InputError
from docgen.settings import Settings
from docgen.track import track

_DOCUMENTS = re.compile(r"(?:README\.(?:md|rst)|docs?/.*\.(?:md|rst|ipynb))", re.I)
_HISTORY = re.compile(r"(?:^|/)[^/]*(?:change|history|news|release|whatsnew|upgrad|migrat)[^/]*(?:/|$)", re.I)
_METADATA = ("pyproject.toml", "setup.cfg", "setup.py")
_DAY = 86400


@dataclass(frozen=True)
class Step:
    """One commit of the branch: the files of its parent and its own, by path, as names of their contents."""

    commit: str
    day: float
    before: Mapping[str, str]
    after: Mapping[str, str]


@dataclass
class Flagged:
    """One finding, with the line it stands on; `fate` is what became of that line: mended in the same commit, `days` later, or
    never, or its document was deleted."""

    step: Step
    kind: str
    finding: Finding
    line: str
    fate: str = "stands"
    days: float = 0.0


@dataclass
class Tally:
    """What was seen in one history."""

    commits: Counter[str] = field(default_factory=Counter)
    with_errors: Counter[str] = field(default_factory=Counter)
    flagged: list[Flagged] = field(default_factory=list)
    documents: int = 0
    facts: int = 0
    wanted: int = 0
    told: int = 0
    missed: list[str] = field(default_factory=list)

    def table(self) -> str:
        """The numbers of one history."""
        lines = [f"{'commits':<14}{'number':>8}{'with errors':>13}"]
        lines += [
            f"{kind:<14}{self.commits[kind]:>8}{self.with_errors[kind]:>13}"
            for kind in ("code", "metadata", *QUIET, "added")
            if self.commits[kind]
        ]
        fates: dict[str, Counter[str]] = defaultdict(Counter)
        for item in self.flagged:
            fates[item.finding.code][item.fate] += 1
        lines += ["", f"{'findings':<24}{'number':>8}{'mended with it':>16}{'later':>8}{'deleted':>9}{'stands':>8}"]
        for code, counts in sorted(fates.items(), key=lambda pair: -pair[1].total()):
            told = f"{counts['together']:>16}{counts['later']:>8}{counts['deleted']:>9}{counts['stands']:>8}"
            lines.append(f"{code:<24}{counts.total():>8}{told}")
        later = sorted(item.days for item in self.flagged if item.fate == "later")
        quiet = sum(self.with_errors[kind] for kind in QUIET)
        lines += [
            "",
            f"{self.documents} documents tracked, {self.facts} facts on record, counted anew at each commit",
            f"quiet commits with errors: {quiet} of {sum(self.commits[kind] for kind in QUIET)}",
            f"mended later: after {later[len(later) // 2]:.0f} days in the middle" if later else "mended later: none",
            f"lines that a commit took out and that name what it took away: {self.wanted}, told: {self.told}",
        ]
        return "\n".join(lines)


def steps_of(repository: Repository, package: str, last: int) -> Iterator[Step]:
    """The commits of the branch that change the package, oldest first; the `last` so many where that is not 0."""
    folder = package or package_in(repository.files("HEAD"))
    names = (folder, folder.removeprefix("src/"), f"src/{folder.removeprefix('src/')}")
    lines = repository.text("log", "--first-parent", "--format=%H %P %ct", "HEAD", "--", *dict.fromkeys(names)).split("\n")
    found = [line.split() for line in lines if len(line.split()) >= 3]
    for child, parent, *_, day in reversed(found[:last] if last else found):
        before, after = repository.files(parent, _kept), repository.files(child, _kept)
        here = next((name for name in names if f"{name}/__init__.py" in before), "")
        if here:
            yield Step(child, float(day) / _DAY, _chosen(before, here), _chosen(after, here))


def _kept(path: str) -> bool:
    return path.endswith(".py") or path in _METADATA or _DOCUMENTS.fullmatch(path) is not None


def _chosen(files: Mapping[str, str], folder: str) -> dict[str, str]:
    """The modules of the package, its metadata, and the documents that are no history."""
    return {
        path: name
        for path, name in files.items()
        if (path.endswith(".py") and path.startswith(f"{folder}/") and is_meant(path, folder))
        or path in _METADATA
        or (_DOCUMENTS.fullmatch(path) and not _HISTORY.search(path))
    }


@dataclass
class Player:
    """Plays one history in a folder of its own, of which only what differs is written again."""

    repository: Repository
    root: Path
    cache: Cache
    tally: Tally = field(default_factory=Tally)
    there: dict[str, bytes] = field(default_factory=dict)

    def play(self, step: Step) -> None:
        """One commit: the parent's documents tracked, and checked against the child's code."""
        contents = self.repository.contents([*step.before.values(), *step.after.values()])
        before, after = ({path: contents[name] for path, name in files.items()} for files in (step.before, step.after))
        documents = {path for path in before if not path.endswith(".py") and path not in _METADATA}
        self._close(step, after)
        self._put(before)
        self._track(sorted(documents))
        self._put(
            {path: content for path, content in after.items() if path not in documents and not _is_document(path)}, documents
        )
        found = [finding for finding in check(root=self.root, cache=self.cache).findings if finding.verdict != "contradicted"]
        kind = _kind(step, before, after)
        self.tally.commits[kind] += 1
        errors = [finding for finding in found if finding.severity == "error"]
        self.tally.with_errors[kind] += bool(errors)
        for finding in errors:
            self._flag(step, kind, finding, after)
        self._count_missed(step, before, after, errors)

    def _track(self, documents: Sequence[str]) -> None:
        """Puts the documents under check; those that cannot be are left out."""
        groups = [documents] if documents else []
        for group in groups:
            try:
                report = track([self.root / path for path in group], root=self.root, settings=Settings(), cache=self.cache)
            except InputError:
                groups += [[path] for path in group] if len(group) > 1 else []
                continue
            self.tally.documents += int(str(report.summary["documents"]))
            self.tally.facts += sum(map(int, re.findall(r"(\d+) facts? asserted", report.table)))

    def _put(self, files: Mapping[str, bytes], left: Set[str] = frozenset()) -> None:
        """Makes the folder hold these files, the ledgers of before aside; those of `left` stay as they are."""
        for path in [path for path in self.there if path not in files and path not in left]:
            (self.root / path).unlink(missing_ok=True)
            del self.there[path]
        for path, content in files.items():
            target = self.root / path
            if self.there.get(path) != content or not target.exists() or _is_document(path):
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content)
                self.there[path] = content

    def _flag(self, step: Step, kind: str, finding: Finding, after: Mapping[str, bytes]) -> None:
        lines = (self.root / finding.path).read_text(encoding="utf-8", errors="replace").split("\n")
        line = _told_on(lines, finding)
        item = Flagged(step, kind, finding, line)
        if finding.path not in after:
            item.fate = "deleted"
        elif line.encode() not in after[finding.path]:
            item.fate = "together"
        self.tally.flagged.append(item)

    def _close(self, step: Step, after: Mapping[str, bytes]) -> None:
        """Looks whether this commit changes lines that were flagged before."""
        for item in self.tally.flagged:
            if item.fate == "stands":
                content = after.get(item.finding.path)
                if content is None or item.line.encode() not in content:
                    item.fate = "deleted" if content is None else "later"
                    item.days = step.day - item.step.day

    def _count_missed(
        self, step: Step, before: Mapping[str, bytes], after: Mapping[str, bytes], found: Sequence[Finding]
    ) -> None:
        """Lines of documents that the commit itself takes out and that name what it takes out of the code."""
        gone = _gone(before, after)
        for path, content in before.items() if gone else ():
            if not _is_document(path) or path not in after:
                continue
            new = set(after[path].decode(errors="replace").split("\n"))
            for line in content.decode(errors="replace").split("\n"):
                named = gone & set(re.findall(r"(?<=[`.(~])[A-Za-z_]\w+", line)) if line not in new else set()
                if named:
                    self.tally.wanted += 1
                    words = " ".join(str(finding) for finding in found if finding.path == path)
                    if any(name in words for name in named):
                        self.tally.told += 1
                    else:
                        self.tally.missed.append(
                            f"{step.commit[:9]} missed: {path}: {', '.join(sorted(named))}: {line.strip()[:150]}"
                        )


def _told_on(lines: Sequence[str], finding: Finding) -> str:
    """The line of a document that a finding is about. The marker that tracking put there is nobody's to mend: for it stands the
    first line below that names what the finding is about, or the first at all."""
    below = lines[max(finding.line - 1, 0) :]
    if not below or "docgen:section" not in below[0]:
        return below[0].strip() if below else ""
    inside = list(itertools.takewhile(lambda line: "docgen:end" not in line, below[1:]))
    name = str(finding.old).rpartition(".")[2]
    named = (line for line in inside if name in line)
    return next(named, next(filter(str.strip, inside), "")).strip()


def _is_document(path: str) -> bool:
    return _DOCUMENTS.fullmatch(path) is not None


def _kind(step: Step, before: Mapping[str, bytes], after: Mapping[str, bytes]) -> str:
    if any(before.get(name) != after.get(name) for name in _METADATA):
        return "metadata"
    modules = [{path: content for path, content in side.items() if path.endswith(".py")} for side in (before, after)]
    try:
        return Commit(step.commit, *modules).kind()
    except (SyntaxError, ValueError, RecursionError):
        return "code"


def _gone(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> set[str]:
    """The public names of definitions and parameters that a commit takes out of the package."""
    changed = [path for path, content in before.items() if path.endswith(".py") and after.get(path) != content]
    left = b"\n".join(content for path, content in after.items() if path.endswith(".py"))
    found = {name for path in changed for name in _names(before[path])}
    return {name for name in found if re.search(rb"\b" + name.encode() + rb"\b", left) is None}


def _names(content: bytes) -> set[str]:
    """The public names that a module defines, and those of their parameters; what is short stands in every text."""
    try:
        tree = ast.parse(content)
    except (SyntaxError, ValueError, RecursionError):
        return set()
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, Function | ast.ClassDef):
            found.add(node.name)
        if isinstance(node, Function):
            found |= {argument.arg for argument in [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]}
    return {name for name in found if len(name) > 3 and not name.startswith("_")}


def replay(repository: Repository, package: str, last: int, seconds: float) -> Tally:
    """Plays a history, as far as it gets in so many seconds."""
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as kept:
        (Path(folder) / ".git").mkdir()
        player = Player(repository, Path(folder), Cache(Path(kept)))
        for step in steps_of(repository, package, last):
            if time.monotonic() - start > seconds:
                break
            player.play(step)
            gc.collect()  # reading pauses the collector, and what is read of one commit would be kept for all
        return player.tally


def main() -> int:
    """Plays the histories and prints a table for each."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("repositories", nargs="+", type=Path, metavar="REPOSITORY")
    parser.add_argument("--package", default="", help="the package's folder; by default the one with the most modules")
    parser.add_argument("--last", type=int, default=0, help="only the latest so many commits")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="stop a history after so long")
    parser.add_argument("--show", action="store_true", help="print every finding, and what was missed")
    options = parser.parse_args()
    for path in options.repositories:
        start = time.perf_counter()
        tally = replay(Repository(path), options.package, options.last, options.seconds)
        print(f"== {path}: {sum(tally.commits.values())} commits in {time.perf_counter() - start:.0f} s")
        print(tally.table())
        for item in tally.flagged if options.show else ():
            print(f"{item.step.commit[:9]} {item.kind} {item.fate} {item.days:.0f} d: {item.finding}\n      {item.line[:200]}")
        if options.show:
            print("\n".join(tally.missed))
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
