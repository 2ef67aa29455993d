"""`python -m benchmarks [NAME] …`: run one of the benchmarks, `quality` unless another is named."""

import runpy
import sys

NAMES = ("clusters", "fit", "fortnight", "http", "quality", "reasons", "slips", "speed")


def main() -> None:
    """Hand the other arguments on."""
    named = len(sys.argv) > 1 and sys.argv[1] in NAMES
    name = sys.argv.pop(1) if named else "quality"
    runpy.run_module(f"benchmarks.{name}", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
