"""Find and read the files of the bundled geography."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from hinterland.errors import ReferenceDataError

HERE = Path(__file__).resolve()
# the wheel carries the files inside the package; a checkout keeps the one copy at its root
FOLDERS = (HERE.parents[1] / "_data" / "reference", HERE.parents[3] / "data" / "reference")


def find_file(name: str) -> Path:
    """Find a file of the geography.

    Raises
    ------
    ReferenceDataError
        When it is in neither folder.
    """
    found = next((folder / name for folder in FOLDERS if (folder / name).is_file()), None)
    if found is None:
        raise ReferenceDataError(
            f"the bundled geography lacks {name} (looked in {FOLDERS[-1]}): install hinterland again, "
            "or run `hinterland reference build`"
        )
    return found


def sample_list() -> Path:
    """Find the bundled synthetic list of creators.

    Raises
    ------
    ReferenceDataError
        When it is in neither folder.
    """
    found = [path for folder in FOLDERS if (path := folder.parent / "sample" / "creators.csv").is_file()]
    if not found:
        raise ReferenceDataError("the bundled sample list is missing: install hinterland again")
    return found[0]


def read_table(
    name: str, *, columns: list[str] | None = None, filters: list[tuple[str, str, object]] | None = None
) -> pa.Table:
    """Read a Parquet file, or the columns and rows of it that are asked for.

    Raises
    ------
    ReferenceDataError
        When the file is missing or damaged.
    """
    path = find_file(name)
    try:
        return pq.read_table(path, columns=columns, filters=filters)
    except (OSError, pa.ArrowException) as fault:
        raise ReferenceDataError(f"{path} is damaged ({fault}): run `hinterland reference build`") from fault
