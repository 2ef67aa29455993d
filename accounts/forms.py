"""The forms of the account pages. Lengths are checked here, before anything is hashed."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import EqualTo, InputRequired, Length, Optional

from accounts.passwords import LONGEST

_needed = InputRequired(_("Please fill this in."))
_email_length = Length(max=254, message=_("That is too long for an e-mail address."))
_password_length = Length(
    max=LONGEST, message=_("A password has at most %(count)s characters.", count=LONGEST)
)
_EMAIL = {"type": "email", "autocomplete": "username", "autocapitalize": "off", "maxlength": 254}
_KNOWN = {"autocomplete": "current-password"}
_NEW = {"autocomplete": "new-password"}


class SignInForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """Address and password; ``next`` is where to go on."""

    email = StringField(_("E-mail address"), [_needed, _email_length], render_kw=_EMAIL)
    password = PasswordField(_("Password"), [_needed, _password_length], render_kw=_KNOWN)
    next = HiddenField()


class RegisterForm(FlaskForm):  # type: ignore[misc]
    """What a customer gives to have an account; ``next`` is where to go on once signed in."""

    email = StringField(_("E-mail address"), [_needed, _email_length], render_kw=_EMAIL)
    password = PasswordField(_("Password"), [_needed, _password_length], render_kw=_NEW)
    next = HiddenField()


class LinkForm(FlaskForm):  # type: ignore[misc]
    """The button of a sign-in link; it has no field but the token of the session."""


class PasswordForm(FlaskForm):  # type: ignore[misc]
    """A change of password."""

    current = PasswordField(_("Current password"), [Optional(), _password_length], render_kw=_KNOWN)
    new = PasswordField(_("New password"), [_needed, _password_length], render_kw=_NEW)
    again = PasswordField(
        _("New password, once more"),
        [_needed, EqualTo("new", _("The two passwords differ."))],
        render_kw=_NEW,
    )
