"""scikit-learn models saved with skops: the estimator, its steps and its parameters, read from the schema in the file.

In: the path of a `.skops` file. Out: facts. The file is a zip archive with a JSON schema; nothing in it is constructed or
imported, so a file from anyone can be read. Pickles cannot be read without running them, and are not.
"""

from __future__ import annotations

import json
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from docgen.facts import JSON, Fact
from docgen.readers.json_file import LFS_POINTER
from docgen.readers.plain_values import plain_values
from docgen.report import InputError

_FIX = "save the model again with skops.io.dump, or remove the file from the folder"
_LARGEST_SCHEMA = 1 << 26  # bytes, unpacked
_DEEPEST = 6  # pipelines within pipelines that are looked into
_MOST_NAMES = 100  # features or classes that a card can name
_KNOWN = ("sklearn", "numpy", "scipy", "builtins", "collections", "functools", "operator")  # packages of types that are no news
_NOTHING = object()
_PLUMBING = frozenset(
    "steps memory verbose n_jobs pre_dispatch copy copy_X copy_x transform_input".split()
)  # change no prediction
_UNSET = ("deprecated", "warn")  # what scikit-learn puts where nobody has set a parameter


@dataclass(frozen=True)
class _Estimator:
    """One estimator in the schema: its place (`logisticregression`, empty for the whole), its class and its attributes."""

    place: str
    kind: str
    attributes: Mapping[str, JSON]


def skops_facts(paths: Sequence[Path], shown: Sequence[str]) -> Iterator[Fact]:
    """The facts of a folder's skops file; of several files only that they are there, as nothing says which is the model."""
    read = [(path, place, schema) for path, place in zip(paths, shown, strict=True) if (schema := read_schema(path, place))]
    if not read:
        return
    source = f"{read[0][1]}:1"
    yield Fact("format", "skops", source)
    yield Fact("files", [path.name for path, _, _ in read], source)
    if len(read) == 1:
        yield from (Fact(name, value, source) for name, value in _schema_facts(read[0][2]))


def _schema_facts(schema: dict[str, JSON]) -> Iterator[tuple[str, JSON]]:
    estimators = list(_estimators(schema, "", 0))
    whole = estimators[0] if estimators else None
    if whole is None:
        yield "sklearn.estimator", _class_of(schema)
        return
    yield "sklearn.estimator", whole.kind
    steps = estimators[1:]
    yield "sklearn.steps", [step.place for step in steps]
    for step in steps:
        yield f"sklearn.steps.{step.place}", step.kind
    last = steps[-1] if steps and whole.kind.endswith((".Pipeline", "SearchCV")) else whole
    yield "task", _task(last.kind)
    for estimator in estimators:
        for name, node in estimator.attributes.items():
            value = _plain(node)
            own = not name.endswith("_") and not name.startswith("_") and name not in _PLUMBING
            if own and value is not _NOTHING and value not in _UNSET:
                yield f"sklearn.parameters.{'__'.join(filter(None, (estimator.place, name)))}", _shown(value)
    yield from _learnt(estimators)
    yield "sklearn.other_types", [*sorted(_types_of_others(schema))]
    yield "run.versions.skops", schema.get("_skops_version")


def _learnt(estimators: Sequence[_Estimator]) -> Iterator[tuple[str, JSON]]:
    """What fitting has left: the number and names of the features, the classes, the version of scikit-learn."""
    for name, attribute in (("features", "feature_names_in_"), ("labels", "classes_")):
        found = next((names for one in estimators if (names := _names(one.attributes.get(attribute)))), None)
        if found and len(found) <= _MOST_NAMES:
            yield name, [*found]
    for name, attribute in (("sklearn.feature_count", "n_features_in_"), ("run.versions.scikit-learn", "_sklearn_version")):
        values = [value for one in estimators if (value := _plain(one.attributes.get(attribute))) is not _NOTHING]
        if values:
            yield name, _shown(values[0])


def _task(kind: str) -> str | None:
    """What an estimator is for, by the end of its name, as scikit-learn names them and as the Hub calls it."""
    name = kind.rpartition(".")[2]
    if name.endswith(("Classifier", "SVC", "NB", "ClassifierCV")) or name in _CLASSIFIERS:
        return "tabular-classification"
    if name.endswith(("Regressor", "Regression", "RegressionCV", "SVR", "RegressorCV")) or name in _REGRESSORS:
        return "tabular-regression"
    return None


_CLASSIFIERS = frozenset(
    "LogisticRegression LogisticRegressionCV Perceptron NearestCentroid LinearDiscriminantAnalysis "
    "QuadraticDiscriminantAnalysis LabelPropagation LabelSpreading".split()
)
_REGRESSORS = frozenset("Ridge RidgeCV Lasso LassoCV ElasticNet ElasticNetCV Lars LarsCV LassoLars BayesianRidge".split())


