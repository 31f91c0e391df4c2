"""Fermentation batches and the recipes behind them."""

from .batch import Batch, BatchError, Reading, Stage, alcohol_by_volume, plato_to_gravity
from .recipe import (
    Fermentable,
    Hop,
    Recipe,
    RecipeError,
    parse_ingredient,
    shopping_list,
)

__all__ = [
    "Batch",
    "BatchError",
    "Fermentable",
    "Hop",
    "Reading",
    "Recipe",
    "RecipeError",
    "Stage",
    "alcohol_by_volume",
    "parse_ingredient",
    "plato_to_gravity",
    "shopping_list",
]
