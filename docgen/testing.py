"""A pytest plugin: documents as part of a test suite.

In: pytest's configuration. Out: the fixture `docgen`, which asserts that documents say what their sources say and score what
they should, and with the option `docgen_documents` a test for each document that its globs name. pytest finds the plugin by
itself where docgen is installed; nothing of docgen is imported until a test asks for it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from docgen.report import Report
    from docgen.score import ScoreReport
    from docgen.score.sections import Pairing
    from docgen.settings import Settings

_GLOBS = "docgen_documents"
_NAMED = pytest.StashKey[frozenset[Path]]()  # what the globs name
_MOST_TOLD = 20  # findings of a failed assertion


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds the option that names documents."""
    help_text = "globs of documents (relative to the root), of which each is a test: nothing in it may contradict its sources"
    parser.addini(_GLOBS, help_text, type="args", default=[])


@pytest.fixture(scope="session")
def docgen(pytestconfig: pytest.Config) -> Documentation:
    """The project's documentation, to make assertions about."""
    return Documentation(pytestconfig.rootpath)


class Documentation:
    """The documents of the project at `root`, whose settings hold. Paths are relative to it."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def check(self, *documents: str | Path, strict: bool | None = None) -> Report:
        """Asserts that nothing in the documents (files, folders, packages; without any, all that docgen has written or tracked)
        is stale or contradicted, with `strict` nor to be reviewed either. Returns what `docgen check` reports."""
        __tracebackhide__ = True
        from docgen.cache import Cache, cache_folder
        from docgen.check import check

        settings = self._settings()
        if strict is not None:
            settings = replace(settings, check=replace(settings.check, strict=strict))
        paths = [self.root / document for document in documents]
        report = check(paths, root=self.root, settings=settings, cache=Cache(cache_folder()))
        _assert_clean(report)
        return report

    def score(
        self,
        *documents: str | Path,
        reference: str | Path | None = None,
        minima: Mapping[str, float] | None = None,
        mean_minima: Mapping[str, float] | None = None,
        baseline: str | Path | None = None,
        pairing: Pairing = "section",
    ) -> ScoreReport:
        """Asserts that no document scores under the minima, nor all of them together under those of the mean, nor worse than
        the baseline; what is not given is what the settings say. Returns what `docgen score` reports: a metric of all documents
        is `columns[0].value("chrF")`."""
        __tracebackhide__ = True
        from docgen.score import score_documents

        settings = self._settings()
        part = settings.score
        own = replace(
            part,
            fail_under=part.fail_under if minima is None else minima,
            fail_under_mean=part.fail_under_mean if mean_minima is None else mean_minima,
            baseline=part.baseline if baseline is None else os.fspath(baseline),
            history=None,  # tests run more often than anyone wants to plot
        )
        report = score_documents(
            [self.root / document for document in documents],
            reference=None if reference is None else self.root / reference,
            root=self.root,
            settings=replace(settings, score=own),
            pairing=pairing,
        )
        _assert_clean(report)
        return report

    def _settings(self) -> Settings:
        from docgen.settings import load_settings

        return load_settings(self.root)


def _assert_clean(report: Report) -> None:
    """Fails with the findings in words; what is only to be reviewed fails nothing."""
    __tracebackhide__ = True
    wrong = [finding for finding in report.findings if finding.severity == "error"]
    if wrong:
        more = f"\nand {len(wrong) - _MOST_TOLD} more" if len(wrong) > _MOST_TOLD else ""
        pytest.fail("\n".join(map(str, wrong[:_MOST_TOLD])) + more, pytrace=False)


# A test for each document ------------------------------------------------------------------------------------------------


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> DocumentFile | None:
    """Collects a document that the option names."""
    globs = parent.config.getini(_GLOBS)
    if not globs:
        return None
    from docgen.corpus.formats import is_document

    stash, root = parent.config.stash, parent.config.rootpath
    if _NAMED not in stash:
        stash[_NAMED] = frozenset(path for pattern in globs for path in root.glob(pattern))
    is_named = file_path in stash[_NAMED] and is_document(file_path)
    return DocumentFile.from_parent(parent, path=file_path) if is_named else None


class DocumentFile(pytest.File):
    """A document with its one test."""

    def collect(self) -> Iterator[pytest.Item]:
        """The test that nothing in it contradicts its sources."""
        yield DocumentItem.from_parent(self, name="docgen check")


class DocumentItem(pytest.Item):
    """The test of one document."""

    def runtest(self) -> None:
        """Fails with what `docgen check` finds."""
        root = self.config.rootpath
        Documentation(root).check(self.path.relative_to(root))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> str:
        """What is wrong, without the way to it."""
        from docgen.report import DocgenError

        return str(excinfo.value) if isinstance(excinfo.value, DocgenError) else str(super().repr_failure(excinfo, style))

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where the test stands, for reports."""
        return self.path, 0, f"docgen check {self.path.relative_to(self.config.rootpath).as_posix()}"
