"""How fast and how large: shops of several sizes, built, changed and asked, beside others.

`python -m benchmarks speed --sizes 1000 10000` measures each size in processes of its own and keeps
what it found in a folder; `--page` then writes `docs/performance.md` of all sizes found there. What
is there already is not measured again without `--again`; shops are kept, so that a second run takes
minutes.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from time import monotonic
from typing import Any

from tqdm import tqdm

from benchmarks.machine import describe, load
from benchmarks.performance import write
from benchmarks.subjects import ROOT

SIZES = (1_000, 10_000)
STEPS = ("building", "asking", "throughput", "race")
SECONDS = 8.0
START_GRACE_SECONDS = 40.0
RACE_MAX = 10_000
"""Entries up to which the others are asked: some take an hour to build more."""


def main() -> None:
    """Measure what is asked for, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m benchmarks.speed")
    parser.add_argument("--sizes", type=int, nargs="*", default=list(SIZES), help="entries")
    parser.add_argument("--folder", type=Path, default=ROOT / "var" / "speed", help="kept shops")
    parser.add_argument("--questions", type=int, default=300, help="distinct questions asked")
    parser.add_argument("--steps", nargs="*", choices=STEPS, default=list(STEPS))
    parser.add_argument("--again", action="store_true", help="measure again what is known")
    parser.add_argument(
        "--start", action="store_true", help="also start the server of the shipped shop"
    )
    parser.add_argument("--page", action="store_true", help="write docs/performance.md")
    asked = parser.parse_args()
    for size in tqdm(asked.sizes, desc="Sizes", unit="shop"):
        measure_size(asked.folder / str(size), size, asked)
    if asked.start:
        (asked.folder / "start.json").write_text(json.dumps(server_start()), "utf-8")
    if asked.page:
        started = asked.folder / "start.json"
        start = json.loads(started.read_text("utf-8")) if started.exists() else None
        write(ROOT / "docs", describe(), known(asked.folder), start)
    print(json.dumps(known(asked.folder), indent=1))


def measure_size(folder: Path, size: int, asked: argparse.Namespace) -> None:
    """Measure the steps of one size that are not known yet."""
    folder.mkdir(parents=True, exist_ok=True)
    for step in tqdm(asked.steps, desc=f"{size:,} entries", unit="step", leave=False):
        path = folder / f"{step}.json"
        if (path.exists() and not asked.again) or (step == "race" and size > RACE_MAX):
            continue
        path.write_text(json.dumps(measure(step, folder, size, asked.questions), indent=1), "utf-8")


def measure(step: str, folder: Path, size: int, count: int) -> dict[str, Any]:
    """What one step found, in a process of its own."""
    if step == "building":
        vectors = folder.parent / "vectors.npz"
        return program("building", folder, "--size", size, "--vectors", vectors)
    if step == "asking":
        return program("stages", folder, "--questions", count, "--begun", monotonic())
    if step == "race":
        return program("race", folder, "--questions", min(count, 100))
    return {"load": load(), "1": throughput(folder, 1), "2": throughput(folder, 2)}


def program(name: str, *arguments: object) -> Any:
    """Run one of the programs beside this one, and read the JSON that it prints."""
    return json.loads(_start(name, arguments).communicate()[0])


def throughput(folder: Path, workers: int) -> float:
    """Searches per second of so many processes that begin at the same moment."""
    at = monotonic() + START_GRACE_SECONDS
    options = ("--seconds", SECONDS, "--at", at)
    running = [
        _start("stages", (folder, *options, "--worker", worker)) for worker in range(workers)
    ]
    return sum(int(one.communicate()[0]) for one in running) / SECONDS


def server_start() -> float:
    """Seconds until the real server of the shipped shop is ready, its index built before."""
    import os
    from tempfile import TemporaryDirectory

    from benchmarks.http import flask, server

    with TemporaryDirectory(prefix="dawen-start-") as folder:
        environment = {**os.environ, "DAWEN_VAR_DIR": folder}
        flask(environment, "db", "upgrade")
        flask(environment, "index", "build")
        with server(environment, port=8103, workers=2) as started:
            return started


def known(folder: Path) -> dict[int, dict[str, Any]]:
    """What was measured of each size for which everything but the race is known."""
    found: dict[int, dict[str, Any]] = {}
    for place in sorted((one for one in folder.glob("*") if one.name.isdigit()), key=_size):
        parts = {step: place / f"{step}.json" for step in STEPS}
        read = {step: json.loads(path.read_text()) for step, path in parts.items() if path.exists()}
        if set(STEPS[:-1]) <= set(read):
            found[_size(place)] = read
    return found


def _size(place: Path) -> int:
    return int(place.name)


def _start(name: str, arguments: Sequence[object]) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", f"benchmarks.{name}", *map(str, arguments)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)


if __name__ == "__main__":
    main()
