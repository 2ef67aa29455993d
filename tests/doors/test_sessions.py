"""Signing in and out over HTTP: sessions, cookies, and what is said of people."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from accounts import links, people
from accounts.passwords import verify
from accounts.people import Person
from accounts.roles import Role
from accounts.tables import PersonRow
from accounts.throttle import RULES
from database import Database, utc_now

PASSWORD = "four plain words here"
CsrfOf = Callable[[FlaskClient, str], str]
SignIn = Callable[..., Person]
MakeApp = Callable[..., Flask]


def try_password(client: FlaskClient, csrf_of: CsrfOf, email: str, password: str) -> Any:
    """Send the sign-in form as a browser does."""
    token = csrf_of(client, "/sign-in")
    form = {"email": email, "password": password, "csrf_token": token}
    return client.post("/sign-in", data=form)


def cookie_of(client: FlaskClient) -> str:
    """The session cookie that the browser holds."""
    cookie = client.get_cookie("dawen")
    return cookie.value if cookie else ""


def is_signed_in(client: FlaskClient) -> bool:
    """Whether the account page opens."""
    return client.get("/account").status_code == 200


def test_A01_session_is_made_anew_at_sign_in(
    app: Flask, client: FlaskClient, sign_in: SignIn
) -> None:
    """What the session held before is gone, and a cookie set before signs nobody in."""
    with client.session_transaction() as session:
        session["planted"] = "by somebody else"
    before = cookie_of(client)
    sign_in(client, "customer")
    with client.session_transaction() as session:
        assert "planted" not in session
    other = app.test_client()
    other.set_cookie("dawen", before)
    assert not is_signed_in(other)


def test_C04_form_token_changes_at_sign_in(
    client: FlaskClient, csrf_of: CsrfOf, sign_in: SignIn
) -> None:
    """A form token from before the sign-in is worth nothing after it."""
    before = csrf_of(client, "/sign-in")
    sign_in(client, "customer")
    assert 400 == client.post("/sign-out", data={"csrf_token": before}).status_code
    assert is_signed_in(client)


def test_A02_guessing_is_throttled_with_a_wait(
    client: FlaskClient, csrf_of: CsrfOf, make_person: SignIn
) -> None:
    """After the free attempts the form says how long to wait, even for the right password."""
    person = make_person("customer")
    for _ in range(RULES["account"].free):
        assert 400 == try_password(client, csrf_of, person.email, "wrong words").status_code
    answer = try_password(client, csrf_of, person.email, PASSWORD)
    assert 429 == answer.status_code
    assert int(answer.headers["Retry-After"]) >= 1
    assert not is_signed_in(client)


@pytest.mark.parametrize(
    ("lang", "wrong", "wait"),
    [
        ("zh", "邮箱或密码不正确。", "登录失败次数过多。"),
        (
            "en",
            "The e-mail address or the password is wrong.",
            "Too many failed sign-in attempts.",
        ),
    ],
)
def test_A02_A03_a_refusal_says_what_went_wrong(
    client: FlaskClient, csrf_of: CsrfOf, lang: str, wrong: str, wait: str
) -> None:
    """In plain words, which of the two is wrong left open."""
    client.get(f"/?lang={lang}")
    for _ in range(RULES["account"].free):
        assert wrong in try_password(client, csrf_of, "mei@example.com", "wrong words").text
    assert wait in try_password(client, csrf_of, "mei@example.com", "wrong words").text


def test_A02_workers_throttle_together(make_app: MakeApp, csrf_of: CsrfOf) -> None:
    """Two applications on one database count as one."""
    clients = [make_app().test_client() for _ in range(2)]
    statuses = [
        try_password(clients[number % 2], csrf_of, "mei@example.com", "wrong").status_code
        for number in range(RULES["account"].free + 1)
    ]
    assert [400] * RULES["account"].free + [429] == statuses


def test_A03_unknown_and_known_addresses_are_told_apart_by_nothing(
    client: FlaskClient, csrf_of: CsrfOf, make_person: SignIn
) -> None:
    """Sign-in and registration say the same of an address that exists and one that does not."""
    make_person("customer", "known@example.com")
    pages = []
    for email in ("known@example.com", "other@example.com"):
        answers = [try_password(client, csrf_of, email, "wrong words here")]
        token = csrf_of(client, "/register")
        form = {"email": email, "password": "quite another phrase", "csrf_token": token}
        answers.append(client.post("/register", data=form, follow_redirects=True))
        pages.append([(each.status_code, plain(each.text, email)) for each in answers])
    assert pages[0] == pages[1]


def plain(page: str, email: str) -> str:
    """The page without what differs on every request."""
    page = re.sub(r'(name="csrf_token"[^>]*value|nonce)="[^"]*"', "", page)
    return page.replace(email, "EMAIL")


def test_registering_a_known_address_changes_nothing(
    client: FlaskClient, csrf_of: CsrfOf, make_person: SignIn, database: Database
) -> None:
    """Nobody takes over an account by registering its address again."""
    person = make_person("agent", "known@example.com")
    token = csrf_of(client, "/register")
    form = {"email": "KNOWN@example.com", "password": "quite another phrase", "csrf_token": token}
    assert 303 == client.post("/register", data=form).status_code
    with database.session() as session:
        assert person == people.find(session, "known@example.com")
        row = session.get_one(PersonRow, person.id)
        assert verify(PASSWORD, row.password_hash)


@pytest.mark.parametrize("email", ["editor@localhost", "admin@localhost", "a@test"])
@pytest.mark.parametrize("is_known", [True, False])
def test_nobody_registers_an_address_of_the_machine(
    client: FlaskClient,
    csrf_of: CsrfOf,
    make_person: SignIn,
    database: Database,
    email: str,
    is_known: bool,
) -> None:
    """Names without a real domain are made by command; whether one is, the form does not tell."""
    if is_known:
        make_person("editor", email)
    form = {"email": email, "password": PASSWORD, "csrf_token": csrf_of(client, "/register")}
    answer = client.post("/register?lang=en", data=form)
    assert 400 == answer.status_code
    assert "This is not an e-mail address." in answer.text
    with database.session() as session:
        assert is_known == (people.find(session, email) is not None)


def test_registering_makes_a_customer_who_can_sign_in(
    client: FlaskClient, csrf_of: CsrfOf, database: Database
) -> None:
    """Whoever registers is a customer, whatever else the form says."""
    token = csrf_of(client, "/register")
    form = {"email": "new@example.com", "password": PASSWORD, "role": "admin", "csrf_token": token}
    assert 303 == client.post("/register", data=form).status_code
    assert 303 == try_password(client, csrf_of, "new@example.com", PASSWORD).status_code
    with database.session() as session:
        person = people.find(session, "new@example.com")
    assert person is not None
    assert Role.CUSTOMER is person.role


def test_A04_huge_password_is_refused_at_once(client: FlaskClient, csrf_of: CsrfOf) -> None:
    """A megabyte in the password field is a bad request, not work."""
    assert 400 == try_password(client, csrf_of, "mei@example.com", "x" * 1_000_000).status_code


def test_A05_refusal_of_a_password_says_why(client: FlaskClient, csrf_of: CsrfOf) -> None:
    """The form names the reason in the reader's language."""
    for lang, word in (("en", "Many people"), ("zh", "很多人")):
        token = csrf_of(client, f"/register?lang={lang}")
        form = {"email": "new@example.com", "password": "password123", "csrf_token": token}
        answer = client.post("/register", data=form)
        assert 400 == answer.status_code
        assert word in answer.text


