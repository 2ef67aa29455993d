"""The account pages: sign in, register, follow a link, change a password, sign out.

Nothing signs anybody in or out by GET; what is said never tells whether an address is known.
"""

from flask import (
    Blueprint,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from accounts import people, sessions, signing_in
from accounts.errors import EmailInvalid, PasswordRefused, TooManyAttempts
from accounts.forms import LinkForm, PasswordForm, RegisterForm, SignInForm
from accounts.people import Person
from accounts.refusals import explain
from accounts.roles import Role
from accounts.throttle import Throttle
from doors.limits import client_address
from doors.names import shop_name
from doors.redirects import next_asked, way_back
from doors.services import services
from doors.viewer import viewer

Answer = str | Response | tuple[str, int] | tuple[str, int, dict[str, str]]

STARTING_PAGES = {Role.AGENT: "/desk/", Role.EDITOR: "/admin/", Role.ADMIN: "/admin/"}

blueprint = Blueprint("accounts", __name__)


@blueprint.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> Answer:
    """The sign-in page."""
    if viewer().person is not None:
        return _go_on(next_asked())
    form = SignInForm(next=request.args.get("next"))
    if not form.validate_on_submit():
        return _page("sign_in", form)
    person = signing_in.by_password(
        services().database,
        throttle(),
        form.email.data,
        form.password.data,
        address=client_address(),
        now=services().clock(),
    )
    if person is None:
        form.password.errors = [_("The e-mail address or the password is wrong.")]
        return _page("sign_in", form)
    sessions.sign_in(person)
    return _go_on(next_asked())


@blueprint.post("/sign-out")
def sign_out() -> Answer:
    """End the person's sessions: a copy of the cookie is worth nothing afterwards (A07)."""
    person = viewer().person
    if person is not None:
        with services().database.session() as session:
            people.end_sessions(session, person.id)
    sessions.sign_out()
    flash(_("You are signed out."), "success")
    return _go_on(url_for("web.home"))


@blueprint.route("/register", methods=["GET", "POST"])
def register() -> Answer:
    """The page on which a customer makes an account."""
    form = RegisterForm(next=request.args.get("next"))
    if not form.validate_on_submit():
        return _page("register", form)
    try:
        signing_in.register(
            services().database,
            form.email.data,
            form.password.data,
            shop_name=shop_name(),
            now=services().clock(),
        )
    except EmailInvalid:
        form.email.errors = [_("This is not an e-mail address.")]
        return _page("register", form)
    except PasswordRefused as refusal:
        form.password.errors = [explain(refusal)]
        return _page("register", form)
    flash(_("If the address was new, the account is ready. Please sign in."), "success")
    return _go_on(url_for(".sign_in", next=way_back()))


@blueprint.route("/sign-in/link/<token>", methods=["GET", "POST"])
def sign_in_by_link(token: str) -> Answer:
    """A one-time link: GET shows a button and changes nothing, POST signs in."""
    form = LinkForm()
    if not form.validate_on_submit():
        return _page("link", form)
    person = signing_in.by_link(
        services().database,
        throttle(),
        token,
        address=client_address(),
        now=services().clock(),
    )
    if person is None:
        return render_template("accounts/link.html", form=form, is_spent=True), 400
    sessions.sign_in(person, by_link=True)
    return _go_on(STARTING_PAGES.get(person.role, "/"))


@blueprint.get("/account")
def account() -> Answer:
    """Who is signed in, and the form to change the password."""
    return _page("account", PasswordForm())


@blueprint.post("/account")
def change_password() -> Answer:
    """Change the password; other devices are signed out, this one stays."""
    form, person = PasswordForm(), _person()
    if not form.validate_on_submit():
        return _page("account", form)
    try:
        changed = signing_in.change_password(
            services().database,
            throttle(),
            person,
            current=None if sessions.came_by_link() else form.current.data or "",
            new=form.new.data,
            shop_name=shop_name(),
            address=client_address(),
            now=services().clock(),
        )
    except PasswordRefused as refusal:
        form.new.errors = [explain(refusal)]
        return _page("account", form)
    if changed is None:
        form.current.errors = [_("This is not your current password.")]
        return _page("account", form)
    sessions.sign_in(changed)
    flash(_("The password is changed. Other devices are signed out."), "success")
    return _go_on(url_for(".account"))


@blueprint.errorhandler(TooManyAttempts)
def wait(error: TooManyAttempts) -> Answer:
    """Say how long to wait."""
    minutes = -(-error.seconds // 60)
    page = render_template("accounts/wait.html", seconds=error.seconds, minutes=minutes)
    return page, 429, {"Retry-After": str(error.seconds)}


def throttle() -> Throttle:
    """The counter of failed attempts of this installation."""
    key = f"attempts {current_app.secret_key!r}".encode()
    return Throttle(services().database, key)


def _has_password() -> bool:
    person = viewer().person
    return person is not None and person.has_password


def _person() -> Person:
    """Who is signed in; the door of these views admits nobody else."""
    person = viewer().person
    return person or abort(404)


def _page(name: str, form: SignInForm | RegisterForm | LinkForm | PasswordForm) -> Answer:
    """The page with the form; 400 where what was sent did not pass."""
    status = 400 if form.is_submitted() else 200
    asks_current = _has_password() and not sessions.came_by_link()
    page = render_template(f"accounts/{name}.html", form=form, asks_current=asks_current)
    return page, status


def _go_on(path: str) -> Response:
    return redirect(path, 303)
