"""Laboratory sample tracking, barcodes and plate layouts."""

from specimen.barcodes import Barcode, BarcodeError, check_letter, parse_barcode, read_scans
from specimen.plates import Plate, PlateFull, WellTaken, fill_plate, parse_well
from specimen.tracking import Sample, SampleLog, TrackingError

__all__ = [
    "Barcode",
    "BarcodeError",
    "Plate",
    "PlateFull",
    "Sample",
    "SampleLog",
    "TrackingError",
    "WellTaken",
    "check_letter",
    "fill_plate",
    "parse_barcode",
    "parse_well",
    "read_scans",
]
