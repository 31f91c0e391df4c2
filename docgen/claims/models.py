"""What a card says of a model in so many words: sizes, training, metrics, base and licence.

In: a `Page` and a model's entry. Out: numbers in phrases that name their fact ("a rank of 8", a table row), each right or
wrong, and the texts (base, licence, architecture) that a card states. Only phrases with one reading are taken: a loss "at
step 240" or "of the base model" is not the loss that the facts know.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from docgen.claims.layout import Block, Page
from docgen.claims.numbers import NEVER, NUMBER
from docgen.claims.values import Printed
from docgen.facts import JSON, Entry, Fact, words_of
from docgen.later import Frozen, expression

_OF = r"`?\s*(?:of|is|=|:)?\s*`?"
_TO = r"\s*(?:of|is|=|:|to)?\s*(?:up\s+to\s+)?`?\s*"
# Compiled when the first card is read, by `re`, which keeps them: a start that reads none need not wait for them.
_PHRASES: tuple[tuple[str, tuple[str, ...]], ...] = tuple(
    (pattern.replace("#", rf"(?P<number>{NUMBER})(?![\w]|\.\d|-\w)"), tuple(facts.split()))
    for pattern, facts in (
        (r"\brank" + _OF + "#", "lora.r"),
        (r"\b(?:lora[_ ])r`?\s*(?:of|is|=|:)\s*`?#", "lora.r"),
        (r"\b(?:lora[_ ])?alpha" + _OF + "#", "lora.alpha"),
        (r"\b(?:lora[_ ])?dropout(?:\s+(?:rate|probability))?" + _OF + "#", "lora.dropout"),
        (r"\btrained\s+(?:for|over)\s+#\s+epochs\b", "training.epochs training.planned_epochs"),
        (r"\b(?:num_train_epochs|(?:number\s+of\s+)?epochs)`?\s*[=:]\s*`?#", "training.epochs training.planned_epochs"),
        (r"\btrained\s+(?:for|over)\s+#\s+steps\b", "training.steps training.planned_steps"),
        (
            r"\b(?:context|(?:max(?:imum)?|input)\s+(?:sequence|context|input))\s+(?:length|window|size)" + _TO + "#",
            "context_length tokenizer.model_max_length sliding_window",
        ),
        (
            r"(?<![\w.,])(?P<number>\d[\d,]*[Kk]?)[- ]tokens?\s+(?:context|input|window)\b",
            "context_length tokenizer.model_max_length sliding_window",
        ),
        (r"\bhas\s+#\s+(?:hidden\s+|transformer\s+)?layers\b", "layers encoder_layers decoder_layers"),
        (r"\b(?:number\s+of|hidden|transformer)\s+layers\s*[=:]\s*#", "layers encoder_layers decoder_layers"),
        (r"\b(?:number\s+of\s+)?attention\s+heads\s*[=:]\s*#", "heads kv_heads"),
        (r"\bhas\s+#\s+attention\s+heads\b", "heads kv_heads"),
        (r"\bvocabulary\s+(?:size\s+)?(?:of|is|=|:)\s*#", "vocab_size tokenizer.vocab_size"),
        (r"\bvocab(?:ulary)?[_ ]size`?\s*(?:of|is|=|:)\s*`?#", "vocab_size tokenizer.vocab_size"),
        (r"\bhidden[_ ](?:size|dimension|width)`?\s*(?:of|is|=|:)\s*`?#", "hidden_size"),
        (r"\bquanti[sz]ed\s+to\s+#[\s-]bits?\b", "quantization.bits"),
        (r"(?<![\w.,-])(?P<number>[1-9]\d?)-bits?\s+(?:quanti[sz]|NF4|GPTQ|AWQ|weights)", "quantization.bits"),
    )
)
# "It has 7B parameters", "a 124M-parameter model": names round such sizes, so only another size altogether is wrong.
_TOTAL = expression(
    rf"(?:\b(?:has|have|with|of|contains|holds)\s+|^\W*|\b(?:parameters|model\s+size)\W{{1,4}})"
    rf"(?P<number>{NUMBER})(?![\w]|\.\d)(?:[\s-]+(?:total\s+)?param(?:eter)?s?\b)?",
    re.I,
)
_NOT_TOTAL = expression(
    r"\b(?:trainable|trained|adapter|lora|active|activated|embedding|non-embedding|vision|encoder|decoder|per|each|layer|about|"
    r"approximately|roughly|around|nearly|almost|over|under|than|experts?|memory|hyper)\b|~|≈",
    re.I,
)
_FEWEST = 10_000  # parameters of a model; fewer are settings
_NEAR = 1.12  # a 70B model has 68.98 billion parameters
_METRIC = expression(
    r"(?<![\w-])(?P<name>[A-Za-z][\w-]{0,40}(?: [A-Za-z][\w-]{0,40})?)`?(?:\s+(?:of|is|was)\s+|\s*[=:]\s*)`?"
    rf"(?P<number>{NUMBER})(?![\w]|\.\d|-\w)"
)
# Another time, part or model than the one the facts were measured on.
_OTHER = expression(
    r"\b(?:steps?|checkpoint|epochs?|base|baseline|before|previous\w*|compar\w*|earlier|initial\w*|first|start\w*|fell|falls?|rose|"
    r"rises?|from|class|classes|per|original|zero-shot|few-shot|without|than|versus|vs|target|random|human|paper|reported|other|"
    r"each|fold|train\w*|teacher|student|range|between|threshold|above|below|least|most|dropped|went|had)\b",
    re.I,
)
_OF_ANOTHER = expression(
    r"\b(?:base\s+model|baseline|teacher|student|original|unlike|instead\s+of|rather\s+than|previous\w*|earlier|compared|versus|vs|"
    r"other|tried|swept|searched|ablation|default|between)\b",
    re.I,
)
_MEASURED = ("eval", "test", "predict", "best", "last", "train", "training")
_INDEX = expression(rf"type:[ \t]*(?P<name>[\w-]+)[ \t]*\n(?:[ \t]*name:[^\n]*\n)?[ \t]*value:[ \t]*(?P<number>{NUMBER})(?!\w)")


class Labelled(Frozen):
    """A number that a text gives to one of `facts`; `fact` is the one that it prints, None where it prints none of them."""

    number: str
    start: int
    end: int
    facts: tuple[Fact, ...]
    fact: Fact | None


def labelled_in(page: Page, entry: Entry) -> Iterator[Labelled]:
    """Every number in a phrase that names its fact."""
    if entry.get("kind") is not None:
        return
    metrics = _metrics(entry)
    for block in page.blocks:
        if block.cells:
            yield from _in_row(page, block, entry, metrics)
            continue
        text = page.plain[block.start : block.end]
        for pattern, names in _PHRASES:
            facts = tuple(fact for name in names if (fact := entry.fact(name)))
            for found in re.finditer(pattern, text, re.I) if facts else ():
                if not _OF_ANOTHER.search(sentence_of(text, found.start(), found.end())):
                    yield _labelled(found, block.start, facts)
        yield from _total(text, block.start, entry)
        for found in _METRIC.finditer(text):
            measured = metrics.get(_key(found["name"])) or metrics.get(_key(found["name"].split()[-1]))
            if measured and not _OTHER.search(sentence_of(text, found.start(), found.end())):
                yield _labelled(found, block.start, measured)
    for found in _INDEX.finditer(page.plain):
        if measured := metrics.get(_key(found["name"])):
            yield _labelled(found, 0, measured)


def _total(text: str, offset: int, entry: Entry) -> Iterator[Labelled]:
    """The number of parameters that a text gives for the whole model."""
    fact = entry.fact("parameters.total")
    if fact is None or not isinstance(fact.value, int) or "param" not in text.lower():
        return
    for found in _TOTAL.finditer(text):
        around = sentence_of(text, found.start(), found.end())
        if "param" not in found.group().lower() or _NOT_TOTAL.search(around) or _OF_ANOTHER.search(around):
            continue
        labelled = _labelled(found, offset, (fact,))
        printed = Printed.of(found["number"])
        low, high = fact.value / _NEAR, fact.value * _NEAR
        if printed is None or max(end for _, end in printed.ranges) < _FEWEST:
            continue
        is_near = any(start <= high and low <= end for start, end in printed.ranges)
        if labelled.fact or not is_near:
            yield labelled


def _labelled(found: re.Match[str], offset: int, facts: tuple[Fact, ...]) -> Labelled:
    printed = Printed.of(found["number"])
    holds = (fact for fact in facts if printed and isinstance(fact.value, int | float) and printed.covers(fact.value))
    return Labelled(found["number"], offset + found.start("number"), offset + found.end("number"), facts, next(holds, None))


def _key(name: str) -> str:
    return re.sub(r"[\W_]", "", name).lower()


def _metrics(entry: Entry) -> dict[str, tuple[Fact, ...]]:
    """Every measured fact by its metric's name, whichever split or checkpoint it is of; only metrics that were evaluated."""
    found: dict[str, list[Fact]] = {}
    for fact in entry.facts:
        head, _, name = fact.name.partition(".")
        if head in _MEASURED and name and isinstance(fact.value, int | float) and not isinstance(fact.value, bool):
            names = {name, f"{head}_{name}", name.rpartition(".")[2]}
            if fact.name == "best.metric":
                names = {str(entry.get("best.name") or "metric"), "best_metric"}
            for key in {_key(one) for one in names}:
                found.setdefault(key, []).append(fact)
    return {
        key: tuple(facts)
        for key, facts in found.items()
        if key not in _NO_METRICS and any(fact.name.startswith(("eval.", "test.", "best.", "last.")) for fact in facts)
    }


