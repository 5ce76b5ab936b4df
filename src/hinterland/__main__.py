"""`python -m hinterland`, and the program: Ctrl-C ends it quietly also while it still loads."""

import gc
import sys

INTERRUPTED = 130


def main() -> int:
    """Load the command line, and run one command."""
    try:
        from hinterland.cli import main as run  # noqa: PLC0415 - loading it takes long enough to be interrupted

        code = run()
    except KeyboardInterrupt:
        return INTERRUPTED
    # the process ends: looking through millions of small objects for rubbish would take half a second
    gc.freeze()
    return code


if __name__ == "__main__":
    sys.exit(main())
