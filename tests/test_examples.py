"""Real uses of a package, found in its README and its tests without running anything."""

from __future__ import annotations

from pathlib import Path

import pytest

from docgen.readers.examples import Example, examples_of

SESSION = ">>> import pack\n>>> pack.load(1)\n2"
CODE = "from pack import load\n\nload(1)"


def found(tmp_path: Path, files: dict[str, str]) -> list[Example]:
    for name, text in {"pyproject.toml": "", "pack/__init__.py": "", **files}.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return list(examples_of(tmp_path / "pack"))


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        pytest.param("README.md", f"# A\n\n```python\n{CODE}\n```\n", CODE, id="a fence"),
        pytest.param("README.md", f"# A\n\n```pycon\n{SESSION}\n```\n", SESSION, id="a session in a fence"),
        pytest.param(
            "README.rst",
            "A\n=\n\n.. code-block:: python\n\n   from pack import load\n\n   load(1)\n\nMore.\n",
            CODE,
            id="a directive",
        ),
        pytest.param(
            "README.rst", "Use::\n\n    >>> import pack\n    >>> pack.load(1)\n    2\n\nMore.\n", SESSION, id="a literal block"
        ),
        pytest.param("README.rst", f"{SESSION}\n\nMore.\n", SESSION, id="a bare session"),
    ],
)
def test_a_readmes_blocks_are_examples(tmp_path: Path, name: str, text: str, code: str) -> None:
    examples = found(tmp_path, {name: text})
    assert [example.code for example in examples] == [code]
    assert examples[0].source == name and examples[0].uses == ("pack.load",)


@pytest.mark.parametrize(
    "block",
    [
        pytest.param("```console\n$ pip install pack\n```", id="a shell"),
        pytest.param("```python\nimport other\nother.load()\n```", id="another package"),
        pytest.param("```python\nfrom pack import load(\n```", id="no Python"),
        pytest.param("```python\n" + "from pack import load\n" * 60 + "```", id="a whole program"),
    ],
)
def test_other_blocks_are_none(tmp_path: Path, block: str) -> None:
    assert found(tmp_path, {"README.md": f"# A\n\n{block}\n"}) == []


@pytest.mark.parametrize(
    ("test", "code"),
    [
        pytest.param(
            "def test_load():\n    assert load(1) == 2\n", "from pack import load\n\nassert load(1) == 2", id="an assertion"
        ),
        pytest.param(
            'class TestLoad:\n    def test_load(self):\n        """Loads."""\n        # one\n        assert load(1) == 2\n',
            "from pack import load\n\nassert load(1) == 2",
            id="in a class, without its docstring",
        ),
    ],
)
def test_a_short_test_is_an_example(tmp_path: Path, test: str, code: str) -> None:
    examples = found(tmp_path, {"tests/test_a.py": f"import pytest\nfrom pack import load, save\n\n\n{test}"})
    assert [example.code for example in examples] == [code]
    assert examples[0].source == "tests/test_a.py"


@pytest.mark.parametrize(
    "test",
    [
        pytest.param("def test_load(tmp_path):\n    assert load(tmp_path)\n", id="a fixture"),
        pytest.param("@pytest.mark.slow\ndef test_load():\n    assert load(1)\n", id="a decorator"),
        pytest.param("def test_load():\n    assert load(HELPER)\n", id="a helper of its file"),
        pytest.param("def test_load():\n    with pytest.raises(ValueError):\n        load(1)\n", id="the test runner"),
        pytest.param("def test_load_fails():\n    assert load(1) is None\n", id="a failure"),
        pytest.param("class TestA:\n    def test_load(self):\n        assert load(self.one)\n", id="what a class sets up"),
        pytest.param("def test_load():\n" + "    load(1)\n" * 40, id="a long one"),
        pytest.param("def helper():\n    return load(1)\n", id="no test"),
    ],
)
def test_a_test_that_cannot_stand_alone_is_none(tmp_path: Path, test: str) -> None:
    text = f"import pytest\nfrom pack import load\n\nHELPER = 1\n\n\n{test}"
    assert found(tmp_path, {"tests/test_a.py": text}) == []


def test_a_file_that_cannot_be_read_costs_no_other(tmp_path: Path) -> None:
    good = "from pack import load\n\n\ndef test_load():\n    assert load(1)\n"
    examples = found(tmp_path, {"tests/test_a.py": "from pack import (\n", "tests/test_b.py": good})
    assert [example.source for example in examples] == ["tests/test_b.py"]
