"""Whether a text says of each name what the facts say of it, and not what they say of another.

In: a Brief and a text. Out: yes or no. Small models join the right words to the wrong name: a parameter's description to its
neighbour, what one member does to the module, a method to the list of parameters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from docgen.brief import Brief, exceptions_to_name
from docgen.facts import words_of
from docgen.statements.english import listed
from docgen.statements.summary import tells_something
from docgen.statements.verbs import ALSO_NOUNS, verb_of
from docgen.support import content_words, share_known, stem, stems_of, support
from docgen.writers.exchanged import exchanges
from docgen.writers.vocabulary import general_stems

# Shares of a clause's words in another parameter's description, and by how much less its own holds, for it to be that one's.
_MOSTLY, _ANOTHERS, _NEARER, _CLEARLY = 0.5, 0.9, 0.2, 0.13
_LEAST_OF_MEMBER = 0.7  # share of the content words of what is said of a member that its own summary holds
_LEAST_OF_SHORT, _LEAST_OF_LONG, _SHORT = 0.8, 0.5, 8  # share of a description that a sentence holds; words of a short one
_TOLD = re.compile(
    r"(?:(?:If )?`(?P<opened>\w+)`(?: (?:is|takes|gives|holds|tells|controls)\b|: )"
    r"|Pass (?:an?|the) [^`]*(?:`[^`]*`[^`]*)*? as `(?P<passed>\w+)`)"
)
_DEFAULTED = re.compile(r"(?:\A|(?<=\. ))(?:`(\w+)`|Pass [^.;]* as `(\w+)`)[^.;]*; it defaults to `([^`]+)`")
_SWITCH = re.compile(r"`(\w+)` is `(True|False)` (?:if|when|unless)\b")
_MOST_LISTED = 6  # parameters that a list names all
_SENTENCES = re.compile(r"(?<=[.!?])\s+|\n")
_CODE = re.compile(r"`([^`]+)`")
_NAMES = r"`[^`]+`(?:(?:, | and | or |, and )`[^`]+`)*"
_ENUMERATION = re.compile(r"`[^`]+`(?:(?:, | and | or |, and )`[^`]+`)+")
_TAKES = re.compile(r"`([^`]+)` (?:method |function )?takes `")
_RAISES = re.compile(r"`([^`]+)` raises\b")
_OPENS = re.compile(r"(?:(?:Call|Use) `([^`]+)` |`([^`]+)` (?:is for code|serves as) )")
_PASSED = re.compile(r"\bPass (?:an?|the) [^.]*? as `([^`]+)`")
_DEFAULTS = re.compile(r"`(\w+)` defaults to\b|`(\w+)` is `[^`]*` (?:by default|unless)\b")
_NEEDED = re.compile(r"\bneeds ([^.;]*)")
_OPTIONAL = re.compile(r"((?:`[^`]+`(?:, | and )?)+) (?:is|are) optional\b")
_TAKEN = re.compile(
    rf"(?:\bIt|`(?P<subject>[^`]+)`|\b(?:function|method|class)|\b[Ii]ts parameters|\b[Yy]ou give it|\b[Yy]ou pass(?: it)?) "
    rf"(?:(?:takes|needs|expects|accepts|are) )?(?P<names>{_NAMES})(?= and returns|[.;,]|$)(?!, (?:among|and others))"
)
_HELD = re.compile(
    r"(?:(?:\bIt|`(?P<subject>[^`]+)`) (?:has|holds|offers|provides|contains)|\bIts (?:entry points|public names|members) are) "
    rf"(?P<names>{_NAMES})(?P<more>,? (?:among others|and (?:\w+ )?others))?(?=[.;]|$)"
)
_AIM = re.compile(
    r"(?:(?:Call|Use) `(?P<called>[^`]+)` (?:to|when you need to)|`(?P<there>[^`]+)` is (?:there|used|meant) to"
    r"|`(?P<code>[^`]+)` is for code that has to) (?P<verb>[a-z]+)|\ATo (?P<first>[a-z]+)\b[^`.]*?, call `(?P<last>[^`]+)`"
    r"|\AA caller that wants to (?P<wanted>[a-z]+)\b[^`.]*? uses `(?P<used>[^`]+)`"
)
_HEADED = re.compile(r"(?:The (?:\w+ )?)?`([^`]+)` (?:\w+ )?(?:is |[a-z]+s )")
_TELLS = re.compile(r"(?:\A|[.;,] (?:and |while )?|\n)`(\w+)` ((?!and\b|or\b)[a-z][^.;`]*)")
_IS_A = re.compile(r"(?:is|are) (?:an?|the) ")
_CALLED = re.compile(r"\b(?:uses|[Cc]all|Use|[Rr]each for) `(\w+)`(?! and| or|,)")
_GENERAL_AIMS = frozenset(
    "be build call check construct create do get give handle have make obtain provide return run see use work".split()
)


def mixes_up(brief: Brief, text: str) -> bool:
    """Whether a text says of one name what the facts say of another."""
    return (
        _describes_another(brief, text)
        or _turns_a_switch(brief, text)
        or _mistakes_the_subject(brief, text)
        or _gives_a_default_to_another(brief, text)
        or _mistakes_the_optional(brief, text)
        or _lists_others(brief, text)
        or _lists_itself(brief, text)
        or _tells_of_another_member(brief, text)
        or _aims_elsewhere(brief, text)
    )


def without_twins(text: str) -> str:
    """A text whose enumerations hold each name once: small models end a list with a name that it has already."""

    def once(found: re.Match[str]) -> str:
        names = _CODE.findall(found[0])
        joiner = "or" if " or `" in found[0] else "and"
        return found[0] if len(set(names)) == len(names) else listed(list(dict.fromkeys(names)), joiner)

    return _ENUMERATION.sub(once, text)


def _lists_itself(brief: Brief, text: str) -> bool:
    """Whether a list of several names ends with the subject's own, as one does for which a model knows no other."""
    own = {brief.short, brief.about}
    return any(len(names) > 2 and names[-1] in own for names in map(_CODE.findall, _ENUMERATION.findall(text)))