def test_A07_sign_out_ends_the_session(
    client: FlaskClient, csrf_of: CsrfOf, sign_in: SignIn
) -> None:
    """After the button, nobody is signed in."""
    sign_in(client, "customer")
    token = csrf_of(client, "/account")
    assert 303 == client.post("/sign-out", data={"csrf_token": token}).status_code
    assert not is_signed_in(client)


def test_A07_a_copied_cookie_is_dead_after_sign_out(
    app: Flask, client: FlaskClient, csrf_of: CsrfOf, sign_in: SignIn
) -> None:
    """Whoever kept the cookie of a session that was ended is nobody."""
    sign_in(client, "customer")
    thief = app.test_client()
    thief.set_cookie("dawen", cookie_of(client))
    assert is_signed_in(thief)
    token = csrf_of(client, "/account")
    client.post("/sign-out", data={"csrf_token": token})
    assert not is_signed_in(thief)


def test_A07_new_password_signs_other_devices_out(
    app: Flask, client: FlaskClient, csrf_of: CsrfOf, sign_in: SignIn
) -> None:
    """The device that changes it stays; every other one, and its old cookie, is out."""
    other = app.test_client()
    sign_in(client, "customer")
    sign_in(other, "customer")
    form = {
        "current": PASSWORD,
        "new": "five plain words stand here",
        "again": "five plain words stand here",
        "csrf_token": csrf_of(client, "/account"),
    }
    assert 303 == client.post("/account", data=form).status_code
    assert is_signed_in(client)
    assert not is_signed_in(other)


