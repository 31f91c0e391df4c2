"""The program that runs examples: started by `running` as a script of its own, it uses nothing of docgen.

In, on standard input: JSON with the folder that the package lies in and the examples. Out: a line of JSON for each example, in
order: the reason why it failed, or an empty text.
"""

from __future__ import annotations

import contextlib
import doctest
import importlib
import io
import json
import re
import sys
from types import ModuleType
from typing import Any


def main() -> None:
    """Runs the examples that were asked for."""
    answers, order = sys.stdout, json.load(sys.stdin)
    sys.path.insert(0, order["path"])
    for example in order["examples"]:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            reason = _outcome(example["about"], example["code"])
        answers.write(json.dumps(reason) + "\n")
        answers.flush()


def _outcome(about: str, code: str) -> str:
    try:
        return _session(about, code) if ">>>" in code else _script(code)
    except BaseException as error:  # an example may raise anything, and leave by SystemExit
        return _said(error)


def _script(code: str) -> str:
    exec(compile(code, "<example>", "exec"), {"__name__": "example"})
    return ""


def _session(about: str, code: str) -> str:
    """Runs an interactive session with the names of the module that it documents."""
    code = re.sub(r'^(?=File ")', "  ", code, flags=re.M)  # of a traceback whose indentation was taken off
    test = doctest.DocTestParser().get_doctest(code, dict(vars(_module(about))), about, None, None)
    failures: list[str] = []

    class Runner(doctest.DocTestRunner):
        def report_failure(self, out: Any, test: Any, example: Any, got: str) -> None:
            failures.append(f"`{example.source.strip()}` prints {' '.join(got.split()) or 'nothing'}")

        def report_unexpected_exception(self, out: Any, test: Any, example: Any, exc_info: Any) -> None:
            failures.append(f"`{example.source.strip()}` raises {_said(exc_info[1])}")

    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    Runner(verbose=False, optionflags=flags).run(test, clear_globs=False)
    return failures[0][:200] if failures else ""


def _module(about: str) -> ModuleType:
    """The innermost module that a dotted path goes through."""
    name = about
    while True:
        try:
            return importlib.import_module(name)
        except ModuleNotFoundError as error:
            parent = name.rpartition(".")[0]
            if not parent or not f"{name}.".startswith(f"{error.name}."):
                raise
            name = parent


def _said(error: BaseException) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:200]


if __name__ == "__main__":
    main()
