"""The harvest of installed packages: which are taken, which of their sections are kept, and where they go."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from docgen.brief import Brief
from docgen.corpus.store import Example, read_rows
from docgen.facts import Fact
from docgen.report import InputError
from docgen.training.harvest import COMPOSED_SUPPORT, SUPPORT, harvest, is_supported, licence_of

RATES = '''
def load_rates(currency, timeout=30):
    """Load the rates of a currency.

    Args:
        currency: The code of the currency.
        timeout: The timeout in seconds.

    Raises:
        ValueError: If the timeout is negative.
    """
    if timeout < 0:
        raise ValueError("timeout is negative")


def invent(value):
    """Conjure purple elephants wandering nowhere near anything mentioned elsewhere."""
'''
TESTS = 'def test_rates():\n    """Load the rates of a test currency."""\n'


def installed(packages: Path, name: str, headers: str, source: str = RATES) -> Path:
    """A package as `pip install --target` leaves it."""
    files = {
        f"{name}/__init__.py": "",
        f"{name}/rates.py": source,
        f"{name}/tests/__init__.py": TESTS,
        f"{name}/_vendor/__init__.py": source,
        f"{name}-1.2.dist-info/METADATA": f"Metadata-Version: 2.4\nName: {name}\nVersion: 1.2\n{headers}\n\nA text.\n",
    }
    for path, text in files.items():
        (packages / name / path).parent.mkdir(parents=True, exist_ok=True)
        (packages / name / path).write_text(text, encoding="utf-8")
    return packages / name


def harvested(packages: Path, output: Path, seed: int = 1, models: int = 0) -> dict[str, list[Example]]:
    harvest(packages, output, authored=[], models=models, seed=seed, progress=lambda _: None)
    return {split: list(read_rows(output / f"{split}.jsonl")) for split in ("train", "validation")}


@pytest.mark.parametrize(
    ("headers", "licence"),
    [
        pytest.param("License-Expression: MIT", "MIT", id="an expression"),
        pytest.param("License-Expression: Apache-2.0 OR BSD-3-Clause", "Apache-2.0 OR BSD-3-Clause", id="two permissive ones"),
        pytest.param("Classifier: License :: OSI Approved :: BSD License", "BSD License", id="a classifier"),
        pytest.param("License: MIT License\n        Permission is granted", "MIT License", id="the first line of a text"),
        pytest.param("License-Expression: GPL-3.0-or-later", "", id="GPL"),
        pytest.param("License-Expression: MIT OR LGPL-2.1", "", id="one of two restricted"),
        pytest.param("Classifier: License :: OSI Approved :: Mozilla Public License 2.0 (MPL 2.0)", "", id="MPL"),
        pytest.param("License: Proprietary, not MIT", "", id="proprietary"),
        pytest.param("Summary: under the MIT licence", "", id="nothing stated"),
    ],
)
def test_only_what_the_metadata_states_as_permissive_is_taken(tmp_path: Path, headers: str, licence: str) -> None:
    assert licence_of(installed(tmp_path, "bank", headers)) == ("1.2", licence)


def test_a_folder_without_metadata_has_no_licence(tmp_path: Path) -> None:
    assert licence_of(tmp_path) == ("", "")


def test_permissive_packages_are_harvested_and_others_are_not(tmp_path: Path) -> None:
    installed(tmp_path / "packages", "bank", "License-Expression: MIT")
    installed(tmp_path / "packages", "gnu", "License-Expression: GPL-3.0-only")
    rows = harvested(tmp_path / "packages", tmp_path / "out", seed=2)
    assert {row.source for row in rows["train"]} == {"bank"}
    assert {(row.brief.kind, row.origin) for row in rows["train"] if row.brief.about == "bank.rates.load_rates"} >= {
        ("introduction", "docstring"),
        ("error-handling", "docstring"),
    }
    assert {row.license for row in rows["train"]} == {"MIT"}
    (package,) = json.loads((tmp_path / "out" / "packages.json").read_text())
    assert package == {"name": "bank", "version": "1.2", "license": "MIT", "functions": 2, "sections": len(rows["train"])}


def test_whole_packages_are_held_out(tmp_path: Path) -> None:
    installed(tmp_path / "packages", "bank", "License-Expression: MIT")
    installed(tmp_path / "packages", "networkx", "License-Expression: BSD-3-Clause", RATES.replace("rates", "edges"))
    rows = harvested(tmp_path / "packages", tmp_path / "out")
    assert {split: {row.source for row in found} for split, found in rows.items()} == {
        "train": {"bank"},
        "validation": {"networkx"},
    }


def test_text_that_its_brief_does_not_hold_is_left_out(tmp_path: Path) -> None:
    installed(tmp_path / "packages", "bank", "License-Expression: MIT")
    rows = harvested(tmp_path / "packages", tmp_path / "out")["train"]
    assert not [row for row in rows if "elephants" in row.text and row.origin == "docstring"]
    assert all(is_supported(row, SUPPORT if row.origin == "docstring" else COMPOSED_SUPPORT) for row in rows)


def test_support_is_the_share_of_words_that_the_brief_holds() -> None:
    brief = Brief("introduction", "Introduction", "bank.load", (Fact("doc", "Load the currency rates."),))
    example = Example(brief, "Loads currency rates swiftly.", "bank", "MIT", "docstring")
    assert is_supported(example, 0.75) and not is_supported(example, 0.8)


def test_tests_and_vendored_code_are_left_out(tmp_path: Path) -> None:
    installed(tmp_path / "packages", "bank", "License-Expression: MIT")
    rows = harvested(tmp_path / "packages", tmp_path / "out")["train"]
    assert not [row for row in rows if "test" in row.brief.about or "_vendor" in row.brief.about]


def test_what_two_packages_say_alike_is_kept_once(tmp_path: Path) -> None:
    installed(tmp_path / "packages", "bank", "License-Expression: MIT")
    installed(tmp_path / "packages", "copy", "License-Expression: MIT")
    rows = harvested(tmp_path / "packages", tmp_path / "out")["train"]
    said = [(row.brief.kind, re.sub(r"`[^`]*`", "", row.text).lower()) for row in rows]
    assert len(said) == len(set(said))


def test_a_package_that_does_not_parse_costs_only_its_own_modules(tmp_path: Path) -> None:
    folder = installed(tmp_path / "packages", "bank", "License-Expression: MIT")
    (folder / "bank" / "old.py").write_text("print 'two'\n")
    assert harvested(tmp_path / "packages", tmp_path / "out")["train"]


def test_the_same_packages_and_seed_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("bank", "shop", "post"):
        installed(tmp_path / "packages", name, "License-Expression: MIT", RATES.replace("currency", name))
    for output, seed in (("one", 1), ("two", 1), ("three", 2)):
        harvested(tmp_path / "packages", tmp_path / output, seed, models=20)
    one, two, three = ((tmp_path / name / "train.jsonl").read_bytes() for name in ("one", "two", "three"))
    assert one == two and one != three


def test_authored_rows_and_drawn_models_join_the_training_rows(tmp_path: Path) -> None:
    installed(tmp_path / "packages", "bank", "License-Expression: MIT")
    authored = Example(Brief("introduction", "Introduction", "a.b", ()), "Says what it is.", "ours", "MIT", "authored")
    harvest(tmp_path / "packages", tmp_path / "out", authored=[authored] * 2, models=8, seed=1, progress=lambda _: None)
    rows = list(read_rows(tmp_path / "out" / "train.jsonl"))
    assert rows.count(authored) == 2
    assert 4 <= sum(row.source == "composed" for row in rows) <= 8


@pytest.mark.parametrize("folder", ["gone", "empty"])
def test_a_folder_without_packages_is_told(tmp_path: Path, folder: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="no permissively licensed packages found") as caught:
        harvested(tmp_path / folder, tmp_path / "out")
    assert caught.value.where == str(tmp_path / folder)
    assert not (tmp_path / "out").exists()
