"""Whether a text reads as people write: whole sentences, verbs that agree, no word where another sort belongs.

In: a Brief and a text. Out: yes or no. These are the faults of form that small models make, whatever they speak of; what a
sentence says of which name, `naming` judges. Each rule was held against authored sections, and refuses next to none of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from docgen.brief import Brief
from docgen.readers.conditions.nouns import article
from docgen.statements.code import summary_of
from docgen.statements.english import has_finite_verb, lower_first, noun_phrase
from docgen.statements.verbs import ALSO_NOUNS, DETERMINER, VERBS, base_form, third_person, verb_of
from docgen.support import FUNCTION_WORDS

_SENTENCES = re.compile(r"(?<=[.!?])\s+|\n")
_QUOTED = re.compile(r"\"[^\"]*\"|“[^”]*”")
_LEFT_OF_DOCSTRING = re.compile(
    r"(?<!\.)\.\.(?!\.)|:\.|\.[\"”]\.|\bif `[^`]*` is given;|(?<!\w)%[sdrf]\b|"
    r"\b(?:Returns?|Raises?|Args|Yields?|Parameters)\b[^.\n]{0,30}: [A-Z]"
)
_NO_NOUN = re.compile(
    r"\b(?:the|an?) (?:where|how|whether|if|when|why|see|the|an?|our|its|their|his|your)\b|"
    r"\bas (?:as|if|when)\b(?! (?:well|though|long|soon|if|they|it|you))",
    re.IGNORECASE,
)
_TWO_CONDITIONS = re.compile(r"\b(?:if|when|whenever|unless) (?:in case|if|when|whenever|unless)\b")
_NEGATED_THING = re.compile(r"\b(?:the|an?) \w+n['’]t\b", re.IGNORECASE)
_POINTS_AWAY = re.compile(r"\b[Ss]ee (?:below|above|also|(?:the )?(?:notes?|references?|examples?)\b)")
_LIST_ALONE = re.compile(r"; `x`(?:(?:, | and |, and )`x`)*\.\Z")
_RESULTS_IN_VERB = re.compile(r"\b(?:returns|takes|holds|contains) [a-z]{4,}s (?:an?|the)\b")
_NEEDS_TO = re.compile(r"\b(?:need|has|have) to (\S+[^.;]*)")
_NEEDS_A = re.compile(r"\bwhere you need (\S+[^.;]*)")
_AIMS = re.compile(
    r"(?:\ATo|\b(?:used|there|meant|able|when you need|(?:Call|Use) `[^`]+`) to|\bthat has to|\AA caller that wants to|"
    r"\AWhen you have to) ([A-Za-z]+)\b(?! and\b|,)"
)
_BEINGS = re.compile(
    r"\b(?:is|are|provides|gives|holds|takes|need|needs) (?P<article>an? |the )?(?P<word>[A-Za-z]+)\b(?P<rest>[^.;]*)"
)
_TO_THIRD = re.compile(r"\bto (?P<word>[a-z]+s)\b(?P<rest>[^.;]*)")
_ALIKE = re.compile(r"\b([a-z]{3,}) (?=((?:or|and) (?:the )?\1\b)(?! (?:not|that|which)\b))")
_LISTED_BADLY = re.compile(r"\b(?:has|takes|needs|offers|holds|provides) `x`, `x`\.")
_QUALIFIES_NOTHING = re.compile(r"\b(?:an?|the) un\w+ed (?:to|of|is|are)\b")
_AIMS_TWICE = re.compile(r"\bto ([a-z]{3,}) [^.;,]*\bto \1\b")
_SUBJECT = r"(?:The (?:\w+ )?)?`x` (?:(?:function|method|class|module|package|property) )?"
_RESULTS = re.compile(rf"{_SUBJECT}is (?:an? |the )(?:list|dict|dictionary|tuple|set|string|number|bool|boolean|copy)\b")
_AFTER_NOUN = re.compile(r"(?:of|for|from|to|in|on|with|that|and|or|by)\b")
_AND_THIRD = re.compile(
    r"\b(?:[Tt]o|has to|can|will|must) (?P<first>[a-z]+)\b(?P<between>[^.;,]*?),? and (?P<word>[a-z]+s) (?P<rest>[^.;]+)"
)
_AND_BASE = re.compile(
    r"(?:`x` |It |[Tt]he (?:`x` )?\w+ (?:`x` )?)?(?P<first>[A-Za-z]+s) (?P<between>[^.;]*?)(?:, and|, then|,| and) "
    r"(?P<word>[a-z]+) (?P<rest>[^.;]+)"
)
_BETWEEN = re.compile(r"\b(?:that|which|who|whose|if|when|where|while)\b|`x` [a-z]+s\b")
_LEADS_TO_BASE = re.compile(r"\b(?:to|can|may|will|must|should|could|would|let|lets|or|do|does|not|you|we|they|make|makes)\b")
_LITTLE_VERBS = FUNCTION_WORDS - frozenset("return set use get make take call pass".split())
_OBJECT = re.compile(rf"(?:{DETERMINER.pattern}|(?:our|your|his|her|it|them|you|us)\b)", re.IGNORECASE)
_SPLICE = re.compile(rf"{_SUBJECT}(?:is|gives|takes|holds|returns) [^,;.]*, `x` (?:is|gives|takes|holds|returns)\b")
_ACTS_ON_ITSELF = re.compile(r"\bIt [a-z]+s it\b")
_ITS_OWN = re.compile(r"`(\w+)` (?:is|takes|gives|holds) .*`\1`")
_LED = re.compile(rf"\A\s*{_SUBJECT.lower()}")
_NAMED_ALONE = re.compile(r"(?:The|An?) (?:[\w-]+ )*`x` \w+, (?:which|that|containing|holding)\b[^,]*\Z")
_LITERAL_AS_THING = re.compile(r"\b(?:is|takes|gives|holds|get) (?:the|an?) `(?:True|False|None)`")
_IS_THE_DONE = re.compile(r"\bis the (?:ignored|used|passed|forwarded|required|deprecated) (?:on|by|for|in|to|when|if)\b")
_TELLS_THEN_ASKS = re.compile(
    r"(?!(?:To|If|When|Whenever|Where|Wherever|While|Once|Before|After|Unless|For|In|On|At|As|With|By|From|Instead|Otherwise|Then)\b)"
    r"[A-Z`][^.;:]*, (?:call|use|pass) `x`|An? (?:call|use) `x`|An? `x` (?:for|to)\b"
)
_TELLS_THEN_USES = re.compile(r"([A-Z][a-z]+s) [^.;:]* uses `x`\.?\Z")
_PASSES_TWICE = re.compile(r"Pass [^.`;]* as [^.`;]* as `x`")
_BREAKS_OFF = re.compile(r"\b(?:used|able|wants?|needs?) to[;,.]|\b(?:the|an) ?[;.]\Z")
_ACT_OF = re.compile(r"\bthe ([a-z]+) of\b")
_PASSES_NOTHING = re.compile(r"Pass [^`;]*; it defaults")
_GIVES = frozenset("returns gives creates takes makes gets contains provides".split())
_PASSES_TO_BE = re.compile(r"\APass [^.;]* to be\b")
_HALF = re.compile(r"To [a-z]+ [^,;:]*\Z")
_ALIKE_AND_RIGHT = frozenset("more again over less further through round".split())
_ARTICLES = re.compile(r"(?<![\w`'’-])(?P<article>[Aa]n?) (?P<next>[A-Za-z][\w-]*)")
_AUXILIARIES = frozenset(
    "is are was were has have had does do did can cannot could may might must shall should will would".split()
)
_HELPERS = frozenset("has have had does do did can cannot could may might must shall should will would to not".split())
_CLAUSE_ENDS = re.compile(
    r"([,;:.!?()–—]|\b(?:and|or|but|that|which|who|whose|whom|where|when|whenever|if|whether|unless|while|because|as|so|what|how|why|"
    r"than|then|before|after|until|till|since|though|although|once|wherever|whereas|whatever|whoever|it|they|you|we|he|she|"
    r"those|neither|nor|like|there)\b)",
    re.IGNORECASE,
)
_WITH_TWO = frozenset("that which who whose whom what how where when it they you we he she whatever whoever".split())
_OPENINGS = re.compile(r"(?:It|They|This) (?:returns?|takes?|needs?|has|holds|raises?|gives?)\b")


def reads_badly(brief: Brief, text: str) -> bool:
    """Whether a text holds a sentence that no careful writer would leave."""
    if _LEFT_OF_DOCSTRING.search(_QUOTED.sub("x", text)) or _lists_a_single_item(text) or _opens_alike(text):
        return True
    if brief.kind == "introduction" and _is_fragment(brief, text):
        return True
    return any(_is_garbled(brief, sentence) for sentence in _sentences(text))


def _sentences(text: str) -> Iterator[str]:
    for sentence in _SENTENCES.split(text):
        if bare := sentence.strip().removeprefix("- ").removeprefix("* "):
            yield bare


def _is_garbled(brief: Brief, sentence: str) -> bool:
    plain = _QUOTED.sub("x", re.sub(r"`[^`]*`", "`x`", sentence))
    return (
        _NO_NOUN.search(plain) is not None
        or _TWO_CONDITIONS.search(plain) is not None
        or _NEGATED_THING.search(plain) is not None
        or _POINTS_AWAY.search(plain) is not None
        or _LIST_ALONE.search(plain) is not None
        or _RESULTS_IN_VERB.search(plain) is not None
        or _has_another_verb(plain)
        or _is_verb_as_noun(plain)
        or _aims_at_no_verb(plain)
        or _disagrees(plain)
        or _keeps_third(brief, plain)
        or _has_capital_inside(brief, plain)
        or _has_wrong_article(sentence)
        or _cuts_a_name(brief, plain)
        or _joins_alike(brief, plain)
        or _is_no_result(brief, plain)
        or _LISTED_BADLY.search(plain) is not None
        or _QUALIFIES_NOTHING.search(plain) is not None
        or _AIMS_TWICE.search(plain) is not None
        or _SPLICE.match(plain) is not None
        or _ACTS_ON_ITSELF.search(plain) is not None
        or _PASSES_TO_BE.match(plain) is not None
        or _HALF.match(plain) is not None
        or _PASSES_NOTHING.match(plain) is not None
        or _TELLS_THEN_ASKS.match(plain) is not None
        or _PASSES_TWICE.match(plain) is not None
        or _BREAKS_OFF.search(plain) is not None
        or _LITERAL_AS_THING.search(sentence) is not None
        or _IS_THE_DONE.search(plain) is not None
        or (brief.kind != "error-handling" and _ITS_OWN.match(sentence) is not None)
        or _needs_no_thing(plain)
    )


# Verbs ----------------------------------------------------------------------------------------------------------------


def _has_another_verb(plain: str) -> bool:
    """Whether a clause is told twice: "provides requests is a library", "is a file was opened". Behind "that" a second verb is
    of the clause outside."""
    before = ""
    for part in _CLAUSE_ENDS.split(plain):
        if _CLAUSE_ENDS.fullmatch(part):
            before = part.lower()
            continue
        words = re.findall(r"[a-z']+|`x`", _LED.sub("`x` ", part.lower()))
        finite = [
            number
            for number, word in enumerate(words)
            if word in _AUXILIARIES and not (number and words[number - 1] in _HELPERS)
        ]
        doing = [word for word in words[1:2] if words[0] == "`x`" and word not in _AUXILIARIES and word.endswith("s")]
        if len(finite) + len(doing) > 1 + (before in _WITH_TWO):
            return True
    first, second = (*plain.lower().split()[:2], "", "")[:2]  # "Packs returns rotations"
    return base_form(first) in VERBS and second in _GIVES


def _is_verb_as_noun(plain: str) -> bool:
    """Whether a verb stands as a thing: "is an attaches", "where you need aggregates scores", "the tokenize of the text"."""
    if any(word in VERBS and word not in ALSO_NOUNS and not word.endswith("ing") for word in _ACT_OF.findall(plain)):
        return True
    told = _TELLS_THEN_USES.match(plain)
    if told is not None and base_form(told[1].lower()) in VERBS:
        return True
    for found in _BEINGS.finditer(plain):
        word, rest = found["word"].lower(), found["rest"].strip()
        if base_form(word) not in VERBS or not word.endswith("s"):
            continue
        is_noun_too = base_form(word) in ALSO_NOUNS
        if found["article"] in ("a ", "an ") or (DETERMINER.match(rest) and not rest.startswith("`")):
            return True
        if not is_noun_too and rest[:1].islower() and _AFTER_NOUN.match(rest) is None:
            return True
    return False


def _aims_at_no_verb(plain: str) -> bool:
    """Whether what is to be done is no verb: "to dictionary lookup object", "to resets the state"."""
    for found in _AIMS.finditer(plain):
        word = found[1]
        if verb_of(plain[found.start(1) :]) is None and word not in VERBS | {"be", "have", "not"} and not word.endswith("ly"):
            return True
    return any(_is_third(found["word"], found["rest"].strip()) for found in _TO_THIRD.finditer(plain))


def _is_third(word: str, rest: str) -> bool:
    """Whether a word is a verb in the third person and no plural, by what follows it."""
    base = base_form(word)
    return base in VERBS and third_person(base) == word and (base not in ALSO_NOUNS or _OBJECT.match(rest) is not None)


def _disagrees(plain: str) -> bool:
    """Whether two verbs that belong together stand in different forms: "to add a row and returns it", "parses text and convert
    it"."""
    found = _AND_THIRD.search(plain)
    if found is not None and found["first"] in VERBS and base_form(found["word"]) in VERBS and _OBJECT.match(found["rest"]):
        return _BETWEEN.search(found["between"]) is None
    found = _AND_BASE.match(plain)
    if found is None or base_form(found["first"].lower()) not in VERBS or found["word"] not in VERBS:
        return False
    is_free = _BETWEEN.search(found["between"]) is None and _LEADS_TO_BASE.search(found["between"]) is None
    return found["word"] not in _LITTLE_VERBS and is_free and _OBJECT.match(found["rest"]) is not None


