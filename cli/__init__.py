"""The commands of ``flask``: one file per group, all but the doors at hand.

A command parses, calls one part of Dawen, and prints.
"""

from flask import Flask

from cli.db import db_group
from cli.eval import eval_group
from cli.index import index_group
from cli.insights import insights_group
from cli.kb import kb_group
from cli.letters import send_letters as send_letters
from cli.options import settings_or_exit as settings_or_exit
from cli.search import search_command
from cli.serve import serve_command
from cli.users import users_group

COMMANDS = (
    db_group,
    eval_group,
    index_group,
    insights_group,
    kb_group,
    search_command,
    serve_command,
    users_group,
)


def register(app: Flask) -> None:
    """Give the app its commands."""
    for command in COMMANDS:
        app.cli.add_command(command)
