"""The command line: a thin shell over the modules; one module a command in :mod:`attribution.commands`."""

from __future__ import annotations

import importlib

import click

import attribution

COMMANDS = {
    "demo": "build", "build": "build", "serve": "build", "extract": "extract", "init": "start", "doctor": "start",
    "axis": "axis", "entities": "curate", "correct": "curate", "explain": "explain", "evaluate": "evaluate",
    "export": "export", "publish": "export", "models": "models",
}  # fmt: skip


class Lazy(click.Group):
    """Commands whose modules are imported when they are called: ``--help`` must not load a model."""

    def list_commands(self, context: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        return getattr(importlib.import_module(f"attribution.commands.{COMMANDS[name]}"), name)


@click.group(cls=Lazy)
@click.version_option(attribution.__version__)
def main() -> None:
    """Who said what, about whom, and where do they stand?

    Articles in; one SQLite file out that datasette publishes.

    \b
    attribution demo                      build the sample corpus and look at it
    attribution build my-articles/        the same for articles of your own
    attribution extract story.txt         print what was found, no database
    """


if __name__ == "__main__":
    main()
