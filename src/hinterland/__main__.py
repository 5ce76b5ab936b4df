"""`python -m hinterland`, and the program: Ctrl-C ends it quietly also while it still loads."""

import sys

INTERRUPTED = 130


def main() -> int:
    """Load the command line, and run one command."""
    try:
        from hinterland.cli import main as run  # noqa: PLC0415 - loading it takes long enough to be interrupted

        return run()
    except KeyboardInterrupt:
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