def _keeps_third(brief: Brief, plain: str) -> bool:
    """Whether an infinitive goes on as the summary does that it was made of: "to run checks and outputs results"."""
    found = _AND_THIRD.search(plain)
    if found is None or base_form(found["word"]) not in VERBS:
        return False
    told = (str(fact.value) for fact in brief.facts if isinstance(fact.value, str) and f" and {found['word']} " in fact.value)
    return any((verb := verb_of(text)) is not None and text.lower().startswith(verb[1] + " ") for text in told)


def _needs_no_thing(plain: str) -> bool:
    """Whether what is needed is of another sort: "need to dumps it", "where you need a frozen instance has been modified"."""
    for phrase in _NEEDS_TO.findall(plain):
        verb = verb_of(phrase)
        head, _, rest = phrase.partition(" ")
        is_known = head in ("be", "have", "do", "go", "come", "know", "stay", "think", "become") or rest[:2] in ("it", "th")
        if not is_known and (verb is None or not phrase.startswith(verb[0]) or phrase.startswith(verb[1] + " ")):
            return True
    return any(has_finite_verb(phrase) for phrase in _NEEDS_A.findall(plain))


# Words -----------------------------------------------------------------------------------------------------------------


def _has_capital_inside(brief: Brief, plain: str) -> bool:
    """Whether a fact was put into a sentence with the capital that it began with: "is a Very simple check"."""
    for found in re.finditer(
        r"(?:\b(?:is|are|provides|gives|holds|takes|an?|the|if|when|to|for)|`x`) ([A-Z][a-z]+) [a-z]", plain
    ):
        for fact in brief.facts:
            if isinstance(fact.value, str) and fact.value.startswith(found[1] + " ") and lower_first(fact.value) != fact.value:
                return True
    return False


