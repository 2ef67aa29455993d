"""The options that a command is started with."""

import os
import sys

import click

from settings import Settings, SettingsWrong, read_settings


def settings_or_exit() -> Settings:
    """The options of the environment; where one is wrong, a command ends with a line for each.

    A server that is no command gets the exception: it stops for that, and would start a process
    anew that ends by itself.
    """
    try:
        return read_settings()
    except SettingsWrong as wrong:
        if not os.environ.get("FLASK_RUN_FROM_CLI"):
            raise
        click.echo(str(wrong), err=True)
        sys.exit(2)
