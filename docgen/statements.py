"""Facts put into words without a model: the plain statement of a Brief, and the many phrasings of the same facts.

In: a Brief and a way to choose among phrasings. Out: prose that says nothing else. The first phrasing is what every writer falls
back to; the recipe of the embedded base draws the others, so that the base learns to put facts into words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from docgen.brief import Brief, exceptions_of, shown

Choose = Callable[[Sequence[str]], str]
_MOST_PARAMETERS = 3  # described in one section; the reference table has them all
_MOST_NAMES = 6
_VERBS = frozenset(
    """accept access acquire activate add adjust aggregate align allocate allow analyze append apply approximate assemble assert assign attach attempt
    authenticate await begin bind block broadcast build bundle cache calculate call cancel cast change check choose clamp classify clean clear clone close
    coerce collect combine commit compare compile compose compress compute concatenate configure confirm connect construct consume contain convert copy
    correct count cover create crop decide declare decode decompose decompress decorate decrease decrypt define delete deliver deploy derive describe
    deserialize detach detect determine disable disconnect discover dispatch display divide download draw drop dump edit emit enable encode encrypt
    end enforce enqueue ensure enter enumerate escape establish estimate evaluate examine execute expand expire explain export expose express extend extract
    fetch fill filter find finish fit flatten flip flush follow force format forward free freeze generate get grab group guess handle hash hide hold
    identify ignore implement import increase increment indicate infer inform inherit initialize inject insert inspect install instantiate integrate interpolate
    interpret invalidate invert invoke issue iterate join keep launch lay learn leave limit link list listen load locate lock log look make manage map mark mask
    match measure merge migrate modify monitor mount move multiply name negate normalize notify observe obtain offer open optimize order organize override
    pack pad parse partition pass patch pause perform persist pick place plot poll pop populate post predict prepare prepend prevent print process produce
    project promote propagate protect provide prune publish pull purge push put query queue raise randomize rank read rebuild receive recompute record
    recover redirect reduce refer refresh refund refuse register reject release reload remove rename render reorder repeat replace report represent request require
    reserve reset reshape resize resolve respond restore restrict resume retrieve return reverse revert rewrite roll rotate round route run sample save scale
    scan schedule score search select send serialize serve set shift show shuffle shut sign simplify simulate skip slice smooth solve sort specify split spawn
    stack standardize start state step stop store stream strip submit subscribe subtract sum summarize support suspend swap switch sync synchronize take tell terminate test
    tokenize toggle track train transfer transform translate transpose traverse treat trigger trim truncate try turn unlock unpack unregister update upgrade upload use
    validate verify view visit visualize wait walk warn watch wrap write yield zip""".split()
)
_THIRD = {"is": "is", "has": "has", "does": "does", "goes": "goes"}


def first(phrasings: Sequence[str]) -> str:
    """The plain choice."""
    return phrasings[0]


def state(brief: Brief, choose: Choose = first) -> str:
    """What the facts of a Brief say, as prose; empty where they say nothing for this kind of section."""
    if brief.is_model:
        sentences = _MODEL.get(brief.kind, _model_introduction)(brief, choose)
    else:
        sentences = _CODE.get(brief.kind, _introduction)(brief, choose)
    return join(sentences)


def join(sentences: Sequence[str]) -> str:
    """Sentences as a paragraph; bullets, which begin with a dash, as a list after it."""
    prose = " ".join(item for item in sentences if item and not item.startswith("- "))
    bullets = "\n".join(item for item in sentences if item.startswith("- "))
    return f"{prose}\n\n{bullets}" if prose and bullets else prose or bullets


def verb_of(text: str) -> tuple[str, str] | None:
    """The base form and third person of the verb a text begins with; None where it begins with another word."""
    word = text.partition(" ")[0].lower().strip(",.:;")
    if word in _VERBS:
        return word, _third_person(word)
    for ending, replacement in (("ies", "y"), ("es", ""), ("s", "")):
        base = word[: -len(ending)] + replacement if word.endswith(ending) else ""
        if base in _VERBS and _third_person(base) == word:
            return base, word
    return None


def _third_person(verb: str) -> str:
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return verb[:-1] + "ies"
    return verb + ("es" if verb.endswith(("s", "x", "z", "ch", "sh", "o")) else "s")


def verb_phrases(text: str) -> tuple[str, str] | None:
    """A docstring's sentence as an imperative and in the third person, both without a capital and a full stop."""
    verbs = verb_of(text)
    if verbs is None:
        return None
    rest = text.partition(" ")[2].rstrip(" .")
    imperative, third = f"{verbs[0]} {rest}".strip(), f"{verbs[1]} {rest}".strip()
    second = re.sub(r"(, | and | or |, and )(\w+)(?= )", lambda found: _agree(found, third=True), third, count=2)
    return re.sub(r"(, | and | or |, and )(\w+)(?= )", lambda found: _agree(found, third=False), imperative, count=2), second


