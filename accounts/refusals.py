"""Why a password is refused, in the reader's words."""

from flask_babel import gettext as _

from accounts.errors import PasswordRefused, Weakness
from accounts.passwords import LONGEST, SHORTEST


def explain(refusal: PasswordRefused) -> str:
    """One sentence that says what is wrong and so what to do."""
    sentences = {
        Weakness.TOO_SHORT: _("A password has at least %(count)s characters.", count=SHORTEST),
        Weakness.TOO_LONG: _("A password has at most %(count)s characters.", count=LONGEST),
        Weakness.COMMON: _(
            "Many people use this password, so it is guessed first. Add a few words."
        ),
        Weakness.PERSONAL: _("The password is your address or a name. Add a few other words."),
        Weakness.REPEATED: _("The password repeats itself. Use a few different words."),
        Weakness.SEQUENCE: _("The password is a row of neighbouring keys. Use a few words."),
    }
    return str(sentences[refusal.reason])
