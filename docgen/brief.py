"""The Brief: the order for one section, and the one place where it becomes a prompt.

In: a kind, what the section is about, the facts it may state. Out: chat messages. Training, writing, verifying and scoring
all see the same Brief, so a model is asked in production exactly as it was taught.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from docgen.facts import JSON, Entry, Fact, leaves, mark, words_of
from docgen.later import Frozen, expression
from docgen.marking import marked_condition

HEADINGS = {
    "introduction": "Introduction",
    "use-case": "Use Case",
    "error-handling": "Error Handling",
    "limitations": "Limitations",
    "evaluation": "Evaluation",
}
PROMPT_VERSION = 2
_EXCERPT_WORDS = 24  # distinct words of the source shown beside the facts; each costs a token or two of a small context
_LONGEST_VALUE = 180  # characters of one value in the prompt
_MOST_LINES = 12  # lines of one repeated sort (parameters, members, exceptions)
_MOST_MEMBERS = 100  # of one module or class whose exceptions its Brief holds

# What each kind of section about code may state, by the first part of a fact's name.
_API_FACTS = {
    "introduction": "kind doc parameters returns yields bases members async deprecated constants".split(),
    "use-case": "kind doc parameters returns yields members deprecated constants".split(),
    "error-handling": "kind doc parameters returns raises documented_raises handles members constants".split(),
}
_OF_MEMBERS = ("raises", "handles", "deprecated")  # what a section on errors may state of a member, beside its parameters
HOLDERS = ("module", "package", "class")  # kinds of what has members
_MODEL_KEYS = frozenset(
    {"architecture", "model_type", "task", "lora", "base_model", "best", "eval", "training", "context_length", "format"}
)
# Of a model no section of prose states what it took, how its curves ran, or that its code was run: cards show these.
_SHOWN_ONLY = ("run.", "curves.", "usage.")


class Brief(Frozen):
    """One section to write: `kind` is its label, `about` the dotted name or model it speaks of, `excerpt` the source text."""

    kind: str
    heading: str
    about: str
    facts: tuple[Fact, ...]
    excerpt: str = ""

    def messages(self, excerpt_lines: int = 0) -> list[dict[str, str]]:
        """The Brief as chat messages. `excerpt_lines` adds that many lines of source, for bases with a long context."""
        words = " ".join(words_of(self.short))
        lines = [f"Write the {self.heading} of {self.symbol_kind} `{self.short}` ({words}) from these facts only."]
        lines += _model_lines(self) if self.is_model else _api_lines(self)
        if self.excerpt and excerpt_lines:
            lines += ["source:", "```", *self.excerpt.splitlines()[:excerpt_lines], "```"]
        return [{"role": "user", "content": "\n".join(lines)}]

    @property
    def short(self) -> str:
        """The last part of the name, as prose calls it; a model's name whole."""
        return self.about if self.is_model else self.about.rpartition(".")[2]

    @property
    def is_model(self) -> bool:
        """Whether the facts are a model's and not a piece of code's."""
        return self.get("kind") is None and any(fact.name.partition(".")[0] in _MODEL_KEYS for fact in self.facts)

    @property
    def symbol_kind(self) -> str:
        """`function`, `class`, `model` and so on."""
        kind = self.get("kind")
        return kind if isinstance(kind, str) else "dataset" if self.get("format") == "dataset" else "model"

    @property
    def entry(self) -> Entry:
        """The Brief's facts as an entry, for looking things up and for verifying an answer."""
        return Entry(self.about, self.facts, self.excerpt)

    def get(self, name: str, default: JSON = None) -> JSON:
        """The value of the fact called `name`."""
        return next((fact.value for fact in self.facts if fact.name == name), default)

    @property
    def sources(self) -> list[str]:
        """Every text that an answer may rest on: names, values and the source excerpt."""
        texts = [self.about, self.excerpt]
        for fact in self.facts:
            texts += [fact.name, *map(shown, leaves(fact.value))]
        return texts

    @property
    def mark(self) -> str:
        """Changes when the order changes: kind, subject or any fact."""
        return mark([self.kind, self.heading, self.about, [[fact.name, fact.value] for fact in self.facts]], 12)


def brief_for(entry: Entry, kind: str, heading: str = "", find: Callable[[str], Entry | None] | None = None) -> Brief:
    """The Brief for one section about `entry`, with the facts that sections of this `kind` may state. `find` gives the entry
    that a dotted path reaches: with it, error handling of a module or class holds what its public members raise."""
    heading = heading or HEADINGS.get(kind, kind.replace("-", " ").title())
    facts: Iterable[Fact] = [fact for fact in entry.facts if not fact.name.startswith(_SHOWN_ONLY)]
    if entry.get("kind") is not None and kind in _API_FACTS:
        facts = [fact for fact in facts if fact.name.partition(".")[0] in _API_FACTS[kind]]
        if find is not None and kind == "error-handling":
            facts += [fact for member in islice(_raising(entry, find), _MOST_MEMBERS) for fact in member]
    return Brief(kind, heading, entry.about, tuple(facts), entry.excerpt)


