"""Messy place text to places: `resolve(strings, gazetteer)`; pure, the tables come as arguments."""

from hinterland.geocode.codes import COUNTRY_IDS
from hinterland.geocode.gazetteer import Gazetteer
from hinterland.geocode.resolve import resolve, resolve_columns

__all__ = ["COUNTRY_IDS", "Gazetteer", "resolve", "resolve_columns"]