_NO_METRICS = frozenset({"step", "epoch", "samples", "steps", "epochs", "batchsize"})


def sentence_of(text: str, start: int, end: int) -> str:
    """The words of the sentence around a place, as far as they are near."""
    before = text[max(0, start - 200) : start]
    after = re.split(r"[.;]\s", text[end : end + 200], maxsplit=1)[0]
    return before[max(before.rfind(". "), before.rfind("; "), -1) + 1 :] + " " + after


def _in_row(page: Page, block: Block, entry: Entry, metrics: dict[str, tuple[Fact, ...]]) -> Iterator[Labelled]:
    """A row of a label and one value: the label is a fact's name, or a metric's."""
    if len(block.cells) != 2:
        return
    label = page.plain[block.cells[0].start : block.cells[0].end].strip("*` ")
    cell = block.cells[1]
    found = re.fullmatch(rf"[`*]*(?P<number>{NUMBER})[`*]*", page.plain[cell.start : cell.end].strip())
    if found is None:
        return
    own = entry.fact(label) or entry.fact(label.replace(" ", "_").lower())
    facts = (own,) if own else metrics.get(_key(label), ())
    if facts:
        yield _labelled(found, cell.start, facts)


def texts_in(page: Page, entry: Entry) -> Iterator[tuple[Fact, JSON, int, int]]:
    """Facts with a text as value that the page states: the fact, what of its value is stated, and where."""
    if entry.get("kind") is not None:
        return
    for fact in entry.facts:
        head = fact.name.partition(".")[0]
        if head in NEVER:
            continue
        if isinstance(fact.value, str):
            if span := _stated(page.plain, fact.value, head in ("license", "task")):
                yield fact, fact.value, *span
        elif isinstance(fact.value, list):
            items = [item for item in fact.value if isinstance(item, str)]
            spans = {item: span for item in items if (span := _ticked(page.plain, item))}
            if spans:
                yield fact, list(spans), *next(iter(spans.values()))
        elif isinstance(fact.value, bool) and (span := _switch(page.plain, fact)):
            yield fact, fact.value, *span


