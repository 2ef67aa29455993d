"""``flask serve``: the real server starts, tells its address, refuses bad requests and drains."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from urllib.request import urlopen

import pytest
from flask.testing import FlaskCliRunner

from accounts import people
from accounts.roles import Role
from database import Database
from settings import ROOT, Settings

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="gunicorn needs fork")
WAIT_SECONDS = 40.0


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def server(settings: Settings) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """The running server and its port."""
    port = free_port()
    environment = {
        **os.environ,
        "DAWEN_CONTENT_DIR": str(settings.content_dir),
        "DAWEN_VAR_DIR": str(settings.var_dir),
        "DAWEN_DATABASE_URL": settings.database_url,
        "DAWEN_EMBEDDING_MODEL": "hashing",
        "PYTHONUNBUFFERED": "1",
    }
    command = [sys.executable, "-m", "flask", "serve", "--port", str(port), "--workers", "1"]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            wait_for(process, port)
            yield process, port
        finally:
            process.kill()


def wait_for(process: subprocess.Popen[str], port: int) -> None:
    """Wait until the server answers."""
    end = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1) as answer:
                assert 200 == answer.status
                return
        except OSError:
            time.sleep(0.05)
    raise AssertionError("the server did not start")


def exchange(port: int, request: bytes) -> bytes:
    """Send bytes as they are and return the first bytes of the answer."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(request)
        return connection.recv(4096)


def test_X16_server_greets_refuses_and_drains(server: tuple[subprocess.Popen[str], int]) -> None:
    """It prints a working link; H03: ambiguous requests are refused; SIGTERM lets one finish."""
    process, port = server
    head = b"POST /sign-out HTTP/1.1\r\nHost: x\r\n"
    for ambiguous in (
        b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
        b"Transfer-Encoding: nonsense\r\n\r\n0\r\n\r\n",
    ):
        status = int(exchange(port, head + ambiguous).split(b" ", 2)[1])
        assert 400 <= status <= 501
    assert b"gunicorn" not in exchange(port, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").lower()
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(
            b"POST /api/v1/feedback HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            b"Content-Length: 2\r\n\r\n{"
        )
        time.sleep(0.3)
        process.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        connection.sendall(b"}")
        assert connection.recv(100).startswith(b"HTTP/1.1 4")
    assert process.stdout is not None
    printed = process.stdout.read()
    assert 0 == process.wait(WAIT_SECONDS)
    assert f"http://127.0.0.1:{port}" in printed
    assert re.search(r"/sign-in/link/[\w-]{43}", printed)


SLOW_TO_LOAD = """
import time
from types import SimpleNamespace
from flask import Flask
from cli.serve import _run_gunicorn

class Engine:
    def warm(self):
        print("loading", flush=True)
        time.sleep(1.5)
        print("loaded", flush=True)

app = Flask("slow")
app.extensions["dawen"] = SimpleNamespace(engine=Engine())
_run_gunicorn(app, "127.0.0.1", PORT, 1, 2, lambda: None)
"""


@pytest.mark.parametrize("how", ["SIGTERM", "Ctrl+C", "Ctrl+C twice"])
def test_X16_a_stopping_worker_waits_for_what_it_loads(how: str) -> None:
    """An exit amid it aborts the threads of the encoder, aloud; Ctrl+C reaches all processes."""
    with subprocess.Popen(
        [sys.executable, "-c", SLOW_TO_LOAD.replace("PORT", str(free_port()))],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        assert "loading\n" == process.stdout.readline()
        if how == "SIGTERM":
            process.send_signal(signal.SIGTERM)
        else:
            os.killpg(process.pid, signal.SIGINT)
        if how == "Ctrl+C twice":
            time.sleep(0.4)
            os.killpg(process.pid, signal.SIGINT)
        printed, said = process.communicate(timeout=WAIT_SECONDS)
    assert (0, "loaded\n", "") == (process.returncode, printed, said)


@pytest.mark.load
def test_Q06_slow_clients_do_not_hold_the_server(
    server: tuple[subprocess.Popen[str], int],
) -> None:
    """With half a form from more clients than there are threads, pages come back in seconds."""
    from cli.patience import READ_SECONDS

    _, port = server
    half = (
        b"POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 999\r\n"
        b"Content-Type: application/x-www-form-urlencoded\r\n\r\na="
    )
    with ExitStack() as opened:
        for _number in range(12):
            client = socket.create_connection(("127.0.0.1", port), timeout=5)
            opened.enter_context(client).sendall(half)
        time.sleep(0.2)
        with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2 * READ_SECONDS + 5) as answer:
            assert 200 == answer.status


def test_A13_proxy_headers_of_a_client_are_not_believed_by_the_server(
    server: tuple[subprocess.Popen[str], int],
) -> None:
    """Neither scheme nor mount point of the site can be chosen by who asks."""
    _, port = server
    for header in (b"SCRIPT_NAME: /elsewhere", b"X-Forwarded-Proto: https"):
        request = b"GET /robots.txt HTTP/1.1\r\nHost: shop.example\r\n" + header + b"\r\n\r\n"
        answer = exchange(port, request)
        assert answer.startswith(b"HTTP/1.1 200 "), header
        assert b"https://" not in answer
        assert b"elsewhere" not in answer


def test_a_patient_socket_gives_up() -> None:
    """Time is counted over the whole request, however often a byte trickles in."""
    from cli.patience import PatientSocket

    ours, theirs = socket.socketpair()
    with PatientSocket(fileno=ours.detach()) as patient, theirs:
        patient.until = time.monotonic() + 0.3
        theirs.sendall(b"a")
        assert b"a" == patient.recv(10)
        assert b"" == patient.recv(10)
        theirs.sendall(b"b")
        patient.expect_request()
        assert b"b" == patient.recv(10)


def test_busy_port_is_refused_with_words(runner: FlaskCliRunner) -> None:
    """Where somebody listens already, the command says so and how to choose another port."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        result = runner.invoke(args=["serve", "--port", port])
    assert 1 == result.exit_code
    assert port in result.output
    assert "--port" in result.output


def test_link_is_for_an_editor_only_where_there_is_none(
    database: Database, make_person: Callable[..., object]
) -> None:
    """The first start makes an editor; with an editor of one's own no second door is opened."""
    from cli.serve import LOCAL_EDITOR, editor_link

    make_person("editor")
    assert "" == editor_link(database)
    with database.session() as session:
        people.set_disabled(session, "editor@example.com")
    assert editor_link(database).startswith("/sign-in/link/")
    with database.session() as session:
        person = people.find(session, LOCAL_EDITOR)
        assert person is not None
        assert (Role.EDITOR, False) == (person.role, person.has_password)
        people.set_disabled(session, LOCAL_EDITOR)
    assert "" == editor_link(database)


def test_no_link_signs_a_customer_in_as_an_editor(
    database: Database, make_person: Callable[..., object]
) -> None:
    """Whoever has the editor's local address without being one gets no link of an editor."""
    from cli.serve import LOCAL_EDITOR, editor_link

    make_person("customer", LOCAL_EDITOR)
    assert "" == editor_link(database)