@pytest.mark.parametrize("sends", [False, True], ids=["no letters", "letters"])
def test_a_forgotten_password_is_no_question_for_the_editors(
    make_app: MakeApp, sends: bool
) -> None:
    """Nobody answers the form for questions with a link, so the page says who can make one."""
    mail = {"smtp_host": "mail.example", "smtp_from": "a@example.com", "site_url": "https://a.b"}
    client = make_app(**(mail if sends else {})).test_client()
    page = client.get("/sign-in?lang=en").get_data(as_text=True)
    main = page.partition("<main")[2].partition("</main>")[0]
    assert "Ask the people who run this site for a link" in main
    assert 'href="/ask"' not in main


def test_a_forgotten_password_is_replaced_after_a_link(
    client: FlaskClient, csrf_of: CsrfOf, sign_in: SignIn, database: Database
) -> None:
    """A one-time link stands in for the current password, in the session that it began only."""
    person = sign_in(client, "customer")
    form = {"new": "five plain words stand here", "again": "five plain words stand here"}
    refused = client.post("/account", data={**form, "csrf_token": csrf_of(client, "/account")})
    assert 400 == refused.status_code
    with database.session() as session:
        path = f"/sign-in/link/{links.create(session, person, now=utc_now())}"
    client.post(path, data={"csrf_token": csrf_of(client, path)})
    assert 'name="current"' not in client.get("/account").text
    changed = client.post("/account", data={**form, "csrf_token": csrf_of(client, "/account")})
    assert 303 == changed.status_code
    assert 'name="current"' in client.get("/account").text


def test_the_first_field_at_fault_has_the_focus(client: FlaskClient, csrf_of: CsrfOf) -> None:
    """Whoever uses the keyboard goes on where something is to be mended."""
    form = {"email": "", "password": "", "csrf_token": csrf_of(client, "/sign-in")}
    page = client.post("/sign-in", data=form).text
    assert 1 == page.count("autofocus")


def test_A07_wrong_current_password_changes_nothing(
    client: FlaskClient, csrf_of: CsrfOf, sign_in: SignIn
) -> None:
    """An unattended browser is not enough to take the account."""
    sign_in(client, "customer")
    new = "five plain words stand here"
    token = csrf_of(client, "/account")
    form = {"current": "wrong words", "new": new, "again": new, "csrf_token": token}
    assert 400 == client.post("/account", data=form).status_code
    assert 400 == client.post("/account", data={**form, "current": ""}).status_code


def test_A07_shutting_out_works_on_the_next_request(
    client: FlaskClient, sign_in: SignIn, database: Database
) -> None:
    """An open session of somebody who is shut out is over, and stays over."""
    person = sign_in(client, "editor")
    for disabled in (True, False):
        with database.session() as session:
            people.set_disabled(session, person.email, disabled)
        assert not is_signed_in(client)


