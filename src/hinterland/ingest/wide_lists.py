"""Wide lists: columns per platform, which become one row per platform; and headers of two rows."""

from collections.abc import Mapping, Sequence
from itertools import accumulate

from hinterland.ingest.header_names import match_header, tokenize_header
from hinterland.ingest.parse.numbers import parse_count

_ALIASES = {
    "instagram": "instagram ig insta",
    "tiktok": "tiktok tt",
    "youtube": "youtube yt",
    "twitter": "twitter x",
    "facebook": "facebook fb",
    "telegram": "telegram tg",
    "weibo": "weibo 微博",
    "xiaohongshu": "xiaohongshu rednote 小红书",
    "douyin": "douyin 抖音",
    "bilibili": "bilibili b站",
}
_PLAIN = "twitch snapchat pinterest linkedin threads bluesky kwai vk github kick likee reddit spotify substack patreon"
PLATFORM_OF = {alias: name for name, aliases in _ALIASES.items() for alias in aliases.split()}
PLATFORM_OF |= {name: name for name in _PLAIN.split()}
LETTER = frozenset(("x",))
# what differs from platform to platform; all else is told once per person
PER_PLATFORM = frozenset(
    (
        *("handle", "profile_url", "followers", "engagement_rate", "engagements", "likes", "comments", "views"),
        *("posts", "following", "growth", "fee", "credible_share", "fake_share"),
    )
)
ACCOUNTS = frozenset(("handle", "profile_url", "followers"))


def split_platform(header: str) -> tuple[str, str]:
    """Part a header such as "TikTok Followers" into the platform and the rest; without one the platform is ""."""
    tokens = tokenize_header(header).split()
    present = {PLATFORM_OF[token] for token in tokens if token in PLATFORM_OF and (token not in LETTER or tokens[1:])}
    if len(present) != 1:
        return "", " ".join(tokens)
    return present.pop(), " ".join(token for token in tokens if token not in PLATFORM_OF)


def is_wide(groups: Mapping[str, Mapping[str, str]]) -> bool:
    """Say whether columns of two platforms name or count accounts."""
    return sum(not ACCOUNTS.isdisjoint(fields) for fields in groups.values()) > 1


def header_of(rows: Sequence[Sequence[str]], place: int) -> tuple[list[str], int]:
    """Give the names of the columns and the place of the last row of the header.

    A row of labels above or below the header ("Instagram" over "Handle" and "Followers") is joined to it, where more
    columns are understood with it than without.
    """
    header = list(rows[place])
    choices = [(_score(header), 0, header, place)]
    if place > 0 and _are_labels(rows[place - 1], least=1):
        joined = _join_header_rows(rows[place - 1], header)
        choices.append((_score(joined), -1, joined, place))
    if place + 1 < len(rows) and _are_labels(rows[place + 1], least=2):
        joined = _join_header_rows(header, rows[place + 1])
        choices.append((_score(joined), -2, joined, place + 1))
    _, _, names, last = max(choices, key=lambda choice: choice[:2])
    return names, last


def _join_header_rows(above: Sequence[str], below: Sequence[str]) -> list[str]:
    width = max(len(above), len(below))
    wide = [*above, *[""] * (width - len(above))]
    labels = accumulate(wide, _label_at)
    cells = [*below, *[""] * (width - len(below))]
    pairs = zip(labels, wide, cells, strict=True)
    return [f"{label} {cell}".strip() if cell.strip() else heading for label, heading, cell in pairs]


def _label_at(last: str, label: str) -> str:
    """Let a label hold for the columns after it, as merged cells do."""
    return label if label.strip() else last


def _are_labels(row: Sequence[str], *, least: int) -> bool:
    """Say whether a row may be part of a header: at least so many words that mean something, and no numbers."""
    filled = [cell for cell in row if cell.strip()]
    numbers = any(parse_count(cell).value is not None for cell in filled)
    return not numbers and sum(bool(split_platform(cell)[0] or match_header(cell)) for cell in filled) >= least


def _score(names: Sequence[str]) -> int:
    """Count the different things the columns are understood to tell."""
    parts = [split_platform(name) for name in names]
    return len({(platform, match[0]) for platform, rest in parts if (match := match_header(rest or platform or "-"))})
