"""Plate layouts: which sample sits in which well."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

FORMATS = {24: (4, 6), 96: (8, 12), 384: (16, 24)}
DEFAULT_WELLS = 96
DEFAULT_REPLICATES = 2
ROW_LETTERS = "ABCDEFGHIJKLMNOP"


class WellTaken(Exception):
    """The well already holds a sample."""


class PlateFull(Exception):
    """The plate has too few free wells."""


def parse_well(text: str) -> str:
    """Bring a well name into its usual form.

    Parameters
    ----------
    text : str
        A row letter and a column number, such as ``a01``.

    Returns
    -------
    str
        The name with a capital letter and no leading zero, such as ``A1``.

    Raises
    ------
    ValueError
        If the text is not a row letter followed by a number.
    """
    found = re.fullmatch(r"([A-Pa-p])(\d{1,2})", text.strip(), re.ASCII)
    if found is None:
        raise ValueError(f"not a well name: {text!r}")
    return f"{found[1].upper()}{int(found[2])}"


class Plate:
    """A plate whose wells are empty or hold one sample each.

    Parameters
    ----------
    plate_id : str
        Name on the label of the plate.
    wells : int, default 96
        Format of the plate, a key of ``FORMATS``.
    """

    def __init__(self, plate_id: str, *, wells: int = DEFAULT_WELLS) -> None:
        if not plate_id.strip():
            raise ValueError("plate_id must not be blank")
        if wells not in FORMATS:
            raise ValueError(f"no format with {wells} wells; choose from {sorted(FORMATS)}")
        rows, columns = FORMATS[wells]
        self.plate_id = plate_id
        self._contents: dict[str, str | None] = {
            f"{ROW_LETTERS[row]}{column + 1}": None
            for column in range(columns)
            for row in range(rows)
        }

    @property
    def occupied(self) -> int:
        return sum(sample is not None for sample in self._contents.values())

    def free_wells(self) -> Iterator[str]:
        """Yield the empty wells, column by column."""
        for well, sample in self._contents.items():
            if sample is None:
                yield well

    def sample_at(self, well: str) -> str | None:
        """Return the sample in a well, or None if it is empty or not on the plate."""
        return self._contents.get(parse_well(well))

    def place(self, well: str, sample_id: str, *, replace: bool = False) -> str:
        """Put a sample into a well and return the name of the well.

        Raises
        ------
        KeyError
            If the plate has no such well.
        WellTaken
            If the well holds another sample and `replace` is False.
        """
        name = parse_well(well)
        if name not in self._contents:
            raise KeyError(f"plate {self.plate_id} has no well {name}")
        present = self._contents[name]
        if present not in (None, sample_id) and not replace:
            raise WellTaken(f"{name} of plate {self.plate_id} holds {present}")
        self._contents[name] = sample_id
        return name


def fill_plate(
    plate: Plate, samples: Sequence[str], *, replicates: int = DEFAULT_REPLICATES
) -> dict[str, list[str]]:
    """Lay out samples over the free wells of a plate.

    Parameters
    ----------
    plate : Plate
        Plate to fill; wells that hold a sample are left alone.
    samples : sequence of str
        Sample ids in the order of the layout.
    replicates : int, default 2
        Wells that each sample gets, one after another.

    Returns
    -------
    dict
        The wells of each sample.

    Raises
    ------
    ValueError
        If `replicates` is below 1 or a sample is listed twice.
    PlateFull
        If the free wells do not suffice.
    """
    if replicates < 1:
        raise ValueError(f"replicates must be at least 1, got {replicates}")
    if len(set(samples)) != len(samples):
        raise ValueError("a sample is listed more than once")
    free = list(plate.free_wells())
    needed = len(samples) * replicates
    if needed > len(free):
        raise PlateFull(f"{needed} wells needed, {len(free)} free on {plate.plate_id}")
    wells = iter(free)
    return {
        sample: [plate.place(next(wells), sample) for _ in range(replicates)]
        for sample in samples
    }