def test_L25_new_role_counts_on_the_next_request(
    client: FlaskClient, sign_in: SignIn, database: Database
) -> None:
    """A session goes on with the rights of now, not those of its beginning."""
    person = sign_in(client, "editor")
    assert 200 == client.get("/admin/").status_code
    with database.session() as session:
        people.set_role(session, person.email, Role.CUSTOMER)
    assert 404 == client.get("/admin/").status_code


@pytest.mark.parametrize("value", ["", "x", "a.b.c", "=" * 5_000, "eyJhIjoxfQ.aaaa.bbbb", "\\xff"])
def test_A08_unreadable_cookie_is_anonymous(client: FlaskClient, value: str) -> None:
    """A tampered or oversized cookie is nobody's, and no error."""
    client.set_cookie("dawen", value)
    assert 200 == client.get("/").status_code
    assert not is_signed_in(client)


@pytest.mark.parametrize(
    "marker", ["1:99", "99:1", "x", "1", "1:1:1", ":", "-1:1", "1:²", "9" * 400]
)
def test_A08_cookie_that_names_nobody_is_anonymous(
    client: FlaskClient, make_person: SignIn, marker: str
) -> None:
    """A signed cookie of another version or person signs nobody in."""
    make_person("customer")
    with client.session_transaction() as session:
        session["_user_id"] = marker
    assert not is_signed_in(client)


def test_A08_cookie_of_an_old_key_is_anonymous(
    make_app: MakeApp, client: FlaskClient, sign_in: SignIn
) -> None:
    """After a change of the secret key, old sessions are over."""
    sign_in(client, "customer")
    other = make_app()
    other.secret_key = "another key altogether"
    browser = other.test_client()
    browser.set_cookie("dawen", cookie_of(client))
    assert 303 == browser.get("/account").status_code


def test_A08_cookie_is_closed_to_scripts_and_other_sites(
    make_app: MakeApp, client: FlaskClient
) -> None:
    """HttpOnly and SameSite always; Secure and the __Host- prefix where HTTPS is promised."""
    cookie = client.get("/sign-in").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    secure = make_app(secure_cookies=True).test_client()
    cookie = secure.get("/sign-in", base_url="https://shop.example").headers["Set-Cookie"]
    assert cookie.startswith("__Host-dawen=")
    assert "Secure" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie


def test_C02_link_page_signs_in_by_button_only(
    client: FlaskClient, database: Database, make_person: SignIn, csrf_of: CsrfOf
) -> None:
    """Opening the link, as a mail scanner does, uses nothing up; the button does, once."""
    person = make_person("editor")
    with database.session() as session:
        path = f"/sign-in/link/{links.create(session, person, now=utc_now())}"
    assert 200 == client.get(path).status_code
    assert not is_signed_in(client)
    answer = client.post(path, data={"csrf_token": csrf_of(client, path)})
    assert (303, "/admin/") == (answer.status_code, answer.location)
    assert is_signed_in(client)
    assert 400 == client.post(path, data={"csrf_token": csrf_of(client, path)}).status_code


def test_person_without_password_can_choose_one(
    client: FlaskClient, database: Database, csrf_of: CsrfOf
) -> None:
    """Who came by a link sets a password without an old one."""
    with database.session() as session:
        person = people.create(session, "mei@localhost", role=Role.EDITOR, now=utc_now())
        path = f"/sign-in/link/{links.create(session, person, now=utc_now())}"
    client.post(path, data={"csrf_token": csrf_of(client, path)})
    form = {"new": PASSWORD, "again": PASSWORD, "csrf_token": csrf_of(client, "/account")}
    assert 303 == client.post("/account", data=form).status_code
    with database.session() as session:
        changed = people.find(session, "mei@localhost")
    assert changed is not None
    assert changed.has_password


def test_A02_links_are_throttled_too(client: FlaskClient, csrf_of: CsrfOf) -> None:
    """Guessing links has to wait like guessing passwords."""
    statuses = []
    for _ in range(RULES["account"].free + 1):
        form = {"csrf_token": csrf_of(client, "/sign-in/link/guess")}
        statuses.append(client.post("/sign-in/link/guess", data=form).status_code)
    assert [400] * RULES["account"].free + [429] == statuses
