"""Every setting: its default, its range and its meaning, in this one place.

In: the root folder's `docgen.toml`, or `[tool.docgen]` in its `pyproject.toml`, and what the command line overrides. Out: a
frozen `Settings`, or an InputError with the line at fault. Every flow takes its part of it as an argument, so nothing else
knows a default.
"""

from __future__ import annotations

import json
import math
import os
import re
import stat
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import Field, field, fields
from pathlib import Path
from typing import TypeVar, cast

from docgen.later import Frozen, expression
from docgen.report import InputError

T = TypeVar("T")
P = TypeVar("P", bound="Part")

HEADINGS_OF_KIND: Mapping[str, tuple[str, ...]] = {
    "introduction": ("introduction", "overview", "about", "summary", "what it does", "purpose", "description"),
    "use-case": (
        "use case",
        "use cases",
        "when to use it",
        "usage",
        "intended use",
        "intended uses",
        "how to use",
        "in practice",
    ),
    "error-handling": ("error handling", "errors", "exceptions", "failure modes", "troubleshooting", "what can go wrong"),
    "limitations": (
        "limitations",
        "known limitations",
        "bias",
        "risks and limitations",
        "bias, risks and limitations",
        "bias, risks, and limitations",
    ),
    "evaluation": ("evaluation", "results", "evaluation results", "metrics"),
}


# What `corpus.keep` may name: the rules of `corpus/removal.py` that leave a row where it is when they are switched off.
CLEANING_RULES = (
    *("own-text", "untied", "superseded", "empty", "tiny", "long", "todo", "generated", "boilerplate", "language", "mojibake"),
    *("contradicted", "invented", "duplicate", "near-duplicate"),
)


def _setting(
    default: T, meaning: str, *, low: float | None = None, high: float | None = None, choices: Sequence[str] = ()
) -> T:
    """One setting: what holds where nothing is said, what it means, the smallest and largest number it may be, and the words
    that it or each of its items may be (none: any)."""
    return field(default=default, metadata={"meaning": meaning, "low": low, "high": high, "choices": tuple(choices)})


def _table(values: type[T], meaning: str) -> dict[str, T]:
    """A setting that is a table of its own with `values` of one type, empty by default."""
    return field(default_factory=dict, metadata={"meaning": meaning, "values": values})


class Part(Frozen):
    """A group of settings: a table of the file."""


class PathSettings(Part):
    """Where docgen looks."""

    docs: str = _setting("docs", "Folder of the documents, relative to the root; new API pages go into its `api` folder.")
    exclude: tuple[str, ...] = _setting((), "Globs of paths, relative to the root, that no command looks at.")


class CorpusSettings(Part):
    """What `docgen corpus build` takes, and what it leaves out."""

    include: tuple[str, ...] = _setting((), "Globs of the files to read in folders; empty for every document and package.")
    gitignore: bool = _setting(True, "Leave out what .gitignore names.")
    min_confidence: float = _setting(
        0.97, "Least confidence with which the classifier may label a heading that maps to no kind.", low=0, high=1
    )
    keep: tuple[str, ...] = _setting(
        (), "Cleaning rules that are switched off: what they would remove stays.", choices=CLEANING_RULES
    )
    min_words: int = _setting(4, "Least words of a section.", low=0, high=1000)
    max_tokens: int = _setting(512, "Most tokens of a section's text, by the embedded base's tokenizer.", low=16, high=131072)
    languages: tuple[str, ...] = _setting(("en",), "Languages that stay (ISO 639-1); an empty list for all.")
    near_duplicate: float = _setting(
        0.8,
        "How alike near-duplicates are (Jaccard similarity of words and word pairs); halfway nearer to 1 within a source.",
        low=0.3,
        high=1,
    )
    secrets: str = _setting("remove", "Sections with a secret: `remove` them or `mask` the secret.", choices=("remove", "mask"))
    personal: str = _setting(
        "mask", "Sections with personal data: `mask` it, `remove` them, or `keep` them.", choices=("mask", "remove", "keep")
    )
    licenses: tuple[str, ...] = _setting((), "SPDX ids of the licences that may come in; empty for all.")
    approved_weight: float = _setting(
        3.0, "Weight in training of sections that a person edited or approved.", low=0.1, high=100
    )
    balance: str = _setting(
        "none",
        "Balance training weights by `label`, `source` or `both`; `none` leaves them.",
        choices=("none", "label", "source", "both"),
    )
    augment: float = _setting(0.0, "Synthetic rows to add for each row of the training split.", low=0, high=20)
    terms: Mapping[str, str] = _table(
        str, "Terms that the audit flags, and what to write instead; they join docgen's own list."
    )


