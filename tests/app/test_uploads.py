"""What a shared app takes from its visitors: nothing from strangers, no more than there is room for, in turn."""

import http.client
import resource
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import ExitStack, asynccontextmanager, contextmanager
from urllib.parse import urlsplit

import pytest
from websockets.asyncio.client import connect

from hinterland.app import jobs, server
from hinterland.app.jobs import Queue, Stopped
from hinterland.errors import InputError
from served import serving
from socket_visitor import SocketVisitor, run_apart

ROWS = b"handle,followers,city,country\n" + b"".join(b"a%d,%d,Berlin,DE\n" % (n, 1_000 + n) for n in range(30))


@pytest.fixture(scope="module")
def open_app():
    with serving() as (address, process):
        yield address, process.pid


@pytest.fixture(scope="module")
def closed_app():
    with serving(HINTERLAND_SIGN_IN="example.org") as (address, _):
        yield address


@asynccontextmanager
async def visit(address):
    stream = address.replace("http", "ws") + "/_stcore/stream"
    async with connect(stream, subprotocols=["streamlit"], max_size=None, origin=address) as connection:
        visitor = SocketVisitor(connection)
        await visitor.open()
        yield visitor


def form(content):
    start = b'--edge\r\nContent-Disposition: form-data; name="f"; filename="list.csv"\r\nContent-Type: text/csv\r\n\r\n'
    return start + content + b"\r\n--edge--\r\n"


