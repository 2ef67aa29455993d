"""Make the embedding model: `python -m training --data ../shared/data --out models/dawen-zh-en`.

Each step keeps what it made below `var/training` and is skipped while its inputs are unchanged.
Training writes a checkpoint every few minutes and goes on from it after an interruption.
"""

import argparse
from pathlib import Path

from training.steps import STEPS, Workplace, run


def main() -> None:
    """Parse the command line and run the chosen steps in order."""
    parser = argparse.ArgumentParser(
        prog="python -m training",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--data",
        type=Path,
        default=Path("../shared/data"),
        help="folder with train/, cedict/ and eval/ (default: %(default)s)",
    )
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("models/dawen-zh-en"),
        help="folder of the model that ships (default: %(default)s)",
    )
    parser.add_argument(
        "--work",
        type=Path,
        default=Path("var/training"),
        help="folder for what the steps keep (default: %(default)s)",
    )
    parser.add_argument(
        "--steps",
        nargs="+",
        choices=list(STEPS),
        default=list(STEPS),
        metavar="STEP",
        help=f"which of: {', '.join(STEPS)} (default: all)",
    )
    parser.add_argument(
        "--weights",
        choices=("trained", "transplant"),
        default="trained",
        help="what export writes (default: %(default)s)",
    )
    parser.add_argument(
        "--device", default="cpu", help="where training computes: cpu, cuda (default: %(default)s)"
    )
    parser.add_argument("--threads", type=int, default=2, help="CPU threads (default: %(default)s)")
    arguments = parser.parse_args()
    place = Workplace(
        arguments.data,
        arguments.out,
        arguments.work,
        weights=arguments.weights,
        threads=arguments.threads,
        device=arguments.device,
    )
    run(place, arguments.steps)


if __name__ == "__main__":
    main()