def with_members(entry: Entry, find: Callable[[str], Entry | None]) -> Entry:
    """The entry of a module or class with what its public members raise; a Brief about errors has it of the first of them."""
    facts = (fact for member in _raising(entry, find) for fact in member)
    return Entry(entry.about, (*entry.facts, *facts), entry.excerpt)


def _raising(entry: Entry, find: Callable[[str], Entry | None], prefix: str = "members.") -> Iterator[list[Fact]]:
    """What goes wrong in each public member that raises, handles or warns: `members.put.raises`, `members.Vault.put.raises`.
    A class in a module stands for its initialiser, with the names of what it holds, and its methods follow it."""
    for name in entry.strings("members") if entry.get("kind") in HOLDERS else ():
        member = find(f"{entry.about}.{name}")
        if member is None or member.get("kind") in ("module", "package") or member.about.rpartition(".")[2] != name:
            continue
        if facts := list(_of_member(member, f"{prefix}{name}.")):
            yield facts
        yield from _raising(member, find, f"{prefix}{name}.")


def _of_member(member: Entry, prefix: str) -> Iterator[Fact]:
    found = {fact.name: fact for name in _OF_MEMBERS for fact in member.under(name)}
    raised: list[JSON] = [*exceptions_of(member)]
    warned: list[JSON] = [*dict.fromkeys(_WARNING.findall(member.excerpt))]
    if raised:
        fact = member.fact("raises") or member.fact("documented_raises")
        found["raises"] = Fact("raises", raised, fact.source if fact else "")
    if warned:
        found["warns"] = Fact("warns", warned)
    names = ("parameters", "members", "attributes") if member.get("kind") == "class" else ("parameters",) if found else ()
    found |= {name: fact for name in names if (fact := member.fact(name))}
    yield from (Fact(f"{prefix}{fact.name}", fact.value, fact.source) for fact in found.values())


def members_that(entry: Entry, what: str = "raises") -> Iterator[Entry]:
    """The members of which a Brief tells what they raise (or `handles`, or `warns`), each as an entry called what users of the
    subject call it: `put`, `Vault.put`."""
    for fact in entry.facts:
        if fact.name.startswith("members.") and fact.name.endswith(f".{what}") and isinstance(fact.value, list):
            prefix = fact.name.removesuffix(what)
            own = (other for other in entry.facts if other.name.startswith(prefix))
            facts = tuple(Fact(other.name.removeprefix(prefix), other.value, other.source) for other in own)
            yield Entry(prefix.removeprefix("members.").rstrip("."), facts)


def prompt_mark(excerpt_lines: int = 0) -> str:
    """The mark of the prompt format; an adapter taught with another one is refused."""
    return mark([PROMPT_VERSION, _EXCERPT_WORDS, _LONGEST_VALUE, _MOST_LINES, excerpt_lines])


def shown(value: JSON) -> str:
    """A value as prompts and prose print it: millions as 13.8M, fractions with at most four decimals."""
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return " ".join(str(value).split())
    if isinstance(value, int) and abs(value) >= 1_000_000:
        scaled, unit = (value / 1e9, "B") if abs(value) >= 1e9 else (value / 1e6, "M")
        return f"{scaled:.1f}".removesuffix(".0") + unit
    if isinstance(value, float) and abs(value) >= 0.001:
        return f"{value:.4f}".rstrip("0").rstrip(".")
    if isinstance(value, list):
        return ", ".join(shown(item) for item in value)
    return str(value)


def _api_lines(brief: Brief) -> list[str]:
    lines = _lines(brief, ["doc", "doc.description", "deprecated", "async"])
    if brief.kind == "error-handling":
        return lines + takes_lines(brief, described=False) + _raise_lines(brief)
    lines += takes_lines(brief, described=brief.kind == "use-case")
    lines += _lines(brief, ["returns", "returns.description", "yields.description", "bases"])
    lines += _member_lines(brief)
    if words := excerpt_words(brief.excerpt):
        lines.append("source words: " + " ".join(words))
    return lines


def _lines(brief: Brief, names: list[str]) -> list[str]:
    told = ((name, _cut(shown(value))) for name in names if (value := brief.get(name)) not in (None, "", []))
    return [f"{name}: {_coded(value) if name in _CODED else value}" for name, value in told]


def takes_lines(brief: Brief, *, described: bool) -> list[str]:
    """The parameters: one line of names and defaults, or a line each where they are described."""
    items, lines = [], []
    for name in brief.entry.strings("parameters")[:_MOST_LINES]:
        base = f"parameters.{name.lstrip('*')}"
        default, text = brief.get(f"{base}.default"), brief.get(f"{base}.description")
        item = f"{_coded(name)} = {_coded(_cut(shown(default), 40))}" if default is not None else _coded(name)
        if described and isinstance(text, str) and text:
            lines.append(f"parameter {item}: {_cut(text, 120)}")
        else:
            items.append(item)
    return ["takes: " + "; ".join(items), *lines] if items else lines


