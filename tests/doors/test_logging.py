"""The log: JSON, one line per request, without what was asked."""

import json
from collections.abc import Callable

import pytest
from flask import Flask

SECRET = "kestrel7canary"


@pytest.fixture
def logging_app(make_app: Callable[..., Flask]) -> Flask:
    """The application with the log level that ships."""
    return make_app(log_level="INFO")


def lines(captured: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    """The log lines since the last look."""
    return [json.loads(line) for line in captured.readouterr().err.splitlines()]


def test_O01_a_request_is_one_line_without_its_query(
    logging_app: Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    """The line names the view, status and time; query, address and browser are not in it."""
    client = logging_app.test_client()
    agent = f'{SECRET}"\n\x1b[31m{{"level": "error"}}'.replace("\n", " ")
    for path in (f"/search?q={SECRET}", f"/faq/{SECRET}", f"/{SECRET}%0d%0a{SECRET}",
                 f"/api/v1/search?q={SECRET}", f"/suggest?q={SECRET}"):  # fmt: skip
        client.get(path, headers={"User-Agent": agent, "Referer": f"http://x/{SECRET}"})
    text = capsys.readouterr().err
    requests = [json.loads(line) for line in text.splitlines()]
    requests = [line for line in requests if line["event"] == "request"]
    assert 5 == len(requests)
    assert ["web.search", "web.entry"] == [line["endpoint"] for line in requests[:2]]
    assert {"method", "endpoint", "status", "ms", "request_id", "timestamp"} <= set(requests[0])
    assert SECRET not in text
    assert "\x1b" not in text


def test_O01_an_odd_method_makes_no_second_line(
    logging_app: Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    """Control characters from outside cannot forge a line."""
    logging_app.test_client().open("/", method="GET\r\n{}")
    assert 1 == len(lines(capsys))


def test_O01_failures_are_logged_with_their_request(
    logging_app: Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    """A failure's line has the trace and the same request id as the request's line."""
    logging_app.view_functions["web.home"] = lambda: 1 / 0
    answer = logging_app.test_client().get("/")
    failure, request = lines(capsys)
    assert "ZeroDivisionError" in str(failure["exception"])
    assert request["request_id"] == failure["request_id"]
    assert str(request["request_id"]) in answer.text


def test_A09_secret_part_of_a_link_is_not_logged(
    logging_app: Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    """The address of a sign-in link does not get into the log."""
    logging_app.test_client().get(f"/sign-in/link/{SECRET}")
    assert SECRET not in capsys.readouterr().err
