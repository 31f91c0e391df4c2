"""Links between the pages of one package: from the name of a symbol to where it is documented.

In: the outline of the package and the page that links stand on. Out: Markdown with links in it. A name that could mean two
symbols stays a name, and so does the one that a section is about.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from docgen.facts import Entry
from docgen.outline import Outline
from docgen.write.markdown import code

_NAMED = re.compile(r"(?<![\[`\w])`(?P<name>[A-Za-z_][\w.]*)(?:\(\))?`(?![`\w])(?!\]\()")


@dataclass(frozen=True)
class Links:
    """The links on the page called `page`; None where the document is no page among the others, and so has none. `pages` are
    those that are there, or will be after the run."""

    outline: Outline
    page: str | None
    pages: frozenset[str] = frozenset()

    def to(self, name: str, about: str) -> str:
        """`name` as code, linked to where the symbol or module `about` is documented."""
        link = self.outline.link(about, self.page) if self.page is not None and self._is_linked(about) else None
        return f"[{code(name)}]({link})" if link else code(name)

    def named(self, name: str, near: str) -> str:
        """`name` as code, linked where it means one documented symbol in a text about `near`."""
        about = self.meant(name, near)
        return self.to(name, about) if about else code(name)

    def text(self, text: str, near: Entry) -> str:
        """Prose about `near` in which every name in backticks that means one documented symbol is linked; the names of
        its parameters mean these."""
        if self.page is None or "`" not in text:
            return text
        own = {name.lstrip("*") for name in near.strings("parameters")}
        return _NAMED.sub(lambda found: found[0] if found["name"] in own else self._linked(found, near.about), text)

    def condition(self, text: str, near: Entry) -> str:
        """A condition of code with links for the names of classes alone: others may be those of its variables."""
        return _NAMED.sub(
            lambda found: self._linked(found, near.about) if found["name"].rpartition(".")[2][:1].isupper() else found[0], text
        )

    def _linked(self, found: re.Match[str], near: str) -> str:
        about = self.meant(found["name"], near)
        return f"[{found[0]}]({self.outline.link(about, self.page)})" if about and self.page is not None else found[0]

    def meant(self, name: str, near: str) -> str:
        """The documented symbol that `name` means in a text about `near`: by its full path, as a member of what is around, or
        as the only class of that name. Empty where it means none, or `near` itself."""
        around = near
        while around:
            about = f"{around}.{name}"
            if self._is_linked(about) and self.outline.symbol(about) is not None:
                return "" if about == near else about
            around = around.rpartition(".")[0]
        classes = [name] if self._is_linked(name) else self.outline.classes(name)
        found = {about for about in classes if self._is_linked(about)}
        return found.pop() if len(found) == 1 and near not in found else ""

    def _is_linked(self, about: str) -> bool:
        return self.outline.page_of(about) in self.pages
