"""Whatever stands in the address of a page, the page opens, before an analysis and after one."""

from urllib.parse import quote

import pytest
from websockets.asyncio.client import connect

from served import serving
from socket_visitor import SocketVisitor, run_apart

PAGES = ("", "data", "explore", "compare", "plan", "report", "help")
# what controls write into addresses, and names of nothing
NAMES = (
    *(
        "level",
        "benchmark",
        "home",
        "covers",
        "tier",
        "platform",
        "niche",
        "market",
        "lang",
        "class",
        "evidence",
        "size",
    ),
    *("country", "sort", "currency", "goal", "upload", "columns", "_", "settings"),
)
VALUES = ("", "zzz", "-1", "NaN", "None", "<script>alert(1)</script>", "{0}", "\u202eabc", "\0", "🦊", "x" * 5_000)
FEW = ("", "<script>alert(1)</script>")


@pytest.fixture(scope="module")
def address():
    with serving() as (served_address, _):
        yield served_address


async def open_pages(address, values, *, demo):
    mistakes = {}
    stream = address.replace("http", "ws") + "/_stcore/stream"
    async with connect(stream, subprotocols=["streamlit"], max_size=None, origin=address) as connection:
        visitor = SocketVisitor(connection)
        await visitor.open()
        if demo:
            await visitor.press("Open demo (synthetic list)")
        for page in PAGES:
            for value in values:
                query = "&".join(f"{name}={quote(value)}" for name in NAMES)
                for hostile in (query, f"{query}&{query}", quote(value)):
                    await visitor.open(page, hostile)
                if visitor.mistakes:
                    mistakes[page, value] = visitor.mistakes[:]
                    visitor.mistakes.clear()
    return mistakes


@pytest.mark.parametrize("demo", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("values", [FEW, pytest.param(VALUES, marks=pytest.mark.long)], ids=["few", "all"])
def test_no_address_breaks_a_page(address, values, demo):
    assert run_apart(open_pages(address, values, demo=demo)) == {}