def _estimators(node: JSON, place: str, depth: int) -> Iterator[_Estimator]:
    """The estimator that a node is and, for those made of others, these in order with the names that they have there."""
    attributes = _attributes(node)
    if attributes is None or depth > _DEEPEST:
        return
    yield _Estimator(place, _class_of(node) or "", attributes)
    prefix = f"{place}__" if place else ""
    for key in ("steps", "transformers", "estimators", "transformer_list"):
        for name, inner in _named(attributes.get(key)):
            yield from _estimators(inner, f"{prefix}{name}", depth + 1)
    for key in ("estimator", "base_estimator", "regressor", "transformer"):
        if key in attributes:
            yield from _estimators(attributes[key], f"{prefix}{key}", depth + 1)


def _attributes(node: JSON) -> Mapping[str, JSON] | None:
    """The attributes of an object; None for what is none."""
    if not isinstance(node, dict) or node.get("__loader__") != "ObjectNode":
        return None
    content = node.get("content")
    inner = content.get("content") if isinstance(content, dict) else None
    return inner if isinstance(inner, dict) else None


def _named(node: JSON) -> Iterator[tuple[str, JSON]]:
    """The names and objects of a list of (name, object) or (name, object, columns)."""
    items = node.get("content") if isinstance(node, dict) else None
    for item in items if isinstance(items, list) else ():
        parts = item.get("content") if isinstance(item, dict) else None
        if isinstance(parts, list) and len(parts) > 1 and isinstance(name := _plain(parts[0]), str):
            yield name, parts[1]


def _class_of(node: JSON) -> str | None:
    """The class by its public path: scikit-learn's private modules are left out, `sklearn.linear_model.LogisticRegression`."""
    if not isinstance(node, dict):
        return None
    module, name = node.get("__module__"), node.get("__class__")
    if not isinstance(module, str) or not isinstance(name, str):
        return None
    public = ".".join(part for part in module.split(".") if not part.startswith("_"))
    return f"{public if module.startswith('sklearn') else module}.{name}"


def _plain(node: JSON) -> object:
    """The value of a node that holds a plain one; `_NOTHING` for any other."""
    if not isinstance(node, dict) or node.get("__loader__") != "JsonNode" or not isinstance(node.get("content"), str):
        return _NOTHING
    try:
        return plain_values(json.loads(str(node["content"])))
    except (ValueError, RecursionError):
        return _NOTHING


def _shown(value: object) -> JSON:
    """A parameter as its code spells it where JSON would call it null."""
    if value is None:
        return "None"
    return value if isinstance(value, str | int | float) else json.dumps(value)


def _names(node: JSON) -> list[str]:
    """The texts of an array that is kept as such."""
    items = node.get("content") if isinstance(node, dict) and node.get("type") == "json" else None
    values = [_plain(item) for item in items] if isinstance(items, list) else []
    return [value for value in values if isinstance(value, str)] if all(isinstance(value, str) for value in values) else []


def _types_of_others(node: JSON) -> Iterator[str]:
    """The types in the file that neither scikit-learn nor Python brings: whoever loads it has to trust them."""
    waiting = [node]
    seen: set[str] = set()
    while waiting:
        current = waiting.pop()
        if isinstance(current, list):
            waiting += current
        elif isinstance(current, dict):
            waiting += current.values()
            module = current.get("__module__")
            name = _class_of(current)
            if name and name not in seen and isinstance(module, str) and module.split(".")[0] not in _KNOWN:
                seen.add(name)
                yield name


def read_schema(path: Path, shown: str) -> dict[str, JSON] | None:
    """The schema in the file at `path`; None where it is only a Git LFS pointer. Raises InputError where it holds none."""
    try:
        with path.open("rb") as file:
            if file.read(len(LFS_POINTER)) == LFS_POINTER:
                return None
        with zipfile.ZipFile(path) as archive:
            member = archive.getinfo("schema.json")
            if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise InputError(f"`{path.name}` is packed as skops packs no file", shown, _FIX)
            if member.file_size > _LARGEST_SCHEMA:
                raise InputError(f"`{path.name}` has a schema of more than {_LARGEST_SCHEMA:,} bytes", shown, _FIX)
            schema: JSON = json.loads(archive.read(member))
    except KeyError:
        raise InputError(f"`{path.name}` is no skops file: it has no schema.json", shown, _FIX) from None
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, RuntimeError) as error:  # encrypted: RuntimeError
        raise InputError(f"`{path.name}` is cut short or no skops file: {error}", shown, _FIX) from None
    except OSError as error:
        raise InputError(f"`{path.name}` cannot be read: {error.strerror}", shown, "make the file readable") from None
    if not isinstance(schema, dict):
        raise InputError(f"`{path.name}` is no skops file: its schema is no object", shown, _FIX)
    return schema
