"""What a commit hook runs stays light: no model library is imported to compare a few values."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = (
    "torch",
    "transformers",
    "peft",
    "trl",
    "bitsandbytes",
    "datasets",
    "accelerate",
    "numpy",
    "nltk",
    "jinja2",
    "matplotlib",
)

# Runs docgen as the console script does, then writes down everything that was imported.
WATCHED = """
import json, sys
from docgen.cli import run
code = run(sys.argv[2:])
with open(sys.argv[1], "w", encoding="utf-8") as file:
    json.dump(sorted({name.partition(".")[0] for name in sys.modules}), file)
sys.exit(code)
"""

SOURCE = '''"""Exchange rates."""


def load(currency: str, timeout: float = 30.0) -> dict[str, float]:
    """Loads the rates of a currency.

    Raises:
        ValueError: The currency is empty.
    """
    if not currency:
        raise ValueError("currency is empty")
    return {}
'''

DOCUMENT = """# Rates

<!-- docgen:section error-handling of=rates.load -->
`load` raises `ValueError` if the currency is empty. The default of `timeout` is 30.0.
<!-- docgen:end mark=000000 -->
"""

MODEL = {"architectures": ["BertForSequenceClassification"], "model_type": "bert", "hidden_size": 64, "num_hidden_layers": 2}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository with a package, a document about it and a model folder with its card."""
    files = {
        "docgen.toml": "check.strict = true\n",
        "rates/__init__.py": SOURCE,
        "docs/rates.md": DOCUMENT,
        "model/config.json": json.dumps(MODEL),
        "model/README.md": "# Model\n\n## Limitations\n\nIt reads text in English only.\n",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "codes"),
    [
        pytest.param(["check"], {0, 1}, id="check"),
        pytest.param(["check", "docs", "model/README.md"], {0, 1}, id="check of named paths"),
        pytest.param(["check", "--format", "json", "docs/rates.md"], {0, 1}, id="check as JSON"),
        pytest.param(["check", "--format", "sarif"], {0, 1}, id="check as SARIF"),
        pytest.param(["check", "--format", "junit"], {0, 1}, id="check as JUnit"),
        pytest.param(["explain", "stale-default"], {0}, id="explain"),
        pytest.param(["track", "docs/rates.md"], {0}, id="track"),
        pytest.param(["init"], {0}, id="init"),
        pytest.param(["--help"], {0}, id="help"),
        pytest.param(["train", "--help"], {0}, id="help of train"),
    ],
)
def test_a_light_command_imports_no_heavy_library(project: Path, arguments: list[str], codes: set[int]) -> None:
    seen = project / "imported.json"
    command = [sys.executable, "-c", WATCHED, str(seen), *arguments]
    ended = subprocess.run(command, cwd=project, capture_output=True, text=True, timeout=120)
    assert ended.returncode in codes, ended.stderr
    imported = json.loads(seen.read_text(encoding="utf-8"))
    assert not set(HEAVY) & set(imported)


def test_where_all_is_kept_nothing_that_reads_or_parses_is_imported(project: Path) -> None:
    seen = project / "imported.json"
    command = [sys.executable, "-c", WATCHED, str(seen), "check", "rates"]
    environment = {**os.environ, "DOCGEN_CACHE": str(project / "cache")}
    for _ in range(2):
        subprocess.run(command, cwd=project, env=environment, capture_output=True, timeout=120)
    imported = json.loads(seen.read_text(encoding="utf-8"))
    assert not {"griffe", "markdown_it", "ruamel", "multiprocessing"} & set(imported)
