"""``flask insights``: what was missed, making use of it, and forgetting what is old."""

import json
import re
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

import click
from flask import current_app

from cli.schema import TablesGroup
from database import Database
from insights.digest import digest
from insights.findings import Finding
from insights.freshness import findings
from insights.judging import forget_reasons
from insights.misses import Miss, missed
from insights.retention import erase_address, purge

insights_group = TablesGroup("insights", help="What people asked and did not find.")

_AGE = re.compile(r"(\d{1,5})d")


class Age(click.ParamType):
    """An age in days, such as ``90d``."""

    name = "age"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> timedelta:
        """The span of time. Fails on anything but whole days."""
        found = _AGE.fullmatch(str(value))
        if found is None:
            self.fail(f"{value!r} is not an age: write days, such as 90d", param, ctx)
        return timedelta(days=int(found[1]))


@insights_group.command("misses")
@click.option("--days", default=7, show_default=True, type=click.IntRange(1, 3650))
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 10_000))
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line.")
def list_misses(days: int, limit: int, as_json: bool) -> None:
    """Print the open misses of the last days, most asked first."""
    now = _now()
    with _database().session() as session:
        found = missed(session, since=now - timedelta(days=days), until=now, limit=limit)
    for miss in found:
        click.echo(_as_json(miss) if as_json else _as_line(miss))
    if not found and not as_json:
        click.echo(f"Nothing was missed in {days} days.")


@insights_group.command("freshness")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line.")
def list_findings(as_json: bool) -> None:
    """Print what may be stale in the published entries; fails where anything is."""
    with _database().session() as session:
        found = findings(session, now=_now())
    for one in found:
        click.echo(_finding_as_json(one) if as_json else _finding_as_line(one))
    if found:
        raise click.exceptions.Exit(1)
    if not as_json:
        click.echo("Everything is fresh.")


@insights_group.command("digest")
@click.option("--again", type=Age(), help="Judge the misses of this age anew, such as 14d.")
def make_digest(again: timedelta | None) -> None:
    """Bring intents, reasons and clusters up to now; for cron, every few minutes."""
    now = _now()
    if again is not None:
        with _database().session() as session:
            forget_reasons(session, since=now - again)
    engine = current_app.extensions["dawen"].engine
    done = digest(_database(), engine=engine, now=now)
    written = ", ".join(f"{count} {name}" for name, count in done.written.items())
    click.echo(f"{written} in {done.seconds:.1f} s.")


@insights_group.command("purge")
@click.option("--older-than", type=Age(), help="Forget what is older, such as 90d.")
@click.option("--address", help="Forget what was left and asked by who has this e-mail address.")
def forget(older_than: timedelta | None, address: str | None) -> None:
    """Delete what was asked long ago, or what one person left and asked."""
    if older_than is None and address is None:
        raise click.UsageError("say what to forget: --older-than 90d or --address a@example.com")
    with _database().session() as session:
        if address is not None:
            erased = erase_address(session, address)
            click.echo(
                f"{erased.questions} questions, {erased.searches} searches and "
                f"{erased.intents} intents deleted."
            )
        if older_than is not None:
            gone = purge(session, before=_now() - older_than)
            click.echo(
                f"{gone.searches} searches, {gone.signals} signals, {gone.questions} questions, "
                f"{gone.intents} intents, {gone.wordings} clustered wordings and "
                f"{gone.proposals} proposals deleted."
            )


def _now() -> datetime:
    moment: datetime = current_app.extensions["dawen"].clock()
    return moment


def _database() -> Database:
    database: Database = current_app.extensions["dawen"].database
    return database


def _as_json(miss: Miss) -> str:
    values = asdict(miss) | {
        "first_at": miss.first_at.isoformat(),
        "last_at": miss.last_at.isoformat(),
    }
    return json.dumps(values, ensure_ascii=False)


def _as_line(miss: Miss) -> str:
    langs = ",".join(miss.langs)
    return f"{miss.count:5d}  {miss.sessions:5d}  {langs:5}  {miss.last_at:%Y-%m-%d}  {miss.text}"


def _finding_as_json(one: Finding) -> str:
    gap = one.gap
    sides = {"one": gap.one_says, "other": gap.other_says} if gap else {}
    values = {
        "key": one.key,
        "reason": one.reason.value,
        "slug": one.slug,
        "lang": one.lang,
        "question": one.question,
        "day": one.day.isoformat() if one.day else None,
        "count": one.count,
        "total": one.total,
        "with": one.other,
        **sides,
    }
    return json.dumps(values, ensure_ascii=False)


def _finding_as_line(one: Finding) -> str:
    gap = f"{' '.join(one.gap.one)} ≠ {' '.join(one.gap.other)}" if one.gap else ""
    more = " ".join(str(part) for part in (one.day, one.other, gap) if part)
    return f"{one.reason:20} {one.slug}.{one.lang}  {more}".rstrip()