_ALSO_NOUNS = frozenset(
    "access block cache call change check copy count cover crop display end filter fit format forward group guess handle hash hold import increase increment index "
    "insert issue join label lay limit link list load lock log map mark mask match measure merge mount name number order pack pad pass patch pause place plot "
    "poll pop post print process produce project pull push query queue rank read record release report request reserve reset return reverse rewrite roll rotate round route "
    "run sample save scale scan schedule score search send set shift show sign slice sort split stack start state step stop store stream strip sum support switch "
    "take test track train transfer transform trigger trim try turn update upgrade use view visit wait walk warn watch wrap write yield zip project object open close "
    "free clean clear correct express force complete deploy test duplicate".split()
)


def _agree(found: re.Match[str], *, third: bool) -> str:
    """A second verb after a comma, `and` or `or` brought to the form of the first; words that are nouns too are left."""
    word = found.group(2)
    if third and word in _VERBS and word not in _ALSO_NOUNS:
        return found.group(1) + _third_person(word)
    verbs = verb_of(word) if word.islower() else None
    if not third and verbs is not None and verbs[1] == word and verbs[0] not in _ALSO_NOUNS:
        return found.group(1) + verbs[0]
    return found.group(0)


_PROPER = frozenset({"I", "True", "False", "None"})


def lower_first(text: str) -> str:
    """Text without its capital, unless the first word is a name, an acronym or code."""
    head = text.partition(" ")[0]
    return text if head[1:] != head[1:].lower() or head.startswith("`") or head in _PROPER else text[:1].lower() + text[1:]


def upper_first(text: str) -> str:
    """Text with a capital."""
    return text[:1].upper() + text[1:]


def _end(text: str) -> str:
    text = text.rstrip()
    return text if text.endswith((".", "!", "?")) else text.rstrip(",;:") + "."


def _listed(names: Sequence[str], joiner: str = "and") -> str:
    quoted = [name if name.startswith("`") else f"`{name}`" for name in names]
    return f"{', '.join(quoted[:-1])} {joiner} {quoted[-1]}" if len(quoted) > 1 else "".join(quoted)


# ---------------------------------------------------------------- code: introduction


def _introduction(brief: Brief, choose: Choose) -> list[str]:
    name, kind = f"`{brief.short}`", brief.symbol_kind
    doc = brief.get("doc")
    said = [_what_it_is(name, kind, doc, choose)] if isinstance(doc, str) and doc else []
    if said and (more := _description(brief)) and choose(["description", "", ""]):
        said.append(more)
    members = brief.entry.strings("members")
    parameters = brief.entry.strings("parameters")
    if not said and not members and not parameters and brief.get("returns") is None:
        return []
    if members and kind in ("module", "package", "class") and (not said or choose(["", "members"])):
        said.append(_members(name, kind, members, choose, led=bool(said)))
    elif not said or (len(said) == 1 and choose(["", "takes", "takes"])):
        said.append(_takes(name, brief, choose, led=bool(said)))
    if isinstance(deprecated := brief.get("deprecated"), str):
        said.append(_end(f"It is deprecated: {lower_first(deprecated)}"))
    return said


