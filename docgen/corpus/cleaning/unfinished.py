"""Text that nobody has finished, or that nobody wrote: placeholders and the words of generators.

In: an example. Out: the phrase that gives it away, empty where there is none. Both read like documentation and say nothing. A
sentence *about* TODO comments or generated files is a person's own and stays.
"""

from __future__ import annotations

import re

from docgen.corpus.cleaning.prose import without_code
from docgen.corpus.store import Example

_FLAGS = re.IGNORECASE | re.MULTILINE
_LINE = r"^[\W_]*"
_END = r"[\W_]*$"
_PART = (
    r"(?:section|page|part|chapter|docs?|documentation|description|docstring|tutorial|guide|details?|examples?|text|content)s?"
)
# Words after a marker that show that it is spoken of: "TODO comments are listed".
_SPOKEN_OF = (
    r"(?!\s*(?:s\b|[\w-]*\s*(?:lists?|items?|comments?|entries|notes?|tags?|markers?|directives?|apps?|applications?)\b))"
)
_UNFINISHED = (
    rf"(?:^[\s>*+.#(\[<-]*|[.!?:;(\[]\s*|\*\*)(?-i:TODO|FIXME|XXX|TBD|TBA|TBC|WIP)\b{_SPOKEN_OF}",
    r"\b(?-i:TODO|FIXME|TBD)\s*[:!]",
    rf"{_LINE}todo\s*:",
    r"\blorem ipsum dolor\b",
    r"\bmore information needed\b",
    rf"{_LINE}(?:more |further )?(?:information |{_PART} )?(?:is |are )?(?:coming|available|to follow) soon\b",
    rf"\b(?:this )?{_PART} (?:is |are )?coming soon\b",
    rf"\b(?:your|insert|add|enter|put|write|provide)(?: an?| your| the| some)? (?:\w+ )?{_PART} here\b",
    rf"\b{_PART} (?:\w+ ){{0,3}}(?:goes|go|comes) here\b",
    rf"{_LINE}(?:missing|add|write|needs?|no|empty) (?:an? )?(?:docs?|documentation|description|docstring)"
    rf"(?: yet| provided| available)*{_END}",
    rf"(?:{_LINE}|\b{_PART} (?:is |are |has |have )?(?:still |yet )?)to be (?:written|documented|completed|filled in|continued|"
    rf"decided)(?: soon| later| yet)?{_END}",
    rf"{_LINE}(?:this {_PART} is )?(?:still |currently )?(?:under construction|(?:a )?work in progress|"
    rf"not (?:yet )?documented(?: yet)?|documentation pending|undocumented){_END}",
    rf"{_LINE}(?:fill (?:me|this) in|fill in (?:the )?{_PART}|placeholder(?: text)?|write ?me){_END}",
    r"<(?:your|insert|add)[ -](?:\w+[ -])?(?:description|text|summary|explanation|name)(?: here)?>",
)
_OWN = r"(?:file|page|document|documentation|docstring|module|code|class|section|text|card|readme|stub|wrapper|list|table)"
_TOOL = r"(?:sphinx|doxygen|apidoc|swagger|openapi|protoc|grpc|autorest|autogen|codegen|autosummary|pdoc|\S+\.(?:py|sh|pl|js))"
_THIS = rf"(?:^|[.!?]\s+)[\W_]*(?:this|the following|the above) (?:\w+ ){{0,2}}{_OWN}s?"
_GENERATED = (
    rf"{_THIS} (?:is|are|was|were|has been|have been) (?:auto|automatically)[- ]?(?:generated|created|produced)\b",
    rf"{_THIS} (?:is|was|has been) generated (?:by|from|with|using|automatically)\b",
    rf"{_LINE}(?:auto-?|automatically[- ])generated\b(?:{_END}|,? (?:by|from|using|with|on|at|{_OWN})\b)",
    rf"(?:^|[.!?]\s+)[\W_]*generated (?:by|with|using) (?:the )?(?:\w+ ){{0,2}}{_TOOL}(?!\w)",
    rf"{_LINE}do not (?:edit|modify)(?: this file)?(?: by hand| manually| directly)?(?:\.|{_END})",
    r"\bthis model (?:is|was) (?:an? )?fine-?tuned (?:version )?(?:of|from) .{0,160}? on (?:an?|the) (?:\S+ )?dataset\b",
    r"\bmodel card has been (?:auto-?|automatically )generated\b",
    r"\bachieves the following results on the evaluation set\b",
    r"^usage: \S+(?: \[-{1,2}\w)",
)
_UNFINISHED_AT = re.compile("|".join(f"(?:{pattern})" for pattern in _UNFINISHED), _FLAGS)
_GENERATED_AT = re.compile("|".join(f"(?:{pattern})" for pattern in _GENERATED), _FLAGS)
_FRAME = re.compile(
    r"\.\. (?:auto\w+|currentmodule|toctree)::.*|:(?:[a-z]+-)?(?:members|inheritance|toctree|nosignatures|maxdepth|caption):.*"
    r"|(?:submodules|subpackages|module contents|package contents|modules|members|arguments|parameters|args)[\W_]*",
    re.IGNORECASE,
)
_NAME = re.compile(
    r"(?:[-*+]\s+)?(?:`?\*{0,2}[A-Za-z_][\w.-]*(?:=\S+)?`?(?:\s*\([^)]*\))?(?:\s*[:=]\s*\S{0,40})?,?;?|\S+ (?:module|package))"
)


def unfinished(example: Example) -> str:
    """Why an example is unfinished: the placeholder in it."""
    found = _UNFINISHED_AT.search(without_code(example.text, "`x`"))
    return f"is unfinished: `{_shown(found[0])}`" if found else ""


def generated(example: Example) -> str:
    """Why an example was written by a generator: its own words, or a listing without a sentence."""
    if found := _GENERATED_AT.search(without_code(example.text, "`x`")):
        return f"is generated: `{_shown(found[0])}`"
    return "is a listing of names without a sentence" if _is_listing(example.text) else ""


def _is_listing(text: str) -> bool:
    """Whether every line is a name with at most its type or value: what sphinx-apidoc and dumped signatures leave."""
    lines = [line.strip() for line in text.splitlines() if re.search(r"\w", line)]
    others = [line for line in lines if not _FRAME.fullmatch(line)]
    return len(lines) > 1 and all(_NAME.fullmatch(line) and not line.endswith(".") for line in others)


def _shown(phrase: str) -> str:
    phrase = " ".join(phrase.split()).strip("*#>-.:!?()[] `")
    return phrase if len(phrase) <= 60 else phrase[:57] + "..."