def lists_twice(text: str) -> bool:
    """Whether an enumeration holds a name twice."""
    runs = (_CODE.findall(run) for run in _ENUMERATION.findall(text))
    return any(len(set(names)) < len(names) for names in runs)


def passes_a_switch(brief: Brief, text: str) -> bool:
    """Whether a switch is spoken of as a thing: "Pass the force removal of the image as `force`", which is True or False; or
    what takes any number of values as one."""
    passed, parameters = _PASSED.findall(text), brief.entry.strings("parameters")
    return any(brief.get(f"parameters.{name}.default") in ("True", "False") or f"**{name}" in parameters for name in passed)


def _parameters(brief: Brief) -> list[str]:
    return [name.lstrip("*") for name in brief.entry.strings("parameters")]


# Parameters ------------------------------------------------------------------------------------------------------------


def _described(brief: Brief) -> dict[str, str]:
    return {name: str(words) for name in _parameters(brief) if (words := brief.get(f"parameters.{name}.description"))}


def _describes_another(brief: Brief, text: str) -> bool:
    """Whether a sentence says of the subject what the facts say in another name, or of a parameter what they say of
    another."""
    if any(name.rpartition(".")[2] != brief.short for name in _TAKES.findall(text)):
        return True
    called = re.match(
        r"The (?:`([^`]+)` (?:function|method|class|module|package)|(?:function|method|class|module) `([^`]+)`)", text
    )
    if called is not None and (called[1] or called[2]) not in (brief.short, brief.about):
        return True
    described, parameters = _described(brief), _parameters(brief)
    if any(_has_another_default(brief, *found) for found in _DEFAULTED.findall(text)):
        return True
    said = []
    for clause in (clause for sentence in _SENTENCES.split(text) for clause in re.split(r"; |, (?:and|while) ", sentence)):
        named = {name for name in _CODE.findall(clause) if name in parameters}
        if len(named) == 1 and named <= described.keys():
            said.append((named.pop(), clause))
    facts = {name: f"{name} {words}" for name, words in described.items()}
    return exchanges(said, facts) or any(_is_of_another(brief, clause, name, described) for name, clause in said)