_POINTS_ELSEWHERE = re.compile(r"\b(?:see|below|above|following|note|example|e\.g|here|figure|equation|todo|fixme)\b|\[\d|https?:|::|[:(]$", re.I)


def _description(brief: Brief) -> str:
    """The first sentence of a docstring's description, where it stands on its own."""
    text = brief.get("doc.description")
    sentence = re.split(r"(?<=[.!?])\s+(?=[A-Z`])", text)[0] if isinstance(text, str) else ""
    alone = 20 < len(sentence) < 200 and sentence[:1].isupper() and sentence.endswith(".") and not _POINTS_ELSEWHERE.search(sentence)
    return sentence if alone else ""


def _what_it_is(name: str, kind: str, doc: str, choose: Choose) -> str:
    phrases = verb_phrases(doc)
    if phrases is not None:
        third = phrases[1]
        return _end(choose([f"{name} {third}", upper_first(third), f"The {kind} {name} {third}", f"The {name} {kind} {third}"]))
    head = doc.partition(" ")[0].lower()
    if head in ("a", "an", "the") and kind in ("class", "module", "package", "property") and not _CLAUSE.search(doc):
        return _end(choose([f"{name} is {lower_first(doc)}", doc, f"The {kind} {name} is {lower_first(doc)}"]))
    return _end(doc)


_CLAUSE = re.compile(r"\b(?:is|are|was|were|has|have|had|can|must|may|should|will|does|do)\b")


def _members(name: str, kind: str, members: Sequence[str], choose: Choose, *, led: bool) -> str:
    listed = _listed(members[:_MOST_NAMES]) + (f" and {len(members) - _MOST_NAMES} more" if len(members) > _MOST_NAMES else "")
    if len(members) > _MOST_NAMES:
        listed = ", ".join(f"`{item}`" for item in members[:_MOST_NAMES]) + " and others"
    subject = "It" if led else f"The {kind} {name}"
    if kind == "class":
        return f"{subject} {choose(['has the methods', 'offers', 'has'])} {listed}."
    return f"{subject} {choose(['provides', 'contains', 'offers', 'holds'])} {listed}."


def _takes(name: str, brief: Brief, choose: Choose, *, led: bool) -> str:
    parameters = [item for item in brief.entry.strings("parameters") if not item.startswith("*")][:_MOST_NAMES]
    subject = choose(["It", name]) if led else f"The {brief.symbol_kind} {name}"
    returns = brief.get("returns")
    gives = f" and returns `{returns}`" if isinstance(returns, str) and returns not in ("None", "") and len(returns) < 40 and not led else ""
    if not parameters:
        return f"{subject} takes no parameters{gives}." if gives or not led else ""
    text = f"{subject} takes {_listed(parameters)}{gives}"
    default = next((item for item in parameters if brief.get(f"parameters.{item}.default") not in (None, "None")), None)
    if default is not None and choose(["", "default"]):
        value = shown(brief.get(f"parameters.{default}.default"))
        text += choose([f"; `{default}` defaults to `{value}`", f", where `{default}` is `{value}` by default"])
    return text + "."


# ---------------------------------------------------------------- code: use case


def _use_case(brief: Brief, choose: Choose) -> list[str]:
    name, doc = f"`{brief.short}`", brief.get("doc")
    said = []
    if isinstance(doc, str) and doc and (phrases := verb_phrases(doc)) is not None:
        imperative = re.sub(r"^return ", "get ", re.sub(r"^yield ", "iterate over ", phrases[0]))
        said.append(_end(choose([f"Use {name} to {imperative}", f"Call {name} to {imperative}", f"Call {name} when you need to {imperative}",
                                 f"{name} is for code that has to {imperative}", f"To {imperative}, call {name}"])))
    elif isinstance(doc, str) and doc.partition(" ")[0] in ("A", "An", "The") and not _CLAUSE.search(doc):
        said.append(_end(choose([f"Use {name} where you need {lower_first(doc)}", f"{name} serves as {lower_first(doc)}"])))
    said += _advice(brief, choose)
    members = brief.entry.strings("members")
    if members and len(said) < 2:
        said.append(f"Its {choose(['entry points', 'public names'])} are {_listed(members[:_MOST_NAMES])}{' among others' if len(members) > _MOST_NAMES else ''}.")
    returned = brief.get("returns.description")
    if isinstance(returned, str) and 0 < len(returned) < 120 and verb_of(returned) is None and choose(["result", ""]):
        said.append(_end(choose([f"The result is {lower_first(returned)}", f"It returns {lower_first(returned)}", f"You get back {lower_first(returned)}"])))
    return said


