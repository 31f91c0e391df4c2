"""Documents written and renewed from facts: `write` is the flow, and its parts stand beside it, a module each.

targets    what was named, as documents with their facts         layouts   templates (Jinja)
tables     API regions rendered from facts                       card      the same for model cards
renewal    what happens to each section of one document          merge     a fresh layout into a person's document
answers    which answers of a writer may stand                   flow      all of it, in order
unchanged  what the last run rested on and came to
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docgen.write.flow import write

__all__ = ["write"]


def __getattr__(name: str) -> Any:
    """Imports the flow when it is asked for: where nothing has changed, nobody asks."""
    if name != "write":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from docgen.write.flow import write

    return write