def _is_of_another(brief: Brief, clause: str, name: str, described: Mapping[str, str]) -> bool:
    if brief.kind != "error-handling" and _is_told_otherwise(brief, clause, name, described[name]):
        return True
    alone = support(clause, [described[name], name])
    own = support(clause, [described[name], name, brief.short, str(brief.get("doc", ""))])
    others = [support(clause, [words, other, name]) for other, words in described.items() if other != name]
    most = max(own, _MOSTLY) if brief.kind == "error-handling" else own + _CLEARLY  # conditions tell little of what a thing is
    if any(other > most or (other >= _ANOTHERS and other > alone + _NEARER) for other in others):
        return True
    if _TOLD.match(clause.strip()) is None:
        return False
    prose = re.sub(r"`[^`]*`", " ", clause)
    mine = support(_first(described[name]), [prose, name])
    theirs = (support(_first(words), [prose]) for other, words in described.items() if other != name)
    return mine < 1 and any(other == 1 for other in theirs)


def _has_another_default(brief: Brief, opened: str, passed: str, told: str) -> bool:
    default = brief.get(f"parameters.{opened or passed}.default")
    return default is not None and told.strip("'\"") != str(default).strip("'\"")


def _first(description: str) -> str:
    return re.split(r"[.;]\s|, (?:if|when|optional)\b", description)[0]


def _is_told_otherwise(brief: Brief, clause: str, name: str, description: str) -> bool:
    """Whether a clause that opens with a parameter, or passes something as it, says little of what its description says, or
    another default."""
    told = _TOLD.match(clause.strip())
    if told is None or name not in (told["opened"], told["passed"]):
        return False
    verb = verb_of(description)
    if verb is not None and re.match(
        rf"`{re.escape(name)}` is (?:the |an? )?(?:{re.escape(verb[0])}|{re.escape(verb[1])}) ", clause, re.I
    ):
        return verb[0] not in ALSO_NOUNS or re.match(r"\S+ (?:of|for|to|in|from)\b", description) is None
    known = stems_of([description, name, brief.short, str(brief.get("doc", "")), str(brief.get("doc.description", ""))])
    others = [f"{other} {words}" for other, words in _described(brief).items() if other != name]
    if {stem(word) for word in _words(clause)} & (stems_of(others) - known):
        return True
    words = content_words(_first(description))
    held = share_known(" ".join(words), stems_of([clause]))
    return (
        not clause.startswith("If ")
        and bool(_words(clause))
        and held < (_LEAST_OF_SHORT if len(words) <= _SHORT else _LEAST_OF_LONG)
    )


def _gives_a_default_to_another(brief: Brief, text: str) -> bool:
    """Whether a default is told of a name that is no parameter, where the facts list the parameters."""
    parameters = set(_parameters(brief))
    return bool(parameters) and any(name not in parameters for found in _DEFAULTS.findall(text) for name in found if name)


def _mistakes_the_optional(brief: Brief, text: str) -> bool:
    """Whether a parameter with a default, or one that takes any number of values, is called needed, or another optional."""
    told = {name: brief.get(f"parameters.{name}.default") for name in _parameters(brief)}
    free = {name.lstrip("*") for name in brief.entry.strings("parameters") if name.startswith("*")}
    needed = {name for run in _NEEDED.findall(text) for name in _CODE.findall(run)}
    optional = {name for run in _OPTIONAL.findall(text) for name in _CODE.findall(run)}
    has_default = {name for name, value in told.items() if value is not None} | free
    return bool(needed & has_default) or bool(optional & (told.keys() - has_default))


