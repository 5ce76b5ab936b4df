"""Messy place text to places: `resolve(strings, gazetteer)`; pure, the tables come as arguments."""

from hinterland.geocode.aliases import country_ids
from hinterland.geocode.gazetteer import Gazetteer
from hinterland.geocode.resolve import resolve, resolve_columns

__all__ = ["Gazetteer", "country_ids", "resolve", "resolve_columns"]
