"""Settings: what a file may say, what is told where it says something else, and which heading means which kind."""

from __future__ import annotations

import re
import tomllib
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.corpus.removal import REVERSIBLE
from docgen.report import InputError
from docgen.settings import (
    CLEANING_RULES,
    HEADINGS_OF_KIND,
    Settings,
    default_file,
    kind_of_heading,
    load_settings,
    settings_list,
    toml_value,
)


def settings_from(folder: Path, text: str, name: str = "docgen.toml") -> Settings:
    (folder / name).write_text(text, encoding="utf-8")
    return load_settings(folder)


def test_without_a_file_every_default_holds(tmp_path: Path) -> None:
    assert load_settings(tmp_path) == Settings()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        pytest.param("docgen.toml", "[train]\nepochs = 5\nbase = 'models/own'\n", id="docgen.toml"),
        pytest.param("pyproject.toml", "[tool.docgen.train]\nepochs = 5\nbase = 'models/own'\n", id="pyproject.toml"),
        pytest.param("docgen.toml", "train = {epochs = 5, base = 'models/own'}\n", id="an inline table"),
        pytest.param("docgen.toml", "train.epochs = 5.0\ntrain.base = 'models/own'\n", id="dotted keys"),
        pytest.param(
            "docgen.toml", "\ufefftrain.epochs = 5.0\r\ntrain.base = 'models/own'\r\n", id="a byte order mark and CRLF"
        ),
    ],
)
def test_a_file_overrides_defaults(tmp_path: Path, name: str, text: str) -> None:
    settings = settings_from(tmp_path, text, name)
    assert (settings.train.epochs, settings.train.base) == (5.0, "models/own")
    assert settings.train.rank == Settings().train.rank


def test_the_command_line_overrides_the_file(tmp_path: Path) -> None:
    (tmp_path / "docgen.toml").write_text("train.epochs = 5\ntrain.rank = 8\n", encoding="utf-8")
    settings = load_settings(tmp_path, {"train.epochs": 1.0})
    assert (settings.train.epochs, settings.train.rank) == (1.0, 8)


def test_a_minimum_from_the_command_line_joins_those_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "docgen.toml").write_text("score.fail_under = {chrF = 40, BLEU = 10}\n", encoding="utf-8")
    settings = load_settings(tmp_path, {"score.fail_under": {"BLEU": 20.0}})
    assert settings.score.fail_under == {"chrF": 40.0, "BLEU": 20.0}


def test_a_pyproject_of_something_else_holds_no_settings(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.other]\nstrict = 1\n", encoding="utf-8")
    assert settings_from(tmp_path, "check.strict = true\n").check.strict


def test_two_files_with_settings_are_refused_with_the_line_of_the_second(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'x'\n\n[tool.docgen.check]\nstrict = true\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"pyproject\.toml:4: .*both hold settings"):
        settings_from(tmp_path, "")


@pytest.mark.parametrize(
    ("text", "message", "fix"),
    [
        pytest.param(
            "[train]\nepochz = 3\n",
            "docgen.toml:2: unknown setting `train.epochz`",
            "did you mean `train.epochs`?",
            id="a typo",
        ),
        pytest.param(
            "epochs = 3\n", "docgen.toml:1: unknown setting `epochs`", "did you mean `train.epochs`?", id="a missing table"
        ),
        pytest.param(
            "[chek]\nx = 1\n", "docgen.toml:1: unknown setting `chek`", "did you mean `check`?", id="a typo in a table"
        ),
        pytest.param("zzz = 3\n", "docgen.toml:1: unknown setting `zzz`", "delete it", id="nothing like it"),
        pytest.param(
            "[tool.docgen]\n", "docgen.toml:1: unknown setting `tool`", "leave out `tool.docgen`", id="the other file's prefix"
        ),
        pytest.param("train = 3\n", "docgen.toml:1: `train` must be a table, found 3", "write [train]", id="no table"),
        pytest.param(
            "[train]\n\nepochs = '3'\n", 'docgen.toml:3: `train.epochs` must be a number, found "3"', "default is 0", id="text"
        ),
        pytest.param("train.epochs = true\n", "must be a number, found true", "default is 0", id="true is no number"),
        pytest.param("train.epochs = nan\n", "must be from 0 to 1000, found nan", "default is 0", id="nan"),
        pytest.param("train.epochs = -1\n", "must be from 0 to 1000, found -1", "default is 0", id="too small"),
        pytest.param("train.rank = 1000\n", "must be from 1 to 512, found 1000", "default is 16", id="too large"),
        pytest.param("train.seed = 1.5\n", "must be a whole number, found 1.5", "default is 0", id="a fraction"),
        pytest.param("check.strict = 1\n", "must be true or false, found 1", "default is false", id="1 is not true"),
        pytest.param("write.writer = ''\n", "must be text that is not empty", 'default is "auto"', id="empty text"),
        pytest.param("paths.exclude = 'a'\n", "must be a list of texts", "default is []", id="no list"),
        pytest.param("score.fail_under = {chrF = 'x'}\n", 'found chrF = "x"', "chrF = 40", id="a minimum that is text"),
        pytest.param("corpus.terms = {a = 1}\n", "must be a table of texts, found a = 1", 'a = "b"', id="a term without words"),
        pytest.param(
            "corpus.keep = ['duplicates']\n",
            "docgen.toml:1: `corpus.keep` must be one of own-text, ",
            "did you mean `duplicate`?",
            id="a rule that there is not",
        ),
        pytest.param("corpus.secrets = 'msk'\n", "must be remove or mask, found `msk`", "did you mean `mask`?", id="a choice"),
        pytest.param("corpus.balance = '?'\n", "one of none, label, source or both", "use none, label", id="far from a choice"),
        pytest.param("labels = {Use_Case = ['x']}\n", "found `Use_Case`", "how-to", id="a kind that is no label"),
        pytest.param("labels = {recipe = 'x'}\n", 'found recipe = "x"', 'recipe = ["Recipe"]', id="headings that are no list"),
        pytest.param(
            "labels = {a = ['X'], b = ['x.']}\n", "`x` means both a and b", "one of them", id="a heading with two kinds"
        ),
        pytest.param("[train]\nepochs =\n", "docgen.toml:2: not TOML", "mend the line", id="no TOML"),
    ],
)
def test_a_wrong_setting_is_told_with_its_line_and_a_fix(tmp_path: Path, text: str, message: str, fix: str) -> None:
    with pytest.raises(InputError) as caught:
        settings_from(tmp_path, text)
    assert message in str(caught.value)
    assert fix in caught.value.fix


