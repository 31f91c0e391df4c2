"""Python packages into facts, statically: nothing that is read is ever imported or run.

In: a package folder, a module file or an installed package's name. Out: `Facts` with one entry for each module, class,
function, method and property. Own reading of the syntax trees, so that one file's oddities never cost the whole package.
"""

from docgen.readers.python_api.entries import read_package
from docgen.readers.python_api.finding import find_package

__all__ = ["find_package", "read_package"]
