"""E-mail addresses and phone numbers in a text.

In: a text. Out: a `Match` for each. What only has their shape, a version behind an `@` or a long identifier, is let through,
and so are the addresses and numbers that documents use as examples.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from docgen.corpus.privacy.match import Match

_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_MAIL = re.compile(
    r"(?:(?<=mailto:)|(?<=mail:)|(?<![\w.+%@/:-]))(?P<user>[A-Za-z0-9](?:[\w.+%-]{0,62}[\w+])?)"
    rf"@(?P<host>(?:{_LABEL}\.){{1,6}}(?P<top>[A-Za-z]{{2,18}}))(?![\w(\[@/-]|\.\w|:[\w~/])"
)
# jane (at) company (dot) com
_AT, _DOT = r"[\[(<{]\s?at\s?[\])>}]", r"(?:\.|[\[(<{]\s?dot\s?[\])>}])"
_SPELLED_AT = re.compile(_AT, re.I)
_SPELLED_MAIL = re.compile(
    rf"(?<![\w.])(?P<user>[A-Za-z][\w.+-]{{1,40}})\s?{_AT}\s?(?P<host>[\w-]{{2,40}}(?:\s?{_DOT}\s?[A-Za-z][\w-]{{1,20}}){{1,3}})",
    re.I,
)
_EXAMPLE_HOST = re.compile(
    r"(?:^|\.)(?:example|test|invalid|localhost)(?:\.[a-z.]+)?$|(?:^|\.)(?:your|my|some)[\w-]*\.[a-z]{2,4}$"
    r"|^(?:e?mail|domain|somewhere|fake|foo|bar|b|host|server)\.[a-z]{2,4}$"
    r"|(?:^|\.)(?:openssh\.com|libssh\.org)$",  # names of algorithms
    re.I,
)
_EXAMPLE_USER = re.compile(
    r"(?:do-?)?no-?t?_?reply|donotreply|git|hg|svn|your[._-]?.*|user(?:name)?\d*|name|you|me|my[._-]?(?:name|email)|foo|bar"
    r"|first\.last|firstname\.lastname|e?mail|someone|somebody|root|nobody|test\d*|fake|(?:recipient|sender)\d*|a",
    re.I,
)
# Endings that files have, and no address in earnest.
_FILE_ENDINGS = frozenset(
    """py md txt rst js ts jsx tsx css html htm json yml yaml toml cfg ini png jpg jpeg gif svg webp pdf zip gz whl so dll sh
    csv git""".split()
)
# The endings of addresses that are longer than two letters; with another one, a text with @ is code.
_ENDINGS = frozenset(
    """com org net edu gov mil int info biz name pro aero coop museum dev app tech cloud online site xyz email software science
    world group team systems solutions consulting agency digital network company live life global ltd gmbh inc ventures studio
    design media news blog shop store bank finance health care academy university institute foundation
    international internal corp local lan""".split()
)


def mails_in(text: str) -> Iterator[Match]:
    """Every e-mail address, but those of examples, of machines and of git."""
    if "@" in text:
        for found in _MAIL.finditer(text):
            if _is_mail(found["user"], found["host"], found["top"]):
                yield Match("e-mail address", "[e-mail]", *found.span())
    if _SPELLED_AT.search(text):
        for found in _SPELLED_MAIL.finditer(text):
            if not (_EXAMPLE_USER.fullmatch(found["user"]) or re.match(r"example|domain", found["host"], re.I)):
                yield Match("e-mail address", "[e-mail]", *found.span())


def _is_mail(user: str, host: str, ending: str) -> bool:
    if _EXAMPLE_HOST.search(host) or _EXAMPLE_USER.fullmatch(user):
        return False
    known = len(ending) == 2 or ending.lower() in _ENDINGS
    is_code = ending.lower() in _FILE_ENDINGS or not known or not (ending.islower() or ending.isupper())
    return not is_code and (len(user) > 1 or len(ending) > 2)


# Phones ------------------------------------------------------------------------------------------------------------------

_DIGITS = r"\d(?:[\s().\u2010-\u2013/-]{0,3}\d){6,14}(?![\w.-]?\w)"
_ABROAD = (
    ("+", re.compile(rf"\+(?<![\w=*/.-]\+)(?<!\+\+){_DIGITS}")),
    ("00", re.compile(rf"00(?<![\w+=*/.-]00){_DIGITS}")),
)
_WORDS = ("tel", "phone", "fax", "call", "mobile", "cell", "hotline", "whatsapp", "durchwahl")
_BESIDE_WORD = re.compile(
    r"\b(?:tel(?:ephone|efon)?|phone|fax|call(?:\s+(?:us|me|him|her))?|mobile|cell|hotline|whatsapp|durchwahl)\b\.?"
    rf"(?:\s(?:number|no\.?|nr\.?))?(?:\s(?:at|on|is))?[\s:=*_`\"']{{1,4}}(?P<number>\(?{_DIGITS})",
    re.I,
)
_REGIONS = ("US", "GB", "DE", "FR", "IN")  # tried for a national number that stands beside a word for phone
# Numbers that films and documents use: +1 … 555-01.., +44 20 7946 0..., and those that count.
_FICTIONAL = re.compile(r"^(?:\+1)?\d{0,3}5550\d{3}$|^(?:\+44|0)207946|12345|(\d)\1{5}|98765")
_OTHER_SHAPE = re.compile(r"\+?\d+\.\d+|\d{4}-\d\d-\d\d.*|\d{1,3}(?:\.\d{1,3}){3}", re.S)  # a decimal, a date, an address


def phones_in(text: str, lowered: str) -> Iterator[Match]:
    """Every valid number with the prefix of a country, and national ones beside a word for phone."""
    for prefix, pattern in _ABROAD:
        for found in pattern.finditer(text) if prefix in text else ():
            if _is_phone(found.group(), (None,)):
                yield Match("phone number", "[phone]", *found.span())
    if any(word in lowered for word in _WORDS):
        for found in _BESIDE_WORD.finditer(text):
            if _is_phone(found["number"], _REGIONS):
                yield Match("phone number", "[phone]", *found.span("number"))


def _is_phone(number: str, regions: tuple[str | None, ...]) -> bool:
    if _OTHER_SHAPE.fullmatch(number):
        return False
    plain = re.sub(r"[^\d+]", "", re.sub(r"^\(?00", "+", number))
    return not _FICTIONAL.search(plain) and any(_is_valid(plain, region) for region in regions)


def _is_valid(number: str, region: str | None) -> bool:
    import phonenumbers  # few texts hold anything that looks like a number, and it takes as long as many of them

    try:
        return bool(phonenumbers.is_valid_number(phonenumbers.parse(number, region)))
    except phonenumbers.NumberParseException:
        return False
