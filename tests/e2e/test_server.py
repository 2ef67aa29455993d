"""The shipped server by raw sockets: what a proxy might let through is refused."""

import socket
from urllib.parse import urlsplit

import pytest

from tests.e2e.conftest import Server

pytestmark = pytest.mark.e2e
BODY = b"0\r\n\r\nGET /admin/ HTTP/1.1\r\nHost: x\r\n\r\n"
SMUGGLED = {
    "both lengths": b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
    "unknown encoding": b"Transfer-Encoding: xchunked\r\n",
    "two lengths": b"Content-Length: 5\r\nContent-Length: 6\r\n",
    "spaced name": b"Transfer-Encoding : chunked\r\n",
    "signed length": b"Content-Length: +5\r\n",
}


@pytest.mark.parametrize("name", SMUGGLED)
def test_H03_a_request_with_two_readings_is_refused(server: Server, name: str) -> None:
    """Requests that two servers could cut differently answer 4xx or 501, and the line closes."""
    where = urlsplit(server.address)
    with socket.create_connection((where.hostname or "", where.port or 0), timeout=10) as line:
        line.sendall(b"POST /ask HTTP/1.1\r\nHost: localhost\r\n" + SMUGGLED[name] + b"\r\n" + BODY)
        answer = b""
        while chunk := line.recv(65_536):
            answer += chunk
    status = answer.split(b" ", 2)[1]
    assert status.startswith(b"4") or status == b"501"
    assert 1 == answer.count(b"HTTP/1.1 ")
