"""Passwords: which are taken, and how they are kept and checked."""

import time
from dataclasses import dataclass

import pytest
from argon2 import PasswordHasher, extract_parameters

from accounts.errors import PasswordRefused, Weakness
from accounts.passwords import check_choice, hash_password, needs_rehash, verify


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("short", Weakness.TOO_SHORT),
        ("x" * 257, Weakness.TOO_LONG),
        ("password", Weakness.COMMON),
        ("Passw0rd!", Weakness.COMMON),
        ("sunshine2026", Weakness.COMMON),
        ("woaini520", Weakness.COMMON),
        ("aaaaaaaaaa", Weakness.REPEATED),
        ("abcabcabc", Weakness.REPEATED),
        ("12121212", Weakness.REPEATED),
        ("qwertyuiop", Weakness.SEQUENCE),
        ("87654321", Weakness.SEQUENCE),
        ("mei.lin@example.com", Weakness.PERSONAL),
        ("Lanhome 2026", Weakness.PERSONAL),
    ],
)
def test_A05_guessable_passwords_are_refused(password: str, reason: Weakness) -> None:
    """What guessers try first is refused, with the reason."""
    with pytest.raises(PasswordRefused) as refusal:
        check_choice(password, personal=("mei.lin@example.com", "Lanhome"))
    assert reason == refusal.value.reason


@pytest.mark.parametrize(
    "password",
    ["four plain words here", "鱼香肉丝真好吃啊", "tr0ub4dor&3", " leading space", "x y z w v u t"],
)
def test_A05_there_are_no_rules_of_composition(password: str) -> None:
    """Words, Chinese, spaces: whatever is hard to guess is taken."""
    check_choice(password, personal=("mei.lin@example.com", "Lanhome"))


def test_A04_hash_is_argon2id_with_its_parameters() -> None:
    """The stored text names the method, 19 MiB, two passes and one lane."""
    known = hash_password("four plain words here")
    parameters = extract_parameters(known)
    assert known.startswith("$argon2id$")
    assert (19_456, 2, 1) == (
        parameters.memory_cost,
        parameters.time_cost,
        parameters.parallelism,
    )


def test_A04_every_character_counts() -> None:
    """Spaces at the ends, case, and the characters past the 64th are part of the password."""
    password = " " + "长" * 70 + "Tail "
    known = hash_password(password)
    assert verify(password, known)
    for other in (password.strip(), password.lower(), password[:64]):
        assert not verify(other, known)


def test_A04_weaker_hash_asks_to_be_renewed() -> None:
    """A hash of older parameters still fits, and is told to be renewed."""
    old = PasswordHasher(time_cost=1, memory_cost=8_192, parallelism=1).hash("four plain words")
    assert verify("four plain words", old)
    assert needs_rehash(old)
    assert not needs_rehash(hash_password("four plain words"))


def test_A04_huge_password_is_not_hashed() -> None:
    """A password of a megabyte is refused before any work is done."""
    begun = time.thread_time()
    assert not verify("x" * 1_000_000, None)
    with pytest.raises(PasswordRefused):
        hash_password("x" * 1_000_000)
    assert time.thread_time() - begun < 0.01


@dataclass
class Timing:
    """The least of several runs: noise only ever adds."""

    seconds: float = 1e9

    def measure(self, known: str | None) -> None:
        """Time one check against ``known``."""
        begun = time.thread_time()
        verify("a wrong password", known)
        self.seconds = min(self.seconds, time.thread_time() - begun)


def test_A03_no_hash_takes_as_long_as_a_wrong_password() -> None:
    """Without a hash to compare with, the same work is done."""
    known_hash = hash_password("four plain words here")
    known, unknown = Timing(), Timing()
    verify("first", None)
    for _ in range(7):
        known.measure(known_hash)
        unknown.measure(None)
    assert 0.5 < unknown.seconds / known.seconds < 2.0


def test_damaged_hash_fits_nothing() -> None:
    """What is no hash is a wrong password, not an error."""
    assert not verify("anything", "not a hash")
