"""Message templates with named fields in double braces.

A template file holds the subject on its first line, a blank line, and the body.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

MAX_SUBJECT = 78
SUFFIX = ".txt"

FIELD = re.compile(r"\{\{\s*(\w+)\s*\}\}")


class TemplateError(Exception):
    """A template that cannot be parsed or rendered."""


class MissingField(TemplateError):
    """A field of the template that got no value."""

    def __init__(self, template: str, fields: list[str]) -> None:
        super().__init__(f"{template}: no value for {', '.join(fields)}")
        self.fields = fields


@dataclass(frozen=True)
class Template:
    """A named subject and body.

    Attributes:
        name: Name the template is looked up by.
        subject: Subject line, fields allowed.
        body: Text of the message, fields allowed.
    """

    name: str
    subject: str
    body: str

    @classmethod
    def parse(cls, name: str, text: str) -> Template:
        """Split a template file's text into subject and body.

        Args:
            name: Name for the new template.
            text: Content of the file.

        Raises:
            TemplateError: If the second line is not blank or the subject is.
        """
        subject, _, rest = text.partition("\n")
        if not subject.strip():
            raise TemplateError(f"{name}: the first line must be the subject")
        blank, _, body = rest.partition("\n")
        if blank.strip():
            raise TemplateError(f"{name}: the second line must be blank")
        return cls(name, subject.strip(), body)

    @property
    def fields(self) -> list[str]:
        """Names of all fields, sorted."""
        return sorted(set(FIELD.findall(f"{self.subject}\n\n{self.body}")))

    def render(self, values: dict[str, object], *, default: str | None = None) -> tuple[str, str]:
        """Fill in the fields.

        Args:
            values: Value for each field; unused ones are ignored.
            default: Text for fields without a value.

        Returns:
            Subject and body.

        Raises:
            MissingField: If a field has no value and there is no default.
            TemplateError: If the finished subject is too long or has a line break.
        """
        missing = [field for field in self.fields if field not in values]
        if missing and default is None:
            raise MissingField(self.name, missing)

        def fill(match: re.Match[str]) -> str:
            return str(values.get(match.group(1), default))

        subject = FIELD.sub(fill, self.subject)
        if "\n" in subject or "\r" in subject:
            raise TemplateError(f"{self.name}: line break in the subject")
        if len(subject) > MAX_SUBJECT:
            raise TemplateError(f"{self.name}: subject longer than {MAX_SUBJECT} characters")
        return subject, FIELD.sub(fill, self.body)


def load_templates(folder: str | Path) -> dict[str, Template]:
    """Parse every template file in a folder.

    Args:
        folder: Folder with the files; subfolders are not searched.

    Returns:
        Templates by name, the name being the file's stem.

    Raises:
        NotADirectoryError: If there is no such folder.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise NotADirectoryError(f"no template folder at {folder}")
    found = sorted(folder.glob(f"*{SUFFIX}"))
    return {path.stem: Template.parse(path.stem, path.read_text(encoding="utf-8")) for path in found}