def _lists_others(brief: Brief, text: str) -> bool:
    """Whether a list of what the subject takes holds a name that is no parameter, or leaves some of a few out; or one of what
    it has, a name that is no member."""
    parameters, own = _parameters(brief), (None, brief.short, brief.about)
    public = [name for name in parameters if not name.startswith("_")]
    wanted = {name for name in public if f"*{name}" not in " ".join(brief.entry.strings("parameters"))}
    for found in _TAKEN.finditer(text):
        names = set(_CODE.findall(found["names"]))
        says_so = re.search(r"\b(?:takes|needs|expects|accepts|parameters are|give it|pass it)\b", found[0])
        if not says_so or found["subject"] not in own or not parameters:
            continue
        is_whole = wanted <= names or len(public) > _MOST_LISTED or "needs" in found[0]
        if not names <= set(parameters) or not is_whole:
            return True
    members = {*brief.entry.strings("members"), *brief.entry.strings("attributes")}
    for found in _HELD.finditer(text):
        names = set(_CODE.findall(found["names"]))
        may_be_part = bool(found["more"]) or found[0].startswith("Its ")
        leaves_out = not may_be_part and len(names) < min(len(members), _MOST_LISTED)
        if members and found["subject"] in own and (not names <= members or leaves_out or (found["more"] and names == members)):
            return True
    return False


# The subject and its members ---------------------------------------------------------------------------------------------


def _turns_a_switch(brief: Brief, text: str) -> bool:
    """Whether a switch is said to be on where its description has it off: "`many` is `False` if" of "True if"."""
    for name, value in _SWITCH.findall(text):
        told = str(brief.get(f"parameters.{name}.description") or "")
        other = "False" if value == "True" else "True"
        if re.search(rf"\b{other}`* (?:if|when)\b", told) and not re.search(rf"\b{value}`* (?:if|when)\b", told):
            return True
    return False


def _mistakes_the_subject(brief: Brief, text: str) -> bool:
    """Whether a text says of the subject what is true of something else: that an exception raises itself, or what a parameter's
    description says."""
    opened = _OPENS.match(text)
    if brief.kind == "use-case" and opened and (opened[1] or opened[2]) not in _callable(brief):
        return True
    exceptions = exceptions_to_name(brief)
    if any(name in exceptions and name != brief.short for name in _RAISES.findall(text)):
        return True
    described = [str(fact.value) for fact in brief.facts if re.fullmatch(r"parameters\.\w+\.description", fact.name)]
    own = [str(brief.get(name, "")) for name in ("doc", "doc.description")]
    for sentence in _SENTENCES.split(text):
        if re.match(rf"`{re.escape(brief.short)}` (?:is|holds|takes) (?:an?|the) ", sentence):
            rest = sentence.partition("` ")[2]
            if max((support(rest, [words]) for words in described), default=0.0) > support(rest, own):
                return True
    return False


def _callable(brief: Brief) -> set[str]:
    """What a use case may tell to call: the subject, and of a module its members."""
    own = {brief.short, brief.about}
    return own | set(brief.entry.strings("members")) if brief.symbol_kind in ("module", "package") else own


def invents_members(brief: Brief, text: str, least_support: float) -> bool:
    """Whether a text tells of a member what the summary of another says, or what sort of thing it is against its own; and
    whether less of what it tells than `least_support` (0.7 at most) stands in the member's summary."""
    if brief.kind == "error-handling" or brief.symbol_kind not in ("module", "package", "class"):
        return False
    docs = {name: _summary(brief, name) for name in brief.entry.strings("members")}
    least = min(_LEAST_OF_MEMBER, least_support)
    told = [(name, words) for name, words in _TELLS.findall(text) if name in docs]
    if exchanges(told, {name: f"{name} {doc}" for name, doc in docs.items()}):
        return True
    for name, words in told:
        asked = _LEAST_OF_MEMBER if _IS_A.match(words) else least
        if support(words, [docs[name], name]) < asked or (least and not docs[name]):
            return True
    return bool(least) and any(name in docs and not docs[name] for name in _CALLED.findall(text))


