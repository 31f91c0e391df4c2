"""What a parameter is for, as a sentence that names it.

In: its name, its description and default. Out: a sentence, or nothing where the description is no prose. Docstrings describe
parameters in fragments ("If True, sort first", "Number of seconds"); here each fragment gets its subject.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from docgen.facts import Entry
from docgen.readers.docstrings import sentences
from docgen.statements.choice import Choose
from docgen.statements.english import ended, has_finite_verb, lower_first, noun_phrase
from docgen.statements.summary import Summary
from docgen.statements.verbs import ALSO_NOUNS, DETERMINER, verb_of

_LONGEST = 170  # characters of a description that fits a sentence
_LONGEST_DEFAULT = 40
_OPTIONAL = re.compile(
    r"\A\W*(?:optional|required|str|int|bool|float)?\W*(?<=[\])])[\s:,.-]*"
    r"|\A(?:optional|required)\s*[,:.;-]\s*|\Aoptionally,? ",
    re.I,
)
_DEFAULT = re.compile(
    r"\s*(?:[\[(;,.]|\b)\s*(?:by default,? (?:is )?|(?:the )?defaults?(?: value)?(?: is| to|:|=)?\s*)"
    r"(?:`[^`]*`|'[^']*'|\"[^\"]*\"|[\w.+-]+)\s*[\])]?\s*\Z",
    re.I,
)
_GIVEN = re.compile(
    r"""\A(?:If|When)\ (?:
        (?P<true>set(?:\ to\ `?true`?)?(?=,) | (?:this\ is\ )?(?:set\ to\ )?`?true`? | enabled(?=,))
        | (?P<false>(?:set\ to\ )?`?false`? | disabled(?=,))
        | (?P<none>`?none`?)
        | (?P<given>(?:given|specified|provided|passed|supplied|not\ `?none`?|present)(?=,))
    )(?:,?\ \(?(?:which\ is\ )?(?:the\ )?default\)?)?(?:,?\ then|,)?[ ]
    (?!and\b|or\b|is\b|value\b|the\ value\ of\b)(?P<rest>.+)\Z""",
    re.I | re.S | re.X,
)
_SET_TO = re.compile(
    r"\A(?:(?:Set (?:this |it )?to|Use) )?`?(?P<value>True|False)`? (?P<rest>to .+)\Z"
    r"|\A(?:Set (?:this |it )?to|Use) `?(?P<other>True|False)`? (?P<more>(?:if|when|to) .+)\Z",
    re.I | re.S,
)
_TRUE_IF = re.compile(r"\A`?(?P<value>True|False)`? (?=if |when |iff )")
_STATIVE = frozenset(
    """specify control determine indicate define describe represent hold contain give limit override enable disable
    allow set list name denote identify tell select change affect configure store map point refer mark
    decide""".split()
)
_CONTAINERS = frozenset(
    """list dict dictionary tuple set sequence iterable iterator array string boolean integer int float function
    callable instance object mapping collection str bool bytes generator class type regex pattern flag path-like
    coroutine""".split()
)
_ENUMERATED = re.compile(
    r"[,;.(]*\s+(?:with )?(?:the )?(?:possible|valid|allowed|accepted|available|supported) (?:values|choices|options)\b.*[:=]",
    re.I,
)
_NOT_A_DEFAULT = re.compile(
    r"\A_|lambda\b|\bobject\(\)|<|\A(?:\w+\.)*(?:[A-Z_]*(?:MISSING|UNSET|NOT_?SET|NOT_?GIVEN|NO_DEFAULT|EMPTY|SENTINEL|UNDEFINED|no_default|empty|omit|not_given|sentinel))\Z|\A\.\.\.\Z"
)


@dataclass(frozen=True)
class Described:
    """A parameter `item` of `summary`'s subject, with its description and the text of its default (empty for none)."""

    item: str
    text: str
    default: str
    summary: Summary

    @property
    def name(self) -> str:
        """The parameter as prose names it."""
        return f"`{self.item}`"

    def sentence(self, choose: Choose) -> str:
        """What the parameter is or does, and its default; empty where the description tells nothing in a sentence."""
        text = self.summary.renamed(_first_sentence(self.text))
        states_default = re.search(r"\bdefault", text, re.I) is not None
        if states_default and is_told(self.default):
            text = _DEFAULT.sub("", text).rstrip(" ,;.(")
            states_default = re.search(r"\bdefault", text, re.I) is not None
        if (
            not text
            or len(text) > _LONGEST
            or text.count("`") % 2
            or text.count("(") != text.count(")")
            or _UNUSABLE.search(text)
        ):
            return ""
        said = choose(self._clauses(text.rstrip(" .")))
        if is_told(self.default) and not states_default:
            said += f"; {'it' if said.startswith(self.name) else self.name} defaults to `{self.default}`"
        return ended(said)

    def _clauses(self, text: str) -> list[str]:
        """Phrasings of one description, the plainest first."""
        name = self.name
        if (conditional := self._conditional(text)) is not None:
            return [conditional]
        head = text.partition(" ")[0].lower().strip(",")
        if head == "whether":
            verb = "controls" if re.match(r"whether (?:or not )?to ", text, re.I) else "tells"
            return [f"{name} {verb} {lower_first(text)}"]
        if head in ("how", "what", "which", "where", "who"):
            return [f"{name} tells {lower_first(text)}"]
        if head in ("must", "should", "can", "may", "cannot", "will"):
            return [f"{name} {lower_first(text)}"]
        if head in (
            "used",
            "passed",
            "ignored",
            "unused",
            "deprecated",
            "required",
            "reserved",
            "forwarded",
            "applied",
            "added",
        ):
            return [f"{name} is {lower_first(text)}"]
        verbs = verb_of(text)
        is_flag = self.default in ("True", "False")
        is_noun = verbs is not None and verbs[0] in ALSO_NOUNS and not is_flag and not DETERMINER.match(text.partition(" ")[2])
        if verbs is not None and not is_noun:
            return self._by_verb(text, verbs)
        noun = None if has_finite_verb(text) else noun_phrase(text)
        if noun is None:
            return [f"{name}: {lower_first(text)}"]
        if noun.number == "plural":
            return [f"{name} holds {noun.definite}", f"Pass {noun.definite} as {name}", f"{name} gives {noun.definite}"]
        is_container = noun.text.partition(" ")[0].strip(",") in _CONTAINERS
        being = noun.indefinite if is_container and noun.number == "count" else noun.definite
        return [f"{name} is {being}", f"Pass {being} as {name}", f"{name} takes {being}"]

    def _by_verb(self, text: str, verbs: tuple[str, str]) -> list[str]:
        first, _, rest = text.partition(" ")
        if verbs[0] in _STATIVE or first.lower() == verbs[1]:
            return [f"{self.name} {verbs[1]} {rest}".rstrip()]
        if self.default == "False":
            return [f"Set {self.name} to `True` to {lower_first(text)}"]
        return [f"{self.name}: {lower_first(text)}"]

    def _conditional(self, text: str) -> str | None:
        """ "If True, sort first" with its subject: "If `flag` is true, `f` sorts first"."""
        if found := _SET_TO.match(text):
            value, rest = found["value"] or found["other"], found["rest"] or found["more"]
            return f"Set {self.name} to `{value.title()}` {rest}"
        if found := _TRUE_IF.match(text):
            return f"{self.name} is `{found['value']}` {text[found.end() :]}"
        found = _GIVEN.match(text)
        if found is None:
            return None
        state = "is true" if found["true"] else "is false" if found["false"] else "is `None`" if found["none"] else "is given"
        rest = found["rest"]
        inner = Summary(self.summary.short, self.summary.kind, rest[:1].upper() + rest[1:])
        is_subjectless = re.match(r"(?:will|would|can|does|do not|don't|must|is|are|only)\b", rest) is not None
        said = (
            f"{inner.name} {rest}" if is_subjectless and not rest.startswith(("do", "is", "are", "only")) else lower_first(rest)
        )
        if verb_of(rest.removeprefix("only ")) is not None and (told := inner.sentences()):
            said = told[0]
        return f"If {self.name} {state}, {said}".rstrip(" .")


