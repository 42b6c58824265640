"""Every command, and how a failure ends: a sentence on standard error, a documented exit code."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
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
from auscult.errors import AuscultError, ConfigError

INTERRUPTED = 130

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
    code, tell = _run()
    with _reader_may_leave():
        tell()
    sys.exit(code)


def _run() -> tuple[int, Callable[[], object]]:
    """Run the command line; return its exit code, and what tells how it failed."""
    code: object = 0
    try:
        with _reader_may_leave():
            code = app(standalone_mode=False)
    except UsageError as error:
        return error.exit_code, error.show
    except AuscultError as error:
        return error.exit_code, partial(_say, str(error))
    except OSError as error:
        if error.filename is None:
            raise
        said = f"{error.filename}: cannot be opened ({error.strerror}); check name and permissions"
        return ConfigError.exit_code, partial(_say, said)
    except (KeyboardInterrupt, typer.Abort):
        code = INTERRUPTED
    # subtle: typer makes an exit with this code of Ctrl-C.
    if code == INTERRUPTED:
        return INTERRUPTED, partial(_say, "interrupted; what was finished is kept")
    return (code if isinstance(code, int) else 0), _say_nothing


def _say(sentence: str) -> None:
    errors.print(f"auscult: {sentence}", markup=False, highlight=False, soft_wrap=True)


def _say_nothing() -> None:
    pass


@contextmanager
def _reader_may_leave() -> Iterator[None]:
    """End quietly where whoever reads the output has closed it, as ``head`` does."""
    try:
        yield
    except (BrokenPipeError, SystemExit) as error:
        # subtle: typer and rich make an exit with code 1 of a broken pipe.
        if not isinstance(error.__context__ or error, BrokenPipeError):
            raise
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except BrokenPipeError:  # what is left goes nowhere; the flush at the end fails else
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
