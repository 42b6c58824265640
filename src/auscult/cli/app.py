"""Every command, and how a failure ends: a sentence on standard error, a documented exit code."""

import sys
from typing import Annotated, Any

import typer

from auscult.cli import (
    audit_commands,
    benchmark_commands,
    calibrate_commands,
    data_commands,
    explain_commands,
    get_commands,
    hearing_commands,
    index_commands,
    joint_commands,
    listen_commands,
    score_commands,
    segment_commands,
    serve_commands,
    split_commands,
    training_commands,
)
from auscult.cli.show import errors
from auscult.errors import AuscultError

EPILOG = (
    "Exit codes: 0 every input got an answer · 2 wrong option · 3 a sound could not be opened · "
    "4 faulty dataset · 5 faulty model bundle · 6 training run stopped · 7 predictions cannot be "
    "scored · 8 an optional package is missing · 130 interrupted. Not a medical device."
)

# subtle: typer carries its own click or uses the installed one, by version; its public
# BadParameter is a usage error of whichever it is.
UsageError: Any = typer.BadParameter.__bases__[0]

app = typer.Typer(
    name="auscult",
    help="Listen to a heart sound; say what is heard, how surely, and when it cannot be told.",
    epilog=EPILOG,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
data = typer.Typer(help="Look at a dataset before learning from it.", no_args_is_help=True)
app.add_typer(data, name="data")
app.add_typer(benchmark_commands.benchmark, name="benchmark")

app.command()(hearing_commands.classify)
app.command()(hearing_commands.demo)
app.command()(hearing_commands.models)
app.command()(hearing_commands.synth)
app.command()(hearing_commands.plot)
app.command()(data_commands.explore)
app.command()(training_commands.train)
app.command()(joint_commands.train_joint)
app.command()(joint_commands.export_joint)
app.command()(calibrate_commands.calibrate)
app.command()(training_commands.evaluate)
app.command()(training_commands.export)
app.command()(score_commands.score)
app.command()(segment_commands.segment)
app.command()(explain_commands.explain)
app.command()(explain_commands.report)
app.command()(listen_commands.listen)
app.command()(serve_commands.serve)
app.command()(segment_commands.train_segmenter)
data.command()(data_commands.summary)
data.command()(data_commands.check)
data.command()(index_commands.index)
data.command()(index_commands.verify)
data.command()(split_commands.split)
data.command()(audit_commands.audit)
data.command()(get_commands.get)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version  # noqa: PLC0415 - rarely wanted

        typer.echo(f"auscult {version('auscult')}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Options of the program itself."""


def main() -> None:
    """Run the command line and exit with its code."""
    try:
        code = app(standalone_mode=False)
    except UsageError as error:
        error.show()
        sys.exit(error.exit_code)
    except AuscultError as error:
        errors.print(f"auscult: {error}", markup=False, highlight=False, soft_wrap=True)
        sys.exit(error.exit_code)
    except (KeyboardInterrupt, typer.Abort):
        errors.print("auscult: interrupted; what was finished is kept", markup=False)
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    sys.exit(code if isinstance(code, int) else 0)