class CheckSettings(Part):
    """What `docgen check` fails on."""

    strict: bool = _setting(False, "Fail on sections to review too, not only on stale and contradicted ones.")
    warn: bool = _setting(False, "Print what is wrong and exit 0 all the same: for the first weeks of an old repository.")
    baseline: bool = _setting(True, "Leave out what the baseline in .docgen/baseline holds.")
    written: bool = _setting(
        False, "Hold what people wrote in the documents' folder and in README files against the sources too, without markers."
    )
    allow_unknown: bool = _setting(False, "Do not fail on what cannot be read: it is told, and everything else is checked.")
    severity: Mapping[str, str] = _table(
        str,
        "What a code, a verdict or the documents below a path count as: error, review, note or off. The last that fits holds.",
    )


class WriteSettings(Part):
    """Who writes, and on what layout."""

    writer: str = _setting(
        "auto",
        "An adapter's folder, a server (http://HOST/v1#MODEL), `none` (facts only), or `auto`: the embedded base, else none.",
    )
    template: str | None = _setting(None, "A template's name or path; by default the one for the kind of subject.")
    candidates: int = _setting(4, "Answers drawn for each section, of which the best supported is kept.", low=1, high=64)
    support: float = _setting(0.8, "Least share of an answer's content words that its facts must hold.", low=0, high=1)
    vocabulary: str = _setting(
        "auto",
        "Words of a local model's answers: those of its facts and of documentation in general (`brief`), any (`free`), or "
        "`auto`: `brief` with the embedded base.",
        choices=("auto", "brief", "free"),
    )


class ServerSettings(Part):
    """How a server is asked, where it is the writer."""

    workers: int = _setting(4, "Requests to a server that run at once.", low=1, high=1024)
    timeout: float = _setting(120.0, "Seconds that a server may take for one answer.", low=1, high=3600)
    retries: int = _setting(4, "Times that a server which fails is asked again, after ever longer pauses.", low=0, high=20)
    max_tokens: int = _setting(400, "Tokens of one answer of a server.", low=16, high=8192)
    max_tokens_total: int = _setting(
        0, "Tokens that a run may have a server read and write; 0 for any number.", low=0, high=10**12
    )
    taught: bool = _setting(
        False, "The server runs an adapter of docgen, or its base: ask as these were taught, with facts alone."
    )
    structured: bool = _setting(True, "Have a server that can hold answers to the names and numbers of their facts.")


class ScoreSettings(Part):
    """What `docgen score` fails on, and what it tells."""

    baseline: str | None = _setting(
        None, "File of earlier scores (in settings relative to the root): what is worse is a finding."
    )
    history: str | None = _setting(
        None, "File that gets a line for each run (in settings relative to the root); the HTML report plots it."
    )
    headline: str | None = _setting(None, "Metric of the badge and of the worst texts; by default claims.F1, else chrF.")
    worst: int = _setting(5, "How many of the worst texts are shown, with what differs.", low=0, high=1000)
    fail_under: Mapping[str, float] = _table(
        float, "Metric and the least it may be in any document: below it, docgen score exits 1."
    )
    fail_under_mean: Mapping[str, float] = _table(float, "Metric and the least it may be over all documents together.")
    max_regression: Mapping[str, float] = _table(
        float, "Metric and the points that it may lose against the baseline, instead of 2."
    )


