"""The command line door: reads options, calls the analysis, prints one summary."""

import gc
import sys
from collections.abc import Sequence

import typer

from hinterland.cli import diagnostics, geography, plan, rank
from hinterland.errors import HinterlandError

MISTAKE, INTERRUPTED = 2, 130

app = typer.Typer(
    name="hinterland",
    help="Find the cities and countries where influencer marketing still has room. Nothing leaves this machine.",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
reference = typer.Typer(help="The bundled geography.", rich_markup_mode=None)
app.command("rank")(rank.rank)
app.command("plan")(plan.plan)
app.command("twins")(rank.twins)
app.command("compare")(rank.compare)
app.command("creators")(plan.creators)
app.command("outreach")(plan.outreach)
app.command("geocode")(geography.geocode)
app.command("markets")(geography.markets)
app.command("app")(diagnostics.open_app)
app.command("validate")(diagnostics.validate)
app.command("bench")(diagnostics.bench)
reference.command("build")(geography.build)
reference.command("info")(geography.info)
app.add_typer(reference, name="reference")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; exit code 0 done, 2 the user's mistake, 130 interrupted; any other exception is a bug."""
    # a run makes millions of small objects that live to its end: looking through them for rubbish is wasted time
    gc.set_threshold(500_000, 100, 100)
    try:
        code = app(args=None if arguments is None else list(arguments), standalone_mode=False)
    except typer.TyperException as error:
        return _fail(f"{error}; see hinterland --help")
    except HinterlandError as error:
        return _fail(str(error))
    except (KeyboardInterrupt, typer.Abort):
        return INTERRUPTED
    return code or 0


def _fail(sentence: str) -> int:
    """Print the user's mistake on one line."""
    sys.stderr.write(f"hinterland: {' '.join(sentence.split())}\n")
    return MISTAKE
