"""``flask serve``: the site on the real server, gunicorn; on Windows waitress.

Refuses to start on a busy port or on a database that does not fit. The engine is warmed in
each worker, after the fork.
"""

import socket
import sys
from collections.abc import Callable
from threading import Thread
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

import migrations
from accounts import links, people
from accounts.roles import Role, may_publish
from database import Database, utc_now
from migrations import SchemaError

LOCAL_EDITOR = "editor@localhost"
GRACE_SECONDS = 20
KEEP_ALIVE_SECONDS = 5
SLOW_CLIENT_SECONDS = 30


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64))
@click.option("--threads", default=8, show_default=True, type=click.IntRange(1, 64))
@click.option("--no-link", is_flag=True, help="Print no link that signs an editor in.")
@with_appcontext
def serve_command(host: str, port: int, workers: int, threads: int, no_link: bool) -> None:
    """Serve the site, and print its address and a link that signs an editor in once."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    database: Database = app.extensions["dawen"].database
    try:
        migrations.require_current(database)
    except SchemaError as error:
        raise click.ClickException(str(error)) from error
    _require_free(host, port)
    greeting = _greeting(host, port, None if no_link else editor_link(database))
    database.close()  # a connection must not be shared with the workers
    run = _run_waitress if sys.platform == "win32" else _run_gunicorn
    run(app, host, port, workers, threads, lambda: click.echo(greeting))


def _require_free(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise click.ClickException(
                f"Cannot listen on {host}:{port}: {error.strerror}. "
                f"Another program may use the port; choose one with --port or PORT=."
            ) from error


def editor_link(database: Database) -> str:
    """The path of a one-time link, or nothing; makes an editor where there is none yet."""
    with database.session() as session:
        editor = people.find(session, LOCAL_EDITOR)
        if editor is None and not people.anyone_with(session, Role.EDITOR, Role.ADMIN):
            editor = people.create(session, LOCAL_EDITOR, role=Role.EDITOR, now=utc_now())
        if editor is None or editor.disabled or not may_publish(editor.role):
            return ""
        return f"/sign-in/link/{links.create(session, editor, now=utc_now())}"


def _greeting(host: str, port: int, path: str | None) -> str:
    name = f"[{host}]" if ":" in host else host
    address = f"http://{name}:{port}"
    lines = [f"Dawen is at {address}"]
    if path:
        lines.append(f"Sign in as an editor, once, within 60 minutes: {address}{path}")
    elif path == "":
        lines.append("For a link that signs somebody in: flask users link EMAIL")
    return "\n".join(["", *lines, "Stop with Ctrl+C.", ""])


def _run_gunicorn(
    app: Flask, host: str, port: int, workers: int, threads: int, ready: Callable[[], None]
) -> None:
    from gunicorn.app.base import BaseApplication
    from gunicorn.http import wsgi

    from cli.patience import PatientWorker

    wsgi.SERVER = "Dawen"  # names no server software; gunicorn has no option for it
    settings: dict[str, Any] = {
        "bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
        "worker_class": PatientWorker,
        "workers": workers,
        "threads": threads,
        "timeout": 60,
        "graceful_timeout": GRACE_SECONDS,
        "keepalive": KEEP_ALIVE_SECONDS,
        "max_requests": 0,
        "limit_request_line": 8190,
        # what a client says of proxies is for `believe_proxies` in app.py, never for the server
        "forwarded_allow_ips": "",
        "loglevel": "error",  # its warnings repeat what malformed requests asked (O01)
        "proc_name": "dawen",
        "when_ready": lambda _server: ready(),
        "post_worker_init": lambda worker: setattr(worker, "warming", _warm(app)),
        "worker_exit": lambda _server, worker: worker.finish_warming(),
    }

    class Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
        def load_config(self) -> None:
            for name, value in settings.items():
                self.cfg.set(name, value)

        def load(self) -> Flask:
            return app

    Server().run()


def _run_waitress(
    app: Flask, host: str, port: int, _workers: int, threads: int, ready: Callable[[], None]
) -> None:
    import waitress

    warming = _warm(app)
    ready()
    try:
        waitress.serve(
            app,
            host=host,
            port=port,
            threads=threads,
            ident=None,
            channel_timeout=SLOW_CLIENT_SECONDS,
            max_request_body_size=app.config["MAX_CONTENT_LENGTH"],
        )
    finally:
        warming.join()  # see cli/patience.py


def _warm(app: Flask) -> Thread:
    """Load index and model beside the first requests, so that no search has to wait for them.

    ``/readyz`` says so meanwhile (``doors.services.warming``).
    """
    from accounts import passwords

    def load() -> None:
        passwords.prepare()
        app.extensions["dawen"].engine.warm()

    thread = Thread(target=load, name="warm", daemon=True)
    app.extensions["warming"] = thread
    thread.start()
    return thread
