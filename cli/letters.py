"""``flask insights letters``: tell those who asked that there is an answer now."""

import click
from flask import current_app

from cli.insights import insights_group
from insights.letter_text import Letterhead
from insights.letters import deliver, due, write
from insights.post import SmtpPost
from kb.names import LANGUAGES
from kb.shop import Shop
from settings import Settings


@insights_group.command("letters")
@click.option("--dry-run", is_flag=True, help="Say what is due; write and send nothing.")
def send_letters(dry_run: bool) -> None:
    """Write to those who left an address and whose question is proven answered, once."""
    settings: Settings = current_app.extensions["settings"]
    services = current_app.extensions["dawen"]
    now = services.clock()
    if dry_run:
        with services.database.session() as session:
            click.echo(f"{len(due(session, now=now))} letters are due.")
        return
    if not settings.sends_letters:
        raise click.ClickException(
            "letters need DAWEN_SMTP_HOST, DAWEN_SMTP_FROM and DAWEN_SITE_URL"
        )
    written = write(services.database, engine=services.engine, now=now)
    done = deliver(services.database, _post(settings), head=_head(settings, services.shop), now=now)
    click.echo(
        f"{written} letters written, {done.sent} sent, {done.failed} to be tried again, "
        f"{done.given_up} given up."
    )


def _post(settings: Settings) -> SmtpPost:
    return SmtpPost(
        settings.smtp_host,
        settings.smtp_port,
        settings.smtp_user,
        settings.smtp_password.get_secret_value(),
        settings.smtp_starttls,
    )


def _head(settings: Settings, shop: Shop) -> Letterhead:
    names = {lang: shop.called(lang, configured=settings.shop_name) for lang in LANGUAGES}
    return Letterhead(settings.smtp_from, names, settings.site_url.rstrip("/"))
