"""Recipes: grain bills, hops and the numbers that follow from them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

DEFAULT_EFFICIENCY = 0.72
MAX_SCALE_FACTOR = 10.0
UNIT_GRAMS = {"g": 1.0, "kg": 1000.0, "oz": 28.35, "lb": 453.6}

_INGREDIENT = re.compile(r"(?P<amount>\d+(?:\.\d+)?)\s*(?P<rest>[^\s\d.].*)")


class RecipeError(ValueError):
    """A recipe, or a line of one, that makes no sense."""


@dataclass(frozen=True)
class Fermentable:
    """A malt or sugar; ``points`` is gravity points per kilogram in one litre."""

    name: str
    grams: float
    points: float


@dataclass(frozen=True)
class Hop:
    name: str
    grams: float
    alpha: float
    minutes: int


@dataclass(frozen=True)
class Recipe:
    """Everything that goes into one brew.

    :param name: what the brew is called
    :param litres: volume in the fermenter
    :param fermentables: malts and sugars
    :param hops: hop additions
    :raises RecipeError: if the volume is not positive
    """

    name: str
    litres: float
    fermentables: list[Fermentable] = field(default_factory=list)
    hops: list[Hop] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.litres <= 0:
            raise RecipeError(f"{self.name}: litres must be positive, got {self.litres}")

    def original_gravity(self, efficiency: float = DEFAULT_EFFICIENCY) -> float:
        """Predict the gravity before fermentation.

        :param efficiency: share of the sugar that reaches the fermenter
        :returns: specific gravity, such as 1.052
        :raises ValueError: if the efficiency is not above 0 and at most 1
        :raises RecipeError: if the recipe has no fermentables
        """
        if not 0 < efficiency <= 1:
            raise ValueError(f"efficiency must be above 0 and at most 1, got {efficiency}")
        if not self.fermentables:
            raise RecipeError(f"{self.name} has no fermentables")
        points = sum(item.grams / 1000 * item.points for item in self.fermentables)
        return 1 + points * efficiency / self.litres / 1000

    def scaled(self, litres: float, *, max_factor: float = MAX_SCALE_FACTOR) -> Recipe:
        """Copy the recipe for another volume.

        :param litres: volume of the copy
        :param max_factor: largest change of volume, up or down
        :returns: a new recipe with all amounts in proportion
        """
        if litres <= 0:
            raise ValueError(f"litres must be positive, got {litres}")
        factor = litres / self.litres
        if factor > max_factor or factor < 1 / max_factor:
            raise RecipeError(f"{self.name}: factor {factor:.2f} is beyond {max_factor:g}")
        return replace(
            self,
            litres=litres,
            fermentables=[replace(f, grams=f.grams * factor) for f in self.fermentables],
            hops=[replace(h, grams=h.grams * factor) for h in self.hops],
        )

    def bitterness(self, gravity: float) -> float:
        bigness = 1.65 * 0.000125 ** (gravity - 1)
        total = 0.0
        for hop in self.hops:
            utilisation = bigness * (1 - math.exp(-0.04 * hop.minutes)) / 4.15
            total += utilisation * hop.alpha / 100 * hop.grams * 1000 / self.litres
        return total


def parse_ingredient(line: str, *, default_unit: str | None = None) -> tuple[str, float]:
    """Read one line of an ingredient list.

    :param line: amount, unit and name, such as ``2.5 kg Pale Malt``
    :param default_unit: unit to use when the word after the amount is not one;
        the word then counts as part of the name
    :returns: the name and its weight in grams
    :raises KeyError: if ``default_unit`` is not in ``UNIT_GRAMS``
    :raises RecipeError: if the line cannot be read or weighs nothing
    """
    if default_unit is not None and default_unit not in UNIT_GRAMS:
        raise KeyError(f"unknown default unit {default_unit!r}")
    match = _INGREDIENT.fullmatch(line.strip())
    if match is None:
        raise RecipeError(f"expected amount, unit and name: {line!r}")
    word, _, tail = match["rest"].partition(" ")
    if word in UNIT_GRAMS:
        unit, name = word, tail.strip()
    elif default_unit is not None:
        unit, name = default_unit, match["rest"]
    else:
        raise RecipeError(f"unknown unit {word!r} in {line!r}")
    if not name:
        raise RecipeError(f"no name in {line!r}")
    grams = float(match["amount"]) * UNIT_GRAMS[unit]
    if grams == 0:
        raise RecipeError(f"amount is zero in {line!r}")
    return name, grams


def shopping_list(recipes: Iterable[Recipe]) -> Iterator[tuple[str, float]]:
    """Yield each ingredient once, by name, with the total in grams."""
    totals: dict[str, float] = {}
    for recipe in recipes:
        for item in (*recipe.fermentables, *recipe.hops):
            totals[item.name] = totals.get(item.name, 0.0) + item.grams
    yield from sorted(totals.items())