def _stated(text: str, value: str, is_id: bool) -> tuple[int, int] | None:
    """Where a text states a value as a word of its own: in backticks, or as something that is no ordinary word. Of an id such
    as `text-generation`, prose leaves the hyphens out."""
    if len(value) > 200 or not value.strip():
        return None
    if span := _ticked(text, value):
        return span
    if not is_id and value.isalpha() and (value.islower() or len(value) < 4):
        return None
    spelled = re.escape(value).replace(r"\-", "[- ]") if is_id else re.escape(value)
    found = re.search(rf"(?<![\w-]){spelled}(?![\w-])", text, re.I if is_id else 0)
    return found.span() if found else None


def _ticked(text: str, value: str) -> tuple[int, int] | None:
    at = text.find(f"`{value}`")
    return (at + 1, at + 1 + len(value)) if at >= 0 else None


def _switch(text: str, fact: Fact) -> tuple[int, int] | None:
    """Where a text says whether a setting is on or off: its name in backticks with the word beside it."""
    key = fact.name.rpartition(".")[2]
    words = r"on|true|enabled" if fact.value else r"off|false|disabled"
    found = re.search(rf"`{re.escape(key)}(?:`\W{{0,3}}(?:\w+\W+){{0,2}}|\s*=\s*)`?(?:{words})\b", text, re.I)
    return found.span() if found else None


def is_metric(fact: Fact) -> bool:
    """Whether a fact is a measurement."""
    head, _, name = fact.name.partition(".")
    return head in _MEASURED and words_of(name)[-1:] not in (["step"], ["steps"], ["epoch"], ["epochs"], ["samples"], ["size"])
