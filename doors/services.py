"""What every door is handed: the open database, library, engine and log of the application."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from threading import Thread
from typing import cast

from flask import current_app

from database import Database, utc_now
from insights.log import SearchLog
from kb.library import Library
from kb.shop import Shop
from search.engine import SearchEngine
from search.publishing import Publisher


@dataclass(frozen=True, slots=True)
class Services:
    """The parts of one application; ``clock`` answers the present moment, aware."""

    database: Database
    library: Library
    engine: SearchEngine
    publisher: Publisher
    log: SearchLog
    shop: Shop
    clock: Callable[[], datetime] = utc_now


def services() -> Services:
    """The parts of the application that answers this request."""
    return cast(Services, current_app.extensions["dawen"])


def warming() -> bool:
    """Whether this process still loads what a search needs: one that comes now waits for it."""
    loading = cast(Thread | None, current_app.extensions.get("warming"))
    return loading is not None and loading.is_alive()
