"""The questions more than one page asks; their answers stand in the address."""

from collections.abc import Mapping, Sequence

import streamlit as st

from hinterland.assumptions import Lens, Level, Settings
from hinterland.sources import Listing
from hinterland.ui import state

LENSES: dict[Lens, str] = {"home": "The same country", "world": "The world"}
LEVELS: dict[Level, str] = {
    "metro": "Metro areas",
    "city": "Cities",
    "region": "Regions",
    "country": "Countries",
    "auto": "Finest the list can decide",
}
FINER = {"city", "location", "longitude", "region"}
COVERS = {
    "auto": "The countries it names",
    "worldwide": "The whole world",
    "listed": "Only the places it names",
}
FIELDS = {
    "location": "Place, any wording",
    "city": "City",
    "region": "Region",
    "country": "Country",
    "followers": "Followers",
    "handle": "Handle",
    "platform": "Platform",
    "creators": "Creators per row",
}
ENCODINGS = ("found by itself", "utf-8", "windows-1252", "iso-8859-1", "utf-16", "cp1251", "shift_jis", "gb18030")
NONE = "(none)"
ALL = "all"
TIERS = (ALL, "nano", "micro", "mid", "macro", "mega")


def ask_settings(listing: Listing) -> Settings:
    """Ask for what needs a new fit; how to read the list stays as it is."""
    boxes = st.columns(4)
    levels: list[Level] = list(LEVELS) if FINER & listing.fields else ["country"]
    level = boxes[0].selectbox(
        "Kind of market", levels, format_func=LEVELS.__getitem__, key="level", bind="query-params"
    )
    covers = boxes[1].selectbox(
        "The list covers",
        list(COVERS),
        format_func=lambda code: COVERS.get(code, code),
        help="Where no creator is listed: is there none, or does the list not look there? Country codes such as US,GB "
        "can be typed too.",
        accept_new_options=True,
        key="covers",
        bind="query-params",
    )
    tier = boxes[2].selectbox(
        "Creators of tier",
        TIERS,
        help="By followers: nano to 10K, micro to 50K, mid to 500K, macro to 1M, mega above.",
        key="tier",
        bind="query-params",
    )
    platforms = (ALL, *state.platforms())
    platform = boxes[3].selectbox("Creators on platform", platforms, key="platform", bind="query-params")
    return state.reading().model_copy(
        update={"level": level, "covers": covers, "tier": _one(tier), "platform": _one(platform)}
    )


def ask_lens() -> Lens:
    """Ask what each market is compared with."""
    lens: Lens | None = st.segmented_control(
        "Compared with",
        list(LENSES),
        format_func=LENSES.__getitem__,
        default="home",
        required=True,
        key="lens",
        bind="query-params",
    )
    return lens or "home"


def ask_encoding() -> Settings:
    """Ask for the encoding of a text file."""
    encoding = st.selectbox("Encoding of text files", ENCODINGS, key=f"encoding {state.digest()}")
    return Settings(encoding=None if encoding == ENCODINGS[0] else encoding)


def ask_columns(columns: Sequence[str], guessed: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Ask which column holds what, where it was misunderstood; (field, column) pairs."""
    boxes = [*st.columns(len(FIELDS) // 2), *st.columns(len(FIELDS) // 2)]
    chosen = []
    for box, (field, label) in zip(boxes, FIELDS.items(), strict=True):
        own = guessed.get(field, NONE)
        options = [own, *(column for column in columns if column != own)]
        # a new list is a new question
        column = box.selectbox(label, options, key=f"{field} {state.digest()}")
        if column != own:
            chosen.append((field, column))
    return tuple(chosen)


def _one(choice: str) -> str | None:
    return None if choice == ALL else choice
