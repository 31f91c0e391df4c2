"""What documents may speak of: the symbols of packages and the models, found by the names that people use for them.

In: facts in groups, those nearest to a document first. Out: the `Entry` that a name means, or nothing where it might mean two.
`Names` is what a package holds without its facts, small enough to keep for every package of a build. A section tied to the
wrong symbol teaches falsehoods, so every rule here would rather find nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property

from docgen.facts import Entry, Facts, Subject
from docgen.later import Frozen

MODULES = frozenset({"module", "package"})


class Names(Frozen):
    """The names of one package or model. `kinds` has the kind of each thing that `load` gives an entry for; `others` has
    further paths by which code reaches them: what a package passes on, and the attributes and constants of classes and
    modules."""

    subject: Subject
    kinds: Mapping[str, str]
    others: Mapping[str, str]
    load: Callable[[str], Entry | None]

    @classmethod
    def of(cls, facts: Facts) -> Names:
        """The names in `facts`, which stays loaded."""
        kinds = {entry.about: str(entry.get("kind", facts.subject.kind)) for entry in facts}
        return cls(facts.subject, kinds, dict(_others(facts, kinds)), facts.get)

    def find(self, path: str) -> str | None:
        """What exactly `path` reaches; a member that a known class does not define itself means the class."""
        if path in self.kinds:
            return path
        if path in self.others:
            return self.others[path]
        outer, _, last = path.rpartition(".")
        above = self.find(outer) if outer else None
        if above is None:
            return None
        inner = f"{above}.{last}"  # `bank.Client.get`, where `bank` passes `bank.http.Client` on
        return inner if inner in self.kinds else above if self.kinds[above] == "class" else None

    def ending(self, name: str) -> list[str]:
        """Everything whose path ends in the dotted `name`."""
        return [about for about in self._by_last.get(name.rpartition(".")[2], ()) if about.endswith(f".{name}")]

    def is_top(self, about: str) -> bool:
        """Whether `about` is a function or class that stands in a module, not inside of a class."""
        return self.kinds[about] not in MODULES and self.kinds.get(about.rpartition(".")[0]) in MODULES

    @cached_property
    def roots(self) -> frozenset[str]:
        """The first parts of all paths: the names that `import` takes. Empty for a model."""
        return frozenset(about.partition(".")[0] for about in self.kinds) if self.subject.kind == "api" else frozenset()

    @cached_property
    def _by_last(self) -> Mapping[str, Sequence[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for about in self.kinds:
            found[about.rpartition(".")[2]].append(about)
        return found


def _others(facts: Facts, kinds: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Paths that are no entry of their own, with what they reach."""
    tops: dict[str, list[Entry]] = defaultdict(list)
    for entry in facts:
        outer, _, last = entry.about.rpartition(".")
        if kinds.get(outer) in MODULES and kinds[entry.about] not in MODULES:
            tops[last].append(entry)
    for entry in facts:
        for name in entry.strings("members") if kinds[entry.about] in MODULES else ():
            path = f"{entry.about}.{name}"
            if path not in kinds and (origin := _origin(entry, name, tops.get(name, ()))):
                yield path, origin
        for fact in (*entry.under("attributes"), *entry.under("constants")):
            name = fact.name.split(".")[1] if "." in fact.name else ""
            if name and f"{entry.about}.{name}" not in kinds:
                yield f"{entry.about}.{name}", entry.about
        for name in entry.strings("attributes"):
            yield f"{entry.about}.{name}", entry.about


def _origin(module: Entry, name: str, candidates: Sequence[Entry]) -> str:
    """Where the member `name` that `module` passes on is defined: the only one of that name, or the only one that is described
    in the same words; below the module before elsewhere."""
    below = [entry for entry in candidates if entry.about.startswith(f"{module.about}.")]
    for found in (below, candidates):
        if len(found) == 1:
            return found[0].about
        described = [entry for entry in found if (doc := module.get(f"members.{name}")) and entry.get("doc") == doc]
        if len(described) == 1:
            return described[0].about
    return ""


class Subjects(Frozen):
    """What a document may speak of: facts, or names with facts behind them, in groups, those nearest to the document first."""

    groups: tuple[tuple[Facts | Names, ...], ...]

    @cached_property
    def names(self) -> tuple[tuple[Names, ...], ...]:
        """The groups by name."""
        return tuple(tuple(one if isinstance(one, Names) else Names.of(one) for one in group) for group in self.groups)

    @cached_property
    def nearest(self) -> tuple[Names, ...]:
        """The packages in which a name may stand for itself: those of the nearest group that has any, if it is but one."""
        groups = [[one for one in group if one.roots] for group in self.names]
        first = next((group for group in groups if group), [])
        return tuple(first) if len(first) == 1 else ()

    def get(self, about: str) -> Entry | None:
        """The entry for exactly `about`."""
        return next((one.load(about) for group in self.names for one in group if about in one.kinds), None)

    def kind(self, about: str) -> str:
        """The kind of what `about` names exactly; empty where nothing is."""
        return next((one.kinds[about] for group in self.names for one in group if about in one.kinds), "")

    def find(self, path: str) -> str | None:
        """What exactly `path` reaches, by its own path or one by which a package passes it on."""
        root = path.partition(".")[0]
        found = (one.find(path) for group in self.names for one in group if root in one.roots)
        return next((about for about in found if about is not None), None)

    def reached(self, path: str) -> Entry | None:
        """The entry of what exactly `path` reaches."""
        about = self.find(path)
        return self.get(about) if about is not None else None

    def knows_package(self, name: str) -> bool:
        """Whether `name` is a package's own name."""
        return any(name in one.roots for group in self.names for one in group)

    def named(self, name: str, scope: Sequence[str] = ()) -> Entry | None:
        """The entry that a heading `name` below the headings `scope` (outermost first) means: by its whole name in any group,
        else the only one of the nearest group that ends in it."""
        joined = [".".join((*scope[start:], name)) for start in range(len(scope))]
        whole = [name, *joined, *(f"{outer}.{name}" for outer in reversed(scope)), name.rpartition("/")[2]]
        for path in whole:
            if (entry := self.get(path)) is not None:
                return entry
        for path in whole:
            if (about := self._passed_on(path)) is not None:
                return self.get(about)
        return next((entry for end in (*joined, name) for group in self.names if (entry := _ending(end, group))), None)

    def _passed_on(self, path: str) -> str | None:
        """What `path` reaches through a package that passes it on."""
        about = self.find(path) if "." in path else None
        return about if about is not None and about.rpartition(".")[2] == path.rpartition(".")[2] else None

    @cached_property
    def only_model(self) -> Entry | None:
        """The model whose folder the document lies in."""
        models = [one for one in next(iter(self.names), ()) if one.subject.kind == "model"]
        abouts = [(one, about) for one in models for about in one.kinds]
        return abouts[0][0].load(abouts[0][1]) if len(abouts) == 1 else None


def _ending(name: str, group: Sequence[Names]) -> Entry | None:
    """The only entry of a group whose name ends in `name`; `pkg.load` also finds `pkg.rates.load`, which `pkg` may pass on."""
    package, _, last = name.partition(".")
    for end, start in ((name, ""), (last, f"{package}.")):
        found = [(one, about) for one in group for about in one.ending(end) if about.startswith(start)] if end else []
        if len(found) == 1:
            return found[0][0].load(found[0][1])
    return None
