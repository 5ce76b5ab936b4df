"""`hinterland app` from its start to its end, as a shell or a container sees it."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, suppress

import pytest
from websockets.asyncio.client import connect

from paths import ROOT
from served import BASE, answer
from socket_visitor import SocketVisitor, run_apart

PROGRAM = "import sys; from hinterland.cli import main; sys.exit(main())"


@contextmanager
def started(log, command=("-c", PROGRAM, "app"), port_option="--port"):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    health, quiet = BASE.format(port) + "/_stcore/health", os.environ | {"STREAMLIT_SERVER_HEADLESS": "true"}
    with log.open("wb") as stream:
        # a session of its own: what is left of it in the end can be cleared away
        process = subprocess.Popen(
            [sys.executable, *command, port_option, str(port)],
            env=quiet,
            stdout=stream,
            stderr=stream,
            start_new_session=True,
        )
    try:
        assert wait(lambda: answers(health)), log.read_text()
        yield process, health
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)


def answers(address):
    try:
        return answer(address) == 200
    except OSError:
        return False


def wait(happened, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if happened():
            return True
        time.sleep(0.2)
    return False


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_the_server_ends_with_the_command_and_starts_without_warnings(tmp_path, end):
    log = tmp_path / "log"
    with started(log) as (process, health):
        os.kill(process.pid, end)
        assert wait(lambda: process.poll() is not None, 20)
        assert wait(lambda: not answers(health), 5)
    assert_quiet(log.read_text())


def assert_quiet(told):
    assert "now view" in told
    assert not [line for line in told.splitlines() if "WARNING" in line or "No runtime" in line or "Error" in line]


async def look(address):
    stream = address.replace("http", "ws").removesuffix("health") + "stream"
    origin = address.removesuffix("/_stcore/health")
    async with connect(stream, subprotocols=["streamlit"], max_size=None, origin=origin) as connection:
        visitor = SocketVisitor(connection)
        for page in ("", "explore", "help"):
            await visitor.open(page)
        return visitor.mistakes


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize("way", ["checkout", "list"])
def test_however_it_is_started_nothing_is_complained_of_also_when_pages_are_opened(tmp_path, way):
    log, file = tmp_path / "log", tmp_path / "list.csv"
    file.write_text("handle,followers,city,country\nann,1200,Lyon,FR\n", encoding="utf-8")
    ways = {
        "checkout": (("-m", "streamlit", "run", str(ROOT / "app.py")), "--server.port"),
        "list": (("-c", PROGRAM, "app", str(file)), "--port"),
    }
    with started(log, *ways[way]) as (_, health):
        assert run_apart(look(health)) == []
    assert_quiet(log.read_text())
