"""Sentences without a subject as phrases: "Read a file and return its rows" as "reads a file and returns its rows".

In: a sentence that begins with a verb. Out: the phrase as an imperative and in the third person. Verbs beside the first have to
agree with it; where one of them may be a noun, the form that would need a guess is left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from docgen.statements.verbs import ALSO_NOUNS, DETERMINER, MOSTLY_VERBS, VERBS, base_form, third_person, verb_of

_NOT_BEFORE_VERB = re.compile(
    r"\b(?:to [a-z]+|that|which|who|when|where|if|unless|while|whether|so|can|will|must|should|may|for [a-z]+ing)\b"
)
_JOINED = re.compile(r"(?P<join>,? and (?:then )?|,? or |[,;] then |, )(?P<adverb>[a-z]+ly )?(?P<word>[a-z]+)(?=[ ,.]|$)")
_ADVERBS = re.compile(
    r"((?:(?!(?:app|supp|rep|multip|imp|comp|re)ly\b)[A-Za-z]+ly|Also|Just|Only|Simply|First|Then)\s+)+", re.I
)
AFTER_VERB = re.compile(r"(?:it|them|to|whether|if|as|into|onto|True|False|None|only|again|back)\b", re.I)


@dataclass(frozen=True)
class VerbPhrase:
    """A sentence without its subject, as an imperative and in the third person, without capital and full stop. Empty where its
    other verbs cannot be told from nouns."""

    imperative: str
    third: str

    @classmethod
    def of(cls, text: str) -> VerbPhrase | None:
        """The phrase a text begins with; None where it does not begin with a verb."""
        adverbs = _ADVERBS.match(text)
        lead = adverbs[0].lower() if adverbs else ""
        body = text[len(lead) :]
        verbs = verb_of(body)
        if verbs is None:
            return None
        first, _, rest = body.rstrip(" .").partition(" ")
        rest = (first.strip(",") != first) * "," + (" " + rest if rest else "")
        is_third = first.lower().strip(",.:;") == verbs[1]
        imperative, third = (_agreeing(rest, to_third=to_third, same=to_third == is_third) for to_third in (False, True))
        return cls(
            f"{lead}{verbs[0]}{imperative}" if imperative is not None else "",
            f"{lead}{verbs[1]}{third}" if third is not None else "",
        )


def _agreeing(rest: str, *, to_third: bool, same: bool) -> str | None:
    """What follows a verb with every verb beside it in the wanted form; None where one of them may be something else. `same`
    says that the first verb stood in that form: then only what is sure to be a verb changes."""
    plain = re.sub(r"`[^`]*`|\([^()]*\)|\"[^\"]*\"", lambda found: "§" * len(found[0]), rest)
    parts, last = [], 0
    for found in _JOINED.finditer(plain):
        word = found["word"]
        base = word if to_third else base_form(word)
        if base not in VERBS:
            continue
        following = plain[found.end() :]
        is_first = not plain[: found.start()].strip(" ,")
        is_sure = is_first or _is_verb(word, base, following, found["join"])
        is_noun = not is_sure and (base in ALSO_NOUNS or found["join"] == ", ") and _ends_phrase(following)
        is_doubtful = (
            not is_sure
            and (base in ALSO_NOUNS or found["join"] == ", ")
            or (not is_first and _leads_elsewhere(plain[: found.start()]))
        )
        if is_noun or (same and is_doubtful):
            continue
        if is_doubtful:
            return None
        parts += [rest[last : found.start("word")], third_person(base) if to_third else base]
        last = found.end("word")
    return "".join([*parts, rest[last:]])


def _leads_elsewhere(before: str) -> bool:
    """Whether a verb may belong to something other than the first verb: to an infinitive, to a clause. In "Add to the jar and
    return it" there is none."""
    return any(not found[0].startswith("to ") or found[0][3:] in VERBS for found in _NOT_BEFORE_VERB.finditer(before))


def _is_verb(word: str, base: str, following: str, join: str) -> bool:
    """Whether a word is a verb by what follows it: an article, a pronoun, code; most verbs also by a bare object."""
    rest = following.lstrip()
    if DETERMINER.match(rest) or AFTER_VERB.match(rest) or rest.startswith("§"):
        return True
    return word == base and base in MOSTLY_VERBS and join != ", " and not _ends_phrase(following)


def _ends_phrase(following: str) -> bool:
    """Whether what follows a noun may follow: the end, punctuation, a preposition."""
    return (
        re.match(r"\s*(?:$|[.;:)]|(?:of|in|for|from|on|at|by|that|which|are|is|with|used|given|if|when)\b)", following)
        is not None
    )
