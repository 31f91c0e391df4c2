"""Curves of a training run as a picture: one SVG file with a panel for the losses and one for the metric it was chosen by.

In: points by what was logged, and the step of the best checkpoint. Out: the text of the file, the same for the same points.
Its colours are read on white and on black paper alike, for a card is shown on both.
"""

from __future__ import annotations

import html
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

Points = Sequence[tuple[float, float]]
_WIDTH, _LEFT, _RIGHT, _TOP, _GAP, _BOTTOM = 720, 72, 20, 40, 52, 44  # pixels
_HEIGHTS = (220, 120)  # of the panel of losses, and of the metric below it
_COLOURS = ("#5b8bd0", "#d9792b", "#3d9a6c", "#a05fb4", "#b8860b", "#c74a5f")
_INK = "#767676"  # 4.5 to 1 against white and against black
_STYLE = "font-family: system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif; font-size: 12px"
_MOST_CURVES = len(_COLOURS)


@dataclass(frozen=True)
class Panel:
    """One pair of axes: what is drawn on it, by name."""

    title: str
    curves: Mapping[str, Points]


@dataclass(frozen=True)
class _Frame:
    """Where a panel stands and which values it shows."""

    top: float
    height: float
    x: tuple[float, float]
    y: tuple[float, float]

    def at(self, point: tuple[float, float]) -> tuple[float, float]:
        """A value's place in pixels."""
        across = (point[0] - self.x[0]) / ((self.x[1] - self.x[0]) or 1)
        up = (point[1] - self.y[0]) / ((self.y[1] - self.y[0]) or 1)
        return _LEFT + across * (_WIDTH - _LEFT - _RIGHT), self.top + (1 - up) * self.height


def drawn(panels: Sequence[Panel], best: int | None, described: str) -> str:
    """The picture of a run; `best` is the step of the best checkpoint, which gets a line of its own, and `described` what a
    reader who cannot see it is told."""
    steps = [step for panel in panels for points in panel.curves.values() for step, _ in points]
    last = max(steps, default=1.0)
    parts: list[str] = []
    top = float(_TOP)
    for panel, height in zip(panels, _HEIGHTS, strict=False):
        values = [value for points in panel.curves.values() for _, value in points]
        frame = _Frame(top, height, (min(0.0, *steps), last), _range(values))
        parts += [*_axes(frame, panel.title), *_best(frame, best), *_curves(frame, panel.curves)]
        top += height + _GAP
    bottom = _Frame(top - _GAP - 1, 1, (min(0.0, *steps), last), (0, 1))
    parts += _steps(bottom)
    full = top - _GAP + _BOTTOM
    size = f'viewBox="0 0 {_WIDTH} {full:.0f}" width="{_WIDTH}" height="{full:.0f}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} style="{_STYLE}" role="img">'
    return "\n".join([head, f"<title>{_escaped(described)}</title>", *parts, "</svg>"]) + "\n"


def _range(values: Sequence[float]) -> tuple[float, float]:
    """A little more than what the values take; losses and scores do not go below zero where none of them does."""
    low, high = min(values), max(values)
    margin = (high - low) * 0.08 or max(abs(high), 1e-9) * 0.1
    return (max(0.0, low - margin) if low >= 0 else low - margin), high + margin


def _ticks(low: float, high: float, about: int) -> list[float]:
    """Round numbers within a range, some `about` of them."""
    if high <= low:
        return [low]
    rough = (high - low) / about
    power = 10 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough)
    return [number * step for number in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)]


def _axes(frame: _Frame, title: str) -> list[str]:
    parts = [_text(_LEFT, frame.top - 14, title, _INK, "start", weight="600")]
    for value in _ticks(*frame.y, about=max(3, round(frame.height / 45))):
        _, y = frame.at((0, value))
        right = _WIDTH - _RIGHT
        parts.append(f'<line x1="{_LEFT}" y1="{y:.1f}" x2="{right}" y2="{y:.1f}" stroke="{_INK}" stroke-opacity="0.25"/>')
        parts.append(_text(_LEFT - 8, y + 4, f"{value:.6g}", _INK, "end"))
    return parts


