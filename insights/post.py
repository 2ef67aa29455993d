"""Handing letters over to a mail server."""

import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Protocol

TIMEOUT_SECONDS = 20.0


class Post(Protocol):
    """Takes a letter to be delivered, or raises ``smtplib.SMTPException`` or ``OSError``."""

    def send(self, message: EmailMessage) -> None:
        """Hand it over."""
        ...


@dataclass(frozen=True, slots=True)
class SmtpPost:
    """A server that is spoken to by SMTP, a connection per letter. Where ``starttls`` is asked for,
    nothing is said in the clear: a server without it is refused."""

    host: str
    port: int = 587
    user: str = ""
    password: str = ""
    starttls: bool = True

    def send(self, message: EmailMessage) -> None:
        """See ``Post.send``."""
        with smtplib.SMTP(self.host, self.port, timeout=TIMEOUT_SECONDS) as server:
            if self.starttls:
                server.starttls(context=ssl.create_default_context())
            if self.user:
                server.login(self.user, self.password)
            server.send_message(message)
