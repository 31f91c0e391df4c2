"""Which licence a LICENSE file holds, by its text.

In: the text. Out: an SPDX id (for Llama's community licences, which SPDX does not list, the Hub's id such as `llama3.1`), or
None. A wrong licence is worse than none, so two licences in one file, an added clause or a changed word give None.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_DECLARED = re.compile(r"SPDX-License-Identifier:[ \t]*([^\r\n]*)", re.IGNORECASE)
_EXPRESSION = re.compile(r"\(*[A-Za-z0-9][A-Za-z0-9.+-]*\)*(?: (?:AND|OR|WITH) \(*[A-Za-z0-9][A-Za-z0-9.+-]*\)*)*")
_COPYRIGHT_LINE = re.compile(
    r"^[^\w\n]*(?:(?:portions )?(?:copyright\b|\(c\)|©).*\b(?:19|20)\d\d\b.*|all rights reserved[^\w\n]*)$",
    re.IGNORECASE | re.MULTILINE,
)
_MOST_OTHER_WORDS = 30  # room for a title and for names; a clause that changes a licence's meaning is longer or says so:
_ADDED = re.compile(
    r"\b(commons clause|except|exceptions?|evil|non ?commercial|patents?|prohibited|restrictions?|additional|dual|either)\b"
)
_ADDED_TO_LONG = re.compile(r"\b(commons clause|(llvm|classpath|library|linking|bison|font) exceptions?)\b")


def license_of(text: str) -> str | None:
    """The licence that `text` declares in an `SPDX-License-Identifier:` line or states in full; None where unsure."""
    declared = {line.strip(" \t*/#->;") for line in _DECLARED.findall(text)}
    stated = _stated(text)
    if not declared:
        return stated
    expression = _expression(declared.pop()) if len(declared) == 1 else None
    alone = len(_plain_words(_COPYRIGHT_LINE.sub(" ", text)).split()) <= _MOST_OTHER_WORDS
    return expression if alone or expression == stated else None  # elsewhere the line may speak of one file among many


def _stated(text: str) -> str | None:
    """The one licence whose whole text is in `text`, with hardly anything around it."""
    plain = _plain_words(_COPYRIGHT_LINE.sub(" ", text))
    long = [identifier for identifier, (_, landmarks) in _LONG.items() if _in_order(plain, landmarks)]
    short = {identifier: match for identifier, pattern in _SHORT.items() if (match := pattern.search(plain))}
    if len(long) == 1:
        # The appendix of the Apache licence is the notice that stands alone in other files.
        sure = len(plain.split()) <= _LONG[long[0]][0] and not short.keys() - {long[0]} and not _ADDED_TO_LONG.search(plain)
        return long[0] if sure else None
    if long or len(short) != 1:
        return None
    identifier, match = short.popitem()
    others = f"{plain[: match.start()]} {plain[match.end() :]}"
    sure = len(others.split()) <= _MOST_OTHER_WORDS and not _ADDED.search(others)
    return identifier if sure else None


def _expression(declared: str) -> str | None:
    """An SPDX expression, the ids that are known here in their usual spelling; None where it is not one."""
    expression = " ".join(declared.split())
    if not _EXPRESSION.fullmatch(expression):
        return None
    usual = {identifier.lower(): identifier for identifier in (*_SHORT, *_LONG)}
    return re.sub(r"[A-Za-z0-9.+-]+", lambda found: usual.get(found[0].lower(), found[0]), expression)


def _plain_words(text: str) -> str:
    """Lower-case words with single spaces: copies of a licence differ in quotes, bullets, comment signs and line breaks."""
    return " ".join(re.findall(r"[a-z0-9]+", text.lower()))


def _in_order(plain: str, landmarks: tuple[str, ...]) -> bool:
    position = 0
    for landmark in landmarks:
        found = plain.find(landmark, position)
        if found < 0:
            return False
        position = found + len(landmark)
    return True


_DISCLAIMED = (
    "is provided as is without warranty of any kind express or implied including but not limited to the warranties of "
    "merchantability fitness for a particular purpose and non ?infringement in no event shall "
)
_BSD = (
    "redistribution and use in source and binary forms with or without modification are permitted provided that the "
    r"following conditions are met (?:\w )?redistributions of source code must retain the above copyright notice this list "
    r"of conditions and the following disclaimer (?:and )?(?:\w )?redistributions in binary form must reproduce the above "
    "copyright notice this list of conditions and the following disclaimer in the documentation and or other materials "
    "provided with the distribution "
)
_BSD_NAMES = (
    r"(?:and )?(?:\w )?(?:neither the names? .{1,200}? nor (?:the names?|those) of .{1,100}? may be used|the names? of "
    ".{1,100}? may not be used) to endorse or promote products derived from this software without (?:specific )?prior "
    "written permission "
)
_BSD_DISCLAIMER = (
    r"this software is provided by .{1,120}? as is and any express or implied warranties including but not limited to the "
    "implied warranties of merchantability and fitness for a particular purpose are disclaimed in no event shall .{1,120}? "
    "be liable for any direct indirect incidental special exemplary or consequential damages including but not limited to "
    "procurement of substitute goods or services loss of use data or profits or business interruption however caused and on "
    "any theory of liability whether in contract strict liability or tort including negligence or otherwise arising in any "
    "way out of the use of this software even if advised of the possibility of such damage"
)

# Short licences word for word, with room where a name stands.
_SHORT: Mapping[str, re.Pattern[str]] = {
    "MIT": re.compile(
        "permission is hereby granted free of charge to any person obtaining a copy of this software and associated "
        "documentation files the software to deal in the software without restriction including without limitation the "
        "rights to use copy modify merge publish distribute sublicense and or sell copies of the software and to permit "
        "persons to whom the software is furnished to do so subject to the following conditions the above copyright notice "
        "and this permission notice (?:including the next paragraph )?shall be included in all copies or substantial "
        "portions of the software the software "
        + _DISCLAIMED
        + ".{1,120}? be liable for any claim damages or other liability whether in an action of contract tort or otherwise "
        "arising from out of or in connection with the software or the use or other dealings in the software"
    ),
    "ISC": re.compile(
        "permission to use copy modify and (?:or )?distribute this software for any purpose with or without fee is hereby "
        "granted provided that the above copyright notice and this permission notice appear in all copies the software is "
        "provided as is and .{1,120}? disclaims? all warranties with regard to this software including all implied "
        "warranties of merchantability and fitness in no event shall .{1,120}? be liable for any special direct indirect or "
        "consequential damages or any damages whatsoever resulting from loss of use data or profits whether in an action of "
        "contract negligence or other tortious action arising out of or in connection with the use or performance of this "
        "software"
    ),
    "BSD-2-Clause": re.compile(_BSD + _BSD_DISCLAIMER),
    "BSD-3-Clause": re.compile(_BSD + _BSD_NAMES + _BSD_DISCLAIMER),
    "Unlicense": re.compile(
        "this is free and unencumbered software released into the public domain anyone is free to copy modify publish use "
        "compile sell or distribute this software either in source code form or as a compiled binary for any purpose "
        "commercial or non ?commercial and by any means in jurisdictions that recognize copyright laws the author or authors "
        "of this software dedicate any and all copyright interest in the software to the public domain .{0,600}?the software "
        + _DISCLAIMED
        + "the authors be liable for any claim damages or other liability whether in an action of contract tort or otherwise "
        "arising from out of or in connection with the software or the use or other dealings in the software"
    ),
    "Apache-2.0": re.compile(
        "licensed under the apache license version 2 0 the license you may not use (?:this file|these files|this software) "
        "except in compliance with the license you may obtain a copy of the license at https? www apache org licenses "
        "license 2 0 .{0,400}?limitations under the license"
    ),
    "CC-BY-4.0": re.compile("licensed under (?:a|the) creative commons attribution 4 0 international (?:public )?license"),
}

# Long licences by title and landmarks in order, and the most words a copy has, its appendix on how to apply it included.
_CC_LANDMARKS = (
    "section 1 definitions",
    "section 3 license conditions",
    "section 5 disclaimer of warranties",
    "section 8 interpretation",
)
_GPL_END = "end of terms and conditions"
_LONG: Mapping[str, tuple[int, tuple[str, ...]]] = {
    "Apache-2.0": (
        1680,
        (
            "version 2 0 january 2004",
            "terms and conditions for use reproduction and distribution",
            "grant of patent license",
            "submission of contributions",
            "accepting warranty or additional liability",
        ),
    ),
    "MPL-2.0": (
        2600,
        (
            "mozilla public license version 2 0",
            "definitions",
            "responsibilities",
            "disclaimer of warranty",
            "incompatible with secondary licenses",
        ),
    ),
    "GPL-2.0": (3150, ("gnu general public license version 2 june 1991", "preamble", "no warranty", _GPL_END)),
    "GPL-3.0": (5900, ("gnu general public license version 3 29 june 2007", "preamble", "disclaimer of warranty", _GPL_END)),
    "LGPL-2.1": (4650, ("gnu lesser general public license version 2 1 february 1999", "preamble", "no warranty", _GPL_END)),
    "LGPL-3.0": (
        1330,
        (
            "gnu lesser general public license version 3 29 june 2007",
            "additional definitions",
            "exception to section 3 of the gnu gpl",
            "combined libraries",
            "revised versions of the gnu lesser general public license",
        ),
    ),
    "AGPL-3.0": (
        5750,
        (
            "gnu affero general public license version 3 19 november 2007",
            "remote network interaction",
            "disclaimer of warranty",
            _GPL_END,
        ),
    ),
    "CC-BY-4.0": (3500, ("creative commons attribution 4 0 international public license", *_CC_LANDMARKS)),
    "CC-BY-SA-4.0": (3800, ("creative commons attribution sharealike 4 0 international public license", *_CC_LANDMARKS)),
    "CC-BY-NC-4.0": (3700, ("creative commons attribution noncommercial 4 0 international public license", *_CC_LANDMARKS)),
    "CC0-1.0": (
        1250,
        ("cc0 1 0 universal", "statement of purpose", "waiver", "public license fallback", "limitations and disclaimers"),
    ),
    **{
        f"llama{version}": (
            4500,
            (
                f"llama {version.replace('.', ' ')} community license agreement",
                "license rights and redistribution",
                "additional commercial terms",
                "700 million monthly active users",
                "disclaimer of warranty",
            ),
        )
        for version in ("2", "3", "3.1", "3.2", "3.3", "4")
    },
}