def _summary(brief: Brief, name: str) -> str:
    """What the facts tell of a member; "" where that is nothing."""
    doc = brief.get(f"members.{name}")
    return doc if isinstance(doc, str) and tells_something(doc) else ""


def _tells_of_another_member(brief: Brief, text: str) -> bool:
    """Whether a sentence about one member, or about the whole, says what only the summary of another member says."""
    if brief.kind == "error-handling" or brief.symbol_kind not in ("module", "package", "class"):
        return False
    docs = {name: brief.get(f"members.{name}") for name in brief.entry.strings("members")}
    told = {name: doc for name, doc in docs.items() if isinstance(doc, str)}
    if not told:
        return False
    own = [str(brief.get(name, "")) for name in ("doc", "doc.description")] + [brief.about, *_texts(brief, "parameters")]
    for sentence in _SENTENCES.split(text):
        codes = _CODE.findall(sentence)
        named = [name for name in codes if name in docs]
        if not named and any(f"`{code}`" in doc for code in codes for doc in told.values() if f"`{code}`" not in " ".join(own)):
            return True
        headed = _HEADED.match(sentence)
        if not named and headed is not None and headed[1] in (brief.short, brief.about) and " is " in headed[0]:
            closest = max(support(sentence, [doc, brief.short]) for doc in told.values())
            if closest > max(_LEAST_OF_MEMBER, support(sentence, own)):
                return True
        if len(named) != 1 or (headed is not None and headed[1] != named[0]) or (headed is None and not _AIM.search(sentence)):
            continue
        known = stems_of([told.get(named[0], ""), named[0], brief.short])
        strange = {stem(word) for word in _words(sentence)} - known - general_stems()
        if strange & stems_of([*(doc for name, doc in told.items() if name not in named), *own[:2]]):
            return True
    return False


def _texts(brief: Brief, head: str) -> Iterator[str]:
    for fact in brief.entry.under(head):
        yield f"{fact.name} {fact.value}"


def _words(sentence: str) -> list[str]:
    return content_words(re.sub(r"`[^`]*`", " ", sentence))


def _aims_elsewhere(brief: Brief, text: str) -> bool:
    """Whether the verb of what a thing is for stands in no word about it: "To convert precision values, call `Score`"."""
    if brief.kind != "use-case" or brief.is_model:
        return False
    for sentence in _SENTENCES.split(text):
        for found in _AIM.finditer(sentence):
            name = found["called"] or found["there"] or found["code"] or found["last"] or found["used"]
            verb = found["verb"] or found["first"] or found["wanted"]
            doc = brief.get("doc") if name in (brief.short, brief.about) else brief.get(f"members.{name}")
            if not isinstance(doc, str):
                continue
            if name not in (brief.short, brief.about) and not _rests_on(found, sentence, doc, name):
                return True
            if verb in _GENERAL_AIMS:
                continue
            description = str(brief.get("doc.description", "")) if name in (brief.short, brief.about) else ""
            if stem(verb) not in stems_of([doc, description, " ".join(words_of(name))]):
                return True
    return False


def _rests_on(found: re.Match[str], sentence: str, doc: str, name: str) -> bool:
    """Whether all that a member is to be called for stands in its summary."""
    told = sentence if found["last"] or found["used"] else re.split(r", and `|; ", sentence[found.start() :])[0]
    known = stems_of([doc, name])
    strange = [word for word in _words(told) if stem(word) not in known and word not in _GENERAL_AIMS]
    spelt = [code for code in _CODE.findall(told) if code != name] + re.findall(r"(?<![`\w])[A-Z]{2,}\b", told)
    return not strange and verb_of(doc) is not None and all(word in doc for word in spelt)
