"""What looks like a secret and is none: placeholders, hashes, identifiers, words.

In: a value that a rule took for a secret. Out: whether it is one that a document may show. A false alarm costs a section, so
that every rule asks here first.
"""

from __future__ import annotations

import base64
import binascii
import re

from detect_secrets.filters.heuristic import (
    is_not_alphanumeric_string,
    is_potential_uuid,
    is_prefixed_with_dollar_sign,
    is_sequential_string,
    is_templated_secret,
)
from detect_secrets.plugins.high_entropy_strings import Base64HighEntropyString

from docgen.facts import words_of

# Wherever they stand, nobody's real secret; long enough that chance does not spell them.
_STANDS_FOR = re.compile(
    r"example|sample|placeholder|your|change.?(?:me|this|it)|replace|insert|redacted|dummy|do.?not.?use|x{4,}|(.)\1{5,}|\*{3}|\.{3}|…"
    r"|[<>{}\[\]]|123456|abcdef|deadbeef|qwerty|foobar",
    re.I,
)
# What is left of a password once digits, marks and the usual swaps of letters are undone.
_WORDS = frozenset(
    """admin adminadmin alice apikey bar baz bob changeme correcthorsebatterystaple default demo demodemo empty fake foo foobar
    good guest hello helloworld hidden hunter invalid john key letmein login master me mock none nopassword null opensesame p pa
    pass passphrase passwd password passwordhash postgres pw pwd qux random root s secret secretkey secretpassword secrettoken
    some something sesame string superpassword supersecret swordfish test tester testing testpass testpassword testsecret tiger
    token topsecret user username value verysecret welcome word wrong wrongpassword x xxx y yourpassword z""".split()
)
_LEET = str.maketrans("0134578@$!", "oieastbasi")
_OWNER = re.compile(r"^(?:my|the|some|an?|new|old|own|this|his)(?=[a-z]{3})")
_NAME_OF_A_METHOD = re.compile(
    r"sha\d|md5|hmac|pbkdf2|bcrypt|scrypt|argon2|base64|utf.?\d|ascii|latin|int\d|float\d|aes|rsa|x509", re.I
)
_HEX = re.compile(r"(?:0x)?[0-9a-fA-F]+")
_VOWELS = frozenset("aeiouy")
_MOST_CONSONANTS = re.compile(r"[bcdfghjklmnpqrstvwxz]{5}")
_ENTROPY = Base64HighEntropyString()


def is_placeholder(value: str) -> bool:
    """Whether a value only says where a secret goes: `YOUR_API_KEY`, `<token>`, `xxxx`, `${TOKEN}`, AWS's EXAMPLE keys."""
    return (
        not value
        or _STANDS_FOR.search(value) is not None
        or is_templated_secret(value)
        or is_prefixed_with_dollar_sign(value)
        or value.startswith("%")
        or is_sequential_string(value)
        or is_not_alphanumeric_string(value)
    )


def is_example_password(value: str) -> bool:
    """Whether a password is one that only documents use: `changeme`, `password123`, `s3cr3t`, `***`."""
    if is_placeholder(value) or len(value) < 4:
        return True
    spellings = value.lower(), value.lower().translate(_LEET), value.lower().rstrip("0123456789!").translate(_LEET)
    return any(_is_word(re.sub(r"[^a-z]", "", spelling)) for spelling in spellings)


def _is_word(letters: str) -> bool:
    return letters in _WORDS or _OWNER.sub("", letters) in _WORDS


def is_method_name(value: str) -> bool:
    """Whether a value names how a password is kept, not what it is: `pbkdf2_sha256`."""
    return _NAME_OF_A_METHOD.search(value) is not None


def is_hash_or_id(value: str) -> bool:
    """Whether a value is a commit, a checksum, a UUID or another identifier in hexadecimal digits."""
    return _HEX.fullmatch(value) is not None or is_potential_uuid(value)


def is_random(value: str, entropy: float = 3.0) -> bool:
    """Whether a value was drawn by a machine: letters and digits mixed, at least `entropy` bits a character, and no words."""
    has_both = any(letter.isalpha() for letter in value) and any(letter.isdigit() for letter in value)
    return has_both and _ENTROPY.calculate_shannon_entropy(value) >= entropy and not is_wordy(value)


def is_wordy(value: str) -> bool:
    """Whether most letters of a value stand in pieces that read as words: a long name, a path, a sentence."""
    pieces = [piece for piece in words_of(value) if piece.isalpha()]
    letters = sum(map(len, pieces))
    return letters > 0 and sum(len(piece) for piece in pieces if _reads_as_word(piece)) / letters >= 0.6


def _reads_as_word(piece: str) -> bool:
    vowels = sum(letter in _VOWELS for letter in piece)
    return len(piece) >= 3 and 0.2 <= vowels / len(piece) <= 0.75 and not _MOST_CONSONANTS.search(piece)


def holds_login(value: str) -> bool:
    """Whether the base64 of `user:password` holds a real one, and not an example's such as the Aladdin of the standard."""
    try:
        login = base64.b64decode(value + "=" * (-len(value) % 4), validate=True).decode()
    except (binascii.Error, ValueError):  # UnicodeDecodeError is a ValueError
        return False
    user, colon, password = login.partition(":")
    return bool(colon) and user.lower() != "aladdin" and password != user and not is_example_password(password)


def is_example_web_token(value: str) -> bool:
    """Whether a JSON Web Token is the one that documents show: its subject is 1234567890."""
    payload = value.split(".")[1] if value.count(".") else ""
    try:
        return b"1234567890" in base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
    except (binascii.Error, ValueError):
        return False
