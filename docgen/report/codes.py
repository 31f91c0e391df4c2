"""Every code that a finding can carry: what it means, why it matters, how to mend it, how to silence it.

In: a code's name. Out: its `Code`, whose page `docgen explain` prints; docs/codes.md and the rules of SARIF come from here too.
One reason to change: what docgen finds. A code's name begins with its verdict, and never changes: settings, baselines and
comments in documents name it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from docgen.later import Frozen
from docgen.report import InputError, Severity

# Verdicts in the order of the pages, and what each says.
VERDICTS: Mapping[str, str] = MappingProxyType(
    {
        "stale": "Something that the text asserted when it was written or last reviewed no longer holds.",
        "incomplete": "A list that the text presents as whole lacks something.",
        "contradicted": "The text says what its source disproves. No history is needed to tell.",
        "conflict": "A person has edited a section that docgen wrote, and what it states has changed since.",
        "orphaned": "What the text is about is gone.",
        "review": "Something that informed the text has changed; whether the text is wrong only a person can tell.",
        "unknown": "docgen could not judge. The run ends in 2 unless `--allow-unknown` is given.",
        "silence": "Something about what silences findings.",
        "score": "A score is too low.",
        "untied": "A document could not be put under check.",
    }
)


class Code(Frozen):
    """One code: `meaning` in a line, `explanation` of when it is found and when not, an example as what `before` said, the
    `change` of the source, and the text `after` it was mended."""

    name: str
    verdict: str
    severity: Severity
    meaning: str
    explanation: str
    before: str
    change: str
    after: str
    repair: str

    @property
    def silence(self) -> str:
        """How to have it reported no more, in the order of how much else goes unseen."""
        if self.verdict in ("silence", "score", "untied"):
            return ""
        if self.verdict == "unknown":
            return (
                "`--allow-unknown` (or `allow_unknown = true` under `[check]`), or "
                f'`"{self.name}" = "review"` under `[check.severity]`.'
            )
        return (
            f"In one place: `<!-- docgen:ignore {self.name} why it is right -->` above the block or section (in Python: "
            f"`# docgen: ignore[{self.name}] why it is right`). All that is there today: `docgen check --update-baseline`. "
            f'Everywhere: `"{self.name}" = "review"` (or `"off"`) under `[check.severity]` in the settings.'
        )

    def page(self) -> str:
        """The page that `docgen explain` prints."""
        head = f"{self.name}: {self.meaning}\nverdict {self.verdict}, by default {_CALLED[self.severity]}"
        parts = [head, _wrapped(self.explanation)]
        if self.before:
            parts.append("\n".join(_wrapped(words, what) for what, words in self._example()))
        parts.append(_wrapped(self.repair, "mend"))
        if self.silence:
            parts.append(_wrapped(self.silence, "silence"))
        return "\n\n".join(parts)

    def markdown(self) -> str:
        """The page as a section of docs/codes.md, without its heading."""
        parts = [f"{self.meaning} *{self.verdict}, by default {_CALLED[self.severity]}.*", self.explanation]
        if self.before:
            parts.append("\n".join(f"- {what}: {words}" for what, words in self._example()))
        parts.append(f"**Mend:** {self.repair}")
        if self.silence:
            parts.append(f"**Silence:** {self.silence}")
        return "\n\n".join(parts)

    def _example(self) -> list[tuple[str, str]]:
        parts = (("text", self.before), ("change", self.change), ("mended", self.after))
        return [(what, words) for what, words in parts if words]


def _wrapped(words: str, label: str = "") -> str:
    """Words in lines for a terminal, those after the first below each other; command lines and names stay whole."""
    import textwrap  # only here, as difflib: hardly any run prints a page

    head = f"{label + ':':<10}" if label else ""
    return textwrap.fill(
        words, 100, initial_indent=head, subsequent_indent=" " * len(head), break_long_words=False, break_on_hyphens=False
    )


_CALLED = {"error": "an error", "review": "for review", "note": "a note"}
_WRITE = "`docgen write DOC` renews the section; in a text of your own, correct it and run `docgen track DOC`."
_CORRECT = "Correct the text, or the source if the text is right. In a section that docgen wrote: `docgen write DOC`."

_TABLE: tuple[Code, ...] = (
    # stale ---------------------------------------------------------------------------------------------------------------
    Code(
        "stale-default",
        "stale",
        "error",
        "A default that the text states is another now.",
        "Found where the text says which value a parameter has by default. The same value spelled otherwise (`30` and "
        "`30.0`, a constant and its value) is no change, and a default that the text does not state is none of its business.",
        "`code` defaults to 302.",
        "`def redirect(location, code=302)` becomes `code=303`",
        "`code` defaults to 303.",
        _WRITE,
    ),
    Code(
        "stale-parameter",
        "stale",
        "error",
        "A parameter that the text names is gone, or is called otherwise.",
        "Found where the text cites a parameter outside of a changelog. A parameter of the same place, default or annotation "
        "that is new is taken for the same one renamed, and named. A name that `**options` still take is there.",
        "`timeout` is in seconds.",
        "`def load(path, timeout=30)` becomes `def load(path, timeout_seconds=30)`",
        "`timeout_seconds` is in seconds.",
        _WRITE,
    ),
    Code(
        "stale-type",
        "stale",
        "error",
        "A type that the text states is another now.",
        "Found where types of parameters are listed. `Optional[X]` and `X | None`, `List` and `list`, quoted "
        "annotations and import aliases are the same type.",
        "code (int): The status.",
        "`code: int` becomes `code: str`",
        "code (str): The status.",
        _WRITE,
    ),
    Code(
        "stale-return",
        "stale",
        "error",
        "What is said to be returned is of another type now.",
        "Found where a text gives the type of what is returned or yielded, as code, in a section on it or in a field. "
        "Spellings of one "
        "type agree.",
        "Returns a `str`.",
        "`-> str` becomes `-> bytes`",
        "Returns `bytes`.",
        _WRITE,
    ),
    Code(
        "stale-raise",
        "stale",
        "error",
        "An exception that the text names is not raised any more, or is another now.",
        "Found where a cited exception is neither raised, handled nor documented by the symbol, nor raised by what it calls. "
        "A new exception under the same condition is taken for the same one renamed, and named.",
        "Raises `KeyError` for an unknown currency.",
        "`raise KeyError(currency)` becomes `raise LookupError(currency)`",
        "Raises `LookupError` for an unknown currency.",
        _WRITE,
    ),
    Code(
        "stale-condition",
        "stale",
        "error",
        "The condition under which something is raised is another now.",
        "Found where the text states the condition in the words of the code, or of docgen. One that the source does not tell "
        "any more, as it speaks of local names now, or a function that is called asks for it, is for review only.",
        "`ValueError` if `code` is less than 300.",
        "`if code < 300: raise ValueError` becomes `if code < 200`",
        "`ValueError` if `code` is less than 200.",
        _WRITE,
    ),
    Code(
        "stale-constant",
        "stale",
        "error",
        "A constant has another value than the text states.",
        "Found where the value of a module's constant stands in the text; where only its name does, a new value "
        "changes nothing.",
        "Follows at most 12 hops.",
        "`LIMIT = 12` becomes `LIMIT = 20`",
        "Follows at most 20 hops.",
        _WRITE,
    ),
    Code(
        "stale-count",
        "stale",
        "error",
        "The text says how many there are of something, and there are more or fewer now.",
        "Found where a text counts the parameters, exceptions or members of its symbol: `takes two parameters`.",
        "`redirect` takes two parameters.",
        "`timeout` is added",
        "`redirect` takes three parameters.",
        _WRITE,
    ),
    Code(
        "stale-version",
        "stale",
        "error",
        "The version, or the Python that is required, is another now than the text states.",
        "Found where the text states that of the package itself: `requires Python 3.9+`, `pip install web==2.3`. The "
        "versions come from "
        "pyproject.toml, setup.cfg, setup.py, `__version__` or the installed package. History and badges state nothing.",
        "Requires Python 3.9 or newer.",
        "`requires-python` becomes `>=3.10`",
        "Requires Python 3.10 or newer.",
        _WRITE,
    ),
    Code(
        "stale-signature",
        "stale",
        "error",
        "A signature or a positional call in the text has another order or other parts now.",
        "Found where the text shows a signature, or lists parameters that can be passed by position in an order that "
        "has changed.",
        "`redirect(location, code)`",
        "`def redirect(location, code)` becomes `def redirect(code, location)`",
        "`redirect(code, location)`",
        _WRITE,
    ),
    Code(
        "stale-kind",
        "stale",
        "error",
        "What is described has become async, or something else than it was.",
        "A function that became a coroutine, a generator or a property is called in another way: a text that does not say so "
        "misleads. Fresh where the text says it already.",
        "`load` returns the rates.",
        "`def load()` becomes `async def load()`",
        "`load` is a coroutine that returns the rates.",
        _WRITE,
    ),
    Code(
        "stale-deprecated",
        "stale",
        "error",
        "What is described is deprecated and the text does not say so, or the reverse.",
        "Where the text says already that it is deprecated, another wording of the notice is for review only.",
        "Call `redirect` to send the browser elsewhere.",
        '`@deprecated("use forward")` is added',
        "`redirect` is deprecated: use `forward`.",
        _WRITE,
    ),
    Code(
        "stale-name",
        "stale",
        "error",
        "A name that the text cites is gone.",
        "Found where a cited name is no longer in the symbol's source, among its members or bases, or anywhere in the "
        "package. "
        "Private names count where they are cited, and only there.",
        "Writes with `json.dumps`.",
        "the body calls `tomli_w.dumps` instead",
        "Writes with `tomli_w.dumps`.",
        _WRITE,
    ),
    Code(
        "stale-quote",
        "stale",
        "error",
        "The text quotes a docstring or message that reads otherwise now.",
        "Found where the words of a docstring, of one of its parameters or of an error stand in the text. A docstring that "
        "is not quoted may change freely.",
        "Answers a request with another address.",
        "the docstring becomes `Answers requests with another address.`",
        "Answers requests with another address.",
        _WRITE,
    ),
    Code(
        "stale-path",
        "stale",
        "error",
        "What the section is about, or imports, has moved or is called otherwise.",
        "The marker names an import path under which the symbol is not to be found any more; it is elsewhere in the package, "
        "or a new symbol beside it has everything that the section states. Or the text imports a name from where it is "
        "not any "
        "more. A move behind the same public path is no finding.",
        "`<!-- docgen:section introduction of=web.http.redirect -->`",
        "`web/http.py` becomes `web/answers.py`",
        "`<!-- docgen:section introduction of=web.answers.redirect -->`",
        "Write the new path in the marker, then `docgen write DOC`.",
    ),
    Code(
        "stale-model",
        "stale",
        "error",
        "A property or setting of the model that the card states is another now.",
        "Base model, licence, context length, numbers of parameters, tokenizer, hyper-parameters: found wherever the card "
        "states them. Run ids, times, hosts and paths are no facts.",
        "An adapter of rank 8 on `acme/base`.",
        "`r` in `adapter_config.json` becomes 16",
        "An adapter of rank 16 on `acme/base`.",
        _WRITE,
    ),
    Code(
        "stale-metric",
        "stale",
        "error",
        "A measured value is another now, at the precision that is printed.",
        "0.8978000283 still is 0.8978. A card that names no checkpoint is held against the one that its number came from.",
        "It reaches a loss of 0.8978.",
        "`eval_loss` in `eval_results.json` becomes 0.8991",
        "It reaches a loss of 0.8991.",
        _WRITE,
    ),
    Code(
        "stale-fact",
        "stale",
        "error",
        "Another fact that the text states is not so any more.",
        "What no finer code describes.",
        "",
        "",
        "",
        _WRITE,
    ),
    # incomplete ------------------------------------------------------------------------------------------------------------
    Code(
        "incomplete-parameters",
        "incomplete",
        "error",
        "A list of parameters lacks one.",
        "Found where a table or list had every parameter when it was recorded. A text that names some of them may "
        "leave out new ones.",
        "a table with `location` and `code`",
        "`def redirect(location, code)` becomes `def redirect(location, code, timeout=30)`",
        "the table with a row for `timeout`",
        _WRITE,
    ),
    Code(
        "incomplete-raises",
        "incomplete",
        "error",
        "A list of what is raised lacks an exception.",
        "Found where a list, table or fields had every exception that the symbol raises when it was recorded, and in the table "
        "of what a module's members raise. A sentence that names them all promises nothing about the next one.",
        ":raises ValueError: a negative rate",
        "`raise OSError` is added",
        ":raises ValueError: a negative rate; :raises OSError: the file cannot be read",
        _WRITE,
    ),
    Code(
        "incomplete-members",
        "incomplete",
        "error",
        "Another list that was whole lacks an item.",
        "The members of a module or class, its bases, the target modules of an adapter: found where the list was whole.",
        "a page that lists `get` and `post`",
        "`def put()` is added to the class",
        "the page with `put`",
        _WRITE,
    ),
    # contradicted ----------------------------------------------------------------------------------------------------------
    Code(
        "contradicted-default",
        "contradicted",
        "error",
        "The text, or a docstring, states a default that the signature disproves.",
        "Needs no ledger: any document about the symbol, and the symbol's own docstring, is held against today's source.",
        "code: The status. Defaults to 302.",
        "the signature has `code=303`",
        "code: The status. Defaults to 303.",
        _CORRECT,
    ),
    Code(
        "contradicted-raise",
        "contradicted",
        "error",
        "The text says that nothing is raised, and something is.",
        "Found where a text denies it in words; a text that names no exception says nothing of the sort.",
        "`load` raises nothing of its own.",
        "the body has `raise ValueError`",
        "`load` raises `ValueError` for an empty name.",
        _CORRECT,
    ),
    Code(
        "contradicted-metric",
        "contradicted",
        "error",
        "A card prints a measurement that the model's files disprove.",
        "A labelled number that is none of the values the files have for that metric, at the precision printed.",
        "An accuracy of 0.91 was reached.",
        "`eval_results.json` has 0.88",
        "An accuracy of 0.88 was reached.",
        _CORRECT,
    ),
    Code(
        "contradicted-model",
        "contradicted",
        "error",
        "A card states a property of the model that its files disprove.",
        "A labelled number that differs from the configuration beside the card: rank, context length, layers, epochs.",
        "A rank of 16 was used.",
        "`adapter_config.json` has 8",
        "A rank of 8 was used.",
        _CORRECT,
    ),
    Code(
        "contradicted-front-matter",
        "contradicted",
        "error",
        "A card's front matter declares what the model's files disprove.",
        "The licence against the licence file, the base model against the configuration; what only differs in spelling agrees.",
        "`license: apache-2.0`",
        "the LICENSE file is the MIT licence",
        "`license: mit`",
        "Correct the front matter.",
    ),
    Code(
        "contradicted-type",
        "contradicted",
        "error",
        "The text states another type for a parameter than its annotation.",
        "Only plain types that exclude each other: `str` beside `int`. What prose leaves out (`int` beside `int | None`) "
        "or a name that "
        "may be an alias is no finding.",
        "code (str): The status.",
        "the signature has `code: int`",
        "code (int): The status.",
        _CORRECT,
    ),
    Code(
        "contradicted-return",
        "contradicted",
        "error",
        "The text states another type for what is returned than the annotation.",
        "Held against the annotation of the return value, in sections and fields about what is returned or yielded. Plain "
        "types that "
        "exclude each other are found, nothing else.",
        ":rtype: str",
        "the signature has `-> bytes`",
        ":rtype: bytes",
        _CORRECT,
    ),
    Code(
        "contradicted-signature",
        "contradicted",
        "error",
        "A signature shown for the symbol names a parameter that it does not have.",
        "Only a signature that a heading or directive gives of the symbol itself; a call in an example may go to "
        "something else.",
        ".. function:: redirect(location, status)",
        "the source has `def redirect(location, code)`",
        ".. function:: redirect(location, code)",
        _CORRECT,
    ),
    Code(
        "contradicted-count",
        "contradicted",
        "error",
        "The text counts more or fewer parameters than there are.",
        "Found where a sentence says of the symbol itself how many parameters it takes, and neither all of them nor those "
        "without a "
        "default are so many.",
        "`redirect` takes five parameters.",
        "the signature has three",
        "`redirect` takes three parameters.",
        _CORRECT,
    ),
    Code(
        "contradicted-constant",
        "contradicted",
        "error",
        "The text gives another value for a constant than the source.",
        "Found where the value follows the name in code font: `LIMIT` is 12.",
        "`LIMIT` is 12.",
        "the source has `LIMIT = 20`",
        "`LIMIT` is 20.",
        _CORRECT,
    ),
    Code(
        "contradicted-version",
        "contradicted",
        "error",
        "The text says another Python is required than the package's metadata.",
        'Found where a sentence says it of the package: `requires Python 3.8+` beside `requires-python = ">=3.9"`. '
        "A number of the package's own version is never contradicted, for a release may be on its way; once tracked it can be "
        "stale.",
        "Requires Python 3.8 or newer.",
        "pyproject.toml has `requires-python = '>=3.9'`",
        "Requires Python 3.9 or newer.",
        _CORRECT,
    ),
    Code(
        "contradicted-path",
        "contradicted",
        "error",
        "The text imports a name from where it is not.",
        "Found where code in a document imports from a module of the project that neither defines nor imports that name, "
        "and where "
        "nothing else could bring it in: no star, no `__getattr__`.",
        "`from web import redirct`",
        "`web` has `redirect`",
        "`from web import redirect`",
        _CORRECT,
    ),
    Code(
        "contradicted-fact",
        "contradicted",
        "error",
        "The text states something else that its source disproves.",
        "What no finer code describes.",
        "",
        "",
        "",
        _CORRECT,
    ),
    # conflict, orphaned, review ----------------------------------------------------------------------------------------------
    Code(
        "conflict-edited",
        "conflict",
        "error",
        "A section that a person edited still says what is no longer so.",
        "docgen never overwrites what a person wrote. An edit alone is no finding; neither is one that already says "
        "what is so.",
        "Sends on. `code` defaults to 302. (with *Sends on* written by hand)",
        "`code=302` becomes `code=303`",
        "Sends on. `code` defaults to 303.",
        "Correct the text, or take docgen's: `docgen write DOC --accept KIND:ABOUT`.",
    ),
    Code(
        "orphaned-symbol",
        "orphaned",
        "error",
        "What a section is about is gone, and not to be found elsewhere.",
        "One finding for a symbol, however many sections are about it. While a source cannot be parsed, nothing "
        "counts as gone.",
        "a section about `web.http.redirect`",
        "the function is deleted",
        "the section is deleted too",
        "Delete what is about it, or name what replaced it in the marker.",
    ),
    Code(
        "orphaned-subject",
        "orphaned",
        "error",
        "The package or model folder that a document is about is gone.",
        "A package that moved within the repository is found by its name.",
        "`docs/http.md`, about the package `web`",
        "`web/` is deleted",
        "the document and its ledger are deleted too",
        "Delete the document with its ledger, or bring back what it is about.",
    ),
    Code(
        "orphaned-ledger",
        "orphaned",
        "review",
        "A ledger is there and its document is not.",
        "It says what a document asserted that nobody can read any more.",
        "`docs/http.md`",
        "the document is deleted",
        "`.docgen/ledger/docs/http.md.json` is deleted too",
        "Delete the ledger, or bring the document back.",
    ),
    Code(
        "review-context",
        "review",
        "review",
        "Facts that a section was written from, without stating them, have changed.",
        "Defaults of described parameters, exceptions, conditions and deprecation. Fails only with `--strict`.",
        "`code` is the status.",
        "`code=302` becomes `code=303`",
        "`code` is the status, by default that of *See Other*.",
        "Read the section; then `docgen track DOC` (or `docgen write DOC`) takes it as reviewed.",
    ),
    Code(
        "review-order",
        "review",
        "review",
        "Parameters that a text lists are in another order now.",
        "Where no call or signature is shown, the order may not matter.",
        "a table with `location`, then `code`",
        "`def redirect(code, location)`",
        "the table with `code` first",
        _WRITE,
    ),
    Code(
        "review-deprecated",
        "review",
        "review",
        "What is described has been deprecated, and the text mentions deprecation.",
        "Whether it says the right thing about it only a person can tell.",
        "`redirect` may be deprecated one day.",
        "`@deprecated` is added",
        "`redirect` is deprecated: use `forward`.",
        _WRITE,
    ),
    Code(
        "review-front-matter",
        "review",
        "review",
        "A card's front matter has what the Hub would refuse.",
        "Told by `docgen write` of a card that it writes: the Hub checks the fields when a card is pushed.",
        "`license: my own`",
        "",
        "`license: other`",
        "Mend the field.",
    ),
    # unknown ---------------------------------------------------------------------------------------------------------------
    Code(
        "unknown-source",
        "unknown",
        "error",
        "A source cannot be read or parsed.",
        "Everything else is still checked; of what the file defines nothing is said.",
        "a section about `web.http.redirect`",
        "`web/http.py` has a syntax error, or syntax of a newer Python than the one that runs docgen",
        "the file parses",
        "Mend the file, or exclude it with `exclude` under `[paths]`.",
    ),
    Code(
        "unknown-document",
        "unknown",
        "error",
        "A document cannot be read, or its markers or front matter are broken.",
        "A marker without its end, text that is not UTF-8, a link that leads out of the repository.",
        "`<!-- docgen:section introduction of=web -->` without an end",
        "",
        "`<!-- docgen:end -->` below the text",
        "Mend the line, or exclude the document with `exclude` under `[paths]`.",
    ),
    Code(
        "unknown-ledger",
        "unknown",
        "error",
        "A ledger cannot be read.",
        "Often what a merge left behind. What it recorded cannot be compared until it is made anew.",
        "`<<<<<<< HEAD` in `.docgen/ledger/docs/http.md.json`",
        "",
        "one of the two sides",
        "Take one side of the merge, or delete the file and run `docgen write DOC` (or `docgen track DOC`).",
    ),
    # silence ---------------------------------------------------------------------------------------------------------------
    Code(
        "ignore-reason",
        "silence",
        "error",
        "A comment that silences a finding gives no reason.",
        "Whoever reads it next has to know why the text is right.",
        "`<!-- docgen:ignore stale-default -->`",
        "",
        "`<!-- docgen:ignore stale-default the old value is meant -->`",
        "Write the reason after the code.",
    ),
    Code(
        "ignore-code",
        "silence",
        "error",
        "A comment that silences findings names a code that docgen does not know.",
        "It silences nothing. A verdict (`stale`) stands for all of its codes.",
        "`<!-- docgen:ignore stale-defaults the old value is meant -->`",
        "",
        "`<!-- docgen:ignore stale-default the old value is meant -->`",
        "Write one of the codes that `docgen explain` lists.",
    ),
    Code(
        "ignore-unused",
        "silence",
        "note",
        "A comment silences nothing any more.",
        "It would hide the next finding there, which nobody has looked at.",
        "`<!-- docgen:ignore stale-default the old value is meant -->` above a text that is up to date",
        "",
        "no comment",
        "Delete the comment.",
    ),
    Code(
        "baseline-outdated",
        "silence",
        "note",
        "The baseline has entries for what is not found any more.",
        "They have been mended. Each would hide the same finding if it came back.",
        "an entry for `stale-default` in `.docgen/baseline/docs/http.md.json`",
        "the document is corrected",
        "the entry is gone",
        "`docgen check --update-baseline`",
    ),
    Code(
        "settings-weaker",
        "silence",
        "note",
        "Settings or the baseline let through more than those of the last commit.",
        "It may be meant; whoever reviews the change should see it all the same.",
        "`strict = true` under `[check]`",
        "`strict = false`",
        "`strict = true`, or the change is reviewed",
        "Nothing to mend where it is meant.",
    ),
    # score and track ---------------------------------------------------------------------------------------------------------
    Code(
        "score-under",
        "score",
        "error",
        "A metric is under its minimum.",
        "`--fail-under METRIC=N` or `[score.fail_under]` sets the minimum of every document, `--fail-under-mean METRIC=N` that "
        "of all together. A metric of wording fails from 30 documents on.",
        "",
        "",
        "",
        "Begin with the sections that the message names; they scored lowest.",
    ),
    Code(
        "score-worse",
        "score",
        "error",
        "A metric is worse than in the baseline.",
        "Text metrics fail only where both the mean and the 95 % interval of a paired bootstrap have lost more than the "
        "tolerance, and never under 30 documents; more contradicted claims always fail.",
        "",
        "",
        "",
        "Mend the sections that the message names, or `docgen score --update-baseline`.",
    ),
    Code(
        "untied",
        "untied",
        "error",
        "Nothing in a document could be tied to a symbol or model.",
        "`docgen track` ties a section to what its headings name, or to the only symbol that its text cites.",
        "",
        "",
        "",
        "Put the symbol's name into a heading, or mark a section: `<!-- docgen:section introduction of=package.name -->`.",
    ),
)

CODES: Mapping[str, Code] = MappingProxyType({code.name: code for code in _TABLE})


def code_named(name: str) -> Code | None:
    """The code of this name, or None."""
    return CODES.get(name)


def is_known(name: str) -> bool:
    """Whether settings and comments may name it: a code, or a verdict for all of its codes."""
    return name in CODES or any(code.verdict == name for code in CODES.values())


def nearest(name: str) -> str:
    """The code or verdict that was probably meant; empty where none is like it."""
    import difflib

    close = difflib.get_close_matches(name, [*CODES, *VERDICTS], 1, 0.6)
    return close[0] if close else ""


def explain(name: str = "") -> str:
    """The page of a code, the codes of a verdict, or without a name all of them. Raises InputError for another name."""
    name = name.strip().lower()
    if code := code_named(name):
        return code.page()
    if name in VERDICTS:
        return f"{name}: {VERDICTS[name]}\n\n{_listed(name)}"
    if name:
        close = nearest(name)
        raise InputError(f"no code `{name}`", fix=f"docgen explain {close}" if close else "docgen explain lists them all")
    parts = [f"{verdict}: {words}\n{_listed(verdict)}" for verdict, words in VERDICTS.items()]
    return "\n\n".join([*parts, "docgen explain CODE says more of one."])


def _listed(verdict: str) -> str:
    codes = [code for code in CODES.values() if code.verdict == verdict]
    width = max(len(code.name) for code in CODES.values())
    return "\n".join(f"  {code.name:<{width}}  {code.meaning}" for code in codes)


def codes_page() -> str:
    """The text of docs/codes.md."""
    lines = [
        "# Codes",
        "",
        "What `docgen check`, `docgen score` and `docgen track` find, by code. `docgen explain CODE` prints the same in a",
        "terminal. A code never changes its meaning; where settings or comments may name a code, its verdict stands for all",
        "codes that it has.",
        "",
        "Made from `docgen/report/codes.py` by `python -m docgen.report.codes > docs/codes.md`.",
    ]
    for verdict, words in VERDICTS.items():
        lines += ["", f"## {verdict}", "", words]
        for code in CODES.values():
            if code.verdict == verdict:
                lines += ["", f"### `{code.name}`", "", code.markdown()]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(codes_page(), end="")
