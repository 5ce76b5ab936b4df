"""A run somebody watches: what it is at, how many rows it has opened; the watcher may end it by raising."""

from collections.abc import Callable
from dataclasses import replace
from itertools import accumulate
from typing import Literal, NamedTuple

from hinterland.ingest import Part
from hinterland.pipeline import Input
from hinterland.pipeline.tally import Batch

Stage = Literal["waiting", "opening", "comparing", "placing", "judging"]


class Seen(NamedTuple):
    """What a run is at; of `of` rows, `rows` have gone through this stage."""

    stage: Stage
    rows: int = 0
    of: int = 0


Watch = Callable[[Seen], None]


def unwatched(seen: Seen) -> None:
    """Look away."""


def watched(listing: Input, parts: tuple[Part, ...], watch: Watch) -> Input:
    """Tell `watch` of each part before it is opened; a list is passed over once or, to compare its rows, twice."""
    *starts, every_row = accumulate((part.rows for part in parts), initial=0)
    stages: list[Stage] = ["comparing", "placing"] if listing.named or listing.engaged else ["placing"]
    done = Seen("placing", every_row, every_row)
    ahead = iter([Seen(stage, start, every_row) for stage in stages for start in starts])

    def open_part(part: Part) -> Batch:
        watch(next(ahead, done))
        return listing.open_part(part)

    return replace(listing, open_part=open_part)