def _raise_lines(brief: Brief) -> list[str]:
    lines, entry = [], brief.entry
    for name in exceptions_of(entry)[:_MOST_LINES]:
        for when in entry.strings(f"raises.{name}.when"):
            lines.append(f"raises `{name}` if {marked_condition(when, entry.parameters)}")
        description = entry.get(f"raises.{name}.description")
        if isinstance(description, str) and description:
            lines.append(f"raises `{name}`: {_cut(description, 120)}")
        elif not entry.strings(f"raises.{name}.when"):
            messages = entry.strings(f"raises.{name}.message")
            lines.append(f"raises `{name}` with message: {_cut(messages[0], 100)}" if messages else f"raises `{name}`")
    if handled := entry.strings("handles"):
        lines.append("handles: " + _codes(handled[:6]))
    return [*lines, *islice(_lines_of_members(entry), _MOST_LINES)] or ["raises: nothing"]


def _lines_of_members(entry: Entry) -> Iterator[str]:
    """A line for each exception of a member, then for what members warn of and handle."""
    for member, name in _raised_by_members(entry):
        description = member.get(f"raises.{name}.description")
        if whens := member.strings(f"raises.{name}.when"):
            told = (marked_condition(when, member.parameters) for when in whens)
            reason = f" if {_cut(' or if '.join(told), 160)}"
        elif isinstance(description, str) and description:
            reason = f": {_cut(description, 120)}"
        else:
            messages = member.strings(f"raises.{name}.message")
            reason = f" with message: {_cut(messages[0], 100)}" if messages else ""
        yield f"`{member.about}` raises `{name}`{reason}"
    for what in ("warns", "handles"):
        for member in members_that(entry, what):
            yield f"`{member.about}` {what} {_codes(member.strings(what)[:6])}"


def _raised_by_members(entry: Entry) -> Iterator[tuple[Entry, str]]:
    return ((member, name) for member in members_that(entry) for name in exceptions_of(member))


def exceptions_to_name(brief: Brief) -> list[str]:
    """The exceptions that a whole answer names: the subject's own, and those of its members that stand in the prompt."""
    entry = brief.entry
    members = (name for _, name in islice(_raised_by_members(entry), _MOST_LINES))
    return list(dict.fromkeys([*exceptions_of(entry), *members]))


def exceptions_of(entry: Entry) -> list[str]:
    """Every exception that an entry raises or documents, those of its own body first."""
    return list(dict.fromkeys([*entry.strings("raises"), *entry.strings("documented_raises")]))


def _member_lines(brief: Brief) -> list[str]:
    names = brief.entry.strings("members")
    lines = ["members: " + _codes(names[:_MOST_LINES])] if names else []
    for name in names[: _MOST_LINES // 2]:
        text = brief.get(f"members.{name}")
        if isinstance(text, str):
            lines.append(f"`{name}`: {_cut(text, 80)}")
    return lines


def _model_lines(brief: Brief) -> list[str]:
    """A model's facts, a line each, those of its kind of section first; long tables of settings are cut."""
    first = {
        "evaluation": ("eval", "best", "last", "task"),
        "limitations": ("context_length", "quantization", "base_model", "training", "card"),
        "use-case": ("task", "base_model", "lora", "context_length", "card"),
    }.get(brief.kind, ("architecture", "task", "base_model", "parameters", "lora", "license", "context_length"))
    ranked = sorted(
        brief.facts, key=lambda fact: first.index(head) if (head := fact.name.partition(".")[0]) in first else len(first)
    )
    told = ((fact.name, _cut(shown(fact.value), 80)) for fact in ranked[:20] if not isinstance(fact.value, dict))
    return [f"{name}: {_coded(value) if name in _CODED else value}" for name, value in told]


def _coded(text: str) -> str:
    """A name or value of code as answers write it, so that the prompt and the answer share its tokens."""
    return f"`{text}`" if text and "`" not in text else text


def _codes(names: Iterable[str]) -> str:
    return "; ".join(map(_coded, names))


def _cut(text: str, limit: int = _LONGEST_VALUE) -> str:
    """Text up to `limit` characters, at a sentence end where there is one, else at a word."""
    if len(text) <= limit:
        return text
    end = max(text.rfind(". ", 0, limit), text.rfind("; ", 0, limit))
    return text[: end + 1] if end > limit // 3 else text[:limit].rpartition(" ")[0]


# Facts whose values are code.
_CODED = frozenset("returns bases architecture model_type base_model base_revision dtype tokenizer.class".split())
_WARNING = expression(r"\b[A-Z]\w*Warning\b")
_NAME = expression(r"[A-Za-z_][A-Za-z0-9_]*")
_KEYWORDS = frozenset(
    "def class return self cls import from for while with the and not none true false else elif try except finally args kwargs "
    "raise pass lambda yield async await isinstance str int float bool list dict tuple set len type any optional".split()
)


def excerpt_words(excerpt: str, limit: int = _EXCERPT_WORDS) -> list[str]:
    """The first `limit` distinct plain words of a source text, in order, language keywords left out."""
    seen: dict[str, None] = {}
    for name in _NAME.findall(excerpt):
        for word in words_of(name):
            if len(word) > 2 and word not in _KEYWORDS:
                seen.setdefault(word)
                if len(seen) == limit:
                    return list(seen)
    return list(seen)