def _first_sentence(text: str) -> str:
    text = _OPTIONAL.sub("", text, count=1)
    said = _ENUMERATED.split(sentences(text)[0])[0].rstrip(" .;,")
    return re.sub(r"\s*[(\[](?:optional|required)[)\]]", "", said, flags=re.I)


def is_told(default: str) -> bool:
    """Whether a default is a value worth naming: not None, no sentinel, and short."""
    return (
        bool(default)
        and default != "None"
        and len(default) < _LONGEST_DEFAULT
        and not _NOT_A_DEFAULT.search(default)
        and "`" not in default
    )


_UNUSABLE = re.compile(
    r"\A[^\w`'\"(]|\A\W*(?:see|todo|fixme|same as|tbd|default)\b|:\Z|\.\.\Z|\A`?\w+`?\Z|https?:|::|>>>", re.I
)


_SENTINEL = re.compile(r"_\w+|\w+_|[A-Z_]*(?:MISSING|UNSET|NOT_?GIVEN|SENTINEL|NOTHING|NO_DEFAULT|UNDEFINED)[A-Z_]*", re.I)


def not_given(entry: Entry, exception: str) -> list[str]:
    """The conditions of an exception that compare a parameter with the private value of its default, in words: of `default is
    _MISSING` the caller learns that `default` is not given."""
    said = []
    for condition in entry.strings(f"raises.{exception}.condition"):
        found = re.fullmatch(r"(?P<name>\w+) is (?P<other>not )?(?P<value>[\w.]+)", condition)
        default = entry.get(f"parameters.{found['name']}.default") if found is not None else None
        if found is not None and found["value"] == default and _SENTINEL.fullmatch(found["value"].rpartition(".")[2]):
            said.append(f"{found['name']} is {'' if found['other'] else 'not '}given")
    return said
