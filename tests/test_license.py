"""Licences are recognised by their whole text, and anything unsure is absent."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.readers.license import license_of

MIT = """MIT License

Copyright (c) 2024 Harbor Example Ltd

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.
"""

ISC = """ISC License

Copyright (c) 2024, Harbor Example Ltd

Permission to use, copy, modify, and/or distribute this software for any
purpose with or without fee is hereby granted, provided that the above
copyright notice and this permission notice appear in all copies.

THE SOFTWARE IS PROVIDED "AS IS" AND THE AUTHOR DISCLAIMS ALL WARRANTIES
WITH REGARD TO THIS SOFTWARE INCLUDING ALL IMPLIED WARRANTIES OF
MERCHANTABILITY AND FITNESS. IN NO EVENT SHALL THE AUTHOR BE LIABLE FOR
ANY SPECIAL, DIRECT, INDIRECT, OR CONSEQUENTIAL DAMAGES OR ANY DAMAGES
WHATSOEVER RESULTING FROM LOSS OF USE, DATA OR PROFITS, WHETHER IN AN
ACTION OF CONTRACT, NEGLIGENCE OR OTHER TORTIOUS ACTION, ARISING OUT OF
OR IN CONNECTION WITH THE USE OR PERFORMANCE OF THIS SOFTWARE.
"""

_BSD_HEAD = """Copyright (c) 2024, Harbor Example Ltd
All rights reserved.

Redistribution and use in source and binary forms, with or without
modification, are permitted provided that the following conditions are met:

1. Redistributions of source code must retain the above copyright notice, this
   list of conditions and the following disclaimer.

2. Redistributions in binary form must reproduce the above
   copyright notice, this list of conditions and the following disclaimer in the
   documentation and/or other materials provided with the distribution.

"""
_BSD_NAMES = """3. Neither the name of the copyright holder nor the names of its
   contributors may be used to endorse or promote products derived from
   this software without specific prior written permission.

"""
_BSD_FOOT = """THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS AND CONTRIBUTORS "AS IS"
AND ANY EXPRESS OR IMPLIED WARRANTIES, INCLUDING, BUT NOT LIMITED TO, THE
IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS FOR A PARTICULAR PURPOSE ARE
DISCLAIMED. IN NO EVENT SHALL THE COPYRIGHT HOLDER OR CONTRIBUTORS BE LIABLE
FOR ANY DIRECT, INDIRECT, INCIDENTAL, SPECIAL, EXEMPLARY, OR CONSEQUENTIAL
DAMAGES (INCLUDING, BUT NOT LIMITED TO, PROCUREMENT OF SUBSTITUTE GOODS OR
SERVICES; LOSS OF USE, DATA, OR PROFITS; OR BUSINESS INTERRUPTION) HOWEVER
CAUSED AND ON ANY THEORY OF LIABILITY, WHETHER IN CONTRACT, STRICT LIABILITY,
OR TORT (INCLUDING NEGLIGENCE OR OTHERWISE) ARISING IN ANY WAY OUT OF THE USE
OF THIS SOFTWARE, EVEN IF ADVISED OF THE POSSIBILITY OF SUCH DAMAGE.
"""
BSD_2 = "BSD 2-Clause License\n\n" + _BSD_HEAD + _BSD_FOOT
BSD_3 = "BSD 3-Clause License\n\n" + _BSD_HEAD + _BSD_NAMES + _BSD_FOOT
BSD_4 = (
    _BSD_HEAD
    + "3. All advertising materials mentioning features or use of this software must display an acknowledgement.\n\n"
    + _BSD_NAMES.replace("3.", "4.")
    + _BSD_FOOT
)

UNLICENSE = """This is free and unencumbered software released into the public domain.

Anyone is free to copy, modify, publish, use, compile, sell, or
distribute this software, either in source code form or as a compiled
binary, for any purpose, commercial or non-commercial, and by any
means.

In jurisdictions that recognize copyright laws, the author or authors
of this software dedicate any and all copyright interest in the
software to the public domain. We make this dedication for the benefit
of the public at large and to the detriment of our heirs and
successors. We intend this dedication to be an overt act of
relinquishment in perpetuity of all present and future rights to this
software under copyright law.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND,
EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF
MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT.
IN NO EVENT SHALL THE AUTHORS BE LIABLE FOR ANY CLAIM, DAMAGES OR
OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE,
ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR
OTHER DEALINGS IN THE SOFTWARE.

For more information, please refer to <https://unlicense.org>
"""

APACHE_NOTICE = """Copyright 2024 Harbor Example Ltd

