"""Error handling: which exceptions a symbol raises, and when.

In: a Brief about code. Out: a sentence an exception, or a list where there are many. Of a module or class whose Brief tells
what its members raise, that is told with it.
"""

from __future__ import annotations

from docgen.brief import Brief, exceptions_of
from docgen.facts import Entry
from docgen.statements.choice import Choose
from docgen.statements.english import ended, listed
from docgen.statements.members import raised_by_members
from docgen.statements.reasons import reason_of


def error_handling(brief: Brief, choose: Choose) -> list[str]:
    """Every exception that the symbol raises or documents, with its reason, and what it handles itself."""
    entry, name = brief.entry, f"`{brief.short}`"
    exceptions, handled = exceptions_of(entry), entry.strings("handles")
    if said := raised_by_members(brief, choose):
        return said
    if not exceptions:
        text = choose(
            [
                f"{name} raises nothing of its own",
                f"No exception is raised by {name} itself",
                f"{name} raises no exceptions itself",
            ]
        )
        if handled:
            text += choose([f"; it handles {listed(handled)}", f", and it catches {listed(handled)}"])
        return [text + "."]
    bullets = len(exceptions) > 2 or bool(choose(["", "", "bullets"]))
    said = [_raised(entry, item, choose, bullet=bullets) for item in exceptions]
    if bullets:
        said.insert(0, choose([f"{name} raises:", "The following exceptions are raised:", f"Callers of {name} should expect:"]))
    if handled and choose(["handled", ""]):
        subject = "It" if said[-1].startswith(f"{name} ") else name
        caught = f"{listed(handled)} is caught inside." if len(handled) == 1 else f"{subject} catches {listed(handled)}."
        said.insert(0 if bullets else len(said), choose([f"{subject} handles {listed(handled)} itself.", caught]))
    return said


def _raised(entry: Entry, exception: str, choose: Choose, *, bullet: bool) -> str:
    reason, short = reason_of(entry, exception, choose), entry.about.rpartition(".")[2]
    if bullet:
        return f"- `{exception}`{choose([' ', ': '])}{ended(reason)}" if reason else f"- `{exception}`."
    if reason.startswith("with the message"):
        return ended(choose([f"`{exception}` is raised {reason}", f"Raises `{exception}` {reason}"]))
    if not reason:
        return choose([f"`{short}` raises `{exception}`.", f"`{exception}` can be raised."])
    options = ("`{0}` is raised {1}", "Raises `{0}` {1}", f"`{short}` raises `{{0}}` {{1}}", "Expect `{0}` {1}")
    return ended(choose([option.format(exception, reason) for option in options]))
