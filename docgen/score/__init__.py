"""Scores of documents, or of a writer's answers: against references, against facts, and against how they scored before.

documents, writers, pairs   the flows: what is scored, read and handed on            items, sections      what is scored
scored, comparing           the numbers of a run, and two writers on the same texts   statistics           chance
gate, baseline, history     what fails, compared with what, and how it went so far    suspicions           odd input
report                      the result; table, markdown, page and badge print it      debugging            why it is bad
"""

from docgen.score.answering import Answering, Writer
from docgen.score.baseline import Baseline
from docgen.score.documents import score_documents
from docgen.score.gate import Gate, compare
from docgen.score.pairs import score_pairs
from docgen.score.report import ScoreReport
from docgen.score.writers import Split, score_writer

__all__ = [
    "Answering",
    "Baseline",
    "Gate",
    "ScoreReport",
    "Split",
    "Writer",
    "compare",
    "score_documents",
    "score_pairs",
    "score_writer",
]
