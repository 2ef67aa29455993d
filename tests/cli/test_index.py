"""``flask index``: what it says of a search that is not as it should be."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock
from flask import Flask

from search.engine import SearchEngine
from search.guarded import Guarded
from search.hashing import HashingEmbedder
from search.publishing import LOCK_NAME
from settings import Settings


def test_X04_status_tries_the_model(app: Flask, settings: Settings) -> None:
    """A model that opens but cannot encode is told by the command, and then by ``/readyz``."""

    class Broken(HashingEmbedder):
        def encode(self, texts: Sequence[str]) -> np.ndarray:
            raise RuntimeError(f"no memory for {len(texts)}")

    services = app.extensions["dawen"]
    engine = SearchEngine(services.database, settings.index_dir, Guarded(Broken()))
    assert ("hybrid", "") == (engine.state().mode, engine.state().reason)
    app.extensions["dawen"] = replace(services, engine=engine)
    told = app.test_cli_runner().invoke(args=["index", "status", "--json"])
    said = json.loads(told.stdout)
    assert (1, "lexical", "the model failed: no memory for 1") == (
        told.exit_code,
        said["mode"],
        said["reason"],
    )
    assert {"status": "ready", "search": "lexical"} == app.test_client().get("/readyz").json


def test_a_content_folder_that_is_not_mounted_fails_the_build(
    make_app: Callable[..., Flask], tmp_path: Path
) -> None:
    """It says what to do, and every page stays."""
    (tmp_path / "empty").mkdir()
    app = make_app(content_dir=tmp_path / "empty")
    built = app.test_cli_runner().invoke(args=["index", "build"])
    assert 1 == built.exit_code
    assert "nothing was removed: mount it" in built.output
    assert 200 == app.test_client().get("/faq/track-parcel").status_code


def test_status_of_a_sound_search(app: Flask) -> None:
    """Nothing is wrong: the command ends with 0."""
    told = app.test_cli_runner().invoke(args=["index", "status"])
    assert (0, True) == (told.exit_code, "nothing is wrong" in told.output)


@pytest.mark.parametrize("more", [[], ["--json"]])
def test_X05_a_build_that_never_gets_its_turn_says_so(
    app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch, more: list[str]
) -> None:
    """While another publication goes on: one line of what to do, no trace, and status 1."""
    monkeypatch.setattr("search.publishing.LOCK_WAIT_SECONDS", 0.05)
    with FileLock(settings.index_dir / LOCK_NAME):
        told = app.test_cli_runner().invoke(args=["index", "build", *more])
    assert (1, True) == (told.exit_code, isinstance(told.exception, SystemExit))
    assert "Error: another publication goes on; publish again later\n" == told.stderr
