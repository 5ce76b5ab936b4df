"""Fixtures every test may ask for."""

from browser import chromium

__all__ = ["chromium"]