def _has_wrong_article(sentence: str) -> bool:
    """Whether `a` stands before a vowel, or `an` before a consonant; abbreviations and code may be spelt either way."""
    for found in _ARTICLES.finditer(re.sub(r"`[^`]*`", "`", sentence)):
        word = found["next"]
        if word.isupper() and len(word) > 1 and re.search("[AEIOUY]", word) is None:  # spelt: "an SSL", "a TLS"
            if (word[0] in "FHLMNRSX") is not (found["article"].lower() == "an"):
                return True
            continue
        is_plain = word.islower() or (word[:1].isupper() and word[1:].islower()) or word in ("OPTIONS", "HTTP", "URL")
        if is_plain and len(word) > 1 and article(word) != found["article"].lower():
            return True
    return False


def _cuts_a_name(brief: Brief, plain: str) -> bool:
    """Whether a sentence ends inside of a dotted name: "`jar` is the http." of an `http.cookiejar.CookieJar`."""
    found = re.search(r"(?<![\w.])([\w.]*\w)\.\Z", plain.strip())
    if found is None:
        return False
    word = re.escape(found[1])
    texts = [str(fact.value) for fact in brief.facts if isinstance(fact.value, str)]
    return any(re.search(rf"\b{word}[.:]\w", text) for text in texts) and not any(
        re.search(rf"\b{word}(?![.:]\w)(?!\w)", text) for text in texts
    )


