"""How many broken facts `docgen check` finds, and how often it cries wolf: real modules, changed one fact at a time.

In: folders of packages. Out: recall by kind of mutant, of those whose fact the documentation states, and false alarms by kind
of neutral edit. Each module is copied into a repository of its own, its docstrings become a tracked document, and the real
check runs after every change. Whether a fact is stated plain searches tell, and not the extractor that is being measured.

    python benchmarks/mutations.py [--mutants N] [--neutral N] [--seed N] [--show] PACKAGE_FOLDER...
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

from mutants import Documented, Mutant, documented, mutants_of
from neutral import EDITS

from docgen.check import check
from docgen.report import Finding, InputError
from docgen.settings import Settings
from docgen.track import track

_LARGEST = 60_000  # bytes of a module: larger ones would take most of the time
_EASY = {"deprecation": 1, "import path": 1}  # kinds that every function has: so many of a module at most
_FEWEST = 2  # documented functions of a module worth a repository


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
    def of(cls, path: Path, root: Path) -> Module | None:
        """The module at `path` put under check below `root`; None where it has too little to say, or cannot be tracked."""
        name = path.stem if path.stem != "__init__" else path.parent.name
        name = name if name.isidentifier() else "module"
        try:
            source, functions = documented(path.read_bytes(), name)
        except (SyntaxError, ValueError, RecursionError):
            return None
        if len(functions) < _FEWEST:
            return None
        (root / ".git").mkdir()
        (root / name).mkdir()
        document = root / "page.md"
        sections = "\n\n".join(
            f"<!-- docgen:section passage of={function.about} -->\n{function.text}\n<!-- docgen:end -->"
            for function in functions
        )
        document.write_text(f"# Page\n\n{sections}\n", encoding="utf-8")
        module = cls(root, name, source, functions, document)
        module.put(source)
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
    shown: list[str] = field(default_factory=list)

    def add_mutant(self, module: Module, mutant: Mutant, findings: Sequence[Finding]) -> None:
        """Counts one mutant with what was found."""
        own = [finding for finding in findings if finding.section.endswith(f":{mutant.about}")]
        errors = [finding for finding in own if finding.severity == "error"]
        if mutant.stated:
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

    def add_neutral(self, module: Module, kind: str, findings: Sequence[Finding]) -> None:
        """Counts one neutral edit with what was found."""
        self.neutral[kind] += 1
        self.alarms[kind] += bool(findings)
        self.shown += [f"alarm     {kind}: {finding.section}: {finding.message}" for finding in findings[:3]]

    def table(self) -> str:
        """The numbers, a line for each kind."""
        lines = [f"{'mutants':<22}{'stated':>8}{'found':>8}{'recall':>9}{'unstated':>10}{'told':>6}{'beside':>8}"]
        for kind in [*sorted(self.tried | self.silent), "all"]:
            tried, found = _of(self.tried, kind), _of(self.found, kind)
            silent, louder, beside = _of(self.silent, kind), _of(self.louder, kind), _of(self.beside, kind)
            share = f"{found / tried:.1%}" if tried else "-"
            lines.append(f"{kind:<22}{tried:>8}{found:>8}{share:>9}{silent:>10}{louder:>6}{beside:>8}")
        lines += ["", f"{'neutral edits':<22}{'tried':>8}{'alarms':>8}"]
        for kind in [*sorted(self.neutral), "all"]:
            lines.append(f"{kind:<22}{_of(self.neutral, kind):>8}{_of(self.alarms, kind):>8}")
        return "\n".join(lines)


def _of(counts: Counter[str], kind: str) -> int:
    return counts.total() if kind == "all" else counts[kind]


def _chosen(mutants: Sequence[Mutant], number: int, draw: random.Random) -> list[Mutant]:
    """About `number` stated mutants, the kinds in turn, and a quarter as many of facts that are not stated."""
    by_kind: dict[tuple[bool, str], list[Mutant]] = defaultdict(list)
    for mutant in mutants:
        by_kind[mutant.stated, mutant.kind].append(mutant)
    for (_, kind), group in by_kind.items():
        draw.shuffle(group)
        del group[_EASY.get(kind, len(group)) :]
    found: list[Mutant] = []
    for stated, most in ((True, number), (False, max(1, number // 4))):
        groups = [group for (told, _), group in sorted(by_kind.items()) if told == stated]
        taken = 0
        while taken < most and any(groups):
            for group in groups:
                if group and taken < most:
                    found.append(group.pop())
                    taken += 1
    return found


def _modules(package: Path, draw: random.Random) -> Iterator[Path]:
    """The modules of a package that are neither tests nor too large, in an order of chance."""
    files = [
        path
        for path in sorted(package.rglob("*.py"))
        if path.stat().st_size <= _LARGEST and not {"tests", "test", "testing"} & set(path.relative_to(package).parts)
    ]
    draw.shuffle(files)
    yield from files


def run(packages: Sequence[Path], mutants: int, neutral: int, seed: int) -> Score:
    """Tries about so many mutants and neutral edits, shared evenly between the packages."""
    score = Score()
    for package in packages:
        draw = random.Random(f"{seed} {package.name}")
        left, quiet = mutants // len(packages), neutral // len(packages)
        for path in _modules(package, draw):
            if left <= 0 and quiet <= 0:
                break
            with tempfile.TemporaryDirectory() as folder:
                module = Module.of(path, Path(folder))
                if module is None:
                    continue
                if quiet > 0:
                    score.add_neutral(module, "nothing", module.untouched)
                tried = _chosen(list(mutants_of(module.source, module.functions)), min(left, 14), draw)
                for mutant in tried:
                    score.add_mutant(module, mutant, module.after(mutant.source))
                left -= sum(mutant.stated for mutant in tried)
                for kind, edit in EDITS.items() if quiet > 0 else ():
                    edited = edit(module.source, module.document.read_text(encoding="utf-8"))
                    if edited is not None and edited != module.source:
                        score.add_neutral(module, kind, module.after(edited))
                        quiet -= 1
    return score


def main() -> int:
    """Runs the benchmark and prints its table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("packages", nargs="+", type=Path, metavar="PACKAGE_FOLDER")
    parser.add_argument("--mutants", type=int, default=1000)
    parser.add_argument("--neutral", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--show", action="store_true", help="print every missed mutant and every false alarm")
    options = parser.parse_args()
    start = time.perf_counter()
    score = run(options.packages, options.mutants, options.neutral, options.seed)
    print(f"seed {options.seed}, {', '.join(path.name for path in options.packages)}, {time.perf_counter() - start:.0f} s")
    print(score.table())
    if options.show:
        print("\n".join(score.shown))
    return 0


if __name__ == "__main__":
    sys.exit(main())
