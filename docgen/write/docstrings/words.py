"""The words of a docstring that nobody has written: what names and other docstrings of the package tell.

In: entries of facts. Out: a summary and descriptions. A parameter that is described elsewhere in the package is described in
the same words; else its name speaks. Nothing is said that the names do not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from docgen.facts import Entry, Facts, words_of
from docgen.statements.verbs import VERBS, third_person

_BOOLEAN = ("is", "has", "can", "should", "was", "are")
_ACTIONS = {"init": "initialize", "calc": "calculate", "del": "delete", "rm": "remove", "gen": "generate"}
_NO_RESULT = ("", "None", "NoReturn", "Never")
_ERRORS = ("Error", "Exception", "Warning")
_SHORT = 72  # characters of a summary, which quotes and a full stop are still to join
_SHOWN_MEMBERS = 4  # in the docstring of a module
_LONGEST_SHARED = 160  # characters of a description that is used again


@dataclass(frozen=True)
class Words:
    """What a package's docstrings say of parameters, by name and type, where all of them agree; and of exceptions. `bases` are
    those of its classes, all by their short names."""

    facts: Facts
    shared: Mapping[tuple[str, str], str] = field(default_factory=dict)
    bases: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, facts: Facts) -> Words:
        """The words in the docstrings of a package."""
        found: dict[tuple[str, str], set[str]] = {}
        for entry in facts:
            for name in (item.lstrip("*") for item in entry.strings("parameters")):
                description, kind = entry.get(f"parameters.{name}.description"), entry.get(f"parameters.{name}.annotation", "")
                if isinstance(description, str) and description and isinstance(kind, str):
                    found.setdefault((name, kind), set()).add(description)
        one = {key: texts.pop() for key, texts in found.items() if len(texts) == 1}
        shared = {key: text for key, text in one.items() if len(text) <= _LONGEST_SHARED and _holds_anywhere(text)}
        return cls(facts, shared, {_last(entry.about): list(map(_last, entry.strings("bases"))) for entry in facts})

    def summary(self, entry: Entry, *, third: bool) -> str:
        """A summary: that of the method it overrides, else what its name says."""
        if inherited := self._overridden(entry):
            return inherited
        name, kind = entry.about.rpartition(".")[2], entry.get("kind")
        if kind in ("module", "package"):
            return self._module(entry, third=third)
        words = words_of(name)
        if kind == "class":
            return _sentence(_class_words(words, entry))
        if kind == "property":
            return _sentence([*(["whether"] if words[:1] and words[0] in _BOOLEAN else []), *_without_boolean(words)])
        first = _ACTIONS.get(words[0], words[0]) if words else ""
        if first in _BOOLEAN and len(words) > 1:
            return _sentence([_verb("tell", third=third), "whether", *words])
        if _is_verb(first):
            return _sentence([_verb(first, third=third), *words[1:]])
        gives = (
            "yield" if entry.get("generator") is True else "return" if str(entry.get("returns", "")) not in _NO_RESULT else ""
        )
        return _sentence([_verb(gives, third=third), "the", *words] if gives and words else words)

    def _module(self, entry: Entry, *, third: bool) -> str:
        """What a module is: the summary of its only member, else its name with what it holds."""
        name, kind = _last(entry.about), entry.get("kind")
        members = [self.facts.get(f"{entry.about}.{member}") for member in entry.strings("members") if member[:1] != "_"]
        known = [member for member in members if member is not None and member.get("kind") in ("class", "function")]
        if len(known) == 1 and not (said := str(known[0].get("doc") or self.summary(known[0], third=third))).endswith("?"):
            return said
        names = [_last(member.about) for member in known] or [one for one in entry.strings("members") if one[:1] != "_"]
        if len(names) < 2 and not known:
            return ""
        is_all_errors = known and all(str(base).endswith(_ERRORS) for one in known for base in one.strings("bases") or [""])
        what = "exceptions" if is_all_errors else f"the package `{name}`" if kind == "package" else " ".join(words_of(name))
        shown = [f"`{member}`" for member in names[:_SHOWN_MEMBERS]]
        while len(shown) > 1 and len(f"{what}: {', '.join(shown)} and more") > _SHORT:  # a summary is one line
            shown.pop()
        last = "more" if len(names) > len(shown) else shown.pop()
        return _sentence([f"{what}: {', '.join(shown)} and {last}" if shown else f"{what}: {last}"])

    def parameter(self, entry: Entry, name: str) -> str:
        """What a parameter is: as described elsewhere in the package for the same name and type, else in the words of its name;
        with its default where the signature spells it out."""
        kind = str(entry.get(f"parameters.{name}.annotation", ""))
        default = entry.get(f"parameters.{name}.default")
        shared = self.shared.get((name, kind))
        if shared:
            text = shared if shared.endswith((".", "!", "?")) else f"{shared}."
        elif kind == "bool" or default in ("True", "False"):
            text = f"The flag `{name}`."
        elif len(name) < 3:
            text = f"The value of `{name}`."
        else:
            text = _sentence(["the", *words_of(name)])
        if (told := _told_default(entry, name)) and "default" not in text.lower():
            text = f"{text} Defaults to {told}."
        return text

    def tell(self, entry: Entry, kind: str, name: str) -> bool:
        """Whether more is known of a parameter, or where `kind` is "raises" of an exception, than its name."""
        if kind == "raises":
            return any(entry.strings(f"raises.{name}.{fact}") for fact in ("when", "message"))
        annotation = str(entry.get(f"parameters.{name}.annotation", ""))
        return (name, annotation) in self.shared or bool(_told_default(entry, name))

    def result(self, entry: Entry) -> str:
        """What comes back, in the words of the name."""
        words = words_of(entry.about.rpartition(".")[2])
        if words and words[0] in _BOOLEAN and len(words) > 1:
            return _sentence(["whether", *words[1:], *([] if len(words) > 2 else ["holds"])])
        rest = words[1:] if words and (words[0] in _ACTIONS or _is_verb(words[0])) else words
        is_thing = (
            rest and rest[0] not in ("from", "to", "by", "with", "in", "on", "for", "as", "all") and rest[-1] not in VERBS
        )
        return _sentence(["the", *rest]) if is_thing else "The result."

    def attribute(self, name: str) -> str:
        """What a class attribute is, in the words of its name."""
        return _sentence(["the", *words_of(name)]) if len(name) > 2 else f"The value of `{name}`."

    def exception(self, entry: Entry, name: str) -> str:
        """When an exception is raised: under the conditions of the code, else with its message."""
        whens = entry.strings(f"raises.{name}.when")
        conditions = entry.strings(f"raises.{name}.condition")
        if whens and len(whens) == len(conditions):
            from docgen.write.raising import when  # the table's words

            return _sentence(["if", when(entry, name).replace("; ", ", or if ")])
        if messages := entry.strings(f"raises.{name}.message"):
            return f'With the message "{messages[0].rstrip(".")}".'
        return "A subclass does not implement it." if name == "NotImplementedError" else "On a failure of this kind."

    def _overridden(self, entry: Entry) -> str:
        """The summary of the method that a method overrides, in a documented base."""
        owner, _, name = entry.about.rpartition(".")
        klass = self.facts.get(owner)
        for base in klass.strings("bases") if klass is not None else ():
            last = base.partition("[")[0].rpartition(".")[2]
            found = [
                other for other in self.facts if other.about.endswith(f".{last}.{name}") or other.about == f"{last}.{name}"
            ]
            docs = {str(doc) for other in found if (doc := other.get("doc"))}
            if len(docs) == 1:
                return docs.pop()
        return ""


def _last(name: str) -> str:
    return name.partition("[")[0].rpartition(".")[2]


def _holds_anywhere(text: str) -> bool:
    """Whether a description says nothing of its own function: no other parameter, no default, no reference to what is near."""
    return not re.search(r"`|default|this |above|below|\bsee\b|other", text, re.I)


def _told_default(entry: Entry, name: str) -> str:
    """A default that the signature spells out in a few characters; empty for others, and for None."""
    default = entry.get(f"parameters.{name}.default")
    is_spelled = isinstance(default, str) and f"{name}={default}" in _unspaced(entry) and len(default) <= 24
    return str(default) if is_spelled and default != "None" else ""


def _unspaced(entry: Entry) -> str:
    return re.sub(r":[^=,]+=|\s+", lambda found: "=" if "=" in found[0] else "", str(entry.get("signature", "")))


def _is_verb(word: str) -> bool:
    """Whether a word is a verb, or one with `un` or `re` before it."""
    return word in VERBS or (word[:2] in ("un", "re") and len(word) > 5 and word[2:] in VERBS)


def _verb(verb: str, *, third: bool) -> str:
    return third_person(verb) if third else verb


def _class_words(words: list[str], entry: Entry) -> list[str]:
    if any(str(base).endswith(_ERRORS) for base in entry.strings("bases")):
        last = words[-1:] if words[-1:] and words[-1] in ("error", "exception") else []
        return [_article(words[0]) if words else "an", *words[: len(words) - len(last)], *(last or ["error"])]
    return [_article(words[0]), *words] if words else []


def _article(word: str) -> str:
    return "an" if word[:1] in "aeio" else "a"


def _without_boolean(words: list[str]) -> list[str]:
    return words[1:] if words[:1] and words[0] in _BOOLEAN else ["the", *words]


def _sentence(words: Iterable[str]) -> str:
    text = " ".join(word for word in words if word).strip()
    return f"{text[:1].upper()}{text[1:].rstrip('.')}." if text else ""
