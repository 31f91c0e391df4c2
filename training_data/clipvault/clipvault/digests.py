"""Names for clips: SHA-256 digests with a prefix."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Iterator
from pathlib import Path

PREFIX = "sha256:"
HEX_LENGTH = 64
CHUNK_SIZE = 1 << 20
HEX_DIGITS = frozenset("0123456789abcdef")


class DigestError(ValueError):
    """A digest is malformed or does not match its content."""


def parse_digest(text: str, *, strict: bool = True) -> str:
    """Check a digest and return its hexadecimal part.

    Args:
        text: The digest, such as ``sha256:`` and 64 hexadecimal digits.
        strict: Whether to insist on the prefix and on lower case, and refuse
            surrounding space.

    Returns:
        The hexadecimal digits in lower case.

    Raises:
        DigestError: If the text is not a digest.
    """
    if not strict:
        text = text.strip().lower()
    elif not text.startswith(PREFIX):
        raise DigestError(f"digest lacks the prefix {PREFIX!r}: {text!r}")
    digits = text.removeprefix(PREFIX)
    if len(digits) != HEX_LENGTH:
        raise DigestError(f"digest has {len(digits)} digits, not {HEX_LENGTH}")
    if not HEX_DIGITS.issuperset(digits):
        raise DigestError(f"digest has a character that is not hexadecimal: {text!r}")
    return digits


def chunks(path: Path, size: int = CHUNK_SIZE) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while block := stream.read(size):
            yield block


def file_digest(path: Path | str, *, chunk_size: int = CHUNK_SIZE) -> str:
    """Compute the digest of a file without loading it whole.

    Args:
        path: The file.
        chunk_size: Bytes to read at a time.

    Raises:
        ValueError: If the chunk size is not positive.
    """
    if chunk_size < 1:
        raise ValueError(f"chunk_size must be positive, got {chunk_size}")
    state = hashlib.sha256()
    for block in chunks(Path(path), chunk_size):
        state.update(block)
    return PREFIX + state.hexdigest()


def verify(path: Path | str, digest: str) -> None:
    """Compare a file with the digest it should have.

    Raises:
        DigestError: If they differ.
    """
    expected = PREFIX + parse_digest(digest)
    actual = file_digest(path)
    if actual != expected:
        raise DigestError(f"{path}: expected {expected}, found {actual}")


def md5_name(path: Path | str) -> str:
    """Deprecated: use `file_digest`."""
    warnings.warn("md5_name is deprecated", DeprecationWarning, stacklevel=2)
    return hashlib.md5(Path(path).read_bytes()).hexdigest()