def _steps(frame: _Frame) -> list[str]:
    base = frame.top + frame.height
    parts = [f'<line x1="{_LEFT}" y1="{base:.1f}" x2="{_WIDTH - _RIGHT}" y2="{base:.1f}" stroke="{_INK}"/>']
    for value in (value for value in _ticks(*frame.x, about=6) if value == int(value)):
        x, _ = frame.at((value, 0))
        parts.append(_text(x, base + 17, f"{value:.0f}", _INK, "middle"))
    return [*parts, _text((_LEFT + _WIDTH - _RIGHT) / 2, base + 34, "step", _INK, "middle")]


def _best(frame: _Frame, best: int | None) -> list[str]:
    if best is None or not frame.x[0] <= best <= frame.x[1]:
        return []
    x, _ = frame.at((best, 0))
    line = f'<line x1="{x:.1f}" y1="{frame.top:.1f}" x2="{x:.1f}" y2="{frame.top + frame.height:.1f}" '
    side = "end" if x > _WIDTH * 0.75 else "start"
    label = _text(x + (-6 if side == "end" else 6), frame.top + 10, f"best: step {best}", _INK, side)
    return [line + f'stroke="{_INK}" stroke-dasharray="4 3"/>', label]


def _curves(frame: _Frame, curves: Mapping[str, Points]) -> list[str]:
    """The lines, with a dot for each point where they are few, and what each colour means."""
    parts, x = [], float(_WIDTH - _RIGHT)
    first = 0 if "training" in curves else 1  # an evaluation has its colour on every panel
    for (name, points), colour in reversed(list(zip(curves.items(), _COLOURS[first:], strict=False))):
        places = list(map(frame.at, points))
        path = " ".join(f"{across:.1f},{down:.1f}" for across, down in places)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2" stroke-linejoin="round"/>')
        few = places if len(places) <= 40 else []
        parts += [f'<circle cx="{across:.1f}" cy="{down:.1f}" r="2.5" fill="{colour}"/>' for across, down in few]
        x -= 7.2 * len(name) + 8
        parts.append(_text(x, frame.top - 14, name, _INK, "start"))
        parts.append(f'<line x1="{x - 28:.0f}" y1="{frame.top - 18}" x2="{x - 6:.0f}" y2="{frame.top - 18}" ')
        parts[-1] += f'stroke="{colour}" stroke-width="3"/>'
        x -= 44
    return parts


def _text(x: float, y: float, text: str, colour: str, anchor: str, weight: str = "400") -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" fill="{colour}" text-anchor="{anchor}" font-weight="{weight}"'
    return f"<text {place}>{_escaped(text)}</text>"


def _escaped(text: str) -> str:
    """Text as XML can hold it: names of metrics come from a file, with whatever is in it."""
    return html.escape("".join(letter for letter in text if letter.isprintable()))


def panels_of(logged: Mapping[str, Points], metric: str | None, title: str = "") -> list[Panel]:
    """The panels of a run's log: the losses, and the metric that chose the best checkpoint, unless that is a loss itself; it is
    called `title`."""
    losses = {_named(key): points for key, points in logged.items() if key.endswith("loss")}
    panels = [Panel("loss", dict(list(losses.items())[:_MOST_CURVES]))] if losses else []
    own = f"eval_{metric}"
    if metric and own in logged and not metric.endswith("loss"):
        panels.append(Panel(title or metric, {"evaluation": logged[own]}))
    return panels


def _named(key: str) -> str:
    """What a curve is called: `loss` is the training's, `eval_loss` the evaluation's, `eval_news_loss` that on `news`."""
    if key == "loss":
        return "training"
    return " ".join(["evaluation", *key.removeprefix("eval_").removesuffix("loss").strip("_").split("_")]).strip()


def described(ends: Iterable[tuple[str, float, float]]) -> str:
    """A picture in words: where each curve began and ended."""
    told = [f"{_named(key)} loss from {first:.4g} to {last:.4g}" for key, first, last in ends]
    sentence = ", ".join(told)
    return sentence[:1].upper() + sentence[1:]
