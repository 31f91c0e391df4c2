"""The loss curve as an SVG: training and validation loss, and below it the metric that the checkpoint was chosen by.

In: what the trainer logged. Out: the text of one SVG file, the same for the same run. Drawn by hand: a plotting library would
be thirty megabytes for two lines.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from docgen.training.evaluation import SELECTION

Points = list[tuple[float, float]]
_WIDTH, _LEFT, _RIGHT, _TOP, _GAP = 720, 64, 20, 34, 46  # pixels
_LOSS_HEIGHT, _METRIC_HEIGHT = 230, 110
_TRAIN, _HELD, _INK, _FAINT, _GRID = "#8aa4c8", "#1f4e8c", "#333333", "#6b6b6b", "#e4e7eb"
_STYLE = "font-family: -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif; font-size: 12px"


@dataclass(frozen=True)
class _Frame:
    """One panel: where it stands and which values it shows."""

    top: float
    height: float
    x: tuple[float, float]
    y: tuple[float, float]

    def at(self, point: tuple[float, float]) -> tuple[float, float]:
        """A value's place in pixels."""
        across = (point[0] - self.x[0]) / ((self.x[1] - self.x[0]) or 1)
        up = (point[1] - self.y[0]) / ((self.y[1] - self.y[0]) or 1)
        return _LEFT + across * (_WIDTH - _LEFT - _RIGHT), self.top + (1 - up) * self.height


def curve(logged: Sequence[Mapping[str, Any]], best: int | None = None) -> str:
    """The curve of a run's log; `best` is the step of the chosen checkpoint, which gets a mark."""
    train, held, metric = (_points(logged, key) for key in ("loss", "eval_loss", f"eval_{SELECTION}"))
    last = max((step for step, _ in train + held), default=1.0)
    height = _TOP + _LOSS_HEIGHT + (_GAP + _METRIC_HEIGHT if metric else 0) + 40
    losses = _Frame(_TOP, _LOSS_HEIGHT, (0, last), _range([value for _, value in train + held]))
    parts = [
        *_axes(losses, "loss (nats a token)"),
        _line(losses, train, _TRAIN, 1.5),
        _line(losses, held, _HELD, 2.25),
        *_dots(losses, held, best),
    ]
    parts += _legend([("training", _TRAIN), *([("validation", _HELD)] if held else [])])
    bottom = losses
    if metric:
        bottom = _Frame(_TOP + _LOSS_HEIGHT + _GAP, _METRIC_HEIGHT, (0, last), _range([value for _, value in metric]))
        parts += [*_axes(bottom, f"validation {SELECTION}"), _line(bottom, metric, _HELD, 2.25), *_dots(bottom, metric, best)]
    parts += _steps(bottom)
    size = f'viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} style="{_STYLE}" role="img">'
    title = "<title>Loss and validation metric by training step</title>"
    return (
        "\n".join([head, title, f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>', *filter(None, parts), "</svg>"])
        + "\n"
    )


def _points(logged: Sequence[Mapping[str, Any]], key: str) -> Points:
    """The finite values of one key by step; a step that was logged twice counts once."""
    found = {float(entry["step"]): float(entry[key]) for entry in logged if key in entry and math.isfinite(entry[key])}
    return sorted(found.items())


def _range(values: Sequence[float]) -> tuple[float, float]:
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    margin = (high - low) * 0.08 or max(abs(high), 1.0) * 0.1
    return max(0.0, low - margin), high + margin


def _ticks(low: float, high: float, about: int) -> list[float]:
    """Round numbers within a range, some `about` of them."""
    rough = (high - low) / about
    power = 10 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough)
    first = math.ceil(low / step - 1e-9)
    return [number * step for number in range(first, math.floor(high / step + 1e-9) + 1)]


def _axes(frame: _Frame, title: str) -> list[str]:
    parts = [_text(_LEFT, frame.top - 12, title, _INK, "start", weight="600")]
    for value in _ticks(*frame.y, about=max(3, round(frame.height / 45))):
        _, y = frame.at((0, value))
        parts.append(f'<line x1="{_LEFT}" y1="{y:.1f}" x2="{_WIDTH - _RIGHT}" y2="{y:.1f}" stroke="{_GRID}"/>')
        parts.append(_text(_LEFT - 8, y + 4, f"{value:.4g}", _FAINT, "end"))
    return parts


def _steps(frame: _Frame) -> list[str]:
    base = frame.top + frame.height
    parts = [f'<line x1="{_LEFT}" y1="{base:.1f}" x2="{_WIDTH - _RIGHT}" y2="{base:.1f}" stroke="{_FAINT}"/>']
    for value in (value for value in _ticks(*frame.x, about=6) if value == int(value)):
        x, _ = frame.at((value, frame.y[0]))
        parts.append(_text(x, base + 17, f"{value:.0f}", _FAINT, "middle"))
    return [*parts, _text((_LEFT + _WIDTH - _RIGHT) / 2, base + 33, "step", _INK, "middle")]


def _line(frame: _Frame, points: Points, colour: str, width: float) -> str:
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in map(frame.at, points))
    return (
        f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="{width}" stroke-linejoin="round"/>'
        if points
        else ""
    )


def _dots(frame: _Frame, points: Points, best: int | None) -> list[str]:
    parts = []
    for point in points:
        x, y = frame.at(point)
        chosen = point[0] == best
        radius, fill = (5, _HELD) if chosen else (3, "#ffffff")
        ink = f'fill="{fill}" stroke="{_HELD}" stroke-width="1.5"'
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" {ink}/>')
        if chosen:
            side = "end" if x > _WIDTH * 0.8 else "start"
            parts.append(_text(x + (-9 if side == "end" else 9), y - 8, f"chosen: {point[1]:.4g}", _HELD, side))
    return parts


def _legend(entries: Sequence[tuple[str, str]]) -> list[str]:
    parts, x = [], float(_WIDTH - _RIGHT - 110 * len(entries))
    for name, colour in entries:
        parts.append(
            f'<line x1="{x:.0f}" y1="{_TOP - 16}" x2="{x + 22:.0f}" y2="{_TOP - 16}" stroke="{colour}" stroke-width="3"/>'
        )
        parts.append(_text(x + 28, _TOP - 12, name, _INK, "start"))
        x += 110
    return parts


def _text(x: float, y: float, text: str, colour: str, anchor: str, weight: str = "400") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}" text-anchor="{anchor}" font-weight="{weight}">{text}</text>'
