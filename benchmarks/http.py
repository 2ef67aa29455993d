"""How fast the real server answers a search, publishes an entry and starts.

Starts ``flask serve`` (gunicorn) on a copy of the content with a folder of its own, asks distinct
judged questions one after the other over one kept connection, and prints median and p95 in
milliseconds of each address. Nothing of the checkout's own ``var/`` is touched.
"""

import argparse
import http.client
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, perf_counter, sleep
from urllib.parse import quote

ROOT = Path(__file__).resolve().parent.parent
QUESTIONS = ROOT / "benchmarks" / "judged" / "queries.jsonl"
ADDRESSES = ("/search?q={}", "/api/v1/search?q={}")
START_SECONDS = 120.0
PROBE = """---
question: {word} 是什么？
disclosure: public
status: published
---
这是一个测速用的条目。
"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m benchmarks.http")
    parser.add_argument("--port", type=int, default=8102)
    parser.add_argument("--questions", type=int, default=300, help="distinct questions to ask")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--model", default="", help="model folder; default: the one that ships")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="dawen-http-") as folder:
        measured = measure(Path(folder), options)
    print(json.dumps(measured, indent=1) if options.json else table(measured))


def measure(folder: Path, options: argparse.Namespace) -> dict[str, float]:
    """All figures: milliseconds per address, seconds for build, start and publication."""
    content = folder / "content"
    shutil.copytree(ROOT / "content", content)
    environment = {
        **os.environ,
        "DAWEN_VAR_DIR": str(folder / "var"),
        "DAWEN_CONTENT_DIR": str(content),
        "DAWEN_RATE_LIMIT_SEARCH": "1000000 per minute",
    }
    if options.model:
        environment["DAWEN_EMBEDDING_MODEL"] = options.model
    flask(environment, "db", "upgrade")
    measured = {"first build s": timed(environment, "index", "build")}
    measured["second build s"] = timed(environment, "index", "build")
    with server(environment, port=options.port, workers=options.workers) as started:
        measured["start s"] = started
        for address in ADDRESSES:
            measured |= figures(address, ask(options.port, address, questions(options.questions)))
        measured["publication s"] = publication(environment, content, port=options.port)
    return measured


def flask(environment: Mapping[str, str], *command: str) -> None:
    """Run a command of the site."""
    subprocess.run(
        [sys.executable, "-m", "flask", *command],
        cwd=ROOT,
        env=environment,
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def timed(environment: Mapping[str, str], *command: str) -> float:
    """Seconds that a command of the site takes."""
    begun = monotonic()
    flask(environment, *command)
    return round(monotonic() - begun, 2)


@contextmanager
def server(environment: Mapping[str, str], *, port: int, workers: int) -> Iterator[float]:
    """The site on its real server; gives the seconds until it was ready."""
    begun = monotonic()
    command = ["serve", "--port", str(port), "--workers", str(workers), "--no-link"]
    process = subprocess.Popen(
        [sys.executable, "-m", "flask", *command],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while monotonic() - begun < START_SECONDS and not is_ready(port):
            if process.poll() is not None:
                raise SystemExit("the server did not start; is the port free?")
            sleep(0.05)
        yield round(monotonic() - begun, 2)
    finally:
        process.terminate()
        process.wait(30)


def is_ready(port: int) -> bool:
    """Whether ``/readyz`` answers 200."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def questions(count: int) -> list[str]:
    """The first distinct judged questions."""
    lines = QUESTIONS.read_text("utf-8").splitlines()
    distinct = dict.fromkeys(json.loads(line)["q"] for line in lines)
    return list(distinct)[:count]


def ask(port: int, address: str, texts: Sequence[str]) -> list[float]:
    """Milliseconds of each question, asked one after the other."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    spent: list[float] = []
    for text in texts:
        begun = perf_counter()
        connection.request("GET", address.format(quote(text)), headers={"Accept-Language": "zh"})
        response = connection.getresponse()
        response.read()
        spent.append((perf_counter() - begun) * 1000.0)
        if response.status != 200:
            raise SystemExit(f"{address} answered {response.status}")
    connection.close()
    return spent


def figures(address: str, spent: Sequence[float]) -> dict[str, float]:
    """Median and p95 of the milliseconds."""
    path = address.partition("?")[0]
    return {
        f"{path} median ms": round(statistics.median(spent), 1),
        f"{path} p95 ms": round(statistics.quantiles(spent, n=20)[-1], 1),
    }


def publication(environment: Mapping[str, str], content: Path, *, port: int) -> float:
    """Seconds from the start of a publication to the first search that finds the new entry."""
    from database import Database
    from kb.library import Library
    from search.embedder import open_embedder
    from search.publishing import Publisher
    from settings import Settings

    var_dir = Path(environment["DAWEN_VAR_DIR"])
    database = Database(f"sqlite:///{var_dir / 'dawen.db'}")
    model = environment.get("DAWEN_EMBEDDING_MODEL", Settings().embedding_model)
    embedder = open_embedder(model)
    embedder.encode(["warm"])
    publisher = Publisher(database, Library(content), var_dir / "index", embedder)
    publisher.publish()
    word = "qwertzuiop"
    topic = next(path for path in sorted(content.iterdir()) if path.is_dir())
    (topic / "speed-probe.zh.md").write_text(PROBE.format(word=word), "utf-8")
    begun = monotonic()
    publisher.publish()
    while "speed-probe" not in answer(port, word):
        if monotonic() - begun > START_SECONDS:
            raise SystemExit("the new entry was never found")
        sleep(0.01)
    database.close()
    return round(monotonic() - begun, 2)


def answer(port: int, text: str) -> str:
    """What the API says to a question."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", f"/api/v1/search?q={quote(text)}")
    body = connection.getresponse().read().decode()
    connection.close()
    return body


def table(measured: Mapping[str, float]) -> str:
    """The figures, one on a line."""
    return "\n".join(f"{name:32}{value:>10}" for name, value in measured.items())


if __name__ == "__main__":
    main()
