"""Which platform a list is of that has no column for it: its columns or its file's name may show it."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from hinterland.ingest.header_names import tokenize_header

IN_HEADERS: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("instagram", "ig", "insta"), "instagram"),
        **dict.fromkeys(("tiktok", "tt"), "tiktok"),
        **dict.fromkeys(("youtube", "yt", "youtuber"), "youtube"),
        **dict.fromkeys(("twitter", "tweets"), "x"),
        **dict.fromkeys(("facebook", "fb"), "facebook"),
        **{name: name for name in ("twitch", "pinterest", "snapchat", "github", "threads")},
    }
)
# in the name of a file two letters may be anything
IN_FILE_NAMES: Mapping[str, str] = MappingProxyType(
    {
        **{word: name for word, name in IN_HEADERS.items() if len(word) > 2},  # noqa: PLR2004 - see above
        **dict.fromkeys(("instagrammers", "instagramers"), "instagram"),
        **dict.fromkeys(("tiktokers", "tiktoker"), "tiktok"),
        **dict.fromkeys(("youtubers",), "youtube"),
    }
)
# subscribers there are elsewhere, too, but not of channels with videos
SUBSCRIBERS, OF_VIDEOS = "subscribers", frozenset(("uploads", "video views", "videos", "video count", "channel type"))


def recognise_platform(file: str, columns: Iterable[str], people: Iterable[str]) -> str:
    """Name the only platform a table shows to be of, "" if it shows none or several.

    Parameters
    ----------
    columns
        All headers.
    people
        Headers of the columns of handles and followers: what else a table links to is not what it is a list of.
    """
    headers = [_platform_words(header) for header in people]
    platforms = {IN_HEADERS[word] for header in headers for word in header.split() if word in IN_HEADERS}
    if not platforms and SUBSCRIBERS in headers and not OF_VIDEOS.isdisjoint(map(tokenize_header, columns)):
        platforms = {"youtube"}
    if not platforms:
        platforms = {IN_FILE_NAMES[word] for word in _platform_words(file).split() if word in IN_FILE_NAMES}
    return platforms.pop() if len(platforms) == 1 else ""


def _platform_words(text: str) -> str:
    """Split a text into words, but no platform's own name: "TikTok" has two capitals."""
    plain = tokenize_header(text)
    for name in ("tiktok", "youtube", "github"):
        plain = plain.replace(f"{name[:3]} {name[3:]}", name)
    return plain
