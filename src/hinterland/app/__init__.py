"""The app: pages that ask and show, one module that remembers, one route that serves maps."""

from pathlib import Path

from hinterland.app.lifespan import lifespan
from hinterland.app.server import MIDDLEWARE, ROUTES

__all__ = ["MAIN", "MIDDLEWARE", "ROUTES", "lifespan"]

MAIN = Path(__file__).with_name("main.py")
