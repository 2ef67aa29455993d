"""Failed attempts are counted in the database, whoever counts them."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import select

from accounts import people
from accounts.errors import TooManyAttempts
from accounts.signing_in import by_password
from accounts.tables import AttemptRow
from accounts.throttle import RULES, WINDOW, Rule, Throttle
from database import Database
from settings import Settings

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
KEY = b"a key of the tests"


def fail(throttle: Throttle, times: int, *, account: str = "mei@example.com") -> None:
    """Fail as often as that, each time from another address."""
    for number in range(times):
        throttle.begin(account=account, address=f"192.0.2.{number}", now=NOW)


def test_waits_grow_and_end() -> None:
    """Free attempts wait for nothing; then the wait doubles up to the longest."""
    rule = Rule(free=3, longest=60)
    assert [0.0, 0.0, 2.0, 4.0, 32.0, 60.0, 60.0] == [
        rule.wait_seconds(failures) for failures in (0, 2, 3, 4, 7, 9, 500)
    ]


def test_A02_account_is_throttled_from_any_address(database: Database) -> None:
    """Guessing one account from many addresses has to wait."""
    throttle = Throttle(database, KEY)
    fail(throttle, RULES["account"].free)
    with pytest.raises(TooManyAttempts) as refused:
        throttle.begin(account="MEI@example.com ", address="198.51.100.1", now=NOW)
    assert 2 == refused.value.seconds


def test_A02_other_spellings_of_an_address_are_the_same_account(
    database: Database, make_person: Callable[..., object]
) -> None:
    """Full-width letters and other stops find the same person, and are counted with them."""
    make_person("admin", "mei@example.com")
    spellings = ("mei@ｅxample.com", "mei@exａmple.com", "mei@example。com", " MEI@Example.com ",
                 "mei@example．com", "mei@exampｌe.com")  # fmt: skip
    throttle = Throttle(database, KEY)

    def guess(email: str, password: str) -> people.Person | None:
        return by_password(database, throttle, email, password, address="192.0.2.1", now=NOW)

    for spelling in spellings[: RULES["account"].free]:
        assert guess(spelling, "wrong") is None
    with pytest.raises(TooManyAttempts):
        guess(spellings[-1], "four plain words here")


def test_A02_what_is_no_address_is_counted_as_it_is(database: Database) -> None:
    """Text that is no address finds nobody, and has to wait like an unknown account."""
    throttle = Throttle(database, KEY)
    for _number in range(RULES["account"].free):
        assert by_password(database, throttle, "mei", "wrong", address="192.0.2.1", now=NOW) is None
    with pytest.raises(TooManyAttempts):
        by_password(database, throttle, "mei", "wrong", address="192.0.2.2", now=NOW)


def test_A02_attempts_at_the_same_moment_are_counted_one_by_one(database: Database) -> None:
    """Of many tries that come at once, no more pass than of those that come one by one."""
    throttle, together = Throttle(database, KEY), Barrier(16)

    def attempt(number: int) -> bool:
        together.wait()
        try:
            throttle.begin(account="mei@example.com", address=f"192.0.2.{number}", now=NOW)
        except TooManyAttempts:
            return False
        return True

    with ThreadPoolExecutor(16) as threads:
        passed = list(threads.map(attempt, range(16)))
    assert RULES["account"].free == sum(passed)


def test_A02_address_is_throttled_over_many_accounts(database: Database) -> None:
    """Guessing many accounts from one address has to wait."""
    throttle = Throttle(database, KEY)
    for number in range(RULES["address"].free):
        throttle.begin(account=f"p{number}@example.com", address="192.0.2.1", now=NOW)
    with pytest.raises(TooManyAttempts):
        throttle.begin(account="another@example.com", address="192.0.2.1", now=NOW)
    throttle.begin(account="another@example.com", address="192.0.2.2", now=NOW)


def test_A02_spread_over_accounts_and_addresses(database: Database) -> None:
    """Many attempts at many accounts from many addresses slow down all together, a little."""
    throttle = Throttle(database, KEY)
    for number in range(RULES["all"].free):
        address = f"10.0.{number // 250}.{number % 250}"
        throttle.begin(account=f"p{number}@example.com", address=address, now=NOW)
    with pytest.raises(TooManyAttempts) as refused:
        throttle.begin(account="new@example.com", address="203.0.113.9", now=NOW)
    assert refused.value.seconds <= RULES["all"].longest


def test_A02_workers_count_together(database: Database, settings: Settings) -> None:
    """What one worker counted, another one sees."""
    fail(Throttle(database, KEY), RULES["account"].free)
    other = Database(settings.database_address)
    with pytest.raises(TooManyAttempts):
        Throttle(other, KEY).begin(account="mei@example.com", address="192.0.2.99", now=NOW)
    other.close()


def test_waiting_is_not_counted_and_ends(database: Database) -> None:
    """An attempt that has to wait makes the wait no longer, and old failures are forgotten."""
    throttle = Throttle(database, KEY)
    fail(throttle, RULES["account"].free)
    for _ in range(3):
        with pytest.raises(TooManyAttempts) as refused:
            throttle.begin(account="mei@example.com", address="198.51.100.1", now=NOW)
        assert 2 == refused.value.seconds
    later = NOW + timedelta(seconds=2)
    throttle.begin(account="mei@example.com", address="198.51.100.1", now=later)
    fail_free = NOW + WINDOW + timedelta(seconds=3)
    throttle.begin(account="mei@example.com", address="198.51.100.1", now=fail_free)


def test_success_forgives_the_account(database: Database) -> None:
    """After a right password the account starts afresh, wherever it was tried from."""
    throttle = Throttle(database, KEY)
    fail(throttle, RULES["account"].free - 1)
    rows = throttle.begin(account="mei@example.com", address="192.0.2.1", now=NOW)
    throttle.forgive(rows, account="mei@example.com")
    fail(throttle, RULES["account"].free)
    with pytest.raises(TooManyAttempts):
        throttle.begin(account="mei@example.com", address="198.51.100.1", now=NOW)


def test_success_does_not_forgive_the_address(database: Database) -> None:
    """A right password among many wrong ones for other accounts takes back its own attempt only:
    who owns one account may not guess at others for ever."""
    throttle = Throttle(database, KEY)
    for number in range(RULES["address"].free - 1):
        throttle.begin(account=f"p{number}@example.com", address="192.0.2.1", now=NOW)
    rows = throttle.begin(account="mei@example.com", address="192.0.2.1", now=NOW)
    throttle.forgive(rows, account="mei@example.com")
    throttle.begin(account="another@example.com", address="192.0.2.1", now=NOW)
    with pytest.raises(TooManyAttempts):
        throttle.begin(account="mei@example.com", address="192.0.2.1", now=NOW)


def test_R05_neither_account_nor_address_is_stored(database: Database) -> None:
    """The table holds keyed hashes: another key gives others."""
    for key in (KEY, b"another key"):
        Throttle(database, key).begin(account="mei@example.com", address="192.0.2.1", now=NOW)
    with database.session() as session:
        keys = list(session.scalars(select(AttemptRow.key)))
    assert 6 == len(set(keys))
    assert all(len(key) == 64 for key in keys)
