"""How good a text is, in numbers: against a reference that a person wrote, and against the facts it may state.

In: answers (a Brief, the text for it, perhaps a reference). Out: `Scores`, where every number stands beside the signature of
how it was made, and what could not be scored is absent and named. BLEU, chrF, ROUGE, claims and support run from 0 to 100.
One reason to change: what a number means; then its signature changes too. Only this module imports sacreBLEU and rouge-score.
"""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.metadata import version

from rouge_score.rouge_scorer import RougeScorer
from rouge_score.scoring import fmeasure
from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF

from docgen.brief import Brief, exceptions_to_name
from docgen.claims import asserted, verify
from docgen.facts import Entry
from docgen.support import support

TEXT_METRICS = ("BLEU", "chrF", "ROUGE-1", "ROUGE-2", "ROUGE-L")
FACT_METRICS = ("claims.precision", "claims.recall", "claims.F1", "support")
METRICS = (*TEXT_METRICS, "length", *FACT_METRICS, "contradicted")  # the order of every table
NORMALISATION = "docgen.1"
_TOKENS = "docgen.1"
_CLAIMS = "docgen.1"
_COMMENT = re.compile(r"<!--.*?-->", re.S)
_DOUBLE_BACKTICKS = re.compile(r"(?<!`)``(?!`)([^`]+)(?<!`)``(?!`)")
_MOST_NAMED = 3


@dataclass(frozen=True)
class Answer:
    """A text to score: `key` names it in messages and finds it in a baseline, `reference` is empty where there is none."""

    key: str
    brief: Brief
    text: str
    reference: str = ""


@dataclass(frozen=True)
class Score:
    """A number and what it takes to compute it again."""

    value: float
    signature: str


@dataclass(frozen=True)
class ClaimCounts:
    """How many different claims hold, are denied by a fact, or stand in no fact."""

    supported: int = 0
    contradicted: int = 0
    unknown: int = 0

    def __add__(self, other: ClaimCounts) -> ClaimCounts:
        return ClaimCounts(
            self.supported + other.supported, self.contradicted + other.contradicted, self.unknown + other.unknown
        )

    @property
    def total(self) -> int:
        """All claims."""
        return self.supported + self.contradicted + self.unknown


@dataclass(frozen=True)
class ClaimScores:
    """Claims by kind, and how many of the `required` facts are `covered`. A share (0 to 100) of nothing is None."""

    by_kind: Mapping[str, ClaimCounts] = field(default_factory=dict)
    required: int = 0
    covered: int = 0

    @property
    def counts(self) -> ClaimCounts:
        """Claims of all kinds."""
        return sum(self.by_kind.values(), ClaimCounts())

    @property
    def precision(self) -> float | None:
        """Share of the claims that the facts support."""
        return 100 * self.counts.supported / self.counts.total if self.counts.total else None

    @property
    def recall(self) -> float | None:
        """Share of the required facts that the texts state."""
        return 100 * self.covered / self.required if self.required else None

    @property
    def f1(self) -> float | None:
        """Harmonic mean of precision and recall."""
        if self.precision is None or self.recall is None:
            return None
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0

    def values(self) -> dict[str, float]:
        """The shares that exist, by metric, and the count of contradicted claims where there is any claim or required fact."""
        shares = {"claims.precision": self.precision, "claims.recall": self.recall, "claims.F1": self.f1}
        known = {name: share for name, share in shares.items() if share is not None}
        return known | {"contradicted": float(self.counts.contradicted)} if known else {}


@dataclass(frozen=True)
class Scores:
    """The scores of `n` answers: by metric, by answer (its key, then metric), and in `notes` what was left out or looks odd.

    A metric that could not be computed is absent from both, never 0 and never 100.
    """

    n: int
    metrics: Mapping[str, Score] = field(default_factory=dict)
    items: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    claims: ClaimScores = field(default_factory=ClaimScores)
    notes: tuple[str, ...] = ()


def score(answers: Sequence[Answer]) -> Scores:
    """Every metric that the answers allow: text metrics for those with a reference, claims and support for those with facts."""
    compared = [answer for answer in answers if normalise(answer.reference)]
    informed = [answer for answer in answers if answer.brief.facts]
    scored = _merged(_text_scores(compared), _fact_scores(informed))
    return replace(scored, n=len(answers), notes=(*_notes(answers, compared, informed), *scored.notes))


