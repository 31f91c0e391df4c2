"""What the facts say of a text: which of its claims hold, and how much of what there is to say it says.

In: texts with the entry they speak of. Out: `ClaimScores` with precision, recall and F1 of all claims and by kind, the counts
they are made of, and `Completeness` against the public facts of a subject and the sections that its template lays out.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from docgen.brief import Brief, exceptions_to_name
from docgen.claims import asserted, verify
from docgen.facts import JSON, Entry
from docgen.metrics.batch import Batch, Pair, Statistics, percentage, ratio
from docgen.metrics.ngrams import Array
from docgen.metrics.texts import normalise
from docgen.support import support

CLAIMS = "docgen.1"
SUPPORT = "docgen.1"
COMPLETENESS = "docgen.1"


@dataclass(frozen=True)
class ClaimCounts:
    """How many different claims hold, are denied by a fact, or stand in no fact."""

    supported: int = 0
    contradicted: int = 0
    unknown: int = 0

    def __add__(self, other: ClaimCounts) -> ClaimCounts:
        return ClaimCounts(
            self.supported + other.supported, self.contradicted + other.contradicted, self.unknown + other.unknown
        )

    @property
    def total(self) -> int:
        """All claims."""
        return self.supported + self.contradicted + self.unknown


@dataclass(frozen=True)
class FactCounts:
    """How many facts a text should state, and how many of them it does."""

    required: int = 0
    covered: int = 0

    def __add__(self, other: FactCounts) -> FactCounts:
        return FactCounts(self.required + other.required, self.covered + other.covered)


@dataclass(frozen=True)
class ClaimScores:
    """Claims by kind, and how many of the `required` facts are `covered`, by group in `facts` too. A share (0 to 100) of
    nothing is None."""

    by_kind: Mapping[str, ClaimCounts] = field(default_factory=dict)
    required: int = 0
    covered: int = 0
    facts: Mapping[str, FactCounts] = field(default_factory=dict)

    @property
    def counts(self) -> ClaimCounts:
        """Claims of all kinds."""
        return sum(self.by_kind.values(), ClaimCounts())

    @property
    def precision(self) -> float | None:
        """Share of the claims that the facts support."""
        return 100 * self.counts.supported / self.counts.total if self.counts.total else None

    @property
    def recall(self) -> float | None:
        """Share of the required facts that the texts state."""
        return 100 * self.covered / self.required if self.required else None

    @property
    def f1(self) -> float | None:
        """Harmonic mean of precision and recall."""
        if self.precision is None or self.recall is None:
            return None
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0

    def of(self, group: str) -> ClaimScores:
        """The part that one of `GROUPS` holds: names, parameters, exceptions, numbers, others."""
        by_kind = {kind: counts for kind, counts in self.by_kind.items() if group_of(kind) == group}
        facts = {name: counts for name, counts in self.facts.items() if name == group}
        total = sum(facts.values(), FactCounts())
        return ClaimScores(by_kind, total.required, total.covered, facts)

    def values(self) -> dict[str, float]:
        """The shares that exist, by metric, and the count of contradicted claims where there is any claim or required fact."""
        shares = {"claims.precision": self.precision, "claims.recall": self.recall, "claims.F1": self.f1}
        known = {name: share for name, share in shares.items() if share is not None}
        return known | {"contradicted": float(self.counts.contradicted)} if known else {}


# The groups that reports count in, with the kinds of claims they hold.
_GROUPS = {
    "names": "name path model",
    "parameters": "parameter default type signature return",
    "exceptions": "raises",
    "numbers": "number metric count constant version",
}
GROUPS = (*_GROUPS, "others")
_GROUP_OF = {kind: group for group, kinds in _GROUPS.items() for kind in kinds.split()}
_GROUP_OF_FACT = {
    "raises": "exceptions",
    "documented_raises": "exceptions",
    "parameters": "parameters",
    "returns": "parameters",
    "signature": "parameters",
    **dict.fromkeys("eval best last test train training lora quantization constants".split(), "numbers"),
    **dict.fromkeys("members bases names base_model license architecture task".split(), "names"),
}


def group_of(kind: str) -> str:
    """The group of a kind of claim."""
    return _GROUP_OF.get(kind, "others")


def group_of_fact(name: str) -> str:
    """The group of a fact, by the first part of its name; a fact of a member (`members.load.raises`) is of its own sort."""
    parts = name.split(".")
    inner = next((part for part in parts[1:] if part in ("raises", "parameters")), parts[0])
    return _GROUP_OF_FACT.get(inner, "others")


def claim_scores(pairs: Sequence[tuple[str, Entry]], required: Sequence[Collection[str]] = ()) -> ClaimScores:
    """Claims of each text against its entry, and the facts it should state.

    Precision = supported / (supported + contradicted + unknown), where a claim that a text repeats counts once.
    Recall = covered / required: `required` has the names of facts for each pair (see `required_facts`); without it those of an
    introduction. A required fact is covered where the text asserts it with its value; an exception (`raises.X`) or a parameter
    (`parameters.X`) is where its name stands as a word, a measurement (`eval.X`) where it is stated under another name of it.
    """
    wanted = required or [required_facts(Brief("introduction", "", entry.about, entry.facts)) for _, entry in pairs]
    return together(_claims(_Text(text, entry), names) for (text, entry), names in zip(pairs, wanted, strict=True))


def covered_facts(text: str, entry: Entry, required: Collection[str]) -> set[str]:
    """The `required` facts that a text states, as `claim_scores` counts them."""
    return _Text(text, entry).covered(required)


@dataclass(frozen=True)
class _Text:
    """A text and the entry it speaks of; what it states is looked for once."""

    text: str
    entry: Entry

    @cached_property
    def stated(self) -> Mapping[str, JSON]:
        """The facts that it asserts, with their values."""
        return asserted(self.text, self.entry)

    def covered(self, required: Collection[str]) -> set[str]:
        """The `required` facts that it states."""
        if not required:
            return set()
        measured = {json.dumps(value) for name, value in self.stated.items() if name.partition(".")[0] in _MEASURED}
        return {
            name
            for name in required
            if name in self.stated or _is_named(name, self.text) or _is_measured(name, self.entry, measured)
        }


def _claims(text: _Text, required: Collection[str]) -> ClaimScores:
    """The claims of one text, one that it repeats counted once, and the facts that it should state."""
    claims = {
        (checked.claim.kind, checked.claim.name, checked.claim.value, checked.verdict)
        for checked in verify(text.text, text.entry)
    }
    times: Counter[tuple[str, str]] = Counter((kind, verdict) for kind, _, _, verdict in claims)
    verdicts = ("supported", "contradicted", "unknown")
    kinds = sorted({kind for kind, _ in times})
    by_kind = {kind: ClaimCounts(*(times[kind, verdict] for verdict in verdicts)) for kind in kinds}
    found = text.covered(required)
    facts: dict[str, FactCounts] = {}
    for name in required:
        group = group_of_fact(name)
        facts[group] = facts.get(group, FactCounts()) + FactCounts(1, name in found)
    total = sum(facts.values(), FactCounts())
    return ClaimScores(by_kind, total.required, total.covered, facts)


_FREE_WORDING = re.compile(r"^(?:(?:names|imports|count)\..*|kind|doc|signature)$|\.(?:description|when|condition|message)$")
_WANTED_OF_MODELS = {"introduction": ("base_model",), "limitations": ("context_length", "quantization.method")}
_LISTED_IN = {"attributes": "attributes", "members": "members"}  # kinds of section that list something else than parameters
_TABLES = frozenset("returns raises properties methods inherited exceptions constants example".split())
_MEASURED = ("eval", "best", "last", "test", "train")  # where the same measurement may stand under several names
_COUNTS = ("samples", "steps")  # that results files hold beside what was measured


def required_facts(brief: Brief, reference: str = "") -> tuple[str, ...]:
    """The names of the facts that a good answer states.

    - error handling: every exception that is raised or documented (`raises.X`), whatever the reference says; of a module or
      class, those of its members as far as a prompt tells them;
    - else, with a reference: the facts that the reference asserts, other than by quoting (a docstring's words, a condition, a
      message) or by merely naming a thing that is no fact, since another wording may be as good;
    - else, for code: every parameter (`parameters.X`), or what a table of another kind lists (`attributes.X`, `members.X`); of
      tables that list no public name of the subject, nothing;
    - else, for a model, where known: the base in an introduction, context length and quantisation method in limitations, every
      `eval.` metric in an evaluation.
    """
    entry = brief.entry
    if brief.kind == "error-handling":
        return tuple(f"raises.{name}" for name in exceptions_to_name(brief))
    if reference:
        stated = asserted(reference, entry)
        return tuple(sorted(name for name, value in stated.items() if value is not False and not _FREE_WORDING.search(name)))
    if not brief.is_model:
        listed = "" if brief.kind in _TABLES else _LISTED_IN.get(brief.kind, "parameters")
        return tuple(f"{listed}.{name.lstrip('*')}" for name in entry.strings(listed))
    if brief.kind == "evaluation":
        return tuple(fact.name for fact in entry.under("eval") if not fact.name.endswith(_COUNTS))
    return tuple(name for name in _WANTED_OF_MODELS.get(brief.kind, ()) if entry.fact(name))


def _is_named(name: str, text: str) -> bool:
    head, _, own = name.partition(".")
    return head in ("raises", "parameters", "attributes", "members") and "." not in own and _stands(own, text)


def _stands(name: str, text: str) -> bool:
    """Whether a name stands in a text as a word."""
    return name in text and re.search(rf"(?<![\w.]){re.escape(name)}(?!\w)", text) is not None


def _is_measured(name: str, entry: Entry, measured: Collection[str]) -> bool:
    return name.partition(".")[0] in _MEASURED and json.dumps(entry.get(name)) in measured


# Completeness ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Completeness:
    """The public facts and the sections that there are to write of, and those `missing`, by name."""

    facts: FactCounts
    sections: FactCounts
    missing: tuple[str, ...] = ()

    @property
    def share(self) -> float | None:
        """Facts and sections that are there, in hundredths of those that could be; None where there is nothing to say."""
        total = self.facts + self.sections
        return 100 * total.covered / total.required if total.required else None


_PUBLIC = ("parameters", "raises", "documented_raises", "members", "bases")
_PUBLIC_OF_MODELS = (
    "base_model license task architecture context_length parameters.total lora.r lora.alpha quantization.method "
    "quantization.bits training.epochs training.loss"
).split()


def public_facts(entry: Entry) -> tuple[str, ...]:
    """The names of the facts that a reader of a whole document looks for: what a symbol takes, with defaults, what it raises,
    its public members and its deprecation; of a model its base, licence, task, sizes and every measurement."""
    if entry.get("kind") is None:
        measured = [fact.name for fact in entry.under("eval") if not fact.name.endswith(_COUNTS)]
        return tuple(name for name in (*_PUBLIC_OF_MODELS, *measured) if entry.fact(name))
    listed = [
        f"{'raises' if sort == 'documented_raises' else sort}.{name.lstrip('*')}"
        for sort in _PUBLIC
        for name in entry.strings(sort)
    ]
    defaults = [fact.name for fact in entry.under("parameters") if fact.name.endswith(".default")]
    others = [name for name in ("deprecated", "async") if entry.get(name)]
    return tuple(dict.fromkeys(name for name in (*listed, *defaults, *others) if not name.rpartition(".")[2].startswith("_")))


def completeness(text: str, entry: Entry, sections: Iterable[str] = (), headings: Iterable[str] = ()) -> Completeness:
    """What `text` says of the public facts of `entry`, and which `sections` (kinds that the template lays out) are among those
    it has (`headings`, kinds too)."""
    public, asked, there = public_facts(entry), tuple(dict.fromkeys(sections)), set(headings)
    said, laid = _said(_Text(text, entry), public), [kind for kind in asked if kind in there]
    missing = (*(name for name in public if name not in said), *(kind for kind in asked if kind not in there))
    return Completeness(FactCounts(len(public), len(said)), FactCounts(len(asked), len(laid)), missing)


def _said(text: _Text, public: Collection[str]) -> set[str]:
    """The public facts that a text states, or whose names stand in it."""
    listed = (name for name in public if name.startswith(("members.", "bases.")))
    return text.covered(public) | {name for name in listed if _stands(name.partition(".")[2], text.text)}


# Of a batch --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Held:
    """One text held against the facts of its Brief: its `claims` with the facts that a good answer states, and how many of the
    `public` facts it says."""

    claims: ClaimScores
    public: FactCounts


def measure(batch: Batch) -> Mapping[str, Statistics]:
    """Claims, completeness and support of the texts whose Brief has facts."""
    return statistics_of(batch.pairs, [held(pair) for pair in batch.pairs])


def held(pair: Pair) -> Held | None:
    """What the facts say of one text; None without facts."""
    if pair.brief is None or not pair.brief.facts:
        return None
    text = _Text(pair.text, pair.brief.entry)
    public = public_facts(text.entry)
    return Held(_claims(text, required_facts(pair.brief, pair.reference)), FactCounts(len(public), len(_said(text, public))))


def statistics_of(pairs: Sequence[Pair], found: Sequence[Held | None]) -> dict[str, Statistics]:
    """The rows of texts that were held against their facts."""
    rows, complete, shares = (np.full((len(pairs), width), np.nan) for width in (5, 2, 2))
    for at, (pair, each) in enumerate(zip(pairs, found, strict=True)):
        if each is None or pair.brief is None:
            continue
        claims, counts = each.claims, each.claims.counts
        rows[at] = counts.supported, counts.total, counts.contradicted, claims.required, claims.covered
        complete[at] = each.public.covered, each.public.required
        if normalise(pair.text):  # support calls an empty text wholly supported
            shares[at] = 100 * support(pair.text, pair.brief.sources), 1
    return {
        "claims.precision": Statistics(rows[:, (0, 1)], percentage),
        "claims.recall": Statistics(rows[:, (4, 3)], percentage),
        "claims.F1": Statistics(rows, _f1),
        "completeness": Statistics(complete, percentage),
        "support": Statistics(shares, ratio),
        "contradicted": Statistics(rows[:, (2, 1, 3)], _count),
    }


def _f1(sums: Array) -> Array:
    precision, recall = percentage(sums[..., (0, 1)]), percentage(sums[..., (4, 3)])
    total = precision + recall
    return np.where(total > 0, 2 * precision * recall / np.where(total > 0, total, 1), total)


def _count(sums: Array) -> Array:
    """The first column; NaN where there is neither a claim nor a fact to state."""
    return np.where(sums[..., 1] + sums[..., 2] > 0, sums[..., 0], np.nan)


def together(parts: Iterable[ClaimScores]) -> ClaimScores:
    """The claims and facts of several texts."""
    by_kind: dict[str, ClaimCounts] = {}
    facts: dict[str, FactCounts] = {}
    required = covered = 0
    for part in parts:
        for kind, counts in part.by_kind.items():
            by_kind[kind] = by_kind.get(kind, ClaimCounts()) + counts
        for group, known in part.facts.items():
            facts[group] = facts.get(group, FactCounts()) + known
        required, covered = required + part.required, covered + part.covered
    return ClaimScores({kind: by_kind[kind] for kind in sorted(by_kind)}, required, covered, facts)
