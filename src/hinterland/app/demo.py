"""The bundled synthetic list, judged once for everybody: it is nobody's data, and nothing may change it."""

from functools import cache

from hinterland.analysis import analyze
from hinterland.app.jobs import Run
from hinterland.app.uploads import fingerprint
from hinterland.config import Settings
from hinterland.ingest import FileContent
from hinterland.reference import sample_list

# what the controls ask for before anybody touches them
USUAL = Settings(level="metro")


@cache
def files() -> tuple[FileContent, ...]:
    """Give the list."""
    sample = sample_list()
    return (FileContent(sample.name, None, sample.read_bytes()),)


@cache
def key() -> tuple[str, str]:
    """Say which list this is, asked for what."""
    return fingerprint(files()), USUAL.model_dump_json()


@cache
def run() -> Run:
    """Give its analysis, begun by whoever asks first."""
    return Run(lambda watch: analyze(files(), settings=USUAL, watch=watch))
