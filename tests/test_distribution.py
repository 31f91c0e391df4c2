"""Where a package's version and the Python that it requires are read from."""

from __future__ import annotations

from pathlib import Path

import pytest

from docgen.readers.distribution import distribution_facts

PYPROJECT = '[project]\nname = "rates"\nversion = "2.3"\nrequires-python = ">=3.9"\n'


def project(root: Path, files: dict[str, str], package: str = "rates") -> Path:
    for name, text in {f"{package}/__init__.py": "", **files}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root / package


def read(package: Path, root: Path) -> dict[str, tuple[object, str]]:
    return {fact.name: (fact.value, fact.source) for fact in distribution_facts(package, root)}


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param(
            {"pyproject.toml": PYPROJECT},
            {"version": ("2.3", "pyproject.toml:3"), "requires_python": (">=3.9", "pyproject.toml:4")},
            id="pyproject.toml",
        ),
        pytest.param(
            {"pyproject.toml": '[tool.poetry]\nname = "rates"\nversion = "1.0"\n[tool.poetry.dependencies]\npython = "^3.9"\n'},
            {"version": ("1.0", "pyproject.toml:3"), "requires_python": (">=3.9,<4", "pyproject.toml:5")},
            id="poetry",
        ),
        pytest.param(
            {"setup.cfg": "[metadata]\nname = rates\nversion = 2.3\n[options]\npython_requires = >=3.9\n"},
            {"version": ("2.3", "setup.cfg:3"), "requires_python": (">=3.9", "setup.cfg:5")},
            id="setup.cfg",
        ),
        pytest.param(
            {"setup.py": "from setuptools import setup\nsetup(\n    name='rates',\n    python_requires='>=3.9',\n)\n"},
            {"requires_python": (">=3.9", "setup.py:4")},
            id="setup.py",
        ),
        pytest.param(
            {
                "setup.cfg": "[metadata]\nname = rates\nversion = attr: rates.__version__\n",
                "rates/__init__.py": "__version__ = '2.4'",
            },
            {"version": ("2.4", "rates/__init__.py:1")},
            id="an attribute of the package",
        ),
        pytest.param(
            {
                "rates/__init__.py": '"""Rates."""\nfrom .about import __version__\n',
                "rates/about.py": "\n__version__: str = '2.5'\n",
            },
            {"version": ("2.5", "rates/about.py:2")},
            id="an attribute of another module",
        ),
        pytest.param(
            {"pyproject.toml": PYPROJECT.replace("rates", "rates-for-all")},
            {"version": ("2.3", "pyproject.toml:3"), "requires_python": (">=3.9", "pyproject.toml:4")},
            id="another name, and no other package",
        ),
        pytest.param(
            {
                "rates-2.6.dist-info/METADATA": "Name: rates\nVersion: 2.6\nRequires-Python: >=3.8\n\nVersion: 9\n",
                "other-1.0.dist-info/METADATA": "Name: other\nVersion: 1.0\n",
            },
            {
                "version": ("2.6", "rates-2.6.dist-info/METADATA:2"),
                "requires_python": (">=3.8", "rates-2.6.dist-info/METADATA:3"),
            },
            id="an installation",
        ),
        pytest.param(
            {
                "RatesForAll-2.6.dist-info/METADATA": "Name: RatesForAll\nVersion: 2.6\n",
                "RatesForAll-2.6.dist-info/top_level.txt": "rates\n",
            },
            {"version": ("2.6", "RatesForAll-2.6.dist-info/METADATA:2")},
            id="an installation under another name",
        ),
        pytest.param({"pyproject.toml": "not [toml"}, {}, id="broken pyproject.toml"),
        pytest.param({"setup.cfg": "no section"}, {}, id="broken setup.cfg"),
        pytest.param({"setup.py": "setup(version="}, {}, id="broken setup.py"),
        pytest.param({"setup.py": "setup(version=read('VERSION'))"}, {}, id="what is computed"),
        pytest.param({"pyproject.toml": PYPROJECT.replace("2.3", "soon").replace(">=3.9", "new")}, {}, id="no versions"),
        pytest.param({"rates/__init__.py": "__version__ = '1'\n__version__ = '2'\n"}, {}, id="two versions"),
    ],
)
def test_a_package_has_the_version_and_python_of_its_metadata(
    tmp_path: Path, files: dict[str, str], expected: dict[str, tuple[object, str]]
) -> None:
    found = read(project(tmp_path, files), tmp_path)
    found.pop("distribution", None)
    assert found == expected


def test_of_several_packages_the_metadata_belong_to_the_one_of_their_name(tmp_path: Path) -> None:
    rates = project(tmp_path, {"pyproject.toml": PYPROJECT, "tests/__init__.py": "", "money/__init__.py": ""})
    assert read(rates, tmp_path)["version"] == ("2.3", "pyproject.toml:3")
    assert read(tmp_path / "money", tmp_path) == {}


def test_a_package_below_src_has_the_metadata_of_the_project(tmp_path: Path) -> None:
    package = project(tmp_path, {"pyproject.toml": PYPROJECT}, "src/rates")
    assert read(package, tmp_path)["distribution"] == ("rates", "pyproject.toml:2")


def test_a_part_of_a_package_has_no_version(tmp_path: Path) -> None:
    project(tmp_path, {"pyproject.toml": PYPROJECT, "rates/inner/__init__.py": "__version__ = '1'"})
    assert read(tmp_path / "rates" / "inner", tmp_path) == {}


def test_nothing_is_read_from_above_the_root(tmp_path: Path) -> None:
    package = project(tmp_path, {"pyproject.toml": PYPROJECT}, "inside/rates")
    assert read(package, tmp_path / "inside") == {}