class TrainSettings(Part):
    """How an adapter is trained. What is 0 by default is chosen by the size of the corpus and of the base."""

    base: str = _setting("sm", "The base model: `sm` (the embedded one), a folder, or a Hub id.")
    epochs: float = _setting(0.0, "Passes over the training rows; 0 chooses.", low=0, high=1000)
    learning_rate: float = _setting(0.0, "Peak learning rate; 0 chooses.", low=0, high=0.1)
    rank: int = _setting(16, "Rank of the LoRA matrices.", low=1, high=512)
    alpha: float = _setting(32.0, "LoRA's scale; the update is multiplied by alpha / rank.", low=0.1, high=4096)
    rslora: bool = _setting(False, "Divide alpha by the root of the rank, as large ranks want it.")
    dora: bool = _setting(False, "Learn the size of each weight apart from its direction; slower.")
    dropout: float = _setting(0.05, "Share of the adapter's inputs dropped while training.", low=0, high=0.9)
    weight_decay: float = _setting(0.0, "How strongly the adapter's weights are drawn to zero.", low=0, high=1)
    neftune: float = _setting(0.0, "Strength of the noise on what the model reads (NEFTune's alpha).", low=0, high=100)
    freeze: int = _setting(0, "Lowest layers of the base that get no adapter.", low=0, high=1000)
    unfreeze: float = _setting(
        0.0, "Share of the run over which layers join in, from the highest down; 0 for all at once.", low=0, high=1
    )
    prompt_weight: float = _setting(0.0, "How much a prompt's token counts beside an answer's.", low=0, high=1)
    batch_size: int = _setting(16, "Rows in one optimiser step.", low=1, high=4096)
    balance: str = _setting(
        "none", "Draw `label`, `source` or `both` evenly; `none`: by weight.", choices=("none", "label", "source", "both")
    )
    max_length: int = _setting(512, "Longest row in tokens.", low=32, high=131072)
    overlong: str = _setting(
        "leave-out",
        "Longer rows: `leave-out` reports them, `shorten` takes facts from their prompts, `error` ends the run.",
        choices=("leave-out", "shorten", "error"),
    )
    replay: float = _setting(
        0.0, "Answers of the base itself to learn beside, for each row of the corpus: against forgetting.", low=0, high=1
    )
    replay_from: str = _setting(
        "auto",
        "What those answer: questions of the `base` itself, or Python's own `library`; `auto`: that for the embedded base.",
        choices=("auto", "base", "library"),
    )
    general_text: str = _setting(
        "", "A file of general text, passages between blank lines, to measure forgetting by; empty: docgen's own."
    )
    max_forgetting: float = _setting(
        0.0, "Most that the loss on general text may rise, in nats a token; 0 for any.", low=0, high=100
    )
    seed: int = _setting(0, "Seed of every random draw.", low=0, high=2**32 - 1)
    eval_rows: int = _setting(
        200, "Rows of the validation split that are scored; the checkpoint is chosen by them.", low=1, high=100_000
    )
    evaluations: int = _setting(4, "Evaluations over the run.", low=1, high=1000)
    patience: int = _setting(0, "Evaluations without a better metric that end the run; 0 for none.", low=0, high=1000)
    report_to: tuple[str, ...] = _setting(
        (), "Trackers that the run is told to.", choices=("tensorboard", "mlflow", "wandb", "trackio")
    )


class Settings(Part):
    """All settings, by the part that they steer. `Settings()` is what holds without any file."""

    labels: Mapping[str, tuple[str, ...]] = _table(tuple, "Kinds of section and further headings that mean them.")
    paths: PathSettings = field(default_factory=PathSettings)
    corpus: CorpusSettings = field(default_factory=CorpusSettings)
    check: CheckSettings = field(default_factory=CheckSettings)
    write: WriteSettings = field(default_factory=WriteSettings)
    score: ScoreSettings = field(default_factory=ScoreSettings)
    server: ServerSettings = field(default_factory=ServerSettings)
    train: TrainSettings = field(default_factory=TrainSettings)

    def kind_of_heading(self, heading: str) -> str | None:
        """The kind of section that `heading` announces, with the project's own labels; None where no kind claims it."""
        return kind_of_heading(heading, self.labels)


