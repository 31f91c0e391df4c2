"""A docstring's summary as sentences about its subject: what it does, what it is, what to use it for.

In: the summary, and the name and kind of what it documents. Out: sentences that say the same. Docstrings leave their subject
out ("Read a file."); a section has to name it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from docgen.statements.english import NounPhrase, ended, has_finite_verb, lower_first, noun_phrase, upper_first
from docgen.statements.verb_phrases import AFTER_VERB, VerbPhrase
from docgen.statements.verbs import ALSO_NOUNS, DETERMINER, VERBS, base_form, third_person, verb_of

_USELESS = re.compile(
    r"(?:see\b|todo\b|fixme\b|xxx\b|not documented|undocumented|no docstring|docstring\b|initialize self\b|call self as|"
    r"alias for field number|"
    r"inherit(?:ed|s) from|\W*deprecated\b|[*|=#<>~@:]|\.\.|-\s|\w+ = \S)",
    re.I,
)
_OWN_KINDS = {
    "function": "function|routine|method|decorator|helper|utility|command|generator|coroutine|view",
    "method": "method|function|routine|property|hook|coroutine|generator",
    "property": "property|attribute|method|value|field",
    "class": "class|object|exception|error|type|model|mixin|backend|decorator|node|field|command|filter",
    "module": "module|file|script|submodule|package",
    "package": "package|module|subpackage|file|directory|folder",
}
_PARTICIPLES = frozenset(
    """imported copied adapted ported borrowed taken used called raised invoked emitted thrown triggered returned
    sent based designed intended derived run executed fired""".split()
)
_AGENTS = frozenset(
    """alternative helper wrapper decorator shortcut alias version implementation function utility variant factory
    constructor handler hook callback command endpoint view fixture manager generator iterator solver checker
    equivalent interface point test method class validator converter filter hook signal stub mock predicate
    shorthand analogue counterpart replacement placeholder proxy synonym tool script type context property
    attribute check comparison benchmark""".split()
)
_A_BEFORE_VOWEL = re.compile(
    r"(?<=\b)a(?= (?!one|once|eu|ou|u)[aeio][a-z]{2}| [AEIO][A-Z]{2}| (?:HTTPS?|HTML|XML|SSH|SSL|FTP|LRU|LLM|RGB|RST|MD5)\b)"
)
_TYPE = re.compile(r"\A\([\w.\[\], |]+\):?\s+(?=[A-Z])")  # "(int) Number of rows"
_OTHERWISE = re.compile(
    r"(?:[,;] (?:(?:and|or|else) )?| (?:and|or|else) )(?:otherwise,? )?(?:returns? )?`?False`?(?: otherwise| if not| else)?\Z"
)
_CHECKS = re.compile(
    r"return (?:a )?(?:`?true`?|whether|bool(?:ean)?),? ?"
    r"(?P<if>if and only if|if|when|iff|whether|indicating whether|indicating if)? ?(?=\S)",
    re.I,
)
_ELSE_FALSE = re.compile(r"(?:[,;] (?:and |or |else )?| (?:and|or|else) )(?:otherwise,? )?`?False`?(?![\w`])")
_IS_NO_AIM = re.compile(r"(?:use|take) ")
_IS_CONTENT = re.compile(r"(?:implement|define|contain|provide|hold|house|declare|describe) ")
_YIELDS_NOTHING = re.compile(r"(?:return|yield) (?=(?:self|none|nothing|true|false|`self`|`none`)\b)", re.I)
_ALLOWS = re.compile(r"\A(?:allow|enable|let|help) (?:you|users?|the user|one|callers?) (?:to )?")
# Words that a class's or module's summary begins with as verbs, but for those before its sort: "Set subclass", "Log handler".
_RATHER_VERBS = frozenset("call copy display handle hold log produce run set show store take transform wrap".split())
_SORTS = frozenset("class subclass mixin object type exception error middleware backend algorithms operations".split())
_LONGEST_PURPOSE = 170  # characters after "Use x to"


_DONE = re.compile(r"[A-Z][a-z]+ed (?:to|from|by|with|at|on|for)\b")  # "Attempted to read": what happened, not what it is
_LIKENS = re.compile(r"(?:Similar|Equivalent|Identical|Equal|Analogous) to ")
_SINGULAR_NOUN = re.compile(r"(?!\w+(?:ed|ing|able|ible|ly|al|ic|ive|ous|ful|[^s]s)\b)[a-z]+")
_ERROR_NAME = re.compile(r"(?:Error|Exception|Warning|Interrupt|Exit)$")
_HAPPENED = re.compile(  # what a summary without another verb says of its subject: "The request timed out"
    r"(?:\S+ ){0,6}?\S*\w (?:occurr?ed|failed|happened|expired|crashed|disconnected|disappeared|vanished|exceeded|went"
    r"|timed out|\w+ed (?:an?|the|its|your)|did|didn't|couldn't|was|were|has|had|is|are|cannot|can't|could|must|does|do)\b"
)
_NO_EVENT = re.compile(r"(?:couldn't|could|can't|cannot|didn't|unable|failed)\b", re.I)
_UNDONE = re.compile(r"\b(?:not|no longer|\w+(?:ed|lost|found|sent|built|given))\W*\Z")  # "Connection lost"
_ERROR = re.compile(r"\b(?:exceptions?|errors?|warnings?|class|base|failures?|problems?)\b", re.I)
_THIS_DOES = re.compile(r"\b[Tt]his (?=(?P<verb>[a-z]+)\b)")


def tells_something(doc: str) -> bool:
    """Whether a summary tells anything of its subject: "See the manual" does not."""
    return not _USELESS.match(doc) and re.search(r"[a-z]{3}", doc) is not None


def _is_third_person(word: str) -> bool:
    return word in ("is", "has", "does", "can", "will") or base_form(word) in VERBS


@dataclass(frozen=True)
class Summary:
    """A summary `doc` of the symbol `short`. `kind` is function, method, property, class, module or package; `bases` are those
    of a class."""

    short: str
    kind: str
    doc: str
    bases: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The subject as prose names it."""
        return f"`{self.short}`"

    @cached_property
    def text(self) -> str:
        """The summary, if it tells anything; what it calls itself is replaced by its name."""
        text = _A_BEFORE_VOWEL.sub("an", _TYPE.sub("", self.doc.strip()))
        if not text or text.count("`") % 2 or not tells_something(text):
            return ""
        return self.renamed(text)

    def renamed(self, text: str) -> str:
        """A text with its own name and "this function" and the like as the name in backticks."""
        kinds = _OWN_KINDS.get(self.kind, "object")
        called = self._called(text, kinds) if self.short.lower() in text.lower() else None
        if called is not None and _is_third_person(called["verb"]):
            text = f"{self.name} {text[called.start('verb') :]}"
        text = _THIS_DOES.sub(lambda found: f"{self.name} " if base_form(found["verb"]) in VERBS else found[0], text)
        return re.sub(rf"\b[Tt]his (?:{kinds})(?=[ ,.')]|$)(?! of\b)", self.name, text)

    def _called(self, text: str, kinds: str) -> re.Match[str] | None:
        """Its own name at the beginning of a text, up to a word that may be a verb."""
        own = re.escape(self.short)
        called = re.match(
            rf"(?:(?:The )?(?:`+{own}(?:\(\))?`+|{own}\(\))|(?:The )?{own})(?: (?:{kinds}))? (?P<verb>[a-z]+)\b", text
        )
        if called is None and self.kind in ("module", "package"):  # "Requests is a library", of `requests`
            called = re.match(rf"(?i:{own}) (?P<verb>is|has|does|can|will)\b", text)
        return called

    @cached_property
    def _verbs(self) -> VerbPhrase | None:
        if self._is_compound:
            return None
        first, _, rest = self.text.partition(" ")
        is_own = (
            self.kind in ("function", "method") and first.lower() == self.short.lower() and first.isalpha() and first.istitle()
        )
        if (
            is_own and verb_of(self.text) is None and rest and not has_finite_verb(self.text)
        ):  # `sleep`: "Sleep between attempts"
            verb = first.lower()
            return VerbPhrase(f"{verb} {rest}".rstrip(" ."), f"{third_person(verb)} {rest}".rstrip(" ."))
        return VerbPhrase.of(self.text)

    @property
    def _is_compound(self) -> bool:
        """Whether the first word of a class's or module's summary is a noun before its noun: "Index subclass", "Test suite"."""
        first, _, rest = self.text.partition(" ")
        following = rest.partition(" ")[0].strip(".,:;")
        is_verb_here = first.lower() in _RATHER_VERBS and following not in _AGENTS | _SORTS
        may_be_noun = first.lower() in ALSO_NOUNS and self.kind in ("class", "module", "package") and not is_verb_here
        is_verb = DETERMINER.match(rest) or AFTER_VERB.match(rest) or following in _PREPOSITIONS
        if may_be_noun and rest and " " not in rest.strip():  # "Type aliases."
            return True
        return may_be_noun and not is_verb and following.islower() and _SINGULAR_NOUN.fullmatch(following) is not None

    @cached_property
    def noun(self) -> NounPhrase | None:
        """The summary as a noun phrase, where it is one."""
        text = self.text
        if _LIKENS.match(text) or _DONE.match(text):
            return None
        if text.startswith(f"{self.name} "):
            text = text.removeprefix(f"{self.name} ")
            if _is_third_person(text.partition(" ")[0]):
                return None
        if not text or self._verbs is not None or has_finite_verb(text):
            return None
        first, _, rest = text.partition(" ")
        noun = noun_phrase(text)
        is_unknown_verb = (
            self.kind in ("function", "method")
            and re.fullmatch(r"[A-Z][a-z]+[^su]s", first)
            and noun is not None
            and noun.number != "plural"
        )
        return None if is_unknown_verb and rest else noun

    @property
    def is_agent(self) -> bool:
        """Whether the summary names what the subject itself is: a helper, a decorator; not what it gives."""
        return self.noun is not None and self.noun.head in _AGENTS

    @property
    def is_error(self) -> bool:
        """Whether the subject is an exception or a warning, by its name or its bases."""
        return self.kind == "class" and any(_ERROR_NAME.search(name) for name in (self.short, *self.bases))

    @cached_property
    def event(self) -> str:
        """What the summary of an exception says to have happened, as a clause: "the request timed out"; empty for others."""
        text = self.text
        if not self.is_error or not text or text.startswith(self.name) or verb_of(text) is not None:
            return ""
        lead = text.partition(" ")[0].lower()
        if lead in _PARTICIPLES or lead in ("this", "these", "if", "when", "there", "couldn't", "for"):
            return ""
        main = re.split(r"\b(?:that|which|who|when|where|if|because|while)\b|[,;:]", text)[0].strip()
        return lower_first(text.rstrip(" .")) if _HAPPENED.match(main) and not _ERROR.match(main) else ""

    def sentences(self) -> list[str]:
        """What the subject does or is, in phrasings of which the first is the plain one; the summary itself where it is a
        sentence already. Empty where it tells nothing."""
        text, name = self.text, self.name
        if not text or (text.startswith(name) and self.noun is None):
            return [ended(text)] if text else []
        if self.event:
            return [ended(f"{name} signals that {self.event}"), ended(text)]
        if self._verbs is not None and self._verbs.third:
            third = self._verbs.third
            return [
                ended(item)
                for item in (
                    f"{name} {third}",
                    upper_first(third),
                    f"The {self.kind} {name} {third}",
                    f"The {name} {self.kind} {third}",
                )
            ]
        if self._verbs is not None:
            return [ended(f"{name} is used to {self._verbs.imperative}") if self._verbs.imperative else ended(text)]
        if (said := self._predicate()) is None:
            return [ended(acting(text, name) or text)]
        return [ended(item) for item in (f"{name} {said}", text, f"The {self.kind} {name} {said}")]

    def _predicate(self) -> str | None:
        """What is said of the subject by a summary that begins with no verb of its own."""
        text, head = self.text, self.text.partition(" ")[0].lower()
        if found := re.match(r"This is ", text):
            return f"is {text[found.end() :]}"
        if found := re.match(r"Same as ", text):
            return f"is the same as {text[found.end() :]}"
        if head in _PARTICIPLES or text.startswith("Like ") or _LIKENS.match(text):
            return f"is {lower_first(text)}"
        if found := re.match(r"(`?True`?) (?=if |when |iff )", text):
            return f"{'is' if self.kind == 'property' else 'returns'} `True` {text[found.end() :]}"
        if head == "whether":
            return f"tells {lower_first(text)}"
        return self._being(self.noun) if self.noun is not None else None

    def _being(self, noun: NounPhrase) -> str | None:
        """The verb and article that fit a noun phrase after the name of this kind of symbol; None where none surely does."""
        if self.kind == "class":
            if self.is_error and not _ERROR.search(noun.text):  # "Connection lost" is when, not what
                return (
                    None
                    if noun.is_determined or _NO_EVENT.match(noun.text) or _UNDONE.search(noun.text)
                    else f"signals {noun.indefinite}"
                )
            if re.match(r"(?:abstract )?(?:base|super|parent)[ -]?class", noun.text, re.I):
                return f"is {noun.definite}"
            return {"count": f"is {noun.indefinite}", "plural": f"holds {noun.text}", "mass": f"implements {noun.text}"}[
                noun.number
            ]
        if self.kind in ("module", "package"):
            is_topic = len(noun.text.split()) < 3 and noun.number != "plural" and not noun.is_determined
            return f"covers {noun.text}" if is_topic else f"provides {noun.indefinite}"
        if self.kind == "property":
            return f"holds {noun.definite}" if noun.number == "plural" else f"is {noun.definite}"
        if self.is_agent:
            return f"is {noun.indefinite}"
        is_result = noun.is_determined or re.match(
            rf"[^,;:()]*\b{re.escape(noun.head)}\W* (?:of|for|between|from|in|about|to)\b", noun.text, re.I
        )
        return f"gives {noun.definite}" if is_result else None

    def purpose(self) -> str:
        """What to use the subject for, as an infinitive without `to`; empty where the summary does not tell."""
        if self._verbs is None or not self._verbs.imperative or len(self._verbs.imperative) > _LONGEST_PURPOSE:
            return ""
        if self.kind in ("module", "package") and _IS_CONTENT.match(self._verbs.imperative):
            return ""
        text = _ALLOWS.sub("", re.sub(r"\A(?:attempt|try) to ", "", self._verbs.imperative))
        text = _OTHERWISE.sub("", text)
        found = _CHECKS.match(text)
        if found is not None and (found["if"] or "whether" in found[0].lower()):
            return f"check whether {_ELSE_FALSE.split(text[found.end() :])[0]}"
        if found is not None or _IS_NO_AIM.match(text) or _YIELDS_NOTHING.match(text):
            return ""
        if text.startswith("yield "):
            noun = noun_phrase(text[6:])
            many = noun is not None and (noun.number == "plural" or text[6:].startswith(("all ", "each ", "every ")))
            return f"{'iterate over' if many else 'get'} {text[6:]}"
        return re.sub(r"^return (?!to\b)", "get ", text)


