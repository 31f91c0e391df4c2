"""A badge: one number of a run as a small picture for a README, in one file that asks for nothing.

In: a label and a share from 0 to 100, or words. Out: SVG. One reason to change: how a badge looks.
"""

from __future__ import annotations

from html import escape

# The least share of each colour. All of them carry white text with a contrast of 4.5 or more.
_COLOURS = ((95.0, "#23703f"), (85.0, "#5a6b12"), (70.0, "#8a5a00"), (0.0, "#a4262c"))
_UNKNOWN = "#5b6673"
_HEIGHT, _MARGIN = 20, 6
# Widths in pixels of characters in 11-pixel Verdana, which these fonts resemble; all others are as wide as `n`.
_NARROW, _WIDE = dict.fromkeys("iljI.,:;'|! ", 4.0), dict.fromkeys("mwMW%@", 11.0)
_USUAL = 7.0


def badge(label: str, value: float | None, colour_by: float | None = None) -> str:
    """`label` beside a share from 0 to 100, coloured by it or by `colour_by`; grey and `unknown` for None."""
    words = "unknown" if value is None else f"{value:.1f} %"
    shade = _UNKNOWN if value is None else _colour(value if colour_by is None else colour_by)
    left, right = (_width(text) + 2 * _MARGIN for text in (label, words))
    said = escape(f"{label}: {words}")
    middles = (left / 2, left + right / 2)
    texts = "".join(
        f'<text x="{middle:.1f}" y="14" textLength="{_width(text):.0f}" lengthAdjust="spacingAndGlyphs">{escape(text)}</text>'
        for middle, text in zip(middles, (label, words), strict=True)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + right:.0f}" height="{_HEIGHT}" role="img" '
        f'aria-label="{said}"><title>{said}</title>'
        f'<clipPath id="r"><rect width="{left + right:.0f}" height="{_HEIGHT}" rx="3"/></clipPath>'
        f'<g clip-path="url(#r)"><rect width="{left:.0f}" height="{_HEIGHT}" fill="#40464d"/>'
        f'<rect x="{left:.0f}" width="{right:.0f}" height="{_HEIGHT}" fill="{shade}"/></g>'
        f'<g fill="#fff" text-anchor="middle" font-family="Verdana,Geneva,DejaVu Sans,sans-serif" font-size="11">{texts}</g>'
        "</svg>\n"
    )


def _colour(share: float) -> str:
    return next((colour for least, colour in _COLOURS if share >= least), _COLOURS[-1][1])


def _width(text: str) -> float:
    return sum(_NARROW.get(character, _WIDE.get(character, _USUAL)) for character in text)
