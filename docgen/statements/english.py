"""Small grammar: sentences, lists of names, and noun phrases with their article and number.

In: words as docstrings have them. Out: the same words as parts of a sentence. Where a phrase could be read in two ways, the
reading that needs no change wins.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from docgen.readers.conditions.nouns import article
from docgen.statements.verbs import ALSO_NOUNS, VERBS, base_form

__all__ = ["NounPhrase", "article", "ended", "has_finite_verb", "listed", "lower_first", "noun_phrase", "upper_first"]

Number = Literal["count", "mass", "plural"]

_PROPER = frozenset(
    """I True False None Python Django Flask Redis Celery Elasticsearch Unicode Lua Kubernetes Docker Google Amazon
    Azure Postgres Linux Windows Unix Jupyter English Poisson Fourier Markov Monte Newton Laplace Cauchy Hermite
    Legendre Chebyshev Bessel Bernoulli Dirichlet Weibull Student Pareto Fisher Pearson Spearman Kendall Hamming
    Levenshtein Jaccard Dijkstra Huffman Lagrange Runge Simpson Bayes Kalman Hadamard Pauli Schmidt Cholesky
    Householder Gram Moore Penrose Voronoi Delaunay Bokeh Pandas January February April June July August September
    October November December""".split()
)
_ADJECTIVE_OF_NAME = re.compile(r"[A-Z][a-z]+(?:ian|ean)\b")
_DETERMINERS = frozenset(
    """a an the this that these those each every all any both either neither no one two three some several many most
    another its their his her our your my what which whose whether""".split()
)
_BOUNDARY = re.compile(
    r"[,;:()\[\]—–]|\.(?!\w)|(?<!\w)-|\b(?:of|for|to|from|in|on|at|by|with|without|that|which|who|whose|used|using|containing|holding|around|between|into|via|as|"
    r"when|where|whether|if|and|or|about|against|representing|describing|raised|based|built|given|over|under|after|before|during|per|within|than|such)\b",
    re.I,
)
_PARTICIPLE = re.compile(
    r"(?!(?:string|setting|mapping|thing|ring|warning|heading|encoding|embedding|listing|binding|training|seed|feed|need|bed)$)[a-z]{2,}(?:ed|ing)"
)
_PLURALS = frozenset("criteria children people indices vertices matrices axes bases data media metadata".split())
_MASS = frozenset(
    """information support access code software functionality behavior behaviour logic middleware content text space
    memory storage output input compatibility persistence inheritance security documentation boilerplate machinery
    infrastructure plumbing glue math arithmetic algebra statistics analysis interoperability regression
    classification estimation validation authentication authorization serialization deserialization registration
    optimization optimisation initialization interpolation integration normalization regularization standardization
    configuration communication synchronization compression decomposition internationalization localization""".split()
)
_CLAUSE = re.compile(
    r"\b(?:is|are|was|were|has|have|had|can|cannot|could|must|may|might|should|will|would|does|do|did|isn't|aren't|doesn't|don't|can't|won't)\b"
)
_SUBORDINATE = re.compile(r"\b(?:that|which|who|whose|where|when|if|whether|unless|while|because|as|so|to|what|how)\b")


def upper_first(text: str) -> str:
    """Text with a capital."""
    return text[:1].upper() + text[1:]


def lower_first(text: str) -> str:
    """Text without its capital, unless the first word is a name, an acronym or code, or begins a title."""
    head, _, rest = text.partition(" ")
    bare = head.strip(",.:;()\"'").removesuffix("'s")
    is_name = bare in _PROPER or bare[1:] != bare[1:].lower() or bare.startswith("`") or _ADJECTIVE_OF_NAME.fullmatch(bare)
    is_title = (
        bare.lower() not in _DETERMINERS
        and re.match(r"[A-Z][a-z]+\b(?! [A-Z][a-z]+ [a-z]+ed)", rest)
        and rest.partition(" ")[0].strip(".,") not in _PROPER
    )
    return text if is_name or is_title else text[:1].lower() + text[1:]


def ended(text: str) -> str:
    """Text with a full stop, where it has no stop of its own."""
    text = text.rstrip()
    if text.endswith(('."', ".”", ".)")):
        return text
    text = text.removesuffix(":")
    if text.endswith("..") and not text.endswith("..."):
        text = text[:-1]
    return text if text.endswith((".", "!", "?")) else text.rstrip(",;:") + "."


def listed(names: Sequence[str], joiner: str = "and") -> str:
    """Names in backticks: `a`, `b` and `c`."""
    quoted = [name if name.startswith("`") else f"`{name}`" for name in names]
    return f"{', '.join(quoted[:-1])} {joiner} {quoted[-1]}" if len(quoted) > 1 else "".join(quoted)


def has_finite_verb(text: str) -> bool:
    """Whether a text says something of its subject before the first subordinate clause: then it is a sentence of its own."""
    main = re.sub(r"`[^`]*`|\([^()]*\)", "x", text)
    found = _SUBORDINATE.search(main)
    main = main[: found.start()] if found else main
    if _CLAUSE.search(main):
        return True
    words = re.findall(r"[A-Za-z'-]+", main)
    return any(word in _THIRD_PERSONS or word in _BARE_VERBS for word in words[1:])


_THIRD_PERSONS = frozenset(
    """allows takes returns provides contains represents defines describes holds gives makes accepts supports requires
    raises specifies indicates determines uses depends becomes comes consists works looks behaves inherits implements
    wraps needs lives expires applies consumes produces creates gets""".split()
)


_BARE_VERBS = frozenset(
    "define determine specify allow contain provide indicate become remain include require represent describe receive".split()
)


@dataclass(frozen=True)
class NounPhrase:
    """A phrase that names something: its `text` without a capital, the `head` noun, its number, and whether it brings its own
    article."""

    text: str
    head: str
    number: Number
    is_determined: bool

    @property
    def indefinite(self) -> str:
        """With `a` or `an` where that is needed."""
        return self.text if self.is_determined or self.number != "count" else f"{article(self.text)} {self.text}"

    @property
    def definite(self) -> str:
        """With `the` where it has no article."""
        return self.text if self.is_determined else f"the {self.text}"


def noun_phrase(text: str) -> NounPhrase | None:
    """A text as a noun phrase; None where it does not begin like one."""
    body = lower_first(text.rstrip(" ."))
    first = body.partition(" ")[0].lower().strip(",.:;")
    if not first or not re.match(r"[`\"'(]?\w", first) or first in _NO_NOUNS or re.fullmatch(r"\w+ly", first):
        return None
    is_measure = re.match(r"\w+[- ](?:dimensional|step|way|time|shot|sided|sample|pass)\b", body)
    is_determined = (first in _DETERMINERS and not is_measure) or first[0].isdigit()
    found = _BOUNDARY.search(body, len(first) if is_determined else 0)
    chunk = (body[: found.start()] if found else body).split()
    while len(chunk) > 1 + is_determined and _PARTICIPLE.fullmatch(chunk[-1]):  # "arguments passed", "value being returned"
        chunk.pop()
    head = chunk[-1].strip("`\"'*") if chunk else ""
    if re.match(r"(?:one|zero) or more\b", body):
        return NounPhrase(body, head.lower(), "plural", True)
    if not head or not re.search(r"[a-z]", head, re.I):
        return None
    return NounPhrase(body, head.lower(), _number_of(head.lower()), is_determined)


def _number_of(head: str) -> Number:
    if head in _PLURALS or (head.endswith("s") and not head.endswith(("ss", "us", "is", "ics", "ous"))):
        return "plural"
    is_gerund = head.endswith("ing") and head not in (
        "string",
        "setting",
        "mapping",
        "thing",
        "ring",
        "warning",
        "heading",
        "encoding",
        "embedding",
        "listing",
        "binding",
    )
    return "mass" if head in _MASS or is_gerund else "count"


_NO_NOUNS = frozenset(
    """by how defaults not manually see optionally only in on at for to of with from as also it they currently if when
    while where unless because since must should can could may might will would is are was were be has have if then
    else and or but so used called raised like unlike given using whether note either neither both""".split()
)


def is_noun_too(word: str) -> bool:
    """Whether a verb's form may be a noun."""
    return word in ALSO_NOUNS or (word not in VERBS and base_form(word) in ALSO_NOUNS)
