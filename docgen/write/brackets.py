"""Source text split where no bracket and no quotation mark encloses it: signatures at their commas, types at their bars.

In: one line of Python. Out: its parts. A parser would refuse what signatures hold that are no code, and lose the spelling.
"""

from __future__ import annotations

from collections.abc import Iterator


def split_outside(text: str, separator: str) -> list[str]:
    """The parts of a text between the separators that stand outside of brackets and quotes, without outer blanks."""
    parts, start = [], 0
    for index, character in _outside(text):
        if character == separator:
            parts.append(text[start:index].strip())
            start = index + 1
    return [*parts, text[start:].strip()]


def arguments_in(signature: str) -> tuple[str, list[str], str]:
    """A signature as what stands before its arguments, the arguments, and the closing bracket with what follows it. Without
    arguments, all of it stands before them."""
    opening = signature.find("(")
    closing = next((index for index, character in _outside(signature[opening + 1 :]) if character == ")"), -1)
    if opening < 0 or closing < 0:
        return signature, [], ""
    inner = signature[opening + 1 :][:closing]
    return signature[: opening + 1], [item for item in split_outside(inner, ",") if item], signature[opening + 1 :][closing:]


def _outside(text: str) -> Iterator[tuple[int, str]]:
    """The characters outside of brackets and quotes with their places; of a bracket that closes what is not open, it too."""
    depth, quote, escaped = 0, "", False
    for index, character in enumerate(text):
        if quote:
            quote = "" if character == quote and not escaped else quote
            escaped = character == "\\" and not escaped
        elif character in "'\"":
            quote = character
        elif character in "([{":
            depth += 1
        elif character in ")]}" and depth:
            depth -= 1
        elif not depth:
            yield index, character
