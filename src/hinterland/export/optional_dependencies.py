"""What some formats need that not every installation has."""

from functools import cache
from importlib import import_module
from types import ModuleType
from typing import NamedTuple

from hinterland.errors import OutputError


class Extra(NamedTuple):
    """One module of an extra, and the sentence that says how to come by it."""

    name: str
    module: str
    remedy: str


EXTRAS = {
    ".xlsx": Extra("excel", "xlsxwriter", 'Excel files need the extra "excel": pip install "hinterland[excel]"'),
    ".png": Extra("slides", "vl_convert", 'PNG pictures need the extra "slides": pip install "hinterland[slides]"'),
    ".pdf": Extra(
        "pdf",
        "weasyprint",
        'PDF briefs need the extra "pdf" (pip install "hinterland[pdf]") and the library Pango: {missing}; '
        "or write X.brief.html and print it",
    ),
}


def bring(suffix: str) -> ModuleType:
    """Import what a format is written with.

    Raises
    ------
    OutputError
        When it is not installed, or lacks a library of the system.
    """
    extra = EXTRAS[suffix]
    try:
        return import_module(extra.module)
    except (ImportError, OSError) as missing:
        raise OutputError(extra.remedy.format(missing=missing)) from None


@cache
def missing_extra(suffix: str) -> str:
    """Name the extra a format lacks on this machine; nothing if it has what it needs."""
    try:
        if suffix in EXTRAS:
            bring(suffix)
    except OutputError:
        return EXTRAS[suffix].name
    return ""
