"""Fixtures every test may ask for."""

from browser import chromium
from hypothesis import settings

__all__ = ["chromium"]

# how long an example takes says how busy the machine is
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
