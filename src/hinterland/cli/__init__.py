"""The command line door: reads options, calls the analysis, prints one summary."""

import errno
import gc
import os
import re
import sys
from collections.abc import Callable, Sequence
from importlib import metadata
from io import TextIOWrapper, UnsupportedOperation
from pathlib import Path
from typing import Annotated

import typer

from hinterland.cli import diagnostics, geography, plan, rank
from hinterland.cli.options import (
    LANGUAGE,
    Lang,
    SpeakingCommand,
    SpeakingGroup,
    explain_mistake,
    find_language,
    speaking,
)
from hinterland.errors import HinterlandError, explain_fault
from hinterland.language import Text
from hinterland.registry import load_extensions

MISTAKE, INTERRUPTED, CUT_OFF = 2, 130, 1
STANDARD_OUTPUT, STANDARD_ERROR = 1, 2
# what a machine can run out of while a run is right
LIMITS = frozenset((errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EMFILE, errno.ENFILE, errno.EIO, errno.EROFS))
NO_MEMORY = re.compile(r"(?i)failed to map segment|cannot allocate memory|out of memory")

app = typer.Typer(
    name="hinterland",
    cls=SpeakingGroup,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _print_version(requested: bool) -> None:  # noqa: FBT001 - as typer calls it
    if requested:
        sys.stdout.write(f"hinterland {metadata.version('hinterland')}\n")
        raise typer.Exit


@app.callback(
    help="Find the cities and countries where influencer marketing still has room. Nothing leaves this machine."
)
def read_common_options(
    *,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and exit.", callback=_print_version, is_eager=True)
    ] = False,
    lang: Lang = None,
) -> None:
    """Read the options that stand before the command."""


reference = typer.Typer(cls=SpeakingGroup, rich_markup_mode=None)


@reference.callback(help="The bundled geography.")
def read_language(lang: Lang = None) -> None:
    """Read the option that stands before the command."""


# bytes: what ranking the sample takes of addresses; with less, libraries wait, abort or crash instead of refusing
LEAST_ADDRESS_SPACE = 2_500_000_000

COMMANDS: dict[str, Callable[..., None]] = {
    "rank": rank.rank,
    "plan": plan.plan,
    "twins": rank.twins,
    "compare": rank.compare,
    "creators": plan.creators,
    "outreach": plan.outreach,
    "geocode": geography.geocode,
    "markets": geography.markets,
    "app": diagnostics.open_app,
    "validate": diagnostics.validate,
    "bench": diagnostics.bench,
}
REFERENCE_COMMANDS: dict[str, Callable[..., None]] = {"build": geography.build, "info": geography.info}
for group, commands in ((app, COMMANDS), (reference, REFERENCE_COMMANDS)):
    for command_name, command in commands.items():
        group.command(command_name, cls=SpeakingCommand)(speaking(command))
app.add_typer(reference, name="reference")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; exit code 0 done, 2 the user's mistake, 130 interrupted; any other exception is a bug."""
    # a run makes millions of small objects that live to its end: looking through them for rubbish is wasted time
    gc.set_threshold(500_000, 100, 100)
    _prepare_streams()
    words = list(sys.argv[1:] if arguments is None else arguments)
    LANGUAGE.set(find_language(words))
    try:
        _require_address_space()
        load_extensions()
        code = app(args=words, prog_name="hinterland", standalone_mode=False)
        sys.stdout.flush()
    except typer.TyperException as error:
        return _fail(Text("{fault}; see hinterland --help", fault=explain_mistake(error)))
    except HinterlandError as error:
        return _fail(error.text)
    except (KeyboardInterrupt, typer.Abort):
        return INTERRUPTED
    except (MemoryError, ImportError, OSError) as error:
        return _fail_at_limit(error)
    return code or 0


def _prepare_streams() -> None:
    """Let a terminal without a letter show a question mark; where a stream is closed, no file may take its number."""
    if None in (sys.stdin, sys.stdout, sys.stderr):
        while (number := os.open(os.devnull, os.O_RDWR)) <= STANDARD_ERROR:
            pass
        os.close(number)
    # what goes to a closed standard output cannot be written: a stream for reading says so
    sys.stdout = sys.stdout or Path(os.devnull).open(encoding="utf-8")  # noqa: SIM115 - open to the end
    sys.stderr = sys.stderr or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - the same
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")


def _require_address_space() -> None:
    """Refuse a limit (ulimit -v) that no list can be ranked in: OpenBLAS, for one, waits for ever there."""
    try:
        from resource import RLIM_INFINITY, RLIMIT_AS, getrlimit  # noqa: PLC0415 - Windows has no such limits
    except ImportError:
        return
    limit, _ = getrlimit(RLIMIT_AS)
    if limit != RLIM_INFINITY and limit < LEAST_ADDRESS_SPACE:
        raise MemoryError


def _fail_at_limit(error: MemoryError | ImportError | OSError) -> int:
    """Say on one line what the machine has run out of; anything else is a bug, and stays loud."""
    if isinstance(error, BrokenPipeError):
        # who read the output has seen enough; what is still held back has nowhere to go
        os.dup2(os.open(os.devnull, os.O_WRONLY), STANDARD_OUTPUT)
        return CUT_OFF
    if isinstance(error, MemoryError) or NO_MEMORY.search(str(error)):
        return _fail(Text("memory ran out: close other programs, allow more (ulimit -v), or rank a part of the list"))
    if isinstance(error, UnsupportedOperation):
        return _fail(Text("standard output is closed: name a file, or leave it open"))
    if isinstance(error, OSError) and error.errno in LIMITS:
        return _fail(
            Text("cannot continue: {fault}; free some disk space, or choose another folder", fault=explain_fault(error))
        )
    raise error


def _fail(text: Text) -> int:
    """Print the user's mistake on one line."""
    sentence = LANGUAGE.get().render(text)
    sys.stderr.write(f"hinterland: {' '.join(sentence.split())}\n")
    return MISTAKE
