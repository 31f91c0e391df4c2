"""The characters of a document whose encoding nobody declared.

In: a file. Out: its text with plain line ends. UTF-8 and byte order marks come first; what is neither is detected from the
bytes, so that an old page in Latin-1 is not lost, and refused where that would be a guess.
"""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from charset_normalizer import from_bytes

from docgen.files import read_bytes
from docgen.report import InputError

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(rb"\A(?:[^\n]*\n)?[^\n]*-\*-[^\n]*coding[:=][ \t]*([\w.-]+)")
_LIKELY = ("cp1252", "cp1251", "koi8_r", "shift_jis", "euc_jp", "gb18030", "big5", "euc_kr", "cp1250", "iso8859_7", "cp1254")
_MOST_CHAOS = 0.1
_SAMPLE = 256_000  # bytes that are looked at
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f]")


def decoded(path: Path, shown: str) -> str:
    """The text of a file. Raises InputError at `shown` for what cannot be read, is binary, or of no encoding that can be
    told."""
    try:
        content = read_bytes(path)
    except InputError as error:
        raise InputError(error.what, shown, error.fix) from error
    text = _text(content, shown)
    if found := _CONTROLS.search(text):
        where = f"{shown}:{text.count(chr(10), 0, found.start()) + 1}"
        raise InputError(f"not text: it holds the control character 0x{ord(found[0]):02x}", where, "exclude it")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _text(content: bytes, shown: str) -> str:
    mark, encoding = next((pair for pair in _MARKS if content.startswith(pair[0])), (b"", "utf-8"))
    try:
        return content[len(mark) :].decode(encoding)
    except UnicodeDecodeError as error:
        if not mark and (told := _declared(content) or _detected(content)) is not None:
            return told
        line = content.count(b"\n", 0, len(mark) + error.start) + 1
        seen = f"byte 0x{error.object[error.start]:02x} is not {encoding}, and no other encoding is likely"
        raise InputError(seen, f"{shown}:{line}", "save the file as UTF-8") from error


def _declared(content: bytes) -> str | None:
    """The text in the encoding that one of the first two lines declares, as editors have it: `-*- coding: latin-1 -*-`."""
    try:
        return content.decode(found[1].decode("ascii")) if (found := _DECLARED.match(content)) else None
    except (LookupError, UnicodeDecodeError):
        return None


def _detected(content: bytes) -> str | None:
    """The text in the only likely encoding; None where the bytes are not text or might be several."""
    if b"\0" in content:
        return None
    best = from_bytes(content[:_SAMPLE], cp_isolation=list(_LIKELY), threshold=_MOST_CHAOS).best()
    try:
        return content.decode(best.encoding) if best is not None else None
    except UnicodeDecodeError:  # behind the sample
        return None
