"""Docstrings written into the source of a package: missing ones added, stale values in them put right.

flow      all of it, in order             style     how the project writes its docstrings
compose   one docstring from facts        words     what stands in it where nobody has said anything
source    a module with new docstrings, everything else as it was, and the proof of that
"""

from docgen.write.docstrings.flow import write_docstrings

__all__ = ["write_docstrings"]
