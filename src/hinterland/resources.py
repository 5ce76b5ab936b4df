"""The data shipped with the program: where its files are, and small tables of them as rows."""

import csv
from pathlib import Path

from hinterland.errors import ReferenceDataError

HERE = Path(__file__).resolve()
# the wheel carries the files inside the package; a checkout keeps the one copy at its root
FOLDERS = (HERE.parent / "_data", HERE.parents[2] / "data")
REBUILT = "reference/"


def find_file(name: str) -> Path:
    """Find a file of the bundled data by its path in that folder, such as "reference/places.parquet".

    Raises
    ------
    ReferenceDataError
        When it is in neither folder.
    """
    path = next((folder / name for folder in FOLDERS if (folder / name).is_file()), None)
    if path is None:
        if name.startswith(REBUILT):
            raise ReferenceDataError(
                "the bundled data lack {name} (looked in {folder}): install hinterland again, or run `hinterland "
                "reference build`",
                name=name,
                folder=FOLDERS[-1],
            )
        raise ReferenceDataError(
            "the bundled data lack {name} (looked in {folder}): install hinterland again", name=name, folder=FOLDERS[-1]
        )
    return path


def read_rows(name: str) -> list[tuple[str, ...]]:
    """Read a small CSV table, without its header.

    Raises
    ------
    ReferenceDataError
        When it is in neither folder.
    """
    with find_file(name).open(encoding="utf-8", newline="") as file:
        return [tuple(row) for row in csv.reader(file)][1:]
