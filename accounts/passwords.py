"""Passwords: which are taken, how they are kept, how they are checked.

Kept as argon2id (19 MiB, 2 passes, 1 lane: the OWASP minimum). Any characters count, spaces too,
exactly as typed. Refuses what guessers try first (common words, also with digits added or letters
swapped for digits; repeats; sequences; the address or the shop's name) and has no other rules.
"""

import re
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from accounts.errors import PasswordRefused, Weakness

SHORTEST = 8
LONGEST = 256
_SIMPLEST = 5
_COMMON_FILE = Path(__file__).with_name("common_passwords.txt")
_LEET = str.maketrans("01345789@$!", "oieastbgasi")
_RUNS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890123456789",
    "qwertyuiopasdfghjklzxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "qazwsxedcrfvtgbyhnujmikolp",
    "1q2w3e4r5t6y7u8i9o0p",
    "147258369",
)
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


def check_choice(password: str, *, personal: tuple[str, ...] = ()) -> None:
    """Raise ``PasswordRefused`` for a password that would be guessed.

    ``personal`` are words that belong to the person or the shop (address, name).
    """
    if len(password) < SHORTEST:
        raise PasswordRefused(Weakness.TOO_SHORT)
    if len(password) > LONGEST:
        raise PasswordRefused(Weakness.TOO_LONG)
    folded = password.casefold()
    if len(set(folded)) < _SIMPLEST - 1 or _is_repeated(folded):
        raise PasswordRefused(Weakness.REPEATED)
    if any(folded in run or folded in run[::-1] for run in _RUNS):
        raise PasswordRefused(Weakness.SEQUENCE)
    if _is_personal(folded, personal):
        raise PasswordRefused(Weakness.PERSONAL)
    if _forms(folded) & _common():
        raise PasswordRefused(Weakness.COMMON)


def hash_password(password: str) -> str:
    """The argon2id hash of a password, about 34 ms. Raises ``PasswordRefused`` if too long."""
    if len(password) > LONGEST:
        raise PasswordRefused(Weakness.TOO_LONG)
    return _hasher.hash(password.encode("utf-8", "surrogatepass"))


def verify(password: str, known_hash: str | None) -> bool:
    """Whether the password fits. Takes as long where there is no hash to compare with."""
    if len(password) > LONGEST:
        return False
    try:
        fits = _hasher.verify(
            known_hash or _dummy_hash(), password.encode("utf-8", "surrogatepass")
        )
    except (VerificationError, InvalidHashError):
        return False
    return fits and known_hash is not None


def needs_rehash(known_hash: str) -> bool:
    """Whether the hash was made with weaker parameters than today's."""
    return _hasher.check_needs_rehash(known_hash)


def prepare() -> None:
    """Make what ``verify`` needs for unknown people, so that the first one is not slower."""
    _dummy_hash()


@cache
def _dummy_hash() -> str:
    return _hasher.hash("nobody has this password")


@cache
def _common() -> frozenset[str]:
    return frozenset(_COMMON_FILE.read_text("utf-8").split())


def _forms(folded: str) -> set[str]:
    """The password and the words that it is a decorated form of."""
    bare = re.sub(r"[\W\d_]+$", "", folded)
    plain = folded.translate(_LEET)
    bare_plain = re.sub(r"[\W\d_]+$", "", folded.rstrip("0123456789!@#$.")).translate(_LEET)
    inner = re.sub(r"^[\W\d_]+", "", bare)
    return {folded, bare, plain, bare_plain, inner, re.sub(r"[\W_]+", "", folded)}


def _is_repeated(folded: str) -> bool:
    """Whether it is one piece of at most four characters over and over."""
    return any(
        folded == (folded[:size] * len(folded))[: len(folded)]
        for size in range(1, min(5, len(folded)))
    )


def _is_personal(folded: str, personal: tuple[str, ...]) -> bool:
    words = [word.casefold() for word in personal if word]
    pieces = words + [word.partition("@")[0] for word in words]
    squeezed = re.sub(r"[\W\d_]+", "", folded)
    return any(
        folded == piece or (len(piece) >= 4 and squeezed == re.sub(r"[\W\d_]+", "", piece))
        for piece in pieces
    )