_PREPOSITIONS = frozenset("and or of for to from in on at by with without into onto via as about against through".split())


def acting(text: str, subject: str) -> str:
    """ "If x is empty, return None" with a subject for its verb; empty for a text that is not of this form."""
    found = re.match(r"(?P<when>(?:If|When|Unless|Given|For) [^,]+, (?:then )?)(?P<act>[a-z].*)\Z", text)
    if found is None or verb_of(found["act"]) is None or "in which case" in text:
        return ""
    phrase = VerbPhrase.of(found["act"])
    return f"{found['when']}{subject} {phrase.third}" if phrase is not None and phrase.third else ""


def told_further(summary: Summary, sentence: str) -> str:
    """A sentence of the description as one that stands on its own; empty where it leans on what is not there."""
    sentence = ended(sentence) if sentence.endswith("..") else sentence
    if (
        not (20 < len(sentence) < 200)
        or not sentence[:1].isupper()
        or not sentence.endswith(".")
        or sentence.count("`") % 2
        or _LEANS.search(sentence)
        or re.match(r"[A-Z]\w+: ", sentence)  # a part of the docstring under a heading that its style does not have
    ):
        return ""
    head = sentence.partition(" ")[0]
    verbs = verb_of(sentence)
    is_third = verbs is not None and verbs[1] == head.lower()
    if verbs is not None and (is_third or verbs[0] not in _ADVICE):
        phrase = VerbPhrase.of(sentence)
        is_doer = is_third or summary.kind in ("function", "method")
        return ended(f"It {phrase.third}") if phrase is not None and phrase.third and is_doer else ""
    if head in ("If", "When", "Unless") and verb_of(sentence.partition(", ")[2]) is not None:
        return ended(acting(sentence, "it"))
    if head.lower() in _PARTICIPLES:
        return f"It is {lower_first(sentence)}"
    told = summary.renamed(sentence)
    if told.startswith(summary.name):
        return upper_first("It" + told[len(summary.name) :])
    return told if verbs is not None or has_finite_verb(told) else ""


_ADVICE = frozenset(
    """use call pass set make ensure override consider specify provide avoid prefer subclass do be choose keep leave wrap
    try""".split()
)
_LEANS = re.compile(
    r"""\A(?:They|These|Those|Such|Otherwise|However|Also|But|And|So|Thus|Therefore|Then|Instead|Hence|Here|That|Both|Either
        |In\ (?:this|that|which|other)|For\ (?:instance|example|more)|This\ (?!function|method|class|module|package|is)
        |Moreover|Furthermore|Additionally|Similarly|Finally|Each\ of|It's|Note|See|Example|Todo|Reads?\ more|Refers?\ to
        |Please|Compare)\b
    |\b(?:see|below|above|following|example|e\.g|figure|equation|todo|fixme|former|latter|we|our|us|I)\b
    |\[\d|https?:|::|[:(]$|\$|\\""",
    re.I | re.X,
)