def _merged(first: Scores, second: Scores) -> Scores:
    keys = dict.fromkeys([*first.items, *second.items])
    items = {key: {**first.items.get(key, {}), **second.items.get(key, {})} for key in keys}
    return Scores(first.n, {**first.metrics, **second.metrics}, items, second.claims, (*first.notes, *second.notes))


def _notes(answers: Sequence[Answer], compared: Sequence[Answer], informed: Sequence[Answer]) -> list[str]:
    notes = []
    if compared and len(compared) < len(answers):
        without = [answer.key for answer in answers if not normalise(answer.reference)]
        notes.append(named(without, "without a reference, left out of the text metrics", len(answers)))
    if empty := [answer.key for answer in answers if not normalise(answer.text)]:
        notes.append(named(empty, "without a text, scored 0 against a reference and left out of support", len(answers)))
    if informed and len(informed) < len(answers):
        bare = [answer.key for answer in answers if not answer.brief.facts]
        notes.append(named(bare, "without facts, left out of claims and support", len(answers)))
    if len(compared) > 1 and all(normalise(answer.text) == normalise(answer.reference) for answer in compared):
        notes.append(f"all {len(compared)} texts equal their reference: check that both are not the same files")
    return notes


def named(keys: Sequence[str], what: str, of: int) -> str:
    """A count with the first names: `5 of 40 without a text: a, b, c and 2 more`."""
    more = f" and {len(keys) - _MOST_NAMED} more" if len(keys) > _MOST_NAMED else ""
    return f"{len(keys)} of {of} {what}: {', '.join(keys[:_MOST_NAMED])}{more}"


# ---------------------------------------------------------------- against a reference


def normalise(text: str) -> str:
    """The text as every text metric sees it: composed Unicode (NFC), no HTML comments (markers among them), reStructuredText's
    double backticks as single ones, each run of white space as one blank. `NORMALISATION` names these rules in signatures."""
    text = _COMMENT.sub(" ", unicodedata.normalize("NFC", text))
    return " ".join(_DOUBLE_BACKTICKS.sub(r"`\1`", text).split())


# Scripts written without blanks between words: Thai to Myanmar, Khmer, kana, Han, and the two supplementary planes of Han.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}]+")


def tokens(text: str) -> list[str]:
    """The words that ROUGE and the length ratio count: runs of letters and digits in lower case, without stemming.

    The same as rouge-score's own for ASCII. Letters beyond it count too (rouge-score drops them, and gives two equal Russian
    texts 0); in scripts that put no blanks between words each character is a token.
    """
    return _WORD.findall(text.lower())


class _Tokenizer:
    """`tokens` in the shape that rouge-score asks for."""

    def tokenize(self, text: str) -> list[str]:
        return tokens(text)


def _text_scores(answers: Sequence[Answer]) -> Scores:
    """Scores of answers that all have a reference."""
    if not answers:
        return Scores(0)
    pairs = {answer.key: (normalise(answer.text), normalise(answer.reference)) for answer in answers}
    items = {key: _sacrebleu_item(*pair) | _rouge_item(*pair) for key, pair in pairs.items()}
    metrics = _sacrebleu_corpus(list(pairs.values())) | _rouge_corpus(items)
    written, wanted = (sum(len(tokens(pair[side])) for pair in pairs.values()) for side in (0, 1))
    if wanted:
        metrics["length"] = Score(written / wanted, f"tokens of text / of reference|tok:{_TOKENS}|norm:{NORMALISATION}")
    notes = []
    for name, need in (("ROUGE-1", "no word, left out of ROUGE"), ("ROUGE-2", "a single word, left out of ROUGE-2")):
        short = [key for key, item in items.items() if name not in item and (name == "ROUGE-1" or "ROUGE-1" in item)]
        if short:
            notes.append(named(short, f"with a reference of {need}", len(answers)))
    if "BLEU" not in metrics:
        items = {key: {name: value for name, value in item.items() if name != "BLEU"} for key, item in items.items()}
        notes.append("no BLEU: no reference has the four words in a row that it counts")
    return Scores(len(answers), metrics, items, notes=tuple(notes))