def _advice(brief: Brief, choose: Choose) -> list[str]:
    """What to pass: described parameters first, then those with a default."""
    described, defaulted = [], []
    for item in (name.lstrip("*") for name in brief.entry.strings("parameters")):
        text, default = brief.get(f"parameters.{item}.description"), brief.get(f"parameters.{item}.default")
        value = shown(default) if default is not None else ""
        if isinstance(text, str) and 0 < len(text) < 160 and not text.startswith(("`", "{", "[")):
            described.append(_described(item, text, value, choose))
        elif value and value != "None" and len(value) < 40:
            defaulted.append(choose([f"`{item}` defaults to `{value}`.", f"Leave out `{item}` to get `{value}`.", f"`{item}` is `{value}` unless you pass another value."]))
    return [*described[:_MOST_PARAMETERS], *defaulted][:_MOST_PARAMETERS]


_NO_NOUN = frozenset("by how defaults default not manually see optional optionally only same in on at for to of with from as also this these it they "
                     "additional unused currently deprecated".split())


def _described(item: str, text: str, value: str, choose: Choose) -> str:
    sentence = re.split(r"(?<=[.!?])\s+(?=[A-Z`])", text)[0].rstrip(" .")
    phrases = verb_phrases(sentence)
    states_default = "default" in sentence.lower()
    tail = f"; it defaults to `{value}`" if value and value != "None" and len(value) < 40 and not states_default else ""
    if sentence.lower().startswith(("if ", "when ", "whether ", "should ", "must ", "can ", "used ")) or phrases is not None:
        return _end(choose([f"`{item}`: {lower_first(sentence)}{tail}", f"With `{item}`: {lower_first(sentence)}{tail}"]))
    head = sentence.partition(" ")[0].lower()
    article = "" if head in ("a", "an", "the", "any", "one", "all", "each", "either") or not sentence[:1].isalpha() else "the "
    body = lower_first(sentence)
    if article and (body == sentence or head in _NO_NOUN):
        return _end(f"`{item}`: {sentence}{tail}")
    is_plural = any(word.endswith("s") and not word.endswith(("ss", "us", "is")) for word in body.split()[:2])
    return _end(choose([f"`{item}` {'gives' if is_plural else 'is'} {article}{body}{tail}", f"Pass {article}{body} as `{item}`{tail}", f"`{item}` {'holds' if is_plural else 'takes'} {article}{body}{tail}"]))


# ---------------------------------------------------------------- code: error handling


def _error_handling(brief: Brief, choose: Choose) -> list[str]:
    entry, name = brief.entry, f"`{brief.short}`"
    exceptions = exceptions_of(entry)
    handled = entry.strings("handles")
    if not exceptions:
        text = choose([f"{name} raises nothing of its own", f"No exception is raised by {name} itself", f"{name} raises no exceptions itself"])
        if handled:
            text += choose([f"; it handles {_listed(handled)}", f", and it catches {_listed(handled)}"])
        return [text + "."]
    bullets = len(exceptions) > 2 or bool(choose(["", "", "bullets"]))
    said = [_raised(brief, item, choose, bullet=bullets) for item in exceptions]
    if bullets:
        said.insert(0, choose([f"{name} raises:", "The following exceptions are raised:", f"Callers of {name} should expect:"]))
    if handled and choose(["handled", ""]):
        said.append(choose([f"It handles {_listed(handled)} itself.", f"{_listed(handled)} is caught inside." if len(handled) == 1 else f"It catches {_listed(handled)}."]))
    return said