def _is_no_result(brief: Brief, plain: str) -> bool:
    """Whether a function is said to be what it gives: "`list_domains` is a list of domains"."""
    return brief.kind == "introduction" and brief.symbol_kind in ("function", "method") and _RESULTS.match(plain) is not None


def _joins_alike(brief: Brief, plain: str) -> bool:
    """Whether a word is joined to itself, "schemes and schemes", where no fact has it so."""
    told = " ".join(str(fact.value) for fact in brief.facts).lower()
    return any(found[1] not in _ALIKE_AND_RIGHT and found[0] + found[2] not in told for found in _ALIKE.finditer(plain))


# Wholes ----------------------------------------------------------------------------------------------------------------


def _is_fragment(brief: Brief, text: str) -> bool:
    """Whether an introduction begins with a thing of which nothing is said: "The base adapter."; and whether it says that the
    subject "is" what its docstring tells in a sentence: "`Timeout` is the request timed out"."""
    first = next(_sentences(text), "")
    plain = re.sub(r"`[^`]*`", "`x`", first).rstrip(".")
    found = re.match(rf"{_SUBJECT}is (?P<article>an? |the )?(?P<rest>.+)", plain)
    if found and found["article"] and _tells_of_several(brief):
        return True
    if found and _is_no_thing(brief):
        told = re.sub(r"\A(?:an?|the) ", "", summary_of(brief).text.lower()).split()
        if found["rest"].lower().split()[:2] == told[:2]:
            return True
    if (
        plain.startswith("Whether ")
        or _NAMED_ALONE.match(plain)
        or (re.match(r"(?:When|If|Unless|While) [^,]*\Z", plain) and " then " not in plain)
    ):
        return True
    if re.match(rf"{_SUBJECT}\w+s\b", plain):  # "`unquote` unquotes a value": verbs that no list has
        return False
    return verb_of(plain) is None and not has_finite_verb(plain) and noun_phrase(plain) is not None and not _says(plain)


