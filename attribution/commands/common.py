"""What the commands share: options, errors as one line, progress."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

FILE = click.Path(dir_okay=False, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)
STOPPED = 130  # the exit status of a program that Ctrl-C stopped


def expected() -> tuple[type[BaseException], ...]:
    """The errors that a user can mend; each has a message of one line."""
    from attribution.database import DatabaseError
    from attribution.documents import SourceError
    from attribution.entities import CurationError
    from attribution.language.bundle import ModelError
    from attribution.stance import AxisError

    return DatabaseError, SourceError, CurationError, ModelError, AxisError, FileNotFoundError, FileExistsError, PermissionError


def plain_errors(command: Callable) -> Callable:
    """Turns expected errors into one line on standard error and exit status 1, Ctrl-C into 130."""

    @functools.wraps(command)
    def run(*args, **kwargs):
        try:
            return command(*args, **kwargs)
        except click.ClickException:
            raise
        except KeyboardInterrupt:
            click.echo("stopped; what was finished is kept", err=True)
            sys.exit(STOPPED)
        except BrokenPipeError:  # the reader of our output has gone, as `head` does
            sys.stderr.close()
            sys.exit(0)
        except Exception as error:
            if isinstance(error, expected()):
                raise click.ClickException(str(error)) from error
            raise

    return run


def jobs_option(command: Callable) -> Callable:
    return click.option("--jobs", type=click.IntRange(1), default=None,
                        help="Worker processes; default: one a core.")(command)


def models_option(command: Callable) -> Callable:
    return click.option("--models", type=FOLDER, help="Folder with stanza's official models (attribution models "
                        "download) in place of the bundled ones.")(command)


def mapping_option(command: Callable) -> Callable:
    return click.option(
        "--map", "pairs", multiple=True, metavar="FIELD=COLUMN",
        help="Which column of a CSV or JSON Lines file holds a field, e.g. --map text=body --map outlet=source.",
    )(command)


def mapping(pairs: tuple[str, ...]) -> dict[str, str]:
    """``FIELD=COLUMN`` options as a dictionary."""
    found = {}
    for pair in pairs:
        field, sign, column = pair.partition("=")
        if not sign or not field or not column:
            raise click.BadParameter(f"{pair!r} is not FIELD=COLUMN, e.g. text=body", param_hint="--map")
        found[field.strip()] = column.strip()
    return found


def bar(quiet: bool = False) -> Progress:
    """A progress bar with rate and time left on standard error; silent where that is no terminal."""
    return Progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]}"),
                    TimeElapsedColumn(), TimeRemainingColumn(),
                    console=Console(stderr=True), transient=True, disable=quiet or not sys.stderr.isatty())