def _raised(brief: Brief, exception: str, choose: Choose, *, bullet: bool) -> str:
    reason = _reason(brief, exception, choose)
    if bullet:
        return f"- `{exception}`{choose([' ', ': '])}{_end(reason)}" if reason else f"- `{exception}`."
    if reason.startswith("with the message"):
        return choose([f"`{exception}` is raised {reason}.", f"Raises `{exception}` {reason}."])
    if not reason:
        return choose([f"`{brief.short}` raises `{exception}`.", f"`{exception}` can be raised."])
    return _end(choose([f"`{exception}` is raised {reason}", f"Raises `{exception}` {reason}", f"`{brief.short}` raises `{exception}` {reason}",
                        f"Expect `{exception}` {reason}"]))


def _reason(brief: Brief, exception: str, choose: Choose) -> str:
    """Why an exception is raised: the conditions of the code, else the docstring's words, else the message."""
    entry = brief.entry
    whens = entry.strings(f"raises.{exception}.when")
    described = entry.get(f"raises.{exception}.description")
    words = re.split(r"(?<=[.!?])\s+|; ", described)[0].rstrip(" .") if isinstance(described, str) else ""
    spoken = len(whens) == len(entry.strings(f"raises.{exception}.condition"))
    if whens and (not words or (spoken and choose(["words", "code"]) == "code")):
        joiner = choose(["if", "when"])
        marked = [_mark_names(when, brief) for when in whens[:3]]
        return f"{joiner} " + choose([" or ", f", or {joiner} "]).join(marked) if len(marked) < 3 else f"{joiner} {', '.join(marked[:-1])} or {marked[-1]}"
    if words and len(words) < 160:
        return _because(words, choose)
    messages = entry.strings(f"raises.{exception}.message")
    return f'with the message "{messages[0].rstrip(".")}"' if messages and "`" not in messages[0] else ""


def _because(words: str, choose: Choose) -> str:
    head = words.partition(" ")[0].lower()
    if head in ("if", "when", "whenever", "in", "on", "for", "because", "unless", "after", "while"):
        return lower_first(words)
    if head in ("raised", "thrown"):
        return lower_first(words.partition(" ")[2]) if words.partition(" ")[2].lower().startswith(("if", "when", "in", "on")) else ""
    if head in ("a", "an", "the", "no") or verb_of(words) is None:
        return f"if {lower_first(words)}" if re.search(r"\b(is|are|was|has|have|does|do|cannot|can|could|fails?|exceeds?)\b", words) else f"for {lower_first(words)}"
    return ""


def _mark_names(text: str, brief: Brief) -> str:
    """Backticks around the parameters and code literals of a condition."""
    names = {name.lstrip("*") for name in brief.entry.strings("parameters")}
    text = re.sub(r"'[^']*'|\"[^\"]*\"", lambda found: f"`{found.group(0)}`", text)
    parts = re.split(r"(`[^`]*`)", text)
    marked = [part if part.startswith("`") else re.sub(r"[A-Za-z_][\w.]*", lambda found: _mark_one(found.group(0), names), part) for part in parts]
    return "".join(marked)


def _mark_one(word: str, names: set[str]) -> str:
    code = word.partition(".")[0] in names or "_" in word or word in ("None", "True", "False") or re.search(r"\.\w|[a-z][A-Z]", word)
    return f"`{word}`" if code else word


# ---------------------------------------------------------------- models


