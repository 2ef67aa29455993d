"""How long the server waits: for a client, and for itself when it stops.

Slow clients must not hold its few threads (trust Q06).

gunicorn waits for the rest of a request without end, so that a handful of connections, each with
half a form, would take every thread. Here each request has to arrive within ``READ_SECONDS`` in
all, and each part of an answer to be taken within ``WRITE_SECONDS``; else the connection is cut.

An interpreter that exits while the encoder starts threads of its own is aborted, so a worker that
stops waits for what it is loading. Ctrl+C reaches it twice, from the terminal and from gunicorn's
master, and the second one must not break off the wait; the master ends it where it takes too long.
"""

import errno
import socket
from threading import Thread
from time import monotonic
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

READ_SECONDS = 10.0
WRITE_SECONDS = 30.0


class PatientSocket(socket.socket):
    """A client's connection whose patience ends; to the server it then looks hung up."""

    until = float("inf")

    def expect_request(self) -> None:
        """From now on a whole request has to arrive in time."""
        self.until = monotonic() + READ_SECONDS

    def recv(self, *args: Any) -> bytes:
        """The next bytes; none when time is up, as when the client had hung up."""
        asked = self.gettimeout()
        left = max(0.001, self.until - monotonic())
        self.settimeout(left if asked is None else min(asked, left))
        try:
            return super().recv(*args)
        except TimeoutError:
            if asked is not None:
                raise
            return b""
        finally:
            self.settimeout(asked)

    def sendall(self, *args: Any) -> None:
        """Send, or count the client as gone when it takes nothing for too long."""
        self.settimeout(WRITE_SECONDS)
        try:
            super().sendall(*args)
        except TimeoutError:
            raise BrokenPipeError(errno.EPIPE, "the client takes nothing") from None


class PatientWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn's worker with threads, on connections whose patience ends.

    ``warming`` is the thread that loads what the first requests need.
    """

    warming: Thread | None = None
    leaving = False

    def handle(self, conn: TConn) -> Any:
        """See ``ThreadWorker.handle``."""
        if not isinstance(conn.sock, PatientSocket):
            conn.sock = PatientSocket(fileno=conn.sock.detach())
        conn.sock.expect_request()
        return super().handle(conn)

    def handle_quit(self, sig: int, frame: Any) -> None:
        """Leave at once, and once only."""
        if not self.leaving:
            self.leaving = True
            super().handle_quit(sig, frame)

    def finish_warming(self) -> None:
        """Wait until nothing is being loaded any more."""
        self.leaving = True
        if self.warming is not None:
            self.warming.join()
