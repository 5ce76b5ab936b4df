"""Who a row is about: the handle and platform it names, by its columns or by the address of a profile."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from hinterland.ingest.fields import TEXT, CellIssues, ParsedColumns, faults_of
from hinterland.ingest.parse.addresses import Accounts, read_accounts
from hinterland.ingest.part import Part, clean_text


def read_identity(table: pa.Table, part: Part) -> ParsedColumns:
    """Read handles and platforms: of the columns that bear them, else out of addresses of profiles.

    Words for nobody, numbers Excel has cut and addresses that name no account are no handles: nobody is merged by them.
    """
    read = {
        name: read_accounts(clean_text(table.column(name))) for name in ("handle", "profile_url") if name in part.fields
    }
    nulls = pa.chunked_array([pa.nulls(table.num_rows, pa.string())])
    handles = pc.coalesce(*(accounts.handles for accounts in read.values())) if read else nulls
    stated = pc.utf8_lower(clean_text(table.column("platform"))) if "platform" in part.fields else nulls
    platforms = pc.coalesce(stated, *(accounts.platforms for accounts in read.values()))
    return ParsedColumns(
        {"handle": pd.array(handles, dtype=TEXT), "platform": pd.array(platforms, dtype=TEXT)},
        tuple(fault for name, accounts in read.items() for fault in _faults(table, name, accounts, handles)),
    )


def _faults(table: pa.Table, name: str, accounts: Accounts, handles: pa.ChunkedArray) -> list[CellIssues]:
    """List what is no handle, in rows that name no account otherwise."""
    nobody = handles.is_null().to_numpy()
    wrong = ((rows & nobody, fault) for fault, rows in accounts.faults.items())
    return [faults_of(table, (name,), rows, fault) for rows, fault in wrong if np.any(rows)]