def _model_introduction(brief: Brief, choose: Choose) -> list[str]:
    name, entry = f"`{brief.about}`", brief.entry
    what = _noun(brief)
    base = entry.get("base_model")
    size = entry.get("parameters.total")
    head = choose([f"{name} is {what}", f"This is {name}, {what}", f"{name} is the name of {what}"])
    if isinstance(base, str):
        head += choose([f" fine-tuned from `{base}`", f", trained on top of `{base}`", f" based on `{base}`"])
    said = [head + "."]
    if size is not None:
        said.append(choose([f"It has {shown(size)} parameters.", f"Its weights hold {shown(size)} parameters."]))
    if (rank := entry.get("lora.r")) is not None:
        alpha = entry.get("lora.alpha")
        said.append(f"The adapter has rank {shown(rank)}" + (f" and alpha {shown(alpha)}." if alpha is not None else "."))
    if (length := entry.get("context_length")) is not None:
        said.append(choose([f"It reads up to {shown(length)} tokens.", f"Its context is {shown(length)} tokens long."]))
    if isinstance(licence := entry.get("license"), str):
        said.append(choose([f"The licence is {licence}.", f"It is released under {licence}."]))
    return said


def _noun(brief: Brief) -> str:
    entry = brief.entry
    task, architecture, kind = entry.get("task"), entry.get("architecture"), entry.get("model_type")
    noun = "LoRA adapter" if entry.get("lora.r") is not None else f"`{architecture}` model" if isinstance(architecture, str) else f"{kind} model" if isinstance(kind, str) else "model"
    article = "an" if noun.lstrip("`")[:1].lower() in "aeiou" else "a"
    return f"{article} {noun}" + (f" for {task.replace('-', ' ')}" if isinstance(task, str) else "")


def _model_use_case(brief: Brief, choose: Choose) -> list[str]:
    name, entry = f"`{brief.about}`", brief.entry
    task, base = entry.get("task"), entry.get("base_model")
    said = [f"Use {name} for {task.replace('-', ' ')}." if isinstance(task, str) else ""]
    if entry.get("lora.r") is not None and isinstance(base, str):
        said.append(choose([f"Load it on top of `{base}`, the base it was trained on.", f"It needs its base, `{base}`, at run time."]))
    if (length := entry.get("context_length")) is not None:
        said.append(choose([f"Keep inputs within {shown(length)} tokens.", f"An input may be {shown(length)} tokens long."]))
    return said


def _limitations(brief: Brief, choose: Choose) -> list[str]:
    entry = brief.entry
    said = []
    if (length := entry.get("context_length")) is not None:
        said.append(choose([f"Inputs longer than {shown(length)} tokens do not fit its context.", f"The context ends at {shown(length)} tokens."]))
    if entry.get("lora.r") is not None and isinstance(base := entry.get("base_model"), str):
        said.append(f"It is an adapter and works only with `{base}`.")
    if (bits := entry.get("quantization.bits")) is not None:
        said.append(f"Its weights are quantised to {shown(bits)} bits.")
    if (samples := entry.get("training.samples")) is not None:
        said.append(f"It was trained on {shown(samples)} examples.")
    return said


def _evaluation(brief: Brief, choose: Choose) -> list[str]:
    entry = brief.entry
    metrics = [fact for fact in entry.under("eval") if isinstance(fact.value, int | float) and not isinstance(fact.value, bool)]
    said = []
    if metrics:
        parts = [f"{_metric(fact.name)} of {shown(fact.value)}" for fact in metrics[:4]]
        listed = f"{', '.join(parts[:-1])} and {parts[-1]}" if len(parts) > 1 else parts[0]
        said.append(choose([f"The evaluation gave a {listed}.", f"On the evaluation split it reaches a {listed}."]))
    best, step = entry.get("best.metric"), entry.get("best.step")
    if best is not None and step is not None:
        label = entry.get("best.name")
        said.append(f"The best checkpoint is that of step {shown(step)}, with {_metric(label) if isinstance(label, str) else 'a best metric'} {shown(best)}.")
    if (last := entry.get("last.step")) is not None and last != step:
        said.append(f"Training ended at step {shown(last)}.")
    return said


def _metric(name: str) -> str:
    return name.rpartition(".")[2].removeprefix("eval_").replace("_", " ")


_CODE = {"introduction": _introduction, "use-case": _use_case, "error-handling": _error_handling}
_MODEL = {"introduction": _model_introduction, "use-case": _model_use_case, "limitations": _limitations, "evaluation": _evaluation}