def kind_of_heading(heading: str, labels: Mapping[str, Sequence[str]] | None = None) -> str | None:
    """The kind of section that `heading` announces, or None. Case, numbering, punctuation and emojis make no difference;
    `labels` (kind to headings) comes before docgen's own."""
    return kind_in(heading, labels or {}) or kind_in(heading, HEADINGS_OF_KIND)


def kind_in(heading: str, table: Mapping[str, Sequence[str]]) -> str | None:
    """The kind that a table, of kinds and headings, gives a heading; None where it holds none like it."""
    plain = _plain_heading(heading)
    return next((kind for kind, headings in table.items() if plain and plain in map(_plain_heading, headings)), None)


_NUMBERING = expression(r"^\s*(?:(?:[0-9]+|[A-Za-z]|[IVXivx]+)[.):]\s*)+(?=\D)|^\s*[0-9][0-9.]*\s+")
_ANCHOR = expression(r"\{[^}]*\}\s*$|<[^>]*>")


def _plain_heading(heading: str) -> str:
    """A heading's words alone: `## 2.1 *Error handling*: {#errors}` gives `error handling`."""
    import unicodedata  # only here: a check asks for no heading's kind

    text = _ANCHOR.sub(" ", unicodedata.normalize("NFKC", heading).strip().lstrip("#").replace("&", " and "))
    text = "".join(character for character in text if character.isascii() or unicodedata.category(character)[0] in "LN")
    text = _NUMBERING.sub("", text)
    return " ".join(re.findall(r"[^\W_]+", text.casefold()))


# Reading ---------------------------------------------------------------------------------------------------------------


class Setting(Frozen):
    """One setting as the command line and the commented file present it: `name` is dotted, `train.epochs`. `values` is the type
    of a table's values."""

    name: str
    type: type
    default: object
    meaning: str
    low: float | None
    high: float | None
    choices: tuple[str, ...] = ()
    values: object = None

    @property
    def range(self) -> str:
        """`from 1 to 64`, or `mask or remove`; empty where any value of the type will do."""
        if self.choices:
            return _or(self.choices)
        return "" if self.low is None or self.high is None else f"from {toml_value(self.low)} to {toml_value(self.high)}"


def settings_list(of: type[Part] = Settings, prefix: str = "") -> Iterator[Setting]:
    """Every setting, in the order of this file."""
    for item in fields(of):
        part = _part(item)
        if part is not None:
            yield from settings_list(part, f"{prefix}{item.name}.")
        else:
            yield _described(item, prefix)


def setting_named(name: str) -> Setting:
    """One setting by its dotted name; KeyError where there is none."""
    of: type[Part] = Settings
    for word in name.split("."):
        item = {item.name: item for item in fields(of)}[word]
        of = _part(item) or of
    return _described(item, name.removesuffix(item.name))


def _part(item: Field[object]) -> type[Part] | None:
    """The group of settings that a field of a group holds; None where it holds a setting."""
    made: object = item.default_factory
    return made if isinstance(made, type) and issubclass(made, Part) else None


def _described(item: Field[object], prefix: str) -> Setting:
    default = item.default_factory() if callable(item.default_factory) else item.default
    kind = str if default is None else type(default)
    meta = item.metadata
    limits = (meta.get("low"), meta.get("high"), meta.get("choices", ()))
    return Setting(prefix + item.name, kind, default, meta["meaning"], *limits, meta.get("values"))


