"""Every metric there is: what it is called, how it is made, which end is better, and what a text must have to be given it.

In: nothing. Out: `families()`, in the order of every table, and `missing`, which says why a pair has no value. The signature
of a metric changes whenever its numbers would.
"""

from __future__ import annotations

import math
from functools import cache

from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF
from sacrebleu.metrics.ter import TER

from docgen.metrics import bleu, chrf, claimed, readability, rouge_metrics, ter
from docgen.metrics.batch import Family, Metric, Pair, Words
from docgen.metrics.claimed import CLAIMS, COMPLETENESS, SUPPORT
from docgen.metrics.texts import NORMALISATION, TOKENS, normalise, tokens

# Which metrics each module measures, so that one that nobody asked for costs nothing.
MEASURES: tuple[tuple[Family, tuple[str, ...]], ...] = (
    (bleu.measure, ("BLEU",)),
    (chrf.measure, ("chrF",)),
    (ter.measure, ("TER",)),
    (rouge_metrics.measure, (*rouge_metrics.NAMES, "length")),
    (bleu.measure_smoothed, ("BLEU-CodeXGLUE",)),
    (claimed.measure, ("claims.precision", "claims.recall", "claims.F1", "completeness", "support", "contradicted")),
    (readability.measure, ("readability",)),
)


def families(words: Words = "docgen.1", stem: bool = False) -> tuple[Metric, ...]:
    """All metrics, those against a reference first. `words` and `stem` say how ROUGE finds its words, as in `measured`."""
    return (*_against_references(words, stem), *_against_facts(), _readability())


def _against_references(words: Words, stem: bool) -> list[Metric]:
    normal = f"norm:{NORMALISATION}"
    found = [
        Metric("BLEU", f"{_signed(BLEU)}|{normal}", 0, 100, True, "reference"),
        Metric("chrF", f"{_signed(CHRF)}|{normal}", 0, 100, True, "reference"),
        Metric("TER", f"{_signed(TER)}|{normal}", 0, math.inf, False, "reference"),
    ]
    for name in rouge_metrics.NAMES:
        lines = "|split:lines" if name == "ROUGE-Lsum" else ""
        made = f"tok:{_words(words)}|stem:{'porter' if stem else 'no'}{lines}|{normal}"
        found.append(Metric(name, f"{name.replace('ROUGE-', 'rouge')}|f1:mean|{made}", 0, 100, True, "reference"))
    smoothed = f"mean|nrefs:1|case:lc|tok:codexglue|smooth:add-1|text:first-line|{normal}"
    found.append(Metric("BLEU-CodeXGLUE", smoothed, 0, 100, True, "reference"))
    lengths = f"tokens of text / of reference|tok:{_words(words)}|{normal}"
    return [*found, Metric("length", lengths, 0, math.inf, None, "reference")]


@cache
def _signed(kind: type[BLEU] | type[CHRF] | type[TER]) -> str:
    """sacreBLEU's own signature, which it knows once it has measured something."""
    metric = kind()
    metric.corpus_score(["a"], [["a"]])
    return str(metric.get_signature())


def _words(words: Words) -> str:
    return TOKENS if words == "docgen.1" else "rouge-score"


def _against_facts() -> list[Metric]:
    shares = ("claims.precision", "claims.recall", "claims.F1")
    made = f"claims:{CLAIMS}|micro|distinct:text"
    return [
        *(Metric(name, f"{name}|{made}", 0, 100, True, "facts") for name in shares),
        Metric("completeness", f"completeness|facts:{COMPLETENESS}|micro", 0, 100, True, "facts"),
        Metric("support", f"support|mean|words:content|stem:{SUPPORT}", 0, 100, True, "facts"),
        Metric("contradicted", f"contradicted|{made}", 0, math.inf, False, "facts"),
    ]


def _readability() -> Metric:
    return Metric("readability", "coleman-liau|grade|letters:unicode|code:no", -math.inf, math.inf, None, "text")


def missing(metric: Metric, pair: Pair) -> str:
    """Why `pair` can have no value of `metric`; "" where it should have one."""
    if metric.applies == "reference":
        return _missing_in_reference(metric.name, normalise(pair.reference))
    if metric.applies == "facts":
        return _missing_in_facts(metric.name, pair)
    letters, words, _ = readability.counts(pair.text)
    return "" if letters and words >= readability.FEWEST_WORDS else f"the text has fewer than {readability.FEWEST_WORDS} words"


def _missing_in_reference(name: str, reference: str) -> str:
    if not reference:
        return "there is no reference"
    least = {"ROUGE-2": 2}.get(name, 1 if name.startswith("ROUGE") or name == "length" else 0)
    if (count := len(tokens(reference))) < least:
        return f"the reference has {('no word', 'a single word')[count]}"
    return ""


def _missing_in_facts(name: str, pair: Pair) -> str:
    if pair.brief is None or not pair.brief.facts:
        return "there are no facts"
    if name == "support":
        return "" if normalise(pair.text) else "the text is empty"
    if name == "completeness":
        return "" if claimed.public_facts(pair.brief.entry) else "nothing public is known of it"
    has_claims = name != "claims.recall" and any(claimed.claim_scores([(pair.text, pair.brief.entry)], [()]).by_kind)
    is_asked = name != "claims.precision" and bool(claimed.required_facts(pair.brief, pair.reference))
    if name == "claims.F1":
        return "" if has_claims and is_asked else "the text claims nothing" if is_asked else "there is no fact to state"
    return (
        "" if has_claims or is_asked else "the text claims nothing" if name != "claims.recall" else "there is no fact to state"
    )
