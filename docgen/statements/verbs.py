"""Verbs that docstrings begin with, and their forms.

In: a word. Out: its base form and third person, where it is a verb. A word that this page does not know counts as one only
where what follows it leaves no other reading.
"""

from __future__ import annotations

import re

VERBS = frozenset(
    """agglomerate approve assume bound buy cause cycle decrement do forbid fulfill fuse multiplex pan pay sanitize segregate
    sell sleep setup unescape unpickle unzip backfill abort absorb accept access acquire activate adapt add adjust adopt
    advance
    aggregate align allocate allow alter amend analyze animate annotate announce answer append apply approximate
    archive arrange assemble assert assign attach attempt audit augment authenticate average await balance batch begin
    bind block bootstrap broadcast browse buffer build bundle cache calculate calibrate call cancel capture cast
    center centre chain change check choose clamp classify clean clear clone close cluster coalesce coerce collect
    color colour combine comment commit communicate compare compile complement compose compress compute concat
    concatenate condition configure confirm connect consolidate constrain construct consume contain contribute control
    convert cope copy correct correlate count cover crawl create crop decay decide decimate declare decode decompose
    decompress decorate decrease decrypt deduce deduplicate defer define delete deliver demonstrate denote deploy
    deprecate dereference deregister derive describe deserialize design detach detect determine detrend diff
    differentiate dilate disable discard disconnect discover dismiss dispatch display dispose distinguish distribute
    divide document double download draw drop dump duplicate echo edit eliminate embed emit emulate enable encapsulate
    encode encounter encrypt end enforce engage enlarge enqueue enrich ensure enter enumerate erase erode escape
    establish estimate evaluate examine exchange exclude execute exercise exit expand expire explain exponentiate
    export expose express extend extract factor factorize fail fall feed fetch figure fill filter finalise finalize
    find finish fire fit fix flatten flip flush fold follow force fork form format forward free freeze fulfil gather
    generalize generate get glue grab group grow guess handle hash help hide highlight hold hook identify ignore
    implement import include increase increment indent index indicate induce infer inform inherit initialise
    initialize inject inline insert inspect install instantiate integrate intercept interpolate interpret intersect
    introspect invalidate invent invert invite invoke isolate issue iterate join keep kill label launch lay learn
    leave let lift limit link list listen load localize locate lock log look lower lowercase maintain make manage
    mangle manipulate map mark mask match measure merge migrate mimic mirror mock model moderate modify monitor mount
    move multiply name narrow navigate negate nest normalise normalize notify nudge number observe obtain offer offset
    open optimize orchestrate order organize orthogonalize outline output overlay overload override overwrite own pack
    package pad paint parallelize parameterize parse partition pass patch pause perform permute persist pick pin ping
    pivot place play plot point polish poll pop populate post precompute predict prefix preload prepare prepend
    preserve presume prevent print proceed process produce profile project promote prompt propagate propose protect
    prove provide proxy prune publish pull purge push put quantize query queue quit quote raise randomise randomize
    rank reach react read realize reassign rebuild receive recompute reconcile reconnect reconstruct record recover
    recreate redact redirect redraw reduce refer reflect reformat refresh refund refuse register regress regularize
    reindex reinitialize reject relate relax relay release reload rely remove rename render reorder repeat rephrase
    replace replay reply repopulate report represent reproduce request requeue require resample rescale rescue resend
    reserve reset reshape reshuffle resize resolve respect respond restart restore restrict resume retain retrieve
    retry return reuse reverse revert revoke rewind rewrite roll rollback rotate round route rule run sample satisfy
    save scale scan schedule score search seed seek segment select send serialize serve set sever shape shard share
    shield shift shorten show shrink shuffle shut sign signal silence simplify simulate sit size skip slice slide
    smooth snap solve sort spawn speak specify speed split square squash squeeze stack stage stamp standardise
    standardize start state step stitch stop store stream strengthen stringify strip study style subclass submit subscribe
    substitute subtract sum summarise summarize supply support suppress surface suspend swap switch symmetrize sync
    synchronize synthesise synthesize tabulate tag take target tear tell terminate test throttle throw time toggle
    tokenize touch trace track train transcribe transfer transform translate transmit transpose traverse treat trigger
    trim truncate try tune turn type uncompress undo unify uninstall unlock unpack unregister unset unwrap upcast
    update upgrade upload uppercase upsert use utilize vacuum validate vary vectorize verify view visit visualize wait
    wake walk warn warp watch weigh whiten widen wire work wrap write yield zero zip zoom""".split()
)
# Verbs that are nouns too: in the middle of a sentence only what follows tells.
ALSO_NOUNS = frozenset(
    """abort access advance animate answer archive audit average balance batch block bootstrap buffer cache call capture
    center centre chain change check clean clear close cluster color colour comment complete condition control copy
    correct count cover crop decay deploy design diff display document double duplicate echo embed end exchange exercise
    exit express factor fail fall feed figure filter fire fit fix fold force fork form format forward free group grow
    guess handle hash help highlight hold hook import increase increment index insert issue join kill label lay lift
    limit link list load lock log map mark mask match measure merge mirror mock model mount name nest number object
    offset open order outline output overlay overload own pack package pad paint pass patch pause pin ping pivot place
    play plot point poll pop post prefix print process produce profile project prompt proxy pull push query queue quit
    quote rank reach read record release replay reply report request rescue reserve reset restart retry return reuse
    reverse rewind rewrite roll rollback rotate round route rule run sample save scale scan schedule score search seed
    segment send set shape shard share shield shift show sign signal size slice slide snap sort speed split square stack
    stage stamp start state step stop store stream strip study style subclass substitute sum supply support surface switch tag
    take target test throw time touch trace track train transfer transform trigger trim try turn type update upgrade use
    vary view visit wait walk warn watch wire work wrap write yield zero zip zoom""".split()
)
# Of those, the ones that after "and" are verbs unless what follows says otherwise.
MOSTLY_VERBS = frozenset(
    "return raise yield call print pass load store check update send drop dump fetch save insert open close stop start".split()
)
_WITH_FOR = frozenset("ask call check listen look poll query scan search test wait watch".split())
_NO_VERBS = frozenset(
    """if in on for with whether when while where like unlike given using as at by from to into than then of off per
    via within without under over because since until unless although though after before between both either neither
    whereas besides perhaps always versus plus thus as regards
    same such this that these those there here some any all each every not no only also just and or but so yes note
    see example warning todo the a an its their his her our your my it they we you he she i""".split()
)
DETERMINER = re.compile(
    r"(?:the|a|an|all|any|each|every|this|these|its|their|whether|itself|one|two|`)(?:\b|(?<=`))", re.IGNORECASE
)


