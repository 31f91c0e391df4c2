"""What is installed: the wheel's files, light core dependencies, tested versions, and the hook."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from docgen import __version__
from docgen.cli import API_MODULES, CORPUS_MODULES, LLM_MODULES

ROOT = Path(__file__).parent.parent
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS: dict[str, list[str]] = PROJECT["optional-dependencies"]


def pinned() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line.split("==") for line in lines if line and not line.startswith("#")]
    return {canonicalize_name(name): version for name, version in pins}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    builder = pytest.importorskip("hatchling.builders.wheel", reason='hatchling builds the wheel: pip install -e ".[dev]"')
    return zipfile.ZipFile(next(builder.WheelBuilder(str(ROOT)).build(directory=str(tmp_path_factory.mktemp("wheel")))))


def test_the_wheel_holds_every_module_of_the_package(wheel: zipfile.ZipFile) -> None:
    modules = {path.relative_to(ROOT).as_posix() for path in (ROOT / "docgen").rglob("*.py")}
    assert modules <= set(wheel.namelist())
    assert "docgen/py.typed" in wheel.namelist()


def test_the_wheel_holds_the_templates_inside_the_package(wheel: zipfile.ZipFile) -> None:
    templates = [path for path in (ROOT / "templates").rglob("*") if path.is_file()]
    assert templates
    for path in templates:
        assert f"docgen/templates/{path.relative_to(ROOT / 'templates').as_posix()}" in wheel.namelist()


def test_the_wheel_holds_the_embedded_base(wheel: zipfile.ZipFile) -> None:
    base = ROOT / "docgen" / "bases" / "sm"
    assert {path.relative_to(ROOT).as_posix() for path in base.rglob("*") if path.is_file()} <= set(wheel.namelist())
    assert any(name.startswith("docgen/bases/sm/") and name.endswith(".safetensors") for name in wheel.namelist())


def test_the_wheel_holds_nothing_else_but_its_own_record(wheel: zipfile.ZipFile) -> None:
    tops = {name.partition("/")[0] for name in wheel.namelist()}
    assert tops == {"docgen", f"docgen-{__version__}.dist-info"}
    assert not [name for name in wheel.namelist() if "__pycache__" in name or name.endswith(".pyc")]
    assert f"docgen-{__version__}.dist-info/licenses/LICENSE" in wheel.namelist()


def test_the_command_is_the_one_of_the_package(wheel: zipfile.ZipFile) -> None:
    points = wheel.read(f"docgen-{__version__}.dist-info/entry_points.txt").decode()
    assert "docgen = docgen.cli:main" in points


def test_the_core_needs_nothing_that_trains() -> None:
    core = {Requirement(line).name for line in PROJECT["dependencies"]}
    assert not core & {Requirement(line).name for line in EXTRAS["llm"]}


def test_every_module_of_an_extra_is_told_as_missing_where_it_is() -> None:
    names = {extra: {Requirement(line).name.replace("-", "_") for line in EXTRAS[extra]} for extra in ("llm", "corpus", "api")}
    assert names["llm"] - {"docgen"} <= LLM_MODULES and "docgen[corpus]" in EXTRAS["llm"]
    assert names["corpus"] - {"scikit_learn"} | {"sklearn"} <= CORPUS_MODULES
    assert names["api"] <= API_MODULES


def test_every_dependency_has_a_tested_version_within_its_range() -> None:
    own = {"docgen[corpus]", "docgen[api]"}
    for line in {*PROJECT["dependencies"], *(line for lines in EXTRAS.values() for line in lines)} - own:
        requirement = Requirement(line)
        version = pinned().get(canonicalize_name(requirement.name))
        assert version, f"constraints.txt lacks {requirement.name}"
        assert requirement.specifier.contains(version), f"{line}, but {version} is tested"


def test_tested_versions_are_those_that_anybody_can_install() -> None:
    assert not [version for version in pinned().values() if "+" in version or "/" in version]


def test_the_changelog_tells_of_this_version() -> None:
    assert re.search(rf"^## \[{re.escape(__version__)}\]", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.M)


def test_the_hook_manifest_is_valid() -> None:
    pytest.importorskip("pre_commit", reason='pre-commit reads the manifest: pip install -e ".[dev]"')
    command = [sys.executable, "-m", "pre_commit", "validate-manifest", str(ROOT / ".pre-commit-hooks.yaml")]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 0, ended.stdout
