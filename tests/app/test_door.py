"""The app answers to its own name and its own pages alone, and asks no address outside."""

import http.client
import os
from urllib.parse import urlsplit

import pytest

from hinterland.app.server import is_own
from served import serving

# a server whose sockets refuse to leave the machine, and write down where they were to go
GUARD = """
import os, socket
connect = socket.socket.connect
def refuse(self, address):
    if self.family != socket.AF_UNIX and str(address[0]) not in ("127.0.0.1", "::1", "localhost"):
        with open(os.environ["OUTSIDE"], "a") as log:
            log.write(f"{address}\\n")
        raise OSError("refused")
    return connect(self, address)
socket.socket.connect = refuse
"""
UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}


@pytest.fixture(scope="module")
def door(tmp_path_factory):
    folder = tmp_path_factory.mktemp("guard")
    (folder / "sitecustomize.py").write_text(GUARD, encoding="utf-8")
    (folder / "outside.txt").touch()
    paths = os.pathsep.join([str(folder), *filter(None, [os.environ.get("PYTHONPATH")])])
    with serving(PYTHONPATH=paths, OUTSIDE=str(folder / "outside.txt")) as (address, _):
        yield urlsplit(address).netloc, folder / "outside.txt"


def ask(netloc, path, **headers):
    connection = http.client.HTTPConnection(netloc, timeout=20)
    connection.putrequest("GET", path, skip_host=True)
    for name, value in {"Host": netloc, **headers}.items():
        connection.putheader(name, value)
    connection.endheaders()
    answer = connection.getresponse()
    found = answer.status, answer.headers
    connection.close()
    return found


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "evil.example:8501", "[::2]", "a b"])
def test_another_name_is_refused(door, host):
    assert ask(door[0], "/", Host=host)[0] in (400, 403)


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1", "http://localhost:9999"])
def test_no_session_is_opened_from_another_page_and_nobody_outside_is_asked(door, origin):
    netloc, outside = door
    assert ask(netloc, "/_stcore/stream", Origin=origin, **UPGRADE)[0] == 403
    assert outside.read_text(encoding="utf-8") == ""


def test_its_own_pages_open_a_session(door):
    netloc, _ = door
    assert ask(netloc, "/_stcore/stream", Origin=f"http://{netloc}", **UPGRADE)[0] == 101


@pytest.mark.parametrize(
    ("path", "more"),
    [
        *(("/", {}), ("/_stcore/health", {}), ("/maps/unknown", {}), ("/_stcore/metrics", {})),
        *(("/_stcore/upload_file/a/b", {}), ("/", {"Host": "evil.example"}), ("/", {"Origin": "http://evil.example"})),
    ],
)
def test_every_answer_says_how_it_may_be_shown(door, path, more):
    headers = ask(door[0], path, **more)[1]
    assert any("frame-ancestors 'self'" in policy for policy in headers.get_all("Content-Security-Policy"))
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"


def test_measurements_are_not_open(door):
    assert ask(door[0], "/_stcore/metrics")[0] == 404


def test_a_team_names_its_own_host(monkeypatch):
    assert not is_own("hinterland.example.com", "https://hinterland.example.com")
    monkeypatch.setenv("HINTERLAND_HOSTS", "hinterland.example.com, other.example.com")
    assert is_own("Hinterland.example.com", "https://hinterland.example.com")
    assert is_own("other.example.com:8443", None)
    assert not is_own("other.example.com", "https://hinterland.example.com")
