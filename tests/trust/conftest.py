"""The sites that the trust catalogue is held against: one with everything, and its twins.

A twin holds only what one clearance may see; whoever has that clearance must not be able to tell
the two apart. Sites are built once for each test process; tests that change one build their own.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from kb.disclosure import Level
from tests.trust.canaries import write_world
from tests.trust.site import Site, open_site

MakeSite = Callable[..., Site]


@pytest.fixture(scope="session")
def make_site(
    tmp_path_factory: pytest.TempPathFactory, postgres_address: str
) -> Iterator[MakeSite]:
    """Build a site from what ``write`` puts into its content folder; closed at the end."""
    with ExitStack() as opened:

        def make(write: Callable[[Path], None]) -> Site:
            return opened.enter_context(
                open_site(tmp_path_factory.mktemp("site"), write, server=postgres_address)
            )

        yield make


@pytest.fixture(scope="session")
def site(make_site: MakeSite) -> Site:
    """The site with every level and state in it. Tests leave its content as it is."""
    return make_site(lambda content: write_world(content, clearance=None))


@pytest.fixture(scope="session")
def twins(make_site: MakeSite) -> dict[Level, Site]:
    """For each clearance, the site in which nothing above it exists."""

    def twin(level: Level) -> Site:
        return make_site(lambda content: write_world(content, clearance=level))

    return {level: twin(level) for level in (Level.PUBLIC, Level.CUSTOMER, Level.AGENT)}


@pytest.fixture
def own_site(make_site: MakeSite) -> Site:
    """A site with every level and state that the test may change."""
    return make_site(lambda content: write_world(content, clearance=None))
