"""The way in: the user's files become checked batches of creators."""

from hinterland.ingest.batch import Batch, read_part
from hinterland.ingest.boundaries import OwnMarkets, ReferenceData, places_inside, read_boundaries
from hinterland.ingest.column_detection import ColumnMatch, detect_columns
from hinterland.ingest.exclusions import ForgetReceipt, forget_receipt, read_handles
from hinterland.ingest.fields import country_centres
from hinterland.ingest.formats.excel import sheet_names
from hinterland.ingest.formats.sheet import READERS, FileFormat, Reader
from hinterland.ingest.formats.storage import FileContent
from hinterland.ingest.identity import Namesake, find_namesakes
from hinterland.ingest.mapping import MAPPING_KEYS, mapping_toml, read_mapping
from hinterland.ingest.open import CreatorList, frame_parts, open_creators, read_preview, read_table
from hinterland.ingest.part import Part

__all__ = [
    "MAPPING_KEYS",
    "READERS",
    "Batch",
    "ColumnMatch",
    "CreatorList",
    "FileContent",
    "FileFormat",
    "ForgetReceipt",
    "Namesake",
    "OwnMarkets",
    "Part",
    "Reader",
    "ReferenceData",
    "country_centres",
    "detect_columns",
    "find_namesakes",
    "forget_receipt",
    "frame_parts",
    "mapping_toml",
    "open_creators",
    "places_inside",
    "read_boundaries",
    "read_handles",
    "read_mapping",
    "read_part",
    "read_preview",
    "read_table",
    "sheet_names",
]
