"""What can go wrong with an account, named by what the caller can do about it.

::

    AccountError
    ├── EmailTaken          choose another address, or sign in
    ├── EmailInvalid        correct the address
    ├── PersonUnknown       check the spelling
    ├── LastAdmin           make another admin first
    ├── NotAllowed          ask someone with the right
    ├── PasswordRefused     choose another password; ``reason`` says why
    └── TooManyAttempts     wait ``seconds``
"""

from enum import StrEnum


class AccountError(Exception):
    """The base of every error of this package."""


class EmailTaken(AccountError):
    """Somebody already has this address."""


class EmailInvalid(AccountError):
    """The text is not an e-mail address."""


class PersonUnknown(AccountError):
    """Nobody has this address."""


class LastAdmin(AccountError):
    """The change would leave nobody who can administer people."""


class NotAllowed(AccountError):
    """The one who acts has not the right that is to be given or taken."""


class Weakness(StrEnum):
    """Why a password is refused."""

    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    COMMON = "common"
    PERSONAL = "personal"
    REPEATED = "repeated"
    SEQUENCE = "sequence"


class PasswordRefused(AccountError):
    """The password would be guessed, or is too long to be hashed in reasonable time."""

    def __init__(self, reason: Weakness) -> None:
        super().__init__(f"password refused: {reason.value}")
        self.reason = reason


class TooManyAttempts(AccountError):
    """Too many failed attempts; the next one counts after ``seconds`` (at least 1)."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"too many attempts, wait {seconds} s")
        self.seconds = seconds
