"""A reader of one's own: lines of `field: value`, an empty line between creators, in files that end in .rec."""

from hinterland.config import Settings
from hinterland.errors import InputError
from hinterland.ingest import READERS, FileContent
from hinterland.ingest.formats.sheet import Sheet, table_sheet, text_table


@READERS.add(".rec")
def open_records(content: FileContent, settings: Settings) -> Sheet:
    """Open a list of records.

    Raises
    ------
    InputError
        If the file holds none.
    """
    with content.open() as stream:
        text = stream.read().decode(settings.encoding or "utf-8-sig", errors="replace")
    blocks = [block.splitlines() for block in text.replace("\r\n", "\n").split("\n\n")]
    records = [dict(line.split(":", 1) for line in block if ":" in line) for block in blocks]
    records = [record for record in records if record]
    if not records:
        raise InputError(f"{content.name} contains no records: write lines such as `city: Lyon`")
    columns = list(dict.fromkeys(field for record in records for field in record))
    rows = [[record.get(column, "").strip() for column in columns] for record in records]
    return table_sheet(content.name, text_table(columns, rows))