def load_settings(root: Path, overrides: Mapping[str, object] | None = None) -> Settings:
    """The settings of the project at `root`: `overrides` (dotted names, from the command line) over its file over the defaults.
    A table is merged key by key.

    Raises InputError, with file and line, for an unknown name, a wrong type, a number out of range, or two files that both
    hold settings.
    """
    tables = [found for found in (_read(root / "docgen.toml", ()), _read(root / "pyproject.toml", ("tool", "docgen"))) if found]
    if len(tables) > 1:
        fix = "keep one: move [tool.docgen] into docgen.toml, or delete docgen.toml"
        raise InputError("docgen.toml and [tool.docgen] in pyproject.toml both hold settings", tables[1].where(()), fix)
    given: dict[str, object] = {}
    for table in tables:
        given |= _checked(table, table.content, ())
    for name, value in (overrides or {}).items():
        checked, before = _value(setting_named(name), value, option_of(name)), given.get(name)
        given[name] = {**before, **checked} if isinstance(before, dict) and isinstance(checked, dict) else checked
    return _built(Settings, given, "")


def option_of(name: str) -> str:
    """The command line's word for a setting: `train.learning_rate` is `--learning-rate`."""
    return "--" + name.rpartition(".")[2].replace("_", "-")


def _known() -> dict[str, Setting]:
    return {setting.name: setting for setting in settings_list()}


def _built(of: type[P], given: Mapping[str, object], prefix: str) -> P:
    """An instance of the settings class `of` from the values whose dotted name begins with `prefix`."""
    values: dict[str, object] = {}
    for item in fields(of):
        name = prefix + item.name
        part = _part(item)
        if part is not None:
            values[item.name] = _built(part, given, f"{name}.")
        elif name in given:
            values[item.name] = given[name]
    return of(**values)


class _Table(Frozen):
    """The settings of one file, and where each of them stands; `below` is the table that holds them."""

    path: Path
    text: str
    below: tuple[str, ...]
    content: Mapping[str, object]

    def where(self, keys: tuple[str, ...]) -> str:
        """`file:line` of a key; of the nearest table around it where the key is written in another way."""
        lines = _lines_of_keys(self.text)
        wanted = self.below + keys
        while not (numbers := [number for found, number in lines.items() if found[: len(wanted)] == wanted]):
            wanted = wanted[:-1]
        return f"{self.path.name}:{min(numbers)}"


def _read(path: Path, below: tuple[str, ...]) -> _Table | None:
    """The settings in one file; None where there is no such file or it holds none."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):  # opening a pipe would wait for ever
            raise InputError("not a file", str(path), "put a file with settings there, or nothing")
        raw = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", str(path), "make it readable") from error
    import tomllib  # only here: many a project has no such file

    try:
        text = raw.decode("utf-8-sig")
        content: object = tomllib.loads(text)
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise InputError("not UTF-8, as TOML must be", f"{path.name}:{line}", "save the file as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"\(at line (\d+)", str(error))
        where = f"{path.name}:{place[1]}" if place else path.name
        raise InputError(f"not TOML: {error}", where, "mend the line") from error
    except (ValueError, RecursionError) as error:  # a whole number of thousands of digits, or brackets nested as deep
        raise InputError(f"not TOML that can be read: {error}", path.name, "remove the longest line") from error
    for key in below:
        content = content.get(key) if isinstance(content, dict) else None
    if content is None:
        return None
    table = _Table(path, text, below, content if isinstance(content, dict) else {})
    if not isinstance(content, dict):
        raise InputError(
            f"{'.'.join(below)} must be a table, found {_shown(content)}", table.where(()), f"write [{'.'.join(below)}]"
        )
    return table


_HEADER = expression(r"^\s*\[\[?([^\]]+)\]\]?\s*(?:#.*)?$")
_KEY = expression(r"""^\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=""")
_KEY_PART = expression(r"""[\w-]+|"[^"]*"|'[^']*'""")


def _lines_of_keys(text: str) -> dict[tuple[str, ...], int]:
    """The line, counted from 1, of every table header and key, for messages: tomllib tells none."""
    lines: dict[tuple[str, ...], int] = {(): 1}
    table: tuple[str, ...] = ()
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(line):
            table = tuple(part.strip("\"'") for part in _KEY_PART.findall(header[1]))
            lines.setdefault(table, number)
        elif key := _KEY.match(line):
            lines.setdefault(table + tuple(part.strip("\"'") for part in _KEY_PART.findall(key[1])), number)
    return lines