def _sacrebleu_corpus(pairs: Sequence[tuple[str, str]]) -> dict[str, Score]:
    """BLEU and chrF of the whole. Where no reference is long enough for a 4-gram, BLEU gives even equal texts 0: so none."""
    texts, references = [text for text, _ in pairs], [reference for _, reference in pairs]
    found = {}
    for name, metric in (("BLEU", BLEU()), ("chrF", CHRF())):
        value = float(metric.corpus_score(texts, [references]).score)
        found[name] = Score(value, f"{metric.get_signature()}|norm:{NORMALISATION}")
    if found["BLEU"].value == 0 and BLEU().corpus_score(references, [references]).totals[-1] == 0:
        del found["BLEU"]
    return found


def _sacrebleu_item(text: str, reference: str) -> dict[str, float]:
    """One answer's own values; a short text has no 4-grams, so BLEU stops at the order it has."""
    bleu, chrf = BLEU(effective_order=True), CHRF()
    return {
        "BLEU": float(bleu.sentence_score(text, [reference]).score),
        "chrF": float(chrf.sentence_score(text, [reference]).score),
    }


def _rouge_item(text: str, reference: str) -> dict[str, float]:
    """One answer's own values, without those that count what its reference does not have: words, pairs of words."""
    length = len(tokens(reference))
    least = {"ROUGE-1": 1, "ROUGE-2": 2, "ROUGE-L": 1}
    return {name: value for name, value in rouge(text, reference).items() if length >= least[name]}


def rouge(text: str, reference: str) -> dict[str, float]:
    """ROUGE-1, ROUGE-2 and ROUGE-L of one text, as F1 from 0 to 100."""
    grams = RougeScorer(["rouge1", "rouge2"], tokenizer=_Tokenizer()).score(reference, text)
    ours, theirs = tokens(text), tokens(reference)
    common = _longest_common_subsequence(ours, theirs)
    longest = fmeasure(common / len(ours), common / len(theirs)) if common else 0.0
    return {
        "ROUGE-1": 100 * float(grams["rouge1"].fmeasure),
        "ROUGE-2": 100 * float(grams["rouge2"].fmeasure),
        "ROUGE-L": 100 * float(longest),
    }


def _longest_common_subsequence(first: Sequence[str], second: Sequence[str]) -> int:
    """Its length, one bit of an integer for each token of `first` (Hyyrö 2004): rouge-score fills a table cell by cell, which
    takes seconds for a page."""
    places: defaultdict[str, int] = defaultdict(int)
    for number, token in enumerate(first):
        places[token] |= 1 << number
    full = row = (1 << len(first)) - 1
    for token in second:
        matches = row & places.get(token, 0)
        row = ((row + matches) | (row - matches)) & full
    return len(first) - row.bit_count()


def _rouge_corpus(items: Mapping[str, Mapping[str, float]]) -> dict[str, Score]:
    release = version("rouge-score")
    found = {}
    for name in ("ROUGE-1", "ROUGE-2", "ROUGE-L"):
        values = [item[name] for item in items.values() if name in item]
        if values:
            signature = f"rouge{name[-1]}|f1:mean|tok:{_TOKENS}|stem:no|norm:{NORMALISATION}|v:{release}"
            found[name] = Score(math.fsum(values) / len(values), signature)
    return found


# ---------------------------------------------------------------- against the facts


def claim_scores(pairs: Sequence[tuple[str, Entry]], required: Sequence[Collection[str]] = ()) -> ClaimScores:
    """Claims of each text against its entry, and the facts it should state.

    Precision = supported / (supported + contradicted + unknown), where a claim that a text repeats counts once.
    Recall = covered / required: `required` has the names of facts for each pair (see `required_facts`); without it those of an
    introduction. A required fact is covered where the text asserts it with its value; an exception (`raises.X`) or a parameter
    (`parameters.X`) is where its name stands as a word, a measurement (`eval.X`) where it is stated under another name of it.
    """
    wanted = required or [required_facts(Brief("introduction", "", entry.about, entry.facts)) for _, entry in pairs]
    by_kind: Counter[tuple[str, str]] = Counter()
    covered = 0
    for (text, entry), names in zip(pairs, wanted, strict=True):
        different = {
            (checked.claim.kind, checked.claim.name, _shape(checked.claim.value), checked.verdict)
            for checked in verify(text, entry)
        }
        by_kind.update((kind, verdict) for kind, _, _, verdict in different)
        covered += len(_covered(text, entry, names))
    kinds = sorted({kind for kind, _ in by_kind})
    verdicts = ("supported", "contradicted", "unknown")
    counts = {kind: ClaimCounts(*(by_kind[kind, verdict] for verdict in verdicts)) for kind in kinds}
    return ClaimScores(counts, sum(len(names) for names in wanted), covered)


