"""``create_app``: joins the parts of Dawen, and nothing else. Nobody imports this module."""

import hmac
import os
import time
from collections.abc import Callable
from datetime import datetime

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

import accounts.sessions
import accounts.views
import admin
import api
import api.health
import cli
import desk
import web
from database import Database, utc_now
from doors import (
    access,
    addresses,
    assets,
    errors,
    forms,
    headers,
    language,
    limits,
    names,
    redirects,
    schema,
)
from doors import logging as logs
from doors.access import Access, register
from doors.services import Services
from doors.viewer import viewer
from insights.log import SearchLog
from kb.library import Library
from search.embedder import open_embedder
from search.engine import SearchEngine
from search.publishing import Publisher
from settings import Settings


def create_app(
    settings: Settings | None = None, *, clock: Callable[[], datetime] = utc_now
) -> Flask:
    """The application. Reads no entry, no index and no model before they are asked for.

    ``clock`` tells its parts the present moment, aware.
    """
    settings = settings or cli.settings_or_exit()
    keep_time(settings.time_zone)
    logs.configure(settings.log_level)
    app = Flask("dawen", root_path=str(settings.root))
    app.config.from_mapping(settings.for_flask())
    app.extensions["dawen"] = services = join(settings, clock)
    app.extensions["settings"] = settings
    if settings.proxy_count:
        believe_proxies(app, settings.proxy_count)
    app.jinja_env.globals["viewer"] = viewer
    for part in (logs, language, names, redirects, headers, assets, errors, addresses):
        part.init_app(app)
    schema.init_app(app, services.database)
    accounts.sessions.init_app(app, services.database)
    access.init_app(app)
    forms.init_app(app)
    open_doors(app)
    cli.register(app)
    return app


def keep_time(zone: str) -> None:
    """Let clocks and days on the pages be those of the shop, wherever the server stands.

    Windows has one clock for all programs: there the system's stays.
    """
    if zone and hasattr(time, "tzset"):
        os.environ["TZ"] = zone
        time.tzset()


def open_doors(app: Flask) -> None:
    """Who may enter where, and what is asked how often: the whole policy in one list."""
    register(app, api.health.blueprint, access=Access.ANYONE)
    register(app, web.blueprint, access=Access.ANYONE)
    register(app, desk.blueprint, access=Access.AGENT)
    register(app, admin.blueprint, access=Access.EDITOR)
    register(app, api.blueprint, access=Access.ANYONE)
    register(
        app,
        accounts.views.blueprint,
        access=Access.ANYONE,
        but={"account": Access.CUSTOMER, "change_password": Access.CUSTOMER},
    )
    limits.init_app(
        app,
        searches=("web.search", "web.suggest", "desk.home", "api.search", "admin.bench"),
        forms=("accounts.register", "web.ask", "web.helpful"),
        signals=("web.none_of_these", "api.feedback"),
    )


def join(settings: Settings, clock: Callable[[], datetime]) -> Services:
    """The parts that every door is handed."""
    database = Database(settings.database_address)
    library = Library(settings.content_dir)
    embedder = open_embedder(settings.embedding_model, threads=settings.encoder_threads)
    log_key = hmac.digest(settings.signing_key().encode(), b"search log", "sha256").hex()
    return Services(
        database=database,
        library=library,
        shop=library.shop(),
        engine=SearchEngine(
            database,
            settings.index_dir,
            embedder,
            answer_floor=settings.answer_floor,
            suggest_floor=settings.suggest_floor,
            wrong_answer_share=settings.wrong_answer_share,
            clock=clock,
        ),
        publisher=Publisher(database, library, settings.index_dir, embedder),
        log=SearchLog(database, log_key, clock=clock),
        clock=clock,
    )


def believe_proxies(app: Flask, count: int) -> None:
    """Believe what that many proxies in front say of the client; without, nothing is believed."""
    fixed = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)
    app.wsgi_app = fixed  # type: ignore[method-assign]
