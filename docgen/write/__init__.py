"""Documents written and renewed from facts: `write` is the flow, and its parts stand beside it, a module each.

targets    what was named, as documents with their facts         layouts   templates (Jinja)
tables     API regions rendered from facts                       card      the same for model cards
renewal    what happens to each section of one document          merge     a fresh layout into a person's document
answers    which answers of a writer may stand                   flow      all of it, in order
"""

from docgen.write.flow import write

__all__ = ["write"]
