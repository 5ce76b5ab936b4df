"""Every sentence people read, in one place."""

from typing import NamedTuple


class Notice(NamedTuple):
    """A warning: a stable code for scripts, a sentence for people."""

    code: str
    sentence: str