def _checked(table: _Table, content: Mapping[str, object], above: tuple[str, ...]) -> dict[str, object]:
    """The values of a table by dotted name, each of the right type and in its range."""
    known, found = _known(), {}
    for key, value in content.items():
        keys = (*above, key)
        name = ".".join(keys)
        if name in known:
            found[name] = _value(known[name], value, table.where(keys), name)
        elif any(other.startswith(f"{name}.") for other in known):
            if not isinstance(value, dict):
                raise InputError(f"`{name}` must be a table, found {_shown(value)}", table.where(keys), f"write [{name}]")
            found |= _checked(table, value, keys)
        else:
            raise InputError(f"unknown setting `{name}`", table.where(keys), _nearest(name, key, known))
    return found


def _nearest(name: str, key: str, known: Mapping[str, Setting]) -> str:
    if name == "tool":
        return "in docgen.toml leave out `tool.docgen`: write [train], not [tool.docgen.train]"
    import difflib  # only where something is wrong

    names = {*known, *(other.rpartition(".")[0] for other in known if "." in other)}
    close = difflib.get_close_matches(name, sorted(names), 1, 0.6)
    close = close or [other for other in sorted(names) if other.rpartition(".")[2] == key]
    return f"did you mean `{close[0]}`?" if close else "delete it; docgen init writes a file with every setting"


def _value(setting: Setting, value: object, where: str, called: str = "") -> object:
    """The value of one setting as its type; InputError at `where` for another type or a number out of range."""
    what = f"`{called}` must be" if called else "must be"
    if setting.type is bool and isinstance(value, bool):
        return value
    if setting.type is str and isinstance(value, str) and (value.strip() or value == setting.default):
        return _chosen(setting, value, where, what)
    if setting.type in (int, float):
        return _number(setting, value, where, what)
    if setting.type is tuple and _is_strings(value):
        return tuple(_chosen(setting, item, where, what) for item in cast("list[str]", value))
    if setting.type is dict and isinstance(value, Mapping):
        tables = {float: _numbers_table, str: _texts_table}
        return tables.get(cast("type", setting.values), _labels)(value, where, what)
    words = {bool: "true or false", str: "text that is not empty", tuple: "a list of texts", dict: "a table"}[setting.type]
    raise InputError(
        f"{what} {words}, found {_shown(value)}", where, f"the default is {toml_value(setting.default) or 'nothing'}"
    )


def _chosen(setting: Setting, value: str, where: str, what: str) -> str:
    """A text, of those that the setting may be."""
    if not setting.choices or value in setting.choices:
        return value
    import difflib

    close = difflib.get_close_matches(value, setting.choices, 1, 0.5)
    fix = f"did you mean `{close[0]}`?" if close else f"use {_or(setting.choices)}"
    raise InputError(
        f"{what} {'one of ' if len(setting.choices) > 2 else ''}{_or(setting.choices)}, found `{value}`", where, fix
    )


def _or(words: Sequence[str]) -> str:
    return " or ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def _number(setting: Setting, value: object, where: str, what: str) -> int | float:
    whole = setting.type is int
    if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)):
        fix = f"the default is {toml_value(setting.default)}"
        raise InputError(f"{what} a {'whole number' if whole else 'number'}, found {_shown(value)}", where, fix)
    low, high = (-math.inf if setting.low is None else setting.low), (math.inf if setting.high is None else setting.high)
    if not low <= value <= high or abs(value) > sys.maxsize:  # nor NaN, nor infinity
        raise InputError(
            f"{what} {setting.range}, found {_shown(value)}", where, f"the default is {toml_value(setting.default)}"
        )
    return value if whole else float(value)


def _numbers_table(value: Mapping[str, object], where: str, what: str) -> dict[str, float]:
    for name, least in value.items():
        if isinstance(least, bool) or not isinstance(least, (int, float)) or not abs(least) <= sys.maxsize:
            raise InputError(
                f"{what} a table of numbers, found {name} = {_shown(least)}", where, "write, for instance, chrF = 40"
            )
    return {name: float(cast("float", least)) for name, least in value.items()}


