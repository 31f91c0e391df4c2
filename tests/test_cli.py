"""The command line: help, exit codes, and what is said on which stream when something goes wrong."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from inspect import cleandoc
from pathlib import Path

import click
import pytest

from docgen.cli import LLM_MODULES, commands, run
from docgen.settings import option_of, settings_list

ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "DOCGEN_TRACEBACK"}

# What `docgen` runs, with commands that end as nothing in docgen should.
FAILING = """
import sys
from docgen.cli import commands, run

@commands.command()
def crash():
    print(1 / 0)

@commands.command()
def stop():
    raise KeyboardInterrupt

@commands.group()
def train():
    pass

@train.command()
def uncounted():
    sys.modules["pathspec"] = None
    import pathspec

@commands.command()
def lack():
    sys.modules["torch"] = None  # as if it were not installed
    import torch

sys.exit(run(sys.argv[1:]))
"""


def docgen(*arguments: str, folder: Path, code: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
    program = ["-c", code] if code else ["-m", "docgen"]
    return subprocess.run(
        [sys.executable, *program, *arguments],
        cwd=folder,
        env=ENVIRONMENT | variables,
        capture_output=True,
        text=True,
        timeout=120,
    )


def every_command(group: click.Group = commands, prefix: str = "") -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from every_command(command, f"{prefix}{name} ")
        else:
            yield f"{prefix}{name}", command


COMMANDS = [pytest.param(name, command, id=name) for name, command in every_command()]


@pytest.mark.parametrize(("name", "command"), COMMANDS)
def test_every_command_has_a_summary_and_examples_that_call_it(name: str, command: click.Command) -> None:
    summary, _, rest = cleandoc(command.help or "").partition("\n")
    assert summary.endswith(".") and not command.get_short_help_str(limit=64).endswith("...")
    assert "\b\nExamples:\n" in rest
    examples = rest.partition("Examples:\n")[2].split("\n")
    assert examples and all(
        re.match(rf"(?:torchrun .* -m )?docgen {name}\b", example.strip()) for example in examples if example.strip()
    )


@pytest.mark.parametrize(("name", "command"), COMMANDS)
def test_every_option_says_what_it_does(name: str, command: click.Command) -> None:
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help and parameter.help[0].isupper(), f"{name} {parameter.opts}"


@pytest.mark.parametrize(("name", "command"), COMMANDS)
def test_an_option_named_like_a_setting_is_made_from_it(name: str, command: click.Command) -> None:
    meanings = {option_of(item.name): item.meaning for item in settings_list() if item.name.startswith(name)}
    for parameter in command.params:
        if isinstance(parameter, click.Option) and parameter.opts[0] in meanings:
            assert (parameter.help or "").startswith(meanings[parameter.opts[0]])


@pytest.mark.parametrize(("name", "command"), COMMANDS)
def test_help_of_every_command_is_shown(name: str, command: click.Command, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*name.split(), "--help"]) == 0
    assert capsys.readouterr().out.startswith(f"Usage: docgen {name} ")


def test_help_tells_the_commands_in_the_order_of_the_work_and_the_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--help"]) == 0
    words = capsys.readouterr().out
    order = [words.index(f"  {name} ") for name in ("init", "corpus", "train", "write", "check", "score", "export")]
    assert order == sorted(order)
    assert all(f"  {code} " in words.partition("Exit codes:")[2] for code in (0, 1, 2, 3, 130, 143))


def test_a_misspelt_command_is_told_the_right_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["chekc"]) == 2
    streams = capsys.readouterr()
    assert "check" in streams.err and not streams.out


def test_an_error_is_told_on_standard_error_with_its_place_and_fix(tmp_path: Path) -> None:
    (tmp_path / "docgen.toml").write_text("[check]\nstrikt = true\n", encoding="utf-8")
    ended = docgen("check", folder=tmp_path)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == "docgen.toml:2: unknown setting `check.strikt`\n  fix: did you mean `check.strict`?\n"


def test_findings_end_in_1_and_go_to_standard_output(tmp_path: Path) -> None:
    for split in ("train", "validation", "test"):
        (tmp_path / f"{split}.jsonl").write_text("", encoding="utf-8")
    ended = docgen("corpus", "audit", ".", folder=tmp_path)
    assert ended.returncode == 1 and "train.jsonl:1: no rows" in ended.stdout
    assert "no rows" not in ended.stderr, "there is progress alone"


def test_a_crash_ends_in_2_with_one_line_and_a_way_to_see_more(tmp_path: Path) -> None:
    ended = docgen("crash", folder=tmp_path, code=FAILING)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith("internal error: ZeroDivisionError: division by zero\n  fix: ")
    assert "docgen --traceback crash" in ended.stderr and "Traceback" not in ended.stderr


@pytest.mark.parametrize(
    ("arguments", "variables"),
    [
        pytest.param(("--traceback", "crash"), {}, id="the option"),
        pytest.param(("crash",), {"DOCGEN_TRACEBACK": "1"}, id="the variable"),
    ],
)
def test_a_traceback_is_shown_where_it_is_asked_for(
    tmp_path: Path, arguments: tuple[str, ...], variables: dict[str, str]
) -> None:
    ended = docgen(*arguments, folder=tmp_path, code=FAILING, **variables)
    assert ended.returncode == 2 and "Traceback" in ended.stderr and "in crash" in ended.stderr


def test_an_interruption_ends_in_130(tmp_path: Path) -> None:
    ended = docgen("stop", folder=tmp_path, code=FAILING)
    assert ended.returncode == 130
    assert ended.stderr.strip() == "interrupted; nothing was half-written"


def test_a_missing_extra_is_one_line_and_the_pip_command(tmp_path: Path) -> None:
    ended = docgen("lack", folder=tmp_path, code=FAILING)
    assert ended.returncode == 2
    assert ended.stderr == 'this needs `torch`, which is not installed\n  fix: pip install "docgen[llm]"\n'
    assert "torch" in LLM_MODULES
    ended = docgen("train", "uncounted", folder=tmp_path, code=FAILING)
    assert ended.stderr == 'this needs `pathspec`, which is not installed\n  fix: pip install "docgen[llm]"\n'


def test_a_closed_pipe_is_quiet_and_keeps_the_exit_code(tmp_path: Path) -> None:
    for split in ("train", "validation", "test"):
        (tmp_path / f"{split}.jsonl").write_text("", encoding="utf-8")
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as pipe:
        ended = subprocess.run(
            [sys.executable, "-m", "docgen", "corpus", "audit", "."],
            cwd=tmp_path,
            env=ENVIRONMENT,
            stdout=pipe,
            stderr=subprocess.PIPE,
            text=True,
            timeout=120,
        )
    assert ended.returncode == 1 and "rror" not in ended.stderr


def test_text_that_a_terminal_cannot_show_does_not_crash(tmp_path: Path) -> None:
    (tmp_path / "docgen.toml").write_text('[check]\n"str→ct" = true\n', encoding="utf-8")
    ended = docgen("check", folder=tmp_path, PYTHONIOENCODING="latin-1")
    assert ended.returncode == 2 and "str\\u2192ct" in ended.stderr


def test_a_shell_completes_an_option(tmp_path: Path) -> None:
    words = {"COMP_WORDS": "docgen train --learn", "COMP_CWORD": "2", "_DOCGEN_COMPLETE": "bash_complete"}
    assert docgen(folder=tmp_path, **words).stdout == "plain,--learning-rate\n"
    words = {"COMP_WORDS": "docgen train --overlong s", "COMP_CWORD": "3", "_DOCGEN_COMPLETE": "bash_complete"}
    assert docgen(folder=tmp_path, **words).stdout == "plain,shorten\n"
    assert "_DOCGEN_COMPLETE=bash_complete" in docgen("completion", "bash", folder=tmp_path).stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(["score", "README.md", "--corpus", "corpus"], "not both", id="documents and a corpus"),
        pytest.param(["score", "--writer", "none"], "--writer needs --corpus", id="a writer without a corpus"),
        pytest.param(["score", "--fail-under", "chrF:40"], "chrF=40", id="a minimum without its number"),
        pytest.param(["score", "--fail-under", "=40"], "chrF=40", id="a minimum without its metric"),
        pytest.param(["train", "corpus", "-o", "adapter", "--epochs", "many"], "not a valid float", id="a number that is none"),
        pytest.param(["train", "corpus"], "--output", id="an option left out"),
        pytest.param(["check", "--format", "xml"], "'text', 'json'", id="a format that is none"),
    ],
)
def test_a_wrong_command_line_ends_in_2(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(arguments) == 2
    streams = capsys.readouterr()
    assert message in streams.err and not streams.out


def test_the_root_is_where_settings_are_read(tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "docgen.toml").write_text("train.rank = 0\n", encoding="utf-8")
    ended = docgen("--root", "project", "check", folder=tmp_path)
    assert ended.returncode == 2 and "`train.rank` must be from 1 to 512, found 0" in ended.stderr


SOURCE = '''"""Exchange rates."""


def load(currency: str, timeout: float = 30.0) -> dict[str, float]:
    """Load the rates of a currency.

    Args:
        currency: Three letters.
        timeout: Seconds to wait.

    Raises:
        ValueError: The currency is empty.
    """
    if not currency:
        raise ValueError("currency is empty")
    return {}
'''


def test_the_whole_way_without_a_model(tmp_path: Path) -> None:
    source = tmp_path / "rates" / "__init__.py"
    source.parent.mkdir()
    source.write_text(SOURCE, encoding="utf-8")
    (tmp_path / ".git").mkdir()

    def succeeds(*arguments: str, code: int = 0) -> str:
        ended = docgen(*arguments, folder=tmp_path)
        assert ended.returncode == code, ended.stdout + ended.stderr
        return ended.stdout

    succeeds("init")
    assert "docs/api/rates.md" in succeeds("write", "rates", "--writer", "none")
    succeeds("check")
    assert "claims.precision" in succeeds("score", "--fail-under", "claims.precision=90")
    source.write_text(SOURCE.replace("30.0", "10.0"), encoding="utf-8")
    told = succeeds("check", code=1)
    assert "docs/api/rates.md:" in told and "30.0" in told and "10.0" in told and "fix: docgen write" in told
    succeeds("write", "docs/api/rates.md", "--writer", "none")
    succeeds("check")
    succeeds("score", "--fail-under", "claims.precision=101", code=2)
    succeeds("corpus", "build", "rates", "-o", "corpus")