def _shape(value: object) -> str:
    return json.dumps(value, sort_keys=True)


_FREE_WORDING = re.compile(r"^(?:(?:names|imports|count)\..*|kind|doc|signature)$|\.(?:description|when|condition|message)$")
_WANTED_OF_MODELS = {"introduction": ("base_model",), "limitations": ("context_length", "quantization.method")}
_MEASURED = ("eval", "best", "last", "test", "train")  # where the same measurement may stand under several names
_COUNTS = ("samples", "steps")  # that results files hold beside what was measured


def required_facts(brief: Brief, reference: str = "") -> tuple[str, ...]:
    """The names of the facts that a good answer states.

    - error handling: every exception that is raised or documented (`raises.X`), whatever the reference says; of a module or
      class, those of its members as far as a prompt tells them;
    - else, with a reference: the facts that the reference asserts, other than by quoting (a docstring's words, a condition, a
      message) or by merely naming a thing that is no fact, since another wording may be as good;
    - else, for code: every parameter (`parameters.X`);
    - else, for a model, where known: the base in an introduction, context length and quantisation method in limitations, every
      `eval.` metric in an evaluation.
    """
    entry = brief.entry
    if brief.kind == "error-handling":
        return tuple(f"raises.{name}" for name in exceptions_to_name(brief))
    if reference:
        stated = asserted(reference, entry)
        return tuple(sorted(name for name, value in stated.items() if value is not False and not _FREE_WORDING.search(name)))
    if not brief.is_model:
        return tuple(f"parameters.{name.lstrip('*')}" for name in entry.strings("parameters"))
    if brief.kind == "evaluation":
        return tuple(fact.name for fact in entry.under("eval") if not fact.name.endswith(_COUNTS))
    return tuple(name for name in _WANTED_OF_MODELS.get(brief.kind, ()) if entry.fact(name))


def _covered(text: str, entry: Entry, required: Collection[str]) -> set[str]:
    stated = asserted(text, entry) if required else {}
    measured = {json.dumps(value) for name, value in stated.items() if name.partition(".")[0] in _MEASURED}
    return {name for name in required if name in stated or _is_named(name, text) or _is_measured(name, entry, measured)}


def _is_named(name: str, text: str) -> bool:
    head, _, own = name.partition(".")
    is_name = head in ("raises", "parameters") and "." not in own
    return is_name and re.search(rf"(?<![\w.]){re.escape(own)}(?!\w)", text) is not None


def _is_measured(name: str, entry: Entry, measured: Collection[str]) -> bool:
    return name.partition(".")[0] in _MEASURED and json.dumps(entry.get(name)) in measured


def _fact_scores(answers: Sequence[Answer]) -> Scores:
    """Scores of answers whose Briefs all have facts."""
    wanted = [required_facts(answer.brief, answer.reference) for answer in answers]
    each = {
        answer.key: claim_scores([(answer.text, answer.brief.entry)], [names])
        for answer, names in zip(answers, wanted, strict=True)
    }
    items = {key: claims.values() for key, claims in each.items()}
    shares = []
    for answer in answers:
        if normalise(answer.text):  # support calls an empty text wholly supported
            shares.append(100 * support(answer.text, answer.brief.sources))
            items[answer.key]["support"] = shares[-1]
    claims = _together(each.values())
    signature = f"claims:{_CLAIMS}|micro|distinct:text"
    metrics = {name: Score(value, f"{name}|{signature}") for name, value in claims.values().items()}
    if shares:
        metrics["support"] = Score(math.fsum(shares) / len(shares), "support|mean|words:content|stem:docgen.1")
    return Scores(len(answers), metrics, items, claims)


def _together(parts: Iterable[ClaimScores]) -> ClaimScores:
    by_kind: dict[str, ClaimCounts] = {}
    required = covered = 0
    for part in parts:
        for kind, counts in part.by_kind.items():
            by_kind[kind] = by_kind.get(kind, ClaimCounts()) + counts
        required, covered = required + part.required, covered + part.covered
    return ClaimScores({kind: by_kind[kind] for kind in sorted(by_kind)}, required, covered)