def _texts_table(value: Mapping[str, object], where: str, what: str) -> dict[str, str]:
    for name, text in value.items():
        if not isinstance(text, str) or not text.strip() or not name.strip():
            raise InputError(f"{what} a table of texts, found {name} = {_shown(text)}", where, 'write, for instance, a = "b"')
    return {name: str(text) for name, text in value.items()}


def _labels(value: Mapping[str, object], where: str, what: str) -> dict[str, tuple[str, ...]]:
    """Kinds and their headings; a heading may mean one kind only."""
    kind_of: dict[str, str] = {}
    for kind, headings in value.items():
        if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", kind):
            raise InputError(
                f"a kind is lower-case words joined by hyphens, found `{kind}`",
                where,
                'write, for instance, how-to = ["How to"]',
            )
        if not _is_strings(headings):
            raise InputError(
                f"{what} a table of lists, found {kind} = {_shown(headings)}", where, f'write {kind} = ["{kind.title()}"]'
            )
        for heading in map(_plain_heading, cast("list[str]", headings)):
            if kind_of.setdefault(heading, kind) != kind:
                raise InputError(
                    f"the heading `{heading}` means both {kind_of[heading]} and {kind}", where, "give it to one of them"
                )
    return {kind: tuple(cast("list[str]", headings)) for kind, headings in value.items()}


def _is_strings(value: object) -> bool:
    return isinstance(value, (list, tuple)) and all(isinstance(item, str) and item.strip() for item in value)


def _shown(value: object) -> str:
    """A value as the message repeats it: short, on one line."""
    text = toml_value(value) or type(value).__name__
    return text if len(text) <= 60 else text[:57] + "..."


# Writing ---------------------------------------------------------------------------------------------------------------


def toml_value(value: object) -> str:
    """A value as TOML spells it; empty for None and what TOML has no short word for."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return f"{value:g}" if isinstance(value, float) and not value.is_integer() else str(value)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")  # every escape of JSON is one of TOML
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(toml_value(item) for item in value) + "]"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key} = {toml_value(item)}" for key, item in value.items()) + "}"
    return ""


def default_file() -> str:
    """The text of a `docgen.toml` that says every default in a comment, so that it changes nothing until edited."""
    lines = ["# docgen's settings. What is commented out is the default; the command line overrides what stands here."]
    table = ""
    for setting in _tables_last(list(settings_list())):
        parent, _, name = setting.name.rpartition(".")
        if setting.type is dict:
            lines += ["", f"# {setting.meaning}", f"[{setting.name}]", f"# {_EXAMPLES[setting.name]}"]
            table = setting.name
            continue
        if parent != table:
            lines += ["", f"[{parent}]"]
            table = parent
        limits = f" ({setting.range})" if setting.range else ""
        lines += [f"# {setting.meaning}{limits}", f"# {name} = {toml_value(setting.default) or _EXAMPLES[setting.name]}"]
    return "\n".join(lines) + "\n"


def _tables_last(settings: Sequence[Setting]) -> list[Setting]:
    """The settings part by part, in each those that are tables after the others, which would else belong to them."""
    parts = list(dict.fromkeys(setting.name.rpartition(".")[0] for setting in settings if "." in setting.name))
    place = {part: number for number, part in enumerate([*parts, ""])}
    return sorted(settings, key=lambda setting: (place[setting.name.rpartition(".")[0]], setting.type is dict))


_EXAMPLES = {
    "check.severity": '"docs/old/**" = "review"',
    "corpus.terms": 'blacklist = "blocklist"',
    "labels": 'use-case = ["Recipes"]',
    "score.baseline": '".docgen/scores.json"',
    "score.fail_under": '"claims.precision" = 90',
    "score.fail_under_mean": "chrF = 40",
    "score.headline": '"claims.F1"',
    "score.history": '".docgen/scores.jsonl"',
    "score.max_regression": "chrF = 3",
    "write.template": '"templates/our_card.md.j2"',
}
