"""Fixtures every test may ask for."""

from hypothesis import settings

from browser import chromium

__all__ = ["chromium"]

# how long an example takes says how busy the machine is
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
