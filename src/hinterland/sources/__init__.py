"""The way in: the user's files become checked batches of creators."""

from hinterland.sources.batches import Batch, read_part
from hinterland.sources.boundaries import OwnMarkets, World, places_inside, read_boundaries
from hinterland.sources.centres import country_centres
from hinterland.sources.columns import Guess, recognise
from hinterland.sources.forget import ForgetReceipt, forget_receipt, read_handles
from hinterland.sources.listing import Listing, frame_parts, open_creators, read_preview, read_table
from hinterland.sources.mapping import mapping_toml, read_mapping
from hinterland.sources.namesakes import Namesake, find_namesakes
from hinterland.sources.parts import Part
from hinterland.sources.readers import SOURCES, Source
from hinterland.sources.slices import Written
from hinterland.sources.storage import Stored
from hinterland.sources.workbook import sheet_names

__all__ = [
    "SOURCES",
    "Batch",
    "ForgetReceipt",
    "Guess",
    "Listing",
    "Namesake",
    "OwnMarkets",
    "Part",
    "Source",
    "Stored",
    "World",
    "Written",
    "country_centres",
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
    "recognise",
    "sheet_names",
]