Licensed under the Apache License, Version 2.0 (the "License");
you may not use this file except in compliance with the License.
You may obtain a copy of the License at

    http://www.apache.org/licenses/LICENSE-2.0

Unless required by applicable law or agreed to in writing, software
distributed under the License is distributed on an "AS IS" BASIS,
WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
See the License for the specific language governing permissions and
limitations under the License.
"""

# The headings of the long licences, in the order of their texts.
APACHE = """
                                 Apache License
                           Version 2.0, January 2004
                        http://www.apache.org/licenses/

   TERMS AND CONDITIONS FOR USE, REPRODUCTION, AND DISTRIBUTION
   1. Definitions.
   2. Grant of Copyright License.
   3. Grant of Patent License.
   4. Redistribution.
   5. Submission of Contributions.
   8. Limitation of Liability.
   9. Accepting Warranty or Additional Liability.
   END OF TERMS AND CONDITIONS
"""
MPL = """Mozilla Public License Version 2.0
1. Definitions
3. Responsibilities
6. Disclaimer of Warranty
Exhibit B - "Incompatible With Secondary Licenses" Notice
"""
GPL_2 = """GNU GENERAL PUBLIC LICENSE
Version 2, June 1991
Preamble
NO WARRANTY
END OF TERMS AND CONDITIONS
"""
GPL_3 = """GNU GENERAL PUBLIC LICENSE
Version 3, 29 June 2007
Copyright (C) 2007 Free Software Foundation, Inc. <https://fsf.org/>
Preamble
13. Use with the GNU Affero General Public License.
15. Disclaimer of Warranty.
END OF TERMS AND CONDITIONS
"""
LGPL_21 = """GNU LESSER GENERAL PUBLIC LICENSE
Version 2.1, February 1999
Preamble
NO WARRANTY
END OF TERMS AND CONDITIONS
"""
LGPL_3 = """GNU LESSER GENERAL PUBLIC LICENSE
Version 3, 29 June 2007
0. Additional Definitions.
1. Exception to Section 3 of the GNU GPL.
5. Combined Libraries.
6. Revised Versions of the GNU Lesser General Public License.
"""
AGPL = """GNU AFFERO GENERAL PUBLIC LICENSE
Version 3, 19 November 2007
Preamble
13. Remote Network Interaction; Use with the GNU General Public License.
15. Disclaimer of Warranty.
END OF TERMS AND CONDITIONS
"""
CC_SECTIONS = """
Section 1 -- Definitions.
Section 3 -- License Conditions.
Section 5 -- Disclaimer of Warranties and Limitation of Liability.
Section 8 -- Interpretation.
"""
CC_BY = "Creative Commons Attribution 4.0 International Public License" + CC_SECTIONS
CC_BY_NC_ND = "Creative Commons Attribution-NonCommercial-NoDerivatives 4.0 International Public License" + CC_SECTIONS
CC_BY_SA = "Creative Commons Attribution-ShareAlike 4.0 International Public License" + CC_SECTIONS
CC0 = """CC0 1.0 Universal
Statement of Purpose
2. Waiver.
3. Public License Fallback.
4. Limitations and Disclaimers.
"""
LLAMA = """LLAMA {version} COMMUNITY LICENSE AGREEMENT
Llama {version} Version Release Date: July 23, 2024
1. License Rights and Redistribution.
2. Additional Commercial Terms. If the monthly active users are greater than 700 million monthly active users in the
preceding calendar month, you must request a license from Meta.
3. Disclaimer of Warranty.
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(MIT, "MIT", id="mit"),
        pytest.param(ISC, "ISC", id="isc"),
        pytest.param(BSD_2, "BSD-2-Clause", id="bsd-2"),
        pytest.param(BSD_3, "BSD-3-Clause", id="bsd-3"),
        pytest.param(UNLICENSE, "Unlicense", id="unlicense"),
        pytest.param(APACHE, "Apache-2.0", id="apache"),
        pytest.param(APACHE + APACHE_NOTICE, "Apache-2.0", id="apache-with-its-appendix"),
        pytest.param(APACHE_NOTICE, "Apache-2.0", id="apache-notice-alone"),
        pytest.param(MPL, "MPL-2.0", id="mpl"),
        pytest.param(GPL_2, "GPL-2.0", id="gpl-2"),
        pytest.param(GPL_3, "GPL-3.0", id="gpl-3"),
        pytest.param(LGPL_21, "LGPL-2.1", id="lgpl-2.1"),
        pytest.param(LGPL_3, "LGPL-3.0", id="lgpl-3"),
        pytest.param(AGPL, "AGPL-3.0", id="agpl"),
        pytest.param(CC_BY, "CC-BY-4.0", id="cc-by"),
        pytest.param(CC_BY_SA, "CC-BY-SA-4.0", id="cc-by-sa"),
        pytest.param(CC0, "CC0-1.0", id="cc0"),
        pytest.param(
            "This work is licensed under a Creative Commons Attribution 4.0 International License.",
            "CC-BY-4.0",
            id="cc-by-note",
        ),
        pytest.param(LLAMA.format(version="2"), "llama2", id="llama-2"),
        pytest.param("META " + LLAMA.format(version="3"), "llama3", id="llama-3"),
        pytest.param(LLAMA.format(version="3.1"), "llama3.1", id="llama-3.1"),
    ],
)
def test_a_licence_is_recognised_by_its_text(text: str, expected: str) -> None:
    assert license_of(text) == expected


