"""The real site in processes of its own, and a real browser that watches what the pages do."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.e2e.pages import WIDE, OpenPage

ROOT = Path(__file__).resolve().parent.parent.parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    "--no-sandbox",
)
START_SECONDS = 120
# by its own name headless Chromium counts as a program, whose searches are no misses
PERSON = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/156.0 Safari/537.36"
_LINK = re.compile(r"http://\S+/sign-in/link/\S+")


@dataclass(frozen=True, slots=True)
class Server:
    """A running site: its address, its entries, and the command line of its machine."""

    address: str
    content: Path
    environment: dict[str, str]
    editor_link: str

    def flask(self, *words: str) -> str:
        """Run a command of ``flask`` beside the server; its output."""
        command = [sys.executable, "-m", "flask", *words]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, text=True, capture_output=True, check=False
        )
        assert 0 == done.returncode, done.stderr
        return done.stdout

    def link_for(self, email: str) -> str:
        """A new one-time link for a person, at this server's address."""
        found = re.search(r"/sign-in/link/\S+", self.flask("users", "link", email))
        assert found
        return self.address + found[0]


@dataclass
class Watch:
    """What a page did that it should not: errors in the console, requests to elsewhere."""

    address: str
    faults: list[str] = field(default_factory=list)

    def follow(self, page: Page) -> None:
        """Listen to the page from now on."""
        page.on("console", self._note_console)
        page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        page.on("request", lambda request: self._note_request(request.url))

    def _note_console(self, message: object) -> None:
        kind, text = message.type, message.text  # type: ignore[attr-defined]
        # a refused form or an unknown page is an answer, not a fault of the page
        if kind == "error" and "the server responded with a status of 4" not in text:
            self.faults.append(f"console: {text}")

    def _note_request(self, url: str) -> None:
        if not url.startswith((self.address, "data:", "blob:", "about:")):
            self.faults.append(f"external: {url}")


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The site on a copy of the shipped content, with the shipped model, on a free port."""
    folder = tmp_path_factory.mktemp("site")
    content = folder / "content"
    shutil.copytree(ROOT / "content", content)
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("DAWEN_")},
        "DAWEN_CONTENT_DIR": str(content),
        "DAWEN_VAR_DIR": str(folder / "var"),
        # letters could be sent, so that the form asks for an address; none is
        "DAWEN_SMTP_HOST": "mail.shop.example",
        "DAWEN_SMTP_FROM": "help@shop.example",
        "DAWEN_SITE_URL": "https://help.shop.example",
        "PYTHONUNBUFFERED": "1",
    }
    for words in (("db", "upgrade"), ("index", "build")):
        command = [sys.executable, "-m", "flask", *words]
        subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
    with serving(folder / "server.log", content, environment) as running:
        yield running


@contextmanager
def serving(log: Path, content: Path, environment: dict[str, str]) -> Iterator[Server]:
    """``flask serve`` until the block ends; what it prints goes to ``log``."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "flask", "serve", "--port", str(port)]
    with log.open("w") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            wait_until_ready(address, process, log)
            found = _LINK.search(log.read_text("utf-8"))
            assert found, log.read_text("utf-8")
            yield Server(address, content, environment, found[0])
        finally:
            process.terminate()
            process.wait(30)


def free_port() -> int:
    """A port that nothing listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_ready(address: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    """Ask ``/readyz`` until it answers 200; fails with the server's own words."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urlopen(f"{address}/readyz", timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.2)
    pytest.fail(f"the site did not start:\n{log.read_text('utf-8')}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, without a window."""
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        pytest.fail("No Chromium. On Debian or Ubuntu: sudo apt install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture
def open_page(server: Server, browser: Browser) -> Iterator[OpenPage]:
    """Open a browser window of its own; at the end no page may have misbehaved."""
    watch = Watch(server.address)
    contexts: list[BrowserContext] = []

    def open_page(*, lang: str = "en", width: int = WIDE, javascript: bool = True) -> Page:
        context = browser.new_context(
            base_url=server.address,
            locale="zh-CN" if lang == "zh" else "en-GB",
            viewport={"width": width, "height": 844},
            java_script_enabled=javascript,
            user_agent=PERSON,
            permissions=["clipboard-read", "clipboard-write"],
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        watch.follow(page)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert [] == watch.faults
