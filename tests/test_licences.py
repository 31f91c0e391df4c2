"""The licence of a file: its own header before its package's or folder's, and nothing where that is unsure."""

from __future__ import annotations

from pathlib import Path

import pytest

from docgen.corpus.licences import Licences, header_licence, metadata_of

APACHE = """# Copyright 2020 A. All rights reserved.
#
# Licensed under the Apache License, Version 2.0 (the "License");
# you may not use this file except in compliance with the License.
# You may obtain a copy of the License at
#
#     http://www.apache.org/licenses/LICENSE-2.0
#
# Unless required by applicable law or agreed to in writing, software
# distributed under the License is distributed on an "AS IS" BASIS.

import os
"""
MIT = "SPDX-License-Identifier: MIT\n"


def in_file(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("name", "text", "licence"),
    [
        pytest.param(
            "a.py", "#!/usr/bin/env python\n# SPDX-License-Identifier: BSD-3-Clause\n", "BSD-3-Clause", id="a comment"
        ),
        pytest.param("a.py", '"""About.\n\nSPDX-License-Identifier: MIT\n"""\n', "MIT", id="a docstring"),
        pytest.param("a.md", "<!-- SPDX-License-Identifier: cc-by-4.0 -->\n# A\n", "CC-BY-4.0", id="a comment of HTML"),
        pytest.param("a.rst", ".. SPDX-License-Identifier: MIT OR Apache-2.0\n\nA\n=\n", "MIT OR Apache-2.0", id="a choice"),
        pytest.param("a.py", f"# {MIT}# SPDX-License-Identifier: ISC\n", "MIT AND ISC", id="two"),
        pytest.param("a.py", f"# {MIT}# SPDX-License-Identifier: ISC OR MIT\n", "MIT AND (ISC OR MIT)", id="two, one a choice"),
        pytest.param("a.py", "# SPDX-License-Identifier: see the file\n", "", id="words"),
        pytest.param("a.py", "#\n" * 30 + f"# {MIT}", "", id="too far down"),
        pytest.param(
            "a.py",
            APACHE,
            "Apache-2.0",
            id="the notice of Apache",
        ),
        pytest.param("a.py", '"""About.\n\nReleased under the MIT license.\n"""\n', "MIT", id="a licence by its name"),
        pytest.param(
            "a.py", "# License: distributed under the terms of the BSD 3-clause license.\n", "BSD-3-Clause", id="by its terms"
        ),
        pytest.param(
            "a.rst", ".. Licensed under the\n   ISC License, see there.\n\nA\n", "ISC", id="a comment of reStructuredText"
        ),
        pytest.param("a.py", "# Licensed under the MIT license or, at your option, another.\n", "", id="a choice in words"),
        pytest.param("a.py", "# Dual licensed under the MIT license and others.\n", "", id="two in words"),
        pytest.param("a.py", "import a\n\n# That file is licensed under the MIT license.\n", "", id="of something else"),
        pytest.param("a.md", "# A\n\nThe data are licensed under the MIT license.\n", "", id="said in the text"),
        pytest.param("a.py", "# Licensed under the BSD license.\n", "", id="one of four"),
        pytest.param("a.py", "", "", id="nothing"),
    ],
)
def test_the_header_of_a_file_says_its_licence(tmp_path: Path, name: str, text: str, licence: str) -> None:
    assert header_licence(in_file(tmp_path, name, text)) == licence


def test_a_file_that_cannot_be_read_says_nothing(tmp_path: Path) -> None:
    assert header_licence(tmp_path / "gone.py") == ""
    assert header_licence(tmp_path) == ""


def test_a_header_comes_before_the_folder_and_the_folder_before_nothing(tmp_path: Path) -> None:
    in_file(tmp_path, "LICENSE", MIT)
    in_file(tmp_path, "pyproject.toml", "")
    own = in_file(tmp_path, "docs/own.md", "<!-- SPDX-License-Identifier: ISC -->\n")
    plain = in_file(tmp_path, "docs/plain.md", "# A\n")
    licences = Licences(tmp_path)
    assert [licences.of(own), licences.of(plain), licences.around(tmp_path / "docs")] == ["ISC", "MIT", "MIT"]


def test_the_readme_in_the_metadata_has_the_licence_of_the_package(tmp_path: Path) -> None:
    in_file(tmp_path, "bank/__init__.py", "")
    in_file(tmp_path, "bank_x-1.0.dist-info/RECORD", "bank/__init__.py,,\n")
    metadata = in_file(tmp_path, "bank_x-1.0.dist-info/METADATA", "Name: bank-x\nLicense-Expression: ISC\n\nBank\n")
    assert metadata_of(tmp_path / "bank") == metadata
    assert Licences().of(metadata) == "ISC"


def test_a_package_that_nobody_installed_has_no_metadata(tmp_path: Path) -> None:
    in_file(tmp_path, "bank/__init__.py", "")
    in_file(tmp_path, "shop-1.0.dist-info/RECORD", "shop/__init__.py,,\n")
    assert metadata_of(tmp_path / "bank") is None