def _is_no_thing(brief: Brief) -> bool:
    """Whether the docstring tells what the subject does, what has happened, or of several things, and so not what it is."""
    summary = summary_of(brief)
    said = summary.text.removeprefix(f"{summary.name} ")
    return bool(summary.event) or verb_of(said) is not None or _tells_of_several(brief)


def _tells_of_several(brief: Brief) -> bool:
    noun = summary_of(brief).noun
    return noun is not None and noun.number == "plural"


def _says(plain: str) -> bool:
    """Whether a verb in the third person stands somewhere in a sentence."""
    words = re.findall(r"[a-z]+", plain.lower())
    return any(base_form(word) in VERBS for word in words[1:]) or any(word in _AUXILIARIES for word in words)


def _lists_a_single_item(text: str) -> bool:
    """Whether a list has one item."""
    return (
        re.match(r"[-*] [^\n]*\Z|[^\n]*:\s*\n+[-*] ", text) is not None and len(re.findall(r"^[-*] ", text, re.MULTILINE)) == 1
    )


def _opens_alike(text: str) -> bool:
    """Whether a clause comes twice, or two sentences in a row tell the same sort of thing: "It returns a list. It returns
    `list`." """
    parts = (clause.strip(" .").lower() for clause in re.split(r"[,;.]\s", text))
    clauses = [clause for clause in parts if len(clause.split()) > 3 and "default" not in clause]
    if len(set(clauses)) < len(clauses):
        return True
    openings = [found[0] if (found := _OPENINGS.match(sentence)) else "" for sentence in _sentences(text)]
    return any(first and first == second for first, second in zip(openings, openings[1:], strict=False))