def test_the_rules_that_can_be_switched_off_are_those_of_the_corpus() -> None:
    assert sorted(CLEANING_RULES) == sorted(REVERSIBLE)


def test_terms_are_texts_for_texts(tmp_path: Path) -> None:
    settings = settings_from(tmp_path, "[corpus.terms]\nblacklist = 'blocklist'\n'man hours' = 'person hours'\n")
    assert settings.corpus.terms == {"blacklist": "blocklist", "man hours": "person hours"}


def test_a_file_that_is_not_utf_8_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "docgen.toml").write_bytes(b"# fine\n# \xff\n")
    with pytest.raises(InputError, match=r"docgen\.toml:2: not UTF-8"):
        load_settings(tmp_path)


def test_an_option_out_of_range_is_told_by_its_own_word(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"--learning-rate: must be from 0 to 0\.1, found 3"):
        load_settings(tmp_path, {"train.learning_rate": 3.0})


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        Settings().train.epochs = 1.0  # type: ignore[misc]


def test_the_default_file_changes_nothing_until_it_is_edited(tmp_path: Path) -> None:
    assert settings_from(tmp_path, default_file()) == Settings()


def test_the_default_file_holds_every_setting_and_its_lines_are_valid(tmp_path: Path) -> None:
    text = re.sub(r"^# (\w[\w-]* = )", r"\1", default_file(), flags=re.M)
    content = tomllib.loads(text)
    for setting in settings_list():
        value: object = content
        for part in setting.name.split("."):
            assert isinstance(value, dict) and part in value, setting.name
            value = value[part]
    settings_from(tmp_path, text)


def test_every_setting_says_what_it_means_and_its_default_is_in_range() -> None:
    for setting in settings_list():
        assert setting.meaning.endswith("."), setting.name
        if isinstance(setting.default, (int, float)) and not isinstance(setting.default, bool):
            assert setting.low is not None and setting.high is not None, setting.name
            assert setting.low <= setting.default <= setting.high, setting.name


@given(st.text())
def test_any_text_written_as_toml_is_read_back(text: str) -> None:
    assert tomllib.loads(f"value = {toml_value(text)}") == {"value": text}


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("Introduction", "introduction"),
        ("OVERVIEW", "introduction"),
        ("## 2.1 *Error handling*: {#errors}", "error-handling"),
        ("3) What can go wrong?", "error-handling"),
        ("IV. Limitations", "limitations"),
        ("A. Usage", "use-case"),
        ("🚀 Usage", "use-case"),
        ("1️⃣ Use-case", "use-case"),
        ("Bias, Risks, and Limitations", "limitations"),
        ("Bias, Risks & Limitations", "limitations"),
        ("Evaluation Results <a name='results'></a>", "evaluation"),
        ("Ｕｓａｇｅ", "use-case"),
        ("Results of 2024", None),
        ("Changelog", None),
        ("2.1", None),
        ("", None),
        ("Überblick", None),
    ],
)
def test_a_heading_means_a_kind_whatever_it_is_dressed_in(heading: str, kind: str | None) -> None:
    assert kind_of_heading(heading) == kind


def test_labels_of_a_project_come_before_those_of_docgen(tmp_path: Path) -> None:
    settings = settings_from(tmp_path, "labels = {recipe = ['Usage', 'Rezepte'], use-case = ['Anwendung']}\n")
    headings = ("usage", "## Rezepte", "Anwendung", "How to use")
    assert [settings.kind_of_heading(heading) for heading in headings] == ["recipe", "recipe", "use-case", "use-case"]


def test_no_heading_of_docgen_means_two_kinds() -> None:
    headings = [heading for headings in HEADINGS_OF_KIND.values() for heading in headings]
    assert len(set(headings)) == len(headings)
    for kind, known in HEADINGS_OF_KIND.items():
        assert all(kind_of_heading(heading.title()) == kind for heading in known)