@pytest.mark.parametrize("sign", ["# ", " * ", "// ", ">   "])
def test_comment_signs_and_indents_do_not_hide_a_licence(sign: str) -> None:
    assert license_of("\r\n".join(sign + line for line in MIT.splitlines())) == "MIT"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("All rights reserved.", id="no-licence"),
        pytest.param(MIT + ISC, id="two-short-licences"),
        pytest.param(APACHE + MIT, id="a-long-and-a-short-licence"),
        pytest.param(GPL_3 + LGPL_3, id="two-long-licences"),
        pytest.param(BSD_4, id="bsd-with-advertising-clause"),
        pytest.param(
            MIT.replace("THE SOFTWARE IS", "The Software shall be used for Good, not Evil.\n\nTHE SOFTWARE IS"),
            id="json-licence",
        ),
        pytest.param('"Commons Clause" License Condition v1.0\n\n' + MIT, id="commons-clause"),
        pytest.param(MIT + "\nFiles under vendor/ are under other terms: " + "see the folder " * 20, id="much-else-around-it"),
        pytest.param(
            ISC.replace(", provided that the above\ncopyright notice and this permission notice appear in all copies", ""),
            id="0bsd",
        ),
        pytest.param(MIT.replace("sell\ncopies", "lend\ncopies"), id="one-word-changed"),
        pytest.param(CC_BY_NC_ND, id="a-creative-commons-licence-unknown-here"),
        pytest.param(APACHE + "---- LLVM Exceptions to the Apache 2.0 License ----", id="apache-with-exceptions"),
        pytest.param(APACHE + "and further terms " * 600, id="apache-and-more"),
        pytest.param(LLAMA.format(version="9"), id="a-llama-to-come"),
    ],
)
def test_what_is_unsure_has_no_licence(text: str) -> None:
    assert license_of(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("SPDX-License-Identifier: Apache-2.0\n", "Apache-2.0", id="plain"),
        pytest.param("# spdx-license-identifier: apache-2.0", "Apache-2.0", id="usual-spelling-is-restored"),
        pytest.param("/* SPDX-License-Identifier: MIT */", "MIT", id="c-comment"),
        pytest.param("<!-- SPDX-License-Identifier: CC-BY-4.0 -->", "CC-BY-4.0", id="html-comment"),
        pytest.param("SPDX-License-Identifier: (MIT OR Apache-2.0)", "(MIT OR Apache-2.0)", id="expression"),
        pytest.param(
            "SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0",
            "GPL-2.0-only WITH Classpath-exception-2.0",
            id="with",
        ),
        pytest.param("SPDX-License-Identifier: EUPL-1.2", "EUPL-1.2", id="not-known-here"),
        pytest.param("SPDX-License-Identifier: MIT\n\n" + MIT, "MIT", id="agrees-with-the-text"),
        pytest.param("SPDX-License-Identifier: Apache-2.0\n\n" + MIT, None, id="contradicts-the-text"),
        pytest.param("SPDX-License-Identifier: MIT\nSPDX-License-Identifier: ISC", None, id="two-different"),
        pytest.param("SPDX-License-Identifier: ask the legal team", None, id="not-an-expression"),
        pytest.param("SPDX-License-Identifier:", None, id="nothing-declared"),
        pytest.param(BSD_3 + "\nfonts/: SPDX-License-Identifier: OFL-1.1\n", None, id="one-file-among-many"),
    ],
)
def test_a_declared_licence_counts_where_the_text_does_not_contradict_it(text: str, expected: str | None) -> None:
    assert license_of(text) == expected


@given(st.lists(st.sampled_from(MIT.split()), max_size=150).map(" ".join))
def test_words_of_a_licence_out_of_order_are_no_licence(text: str) -> None:
    assert license_of(text) is None


@given(st.text())
def test_any_text_is_read_without_an_error(text: str) -> None:
    assert license_of(text) is None or "SPDX" in text.upper()
