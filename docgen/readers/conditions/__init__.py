"""When a function raises, in words: the explicit `raise` statements of a body and the condition each stands under.

In: the syntax tree of a function. Out: `Raised` values with the condition as code and as English. Own code, because no
library relates a raise to its condition, and Error Handling sections rest on exactly that.
"""

from docgen.readers.conditions.clauses import phrase
from docgen.readers.conditions.messages import literal_text
from docgen.readers.conditions.nouns import Names
from docgen.readers.conditions.raising import Raised, handled_in, raises_in

__all__ = ["Names", "Raised", "handled_in", "literal_text", "phrase", "raises_in"]