def verb_of(text: str) -> tuple[str, str] | None:
    """The base form and third person of the verb a text begins with; None where it begins with another word."""
    first, _, rest = text.partition(" ")
    word = first.lower().strip(",.:;")
    following = rest.partition(" ")[0].lower().strip(",.:;")
    if _is_noun_before(word, following):
        return None
    if word in VERBS:
        return word, third_person(word)
    base = base_form(word)
    if base in VERBS:
        return base, word
    if "/" in word and all(part in VERBS or base_form(part) in VERBS for part in word.split("/")):
        bases = [part if part in VERBS else base_form(part) for part in word.split("/")]
        return "/".join(bases), "/".join(map(third_person, bases))
    prefix, hyphen, last = word.rpartition("-")
    if (
        hyphen
        and prefix.isalpha()
        and (DETERMINER.match(rest) or prefix in ("re", "un", "de", "pre"))
        and (inner := verb_of(f"{last} {rest}")) is not None
    ):
        return f"{prefix}-{inner[0]}", f"{prefix}-{inner[1]}"
    if not word.isalpha() or not word.isascii() or word in _NO_VERBS or len(word) < 3 or not DETERMINER.match(rest):
        return None
    if word.endswith(("ing", "ed", "ly", "ss", "us", "ous", "al", "ic", "ful", "ive", "able", "ible", "ian")):
        return None
    return (base, word) if base else (word, third_person(word)) if not word.endswith("s") else None


def _is_noun_before(word: str, following: str) -> bool:
    """Whether a word that may be a verb is a noun, as what follows it shows: "List of names", "Support for colours"."""
    base = word if word in VERBS else base_form(word)
    if base not in ALSO_NOUNS:
        return False
    return (
        following in ("of", "is", "was", "are", "were", "has", "had", "did", "does")
        or (following == "for" and base not in _WITH_FOR)
        or (following in ("that", "which") and base not in MOSTLY_VERBS and base not in ("test", "mark"))
    )


def base_form(word: str) -> str:
    """The base of a verb in the third person; empty for a word that is in another form."""
    for ending, replacement in (("ies", "y"), ("es", ""), ("es", "e"), ("s", "")):
        base = word[: -len(ending)] + replacement if word.endswith(ending) else ""
        if len(base) > 1 and third_person(base) == word and (base in VERBS or ending in ("ies", "s")):
            return base
    return ""


def third_person(verb: str) -> str:
    """A verb's third person: tries, fetches, reads."""
    if verb == "have":
        return "has"
    if verb.endswith("y") and verb[-2:-1] not in "aeiou":
        return verb[:-1] + "ies"
    return verb + ("es" if verb.endswith(("s", "x", "z", "ch", "sh", "o")) else "s")
