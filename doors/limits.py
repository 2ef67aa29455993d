"""How much one asker, and all together, may ask of the search.

Rates are counted in the memory of each process, per person or per address (an IPv6 network
of 64 bits counts as one). Searches at the same time are bounded; who waits too long is told so.
"""

import ipaddress
import time
from collections.abc import Iterable
from threading import BoundedSemaphore
from typing import Any, NoReturn

from flask import Flask, current_app, g, request
from flask_limiter import Limiter, RequestLimit
from werkzeug.exceptions import ServiceUnavailable, TooManyRequests

from doors.viewer import viewer

SEARCHES_AT_ONCE = 4
WAIT_SECONDS = 2.0
RETRY_SECONDS = 2


def init_app(
    app: Flask, *, searches: Iterable[str], forms: Iterable[str], signals: Iterable[str]
) -> None:
    """Limit the views that search, those whose form (POST) stores something unasked, and those
    that say what was done with a search: nobody says more of searches than they may make."""
    limiter = Limiter(asker_key, app=app, storage_uri="memory://", on_breach=_refuse)
    search = limiter.shared_limit(lambda: current_app.config["RATE_LIMIT_SEARCH"], "search")
    signal = limiter.shared_limit(lambda: current_app.config["RATE_LIMIT_SEARCH"], "signal")
    form = limiter.shared_limit(
        lambda: current_app.config["RATE_LIMIT_FORMS"], "form", methods=["POST"]
    )
    searching = frozenset(searches)
    views: dict[str, Any] = app.view_functions
    views.update({endpoint: search(views[endpoint]) for endpoint in searching})
    views.update({endpoint: form(views[endpoint]) for endpoint in forms})
    views.update({endpoint: signal(views[endpoint]) for endpoint in signals})
    _bound(app, searching)


def client_address() -> str:
    """The address that asks; of IPv6 the network that one customer usually has."""
    try:
        address = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def asker_key() -> str:
    """Whom a limit counts for: the person, else the address."""
    person = viewer().person
    return f"person:{person.id}" if person else f"address:{client_address()}"


def _refuse(limit: RequestLimit) -> NoReturn:
    raise TooManyRequests(retry_after=max(1, round(limit.reset_at - time.time())))


def _bound(app: Flask, searching: frozenset[str]) -> None:
    slots = BoundedSemaphore(SEARCHES_AT_ONCE)

    @app.before_request
    def enter() -> None:
        if request.endpoint not in searching:
            return
        if not slots.acquire(timeout=WAIT_SECONDS):
            raise ServiceUnavailable(retry_after=RETRY_SECONDS)
        g.search_slot = slots

    @app.teardown_request
    def leave(_error: BaseException | None) -> None:
        slot = g.pop("search_slot", None)
        if slot is not None:
            slot.release()
