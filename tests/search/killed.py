"""Run as a program: publish a shop and die by SIGKILL right after the named step."""

import os
import signal
import sys
from pathlib import Path

from database import Database
from kb.library import Library
from search.hashing import HashingEmbedder
from search.publishing import Publisher


def main(root: Path, last_step: str) -> None:
    """Publish ``root``; the process ends at ``last_step``."""

    def checkpoint(step: str) -> None:
        if step == last_step:
            os.kill(os.getpid(), signal.SIGKILL)

    Publisher(
        Database(f"sqlite:///{root / 'dawen.db'}"),
        Library(root / "content"),
        root / "index",
        HashingEmbedder(),
        checkpoint=checkpoint,
    ).publish()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