def headers_of(address):
    """Give what a browser that has opened the page sends along."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=20)
    connection.request("GET", "/_stcore/health")
    answer = connection.getresponse()
    answer.read()
    cookie = (answer.headers["Set-Cookie"] or "").partition(";")[0]
    connection.close()
    token = {"Cookie": cookie, "X-Xsrftoken": cookie.partition("=")[2]} if cookie else {}
    return {"Content-Type": "multipart/form-data; boundary=edge", **token}


def put(address, session, content=ROWS, *, method="PUT", file_id="file"):
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=20)
    connection.request(method, f"/_stcore/upload_file/{session}/{file_id}", form(content), headers_of(address))
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, text


@contextmanager
def announced(address, session, megabytes, file_id):
    """Say that a file of this size comes, and send none of it."""
    headers = {
        **headers_of(address),
        "Content-Length": str(megabytes * server.MEGABYTE),
        "Host": urlsplit(address).netloc,
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    with socket.create_connection(urlsplit(address).netloc.split(":"), timeout=20) as connection:
        connection.sendall(f"PUT /_stcore/upload_file/{session}/{file_id} HTTP/1.1\r\n{head}\r\n".encode())
        time.sleep(0.3)
        yield connection


@pytest.mark.parametrize("method", ["PUT", "DELETE", "POST", "GET"])
def test_a_session_nobody_opened_brings_nothing(open_app, method):
    assert put(open_app[0], "0" * 36, method=method)[0] == 403


def test_a_visitor_brings_a_list_and_takes_it_back(open_app):
    async def bring():
        async with visit(open_app[0]) as visitor:
            return [put(open_app[0], visitor.session, method=method)[0] for method in ("PUT", "DELETE")]

    assert run_apart(bring()) == [204, 204]


def test_whoever_has_not_signed_in_brings_nothing(closed_app):
    async def bring():
        async with visit(closed_app) as visitor:
            return put(closed_app, visitor.session), visitor.labels

    (status, _), labels = run_apart(bring())
    assert status == 403
    assert labels == {"Sign in"}


def test_what_is_brought_does_not_touch_the_disk(open_app):
    address, pid = open_app

    async def bring():
        async with visit(address) as visitor:
            before = resource.prlimit(pid, resource.RLIMIT_FSIZE, (100_000, resource.RLIM_INFINITY))
            try:
                return put(address, visitor.session, ROWS * 4_000)[0]
            finally:
                resource.prlimit(pid, resource.RLIMIT_FSIZE, before)

    assert run_apart(bring()) == 204


def test_a_visitor_has_so_much_room_and_the_page_says_so(open_app):
    async def bring():
        async with visit(open_app[0]) as visitor:
            with announced(open_app[0], visitor.session, 150, "a"), announced(open_app[0], visitor.session, 150, "b"):
                with announced(open_app[0], visitor.session, 150, "c") as third:
                    answer = third.recv(100).decode()
                await visitor.listen()
            # the room is free again
            return answer, visitor.mistakes, put(open_app[0], visitor.session)[0]

    answer, mistakes, afterwards = run_apart(bring())
    assert " 413 " in answer.splitlines()[0]
    assert len(mistakes) == 1
    assert mistakes[0].startswith("That file was not taken: you can bring 50 files, 400 MB in all.")
    assert afterwards == 204


def test_all_visitors_together_have_so_much_room(open_app):
    async def bring():
        async with visit(open_app[0]) as a, visit(open_app[0]) as b, visit(open_app[0]) as c:
            with ExitStack() as stack:
                for visitor in (a, a, b, b, c):
                    stack.enter_context(announced(open_app[0], visitor.session, 190, str(time.monotonic())))
                with announced(open_app[0], c.session, 190, "last") as last:
                    answer = last.recv(100).decode()
                await c.listen()
                return answer, c.mistakes, put(open_app[0], c.session)[0]

    answer, mistakes, small = run_apart(bring())
    assert " 413 " in answer.splitlines()[0]
    assert "leave no room for it" in mistakes[0]
    assert small == 204


def test_no_more_files_than_a_person_has(open_app):
    async def bring():
        async with visit(open_app[0]) as visitor:
            return [put(open_app[0], visitor.session, file_id=str(n))[0] for n in range(server.MOST_FILES + 2)]

    statuses = run_apart(bring())
    assert statuses == [204] * server.MOST_FILES + [413] * 2


def test_a_file_of_unknown_size_is_not_taken(open_app):
    async def bring():
        async with visit(open_app[0]) as visitor:
            connection = http.client.HTTPConnection(urlsplit(open_app[0]).netloc, timeout=20)
            path, pieces = f"/_stcore/upload_file/{visitor.session}/f", iter([form(ROWS)])
            connection.request("PUT", path, pieces, headers_of(open_app[0]), encode_chunked=True)
            status = connection.getresponse().status
            connection.close()
            return status

    assert run_apart(bring()) == 411


def in_line(queue, owners):
    """Hold the only place, let work of these owners queue up in this order, and give the order it is done in."""
    order, hold, lock = [], threading.Event(), threading.Lock()

    def note(owner):
        with lock:
            order.append(owner)

    first = queue.submit("somebody", hold.wait)
    while queue.free:
        time.sleep(0.01)
    work = []
    for owner in owners:
        before = len(queue)
        work.append(queue.submit(owner, lambda owner=owner: note(owner)))
        while len(queue) == before:
            time.sleep(0.01)
    hold.set()
    wait([first, *work], timeout=20)
    return "".join(order)


def test_a_second_list_waits_for_everybodys_first():
    assert in_line(Queue(1), "aaabc") == "abcaa"


def test_as_many_at_once_as_there_are_places_and_no_more():
    queue, at_once, most, lock = Queue(2), 0, 0, threading.Lock()

    def work():
        nonlocal at_once, most
        with lock:
            at_once += 1
            most = max(most, at_once)
        time.sleep(0.05)
        with lock:
            at_once -= 1

    wait([queue.submit(str(n % 3), work) for n in range(9)], timeout=20)
    assert (most, at_once, queue.free) == (2, 0, 2)


def test_who_gives_up_leaves_the_line_and_who_fails_frees_the_place():
    queue, hold, before = Queue(1), threading.Event(), []
    first = queue.submit("a", hold.wait)

    def give_up(count):
        before.append(count)
        raise Stopped

    given_up = queue.submit("b", list, give_up)
    with pytest.raises(Stopped):
        given_up.result(20)
    hold.set()
    first.result(20)
    with pytest.raises(ZeroDivisionError):
        queue.submit("c", lambda: 1 // 0).result(20)
    assert before == [0]
    assert queue.submit("d", list).result(20) == []


def test_a_line_too_long_is_said(monkeypatch):
    monkeypatch.setattr(jobs, "MOST_WAITING", 2)
    queue, hold = Queue(1), threading.Event()
    with ThreadPoolExecutor(1):
        work = [queue.submit("a", hold.wait)]
        while queue.free:
            time.sleep(0.01)
        work += [queue.submit(owner, list) for owner in "bc"]
        while len(queue) < 2:
            time.sleep(0.01)
        with pytest.raises(InputError, match="try again"):
            queue.submit("d", list).result(20)
        hold.set()
        wait(work, timeout=20)
