"""How many broken facts `docgen check` finds, and how often it cries wolf: real modules, changed one fact at a time.

In: folders of packages. Out: recall by kind of mutant, of those whose fact the documentation states, and false alarms by kind
of neutral edit. Each module is copied into a repository of its own, its docstrings and a table of its constants become a
tracked document, and the real check runs after every change. Whether a fact is stated plain searches tell, and not the
extractor that is being measured. Modules are taken from the packages in turn until every kind has as many stated mutants as
were asked for.

    python benchmarks/mutations.py [--each N] [--kind KIND] [--neutral N] [--seed N] [--show] PACKAGE_FOLDER...
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from mutants import Documented, Mutant, constants_of, documented, mutants_of
from neutral import EDITS

from docgen.check import check
from docgen.report import Finding, InputError
from docgen.settings import Settings
from docgen.track import track

_LARGEST = 60_000  # bytes of a module: larger ones would take most of the time
_MOST_OF_MODULE = 3  # mutants of a kind
_MOST_OF_PACKAGE = 0.15  # of the stated mutants of a kind
KINDS = (
    "default",
    "parameter renamed",
    "parameter removed",
    "raise removed",
    "raise added",
    "constant",
    "deprecation",
    "import path",
)
_FEWER_UNSTATED = 4  # stated mutants for each that is not
_FEWEST = 2  # documented functions of a module worth a repository


@dataclass(frozen=True)
class Draft:
    """One module with what documents it, before anything is written."""

    name: str
    source: bytes
    functions: list[Documented]

    @classmethod
    def of(cls, path: Path) -> Draft | None:
        """The module at `path`; None where it has too little to say."""
        name = path.stem if path.stem != "__init__" else path.parent.name
        name = name if name.isidentifier() else "module"
        try:
            source, functions = documented(path.read_bytes(), name)
            constants = constants_of(source, name)
        except (SyntaxError, ValueError, RecursionError):
            return None
        functions += [constants] if constants is not None else []
        return cls(name, source, functions) if len(functions) >= _FEWEST else None


@dataclass
class Module:
    """One module in a repository of its own, with its docstrings as a tracked document."""

    root: Path
    name: str
    source: bytes
    functions: list[Documented]
    document: Path
    known: frozenset[tuple[str, str]] = frozenset()
    untouched: list[Finding] = field(default_factory=list)  # what is found before anything has changed

    @classmethod
    def of(cls, draft: Draft, root: Path) -> Module | None:
        """A module put under check below `root`; None where it cannot be tracked."""
        (root / ".git").mkdir()
        (root / draft.name).mkdir()
        document = root / "page.md"
        sections = "\n\n".join(
            f"<!-- docgen:section passage of={function.about} -->\n{function.text}\n<!-- docgen:end -->"
            for function in draft.functions
        )
        document.write_text(f"# Page\n\n{sections}\n", encoding="utf-8")
        module = cls(root, draft.name, draft.source, draft.functions, document)
        module.put(draft.source)
        try:
            track([document], root=root, settings=Settings())
        except InputError:
            return None
        module.untouched = module.findings()
        module.known = frozenset((finding.section, finding.code) for finding in module.untouched)
        return module

    def put(self, source: bytes) -> None:
        """Makes `source` the text of the module."""
        (self.root / self.name / "__init__.py").write_bytes(source)

    def findings(self) -> list[Finding]:
        """What the check says of the document that it did not say of the module as it was."""
        found = check([self.document], root=self.root, settings=Settings()).findings
        return [finding for finding in found if (finding.section, finding.code) not in self.known]

    def after(self, source: bytes) -> list[Finding]:
        """What the check says after a change."""
        self.put(source)
        return self.findings()


@dataclass
class Score:
    """What was tried and found so far, by kind."""

    tried: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    beside: Counter[str] = field(default_factory=Counter)  # findings in sections about other functions
    silent: Counter[str] = field(default_factory=Counter)  # mutants of facts that are not stated: tried
    louder: Counter[str] = field(default_factory=Counter)  # and told as errors all the same
    neutral: Counter[str] = field(default_factory=Counter)
    alarms: Counter[str] = field(default_factory=Counter)
    packages: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    shown: list[str] = field(default_factory=list)

    def add_mutant(self, mutant: Mutant, findings: Sequence[Finding], package: str) -> None:
        """Counts one mutant with what was found."""
        own = [finding for finding in findings if finding.section.endswith(f":{mutant.about}")]
        errors = [finding for finding in own if finding.severity == "error"]
        if mutant.stated:
            self.packages[mutant.kind].add(package)
            self.tried[mutant.kind] += 1
            self.found[mutant.kind] += bool(errors)
            if not errors:
                self.shown.append(f"missed    {mutant.kind}: {mutant.about}: {mutant.what}")
        else:
            self.silent[mutant.kind] += 1
            self.louder[mutant.kind] += bool(errors)
            if errors:
                self.shown.append(f"unstated  {mutant.kind}: {mutant.about}: {mutant.what}: {errors[0].message}")
        for finding in findings:
            if (
                finding not in own
                and finding.severity == "error"
                and f"`{mutant.about.rpartition('.')[2]}" not in finding.message
            ):
                self.beside[mutant.kind] += 1
                self.shown.append(f"beside    {mutant.kind}: {mutant.about}: {mutant.what}: {finding.message}")

    def add_neutral(self, kind: str, findings: Sequence[Finding]) -> None:
        """Counts one neutral edit with what was found."""
        self.neutral[kind] += 1
        self.alarms[kind] += bool(findings)
        self.shown += [f"alarm     {kind}: {finding.section}: {finding.message}" for finding in findings[:3]]

    def table(self) -> str:
        """The numbers, a line for each kind."""
        lines = [
            f"{'mutants':<22}{'stated':>8}{'found':>8}{'recall':>9}{'packages':>10}{'unstated':>10}{'told':>6}{'beside':>8}"
        ]
        for kind in [*sorted(self.tried | self.silent), "all"]:
            tried, found = _of(self.tried, kind), _of(self.found, kind)
            silent, louder, beside = _of(self.silent, kind), _of(self.louder, kind), _of(self.beside, kind)
            share = f"{found / tried:.1%}" if tried else "-"
            places = len(self.packages[kind] if kind != "all" else set().union(*self.packages.values()))
            lines.append(f"{kind:<22}{tried:>8}{found:>8}{share:>9}{places:>10}{silent:>10}{louder:>6}{beside:>8}")
        lines += ["", f"{'neutral edits':<22}{'tried':>8}{'alarms':>8}"]
        for kind in [*sorted(self.neutral), "all"]:
            lines.append(f"{kind:<22}{_of(self.neutral, kind):>8}{_of(self.alarms, kind):>8}")
        return "\n".join(lines)


def _of(counts: Counter[str], kind: str) -> int:
    return counts.total() if kind == "all" else counts[kind]


def _modules(package: Path, draw: random.Random) -> Iterator[Path]:
    """The modules of a package that are neither tests nor too large, in an order of chance."""
    files = [
        path
        for path in sorted(package.rglob("*.py"))
        if path.stat().st_size <= _LARGEST and not {"tests", "test", "testing"} & set(path.relative_to(package).parts)
    ]
    draw.shuffle(files)
    yield from files


@dataclass
class Quota:
    """How many mutants of each kind are still wanted, stated and not, and how many a package may still give."""

    each: int
    score: Score
    kinds: Sequence[str] = KINDS
    given: Counter[tuple[str, str, bool]] = field(default_factory=Counter)

    def wants(self, package: str, mutant: Mutant) -> bool:
        """Whether a mutant of this kind is wanted, of this package."""
        if mutant.kind not in self.kinds:
            return False
        tried, wanted = (
            (self.score.tried, self.each) if mutant.stated else (self.score.silent, max(1, self.each // _FEWER_UNSTATED))
        )
        return tried[mutant.kind] < wanted and self.given[package, mutant.kind, mutant.stated] < max(
            _MOST_OF_MODULE, wanted * _MOST_OF_PACKAGE
        )

    def chosen(self, package: str, mutants: Sequence[Mutant], draw: random.Random) -> list[Mutant]:
        """Those of a module that are wanted, a few of each kind."""
        by_kind: dict[tuple[str, bool], list[Mutant]] = defaultdict(list)
        for mutant in mutants:
            if self.wants(package, mutant):
                by_kind[mutant.kind, mutant.stated].append(mutant)
        return [mutant for group in by_kind.values() for mutant in draw.sample(group, min(len(group), _MOST_OF_MODULE))]

    @property
    def is_met(self) -> bool:
        """Whether every kind has enough."""
        return all(self.score.tried[kind] >= self.each for kind in self.kinds)


def run(packages: Sequence[Path], each: int, neutral: int, seed: int, kinds: Sequence[str] = KINDS) -> Score:
    """Tries so many stated mutants of each kind, and about so many neutral edits, module by module of the packages in turn."""
    score = Score()
    quota = Quota(each, score, kinds)
    draws = {package: random.Random(f"{seed} {package.name}") for package in packages}
    waiting = {package: _modules(package, draws[package]) for package in packages}
    left = neutral
    while waiting and not (quota.is_met and left <= 0):
        for package, modules in list(waiting.items()):
            path = next(modules, None)
            if path is None:
                del waiting[package]
                continue
            left -= _play(path, package.name, quota, draws[package], quiet=left > 0)
    return score


def _play(path: Path, package: str, quota: Quota, draw: random.Random, *, quiet: bool) -> int:
    """Tries what is wanted of one module; returns how many neutral edits there were."""
    draft = Draft.of(path)
    mutants = quota.chosen(package, list(mutants_of(draft.source, draft.functions)), draw) if draft is not None else []
    if draft is None or not (mutants or quiet):
        return 0
    with tempfile.TemporaryDirectory() as folder:
        module = Module.of(draft, Path(folder))
        if module is None:
            return 0
        for mutant in mutants:
            if quota.wants(package, mutant):
                quota.given[package, mutant.kind, mutant.stated] += 1
                quota.score.add_mutant(mutant, module.after(mutant.source), package)
        edits = list(EDITS.items()) if quiet else []
        tried = 0
        for kind, edit in edits:
            edited = edit(module.source, module.document.read_text(encoding="utf-8"))
            if edited is not None and edited != module.source:
                quota.score.add_neutral(kind, module.after(edited))
                tried += 1
        return tried


def main() -> int:
    """Runs the benchmark and prints its table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("packages", nargs="+", type=Path, metavar="PACKAGE_FOLDER")
    parser.add_argument("--each", type=int, default=125, help="stated mutants of each of the eight kinds")
    parser.add_argument("--kind", action="append", choices=KINDS, help="only this kind; may come more than once")
    parser.add_argument("--neutral", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--show", action="store_true", help="print every missed mutant and every false alarm")
    options = parser.parse_args()
    start = time.perf_counter()
    score = run(options.packages, options.each, options.neutral, options.seed, options.kind or KINDS)
    print(f"seed {options.seed}, {len(options.packages)} packages, {time.perf_counter() - start:.0f} s")
    print(score.table())
    if options.show:
        print("\n".join(score.shown))
    return 0


if __name__ == "__main__":
    sys.exit(main())
