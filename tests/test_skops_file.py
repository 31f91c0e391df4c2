"""scikit-learn models are read from the schema that skops writes; nothing in them is constructed."""

from __future__ import annotations

import json
import sys
import zipfile
from pathlib import Path

import pytest

from docgen.facts import JSON
from docgen.readers.model_folder import is_model_folder, read_model
from docgen.report import InputError

skops_io = pytest.importorskip("skops.io", reason='skops writes the files: pip install -e ".[dev]"')


@pytest.fixture(scope="module")
def iris(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pipeline that was fitted on named columns."""
    from sklearn.datasets import load_iris
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    rows, species = load_iris(return_X_y=True, as_frame=True)
    names = species.map(dict(enumerate(("setosa", "versicolor", "virginica"))))
    folder = tmp_path_factory.mktemp("models") / "iris"
    folder.mkdir()
    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.5, max_iter=300)).fit(rows, names.to_numpy(dtype=object))
    skops_io.dump(model, folder / "model.skops")
    return folder


def facts(folder: Path) -> dict[str, JSON]:
    (entry,) = read_model(folder, folder.parent)
    return {fact.name: fact.value for fact in entry.facts}


def test_a_pipeline_tells_its_steps_features_and_classes(iris: Path) -> None:
    told = facts(iris)
    assert is_model_folder(iris)
    assert told["format"] == "skops"
    assert told["sklearn.estimator"] == "sklearn.pipeline.Pipeline"
    assert told["sklearn.steps"] == ["standardscaler", "logisticregression"]
    assert told["sklearn.steps.logisticregression"] == "sklearn.linear_model.LogisticRegression"
    assert told["task"] == "tabular-classification"
    assert told["sklearn.feature_count"] == 4
    assert told["features"] == ["sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)"]
    assert told["labels"] == ["setosa", "versicolor", "virginica"]
    assert "sklearn.other_types" not in told


def test_parameters_go_by_the_names_that_set_params_takes(iris: Path) -> None:
    told = {name.removeprefix("sklearn.parameters."): value for name, value in facts(iris).items() if "parameters" in name}
    assert told["logisticregression__C"] == 0.5 and told["logisticregression__max_iter"] == 300
    assert told["logisticregression__class_weight"] == "None"
    assert not [name for name in told if name.endswith(("_", "verbose", "n_jobs", "memory"))]
    assert "deprecated" not in told.values()


def test_versions_are_what_the_run_had_and_no_statement(iris: Path) -> None:
    import sklearn

    assert facts(iris)["run.versions.scikit-learn"] == sklearn.__version__


@pytest.mark.parametrize(
    ("module", "name", "task"),
    [
        ("sklearn.ensemble", "RandomForestClassifier", "tabular-classification"),
        ("sklearn.svm", "LinearSVC", "tabular-classification"),
        ("sklearn.naive_bayes", "GaussianNB", "tabular-classification"),
        ("sklearn.linear_model", "LinearRegression", "tabular-regression"),
        ("sklearn.linear_model", "Ridge", "tabular-regression"),
        ("sklearn.svm", "SVR", "tabular-regression"),
        ("sklearn.cluster", "KMeans", None),
        ("sklearn.preprocessing", "StandardScaler", None),
    ],
)
def test_the_estimator_tells_the_task(tmp_path: Path, module: str, name: str, task: str | None) -> None:
    import importlib

    folder = tmp_path / "m"
    folder.mkdir()
    skops_io.dump(getattr(importlib.import_module(module), name)(), folder / "m.skops")
    assert facts(folder).get("task") == task


def test_types_from_elsewhere_are_named_and_never_imported(tmp_path: Path) -> None:
    hostile = {
        "__class__": "Stealer",
        "__module__": "stealing.module",
        "__loader__": "ObjectNode",
        "content": {"__class__": "dict", "__module__": "builtins", "__loader__": "DictNode", "content": {}},
    }
    folder = tmp_path / "m"
    folder.mkdir()
    with zipfile.ZipFile(folder / "m.skops", "w") as archive:
        archive.writestr("schema.json", json.dumps(hostile))
    assert facts(folder)["sklearn.other_types"] == ["stealing.module.Stealer"]
    assert "stealing" not in sys.modules


@pytest.mark.parametrize(
    ("content", "what"),
    [
        pytest.param(None, "no schema.json", id="another archive"),
        pytest.param("[1]", "its schema is no object", id="a list"),
        pytest.param("{", "no skops file", id="no JSON"),
        pytest.param("[" * 100_000, "no skops file", id="brackets nested without end"),
    ],
)
def test_what_is_no_skops_file_is_one_error(tmp_path: Path, content: str | None, what: str) -> None:
    folder = tmp_path / "m"
    folder.mkdir()
    with zipfile.ZipFile(folder / "m.skops", "w") as archive:
        archive.writestr("schema.json" if content is not None else "other", content or "")
    with pytest.raises(InputError, match=what):
        read_model(folder, tmp_path)


def test_a_file_that_is_no_archive_is_one_error(tmp_path: Path) -> None:
    folder = tmp_path / "m"
    folder.mkdir()
    (folder / "m.skops").write_bytes(b"not a zip")
    with pytest.raises(InputError, match="no skops file"):
        read_model(folder, tmp_path)


def test_a_pickle_is_not_opened_and_the_error_says_why(tmp_path: Path) -> None:
    folder = tmp_path / "m"
    folder.mkdir()
    (folder / "model.pkl").write_bytes(b"cos\nsystem\n(S'touch opened'\ntR.")
    assert not is_model_folder(folder)
    with pytest.raises(InputError, match=r"\*\.skops.*`model\.pkl` is not opened, since loading it can run code"):
        read_model(folder, tmp_path)
