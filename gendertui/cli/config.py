"""``gendertui config``: show and change the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from gendertui.cli import keys
from gendertui.cli.root import SETTINGS, ListingGroup
from gendertui.cli.terminal.output import columns, json_text
from gendertui.sanitize import escape_control

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

EPILOG = """
\b
Examples:
  gendertui config
  gendertui config set theme gendertui-light
  gendertui config set history off
  gendertui config set models_dir ~/models
  gendertui config unset model
  gendertui config set keys.train.pause P
"""


@click.group(
    cls=ListingGroup,
    lazy={
        "list": "gendertui.cli.config:list_",
        "get": "gendertui.cli.config:get",
        "set": "gendertui.cli.config:set_",
        "unset": "gendertui.cli.config:unset",
        "path": "gendertui.cli.config:path",
    },
    context_settings=SETTINGS,
    epilog=EPILOG,
)
def config() -> None:
    """Show and change the settings: which model answers, the theme, whether and how a run's end calls you.

    Without a command: list.
    """


def complete_setting(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Names of settings."""
    from click.shell_completion import CompletionItem

    from gendertui.settings import SETTINGS

    found = [CompletionItem(name, help=each.help) for name, each in SETTINGS.items() if name.startswith(incomplete)]
    return [*found, *keys.complete(incomplete)]


def complete_value(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """What the setting named before can be."""
    from click.shell_completion import CompletionItem

    from gendertui.settings import SETTINGS

    setting = SETTINGS.get(ctx.params.get("name") or "")
    choices = () if setting is None else ("on", "off") if setting.kind is bool else setting.choices
    return [CompletionItem(choice) for choice in choices if choice.startswith(incomplete)]


@click.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
def list_(as_json: bool) -> None:
    """List the settings with their values."""
    from gendertui import settings
    from gendertui.settings import SETTINGS, value

    given = settings.read_settings()
    known: list[dict[str, Any]] = [
        {
            "name": name,
            "value": value(name),
            "default": setting.default,
            "set": given.get(name) is not None,
            "type": setting.kind.__name__,
            "help": setting.help,
        }
        for name, setting in SETTINGS.items()
    ]
    known += keys.changed()
    if as_json:
        click.echo(json_text(known))
        return
    rows = [
        (each["name"], escape_control(_in_words(each["value"])), "" if each["set"] else "default", each["help"])
        for each in known
    ]
    for line in columns(rows, ("name", "value", "", "")):
        click.echo(line)


@click.command(short_help="Print a setting's value.")
@click.argument("name", metavar="NAME", shell_complete=complete_setting)
def get(name: str) -> None:
    """Print a setting's value; an empty line if it is not set and has no default."""
    from gendertui.settings import value

    if keys.is_key(name):
        click.echo(escape_control(keys.get(name)))
        return
    click.echo(escape_control(_in_words(value(name))))


@click.command(name="set")
@click.argument("name", metavar="NAME", shell_complete=complete_setting)
@click.argument("text", metavar="VALUE", shell_complete=complete_value)
def set_(name: str, text: str) -> None:
    """Change a setting. What is on or off takes on, off, true, false, yes, no.

    keys.ACTION gives an action of the app another key; gendertui keys lists the actions.
    """
    from gendertui.settings import parse, write_setting

    if keys.is_key(name):
        keys.change(name, text)
        return
    chosen = parse(name, text)
    if name == "model":
        from gendertui.model import store

        # The one way to choose a model: it checks that there is one.
        store.use(text)
        return
    if name == "models_dir":
        _move_models(str(chosen))
        return
    write_setting(name, chosen)


def _move_models(folder: str | None) -> None:
    from gendertui.model import place

    if left := place.move_to(folder):
        click.echo(escape_control(left), err=True)


@click.command()
@click.argument("name", metavar="NAME", shell_complete=complete_setting)
def unset(name: str) -> None:
    """Put a setting back to its default."""
    from gendertui.settings import find, write_setting

    if keys.is_key(name):
        keys.change(name, None)
        return
    if find(name).name == "models_dir":
        _move_models(None)
        return
    write_setting(name, None)


@click.command()
def path() -> None:
    """Print where the settings are kept."""
    from gendertui import paths

    click.echo(str(paths.settings_file()))


def _in_words(value: bool | str | None) -> str:
    """As ``set`` would take it."""
    return ("off", "on")[value] if isinstance(value, bool) else value or ""
