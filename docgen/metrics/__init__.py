"""How good a text is, in numbers: against a reference that a person wrote, and against the facts it may state.

In: pairs of a text and a reference, or answers to Briefs. Out: values of each and of all, every metric with the signature of
how it is made; what could not be measured is absent and has a reason. BLEU, chrF, ROUGE, claims, completeness and support run
from 0 to 100. One module a family. Only here are sacreBLEU and RapidFuzz imported; rouge-score, whose numbers these are,
needs NLTK and is asked by tests alone, so it is no part of the light install.
"""

from docgen.metrics.answers import FACT_METRICS, METRICS, TEXT_METRICS, Answer, Score, Scores, named, score
from docgen.metrics.batch import Metric, Pair, Statistics, Words
from docgen.metrics.claimed import (
    GROUPS,
    ClaimCounts,
    ClaimScores,
    Completeness,
    FactCounts,
    claim_scores,
    completeness,
    covered_facts,
    public_facts,
    required_facts,
)
from docgen.metrics.doubts import Doubtful, doubtful_lines
from docgen.metrics.families import families, missing
from docgen.metrics.rouge_metrics import rouge
from docgen.metrics.streaming import corpus_scores, measured, sufficient
from docgen.metrics.texts import NORMALISATION, normalise, rouge_tokens, tokens

__all__ = [
    "FACT_METRICS",
    "GROUPS",
    "METRICS",
    "NORMALISATION",
    "TEXT_METRICS",
    "Answer",
    "ClaimCounts",
    "ClaimScores",
    "Completeness",
    "Doubtful",
    "FactCounts",
    "Metric",
    "Pair",
    "Score",
    "Scores",
    "Statistics",
    "Words",
    "claim_scores",
    "completeness",
    "corpus_scores",
    "covered_facts",
    "doubtful_lines",
    "families",
    "measured",
    "missing",
    "named",
    "normalise",
    "public_facts",
    "required_facts",
    "rouge",
    "rouge_tokens",
    "score",
    "sufficient",
    "tokens",
]
