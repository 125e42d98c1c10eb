"""``gendertui keys``: the app's keys, and how the settings give an action another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from gendertui.cli.terminal.output import columns, json_text

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

PREFIX = "keys."
"""Before the id of an action, where its key is named among the settings."""
WHOLE = "keys"

EPILOG = """
\b
Another key, and the usual one again:
  gendertui config set keys.train.pause P
  gendertui config unset keys.train.pause
  gendertui config unset keys             all of them
"""


@click.command(epilog=EPILOG, short_help="List the keys of the app.")
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
def keys(as_json: bool) -> None:
    """List the keys of the app, with the names that the settings know their actions by.

    Keys that a person has set are marked with *.
    """
    known = _listed()
    if as_json:
        click.echo(json_text(known))
        return
    rows = [(f"{each['shown']}{'*' * each['set']}", each["id"], each["help"]) for each in known]
    for line in columns(rows, ("key", "action", "")):
        click.echo(line)


def changed() -> list[dict[str, Any]]:
    """The keys that were set, as ``config list`` shows settings."""
    return [
        {
            "name": f"{PREFIX}{each['id']}",
            "value": each["shown"],
            "default": each["default"],
            "set": True,
            "type": "key",
            "help": each["help"],
        }
        for each in _listed()
        if each["set"]
    ]


def get(name: str) -> str:
    """The key of ``keys.ACTION``, or the list of those that were set for ``keys``."""
    from gendertui.tui.keymap import find, read_keymap

    if name == WHOLE:
        return "\n".join(f"{each['name']} {each['value']}" for each in changed())
    return read_keymap().key(find(name.removeprefix(PREFIX))).shown


def change(name: str, text: str | None) -> None:
    """Set the key of ``keys.ACTION``; ``None`` for the usual one, of all actions for ``keys``."""
    from gendertui.settings import write_setting
    from gendertui.tui.keymap import set_key, unset_key

    action = name.removeprefix(PREFIX)
    if text is not None:
        set_key(action, text)
    elif name == WHOLE:
        write_setting(WHOLE, None)
    else:
        unset_key(action)


def is_key(name: str) -> bool:
    """Whether the name of a setting is that of a key."""
    return name == WHOLE or name.startswith(PREFIX)


def complete(incomplete: str) -> list[CompletionItem]:
    """Names of keys among the settings; of all of them only once somebody asks for one."""
    from click.shell_completion import CompletionItem

    if not incomplete.startswith(WHOLE):
        return [CompletionItem(WHOLE, help="other keys for actions of the app")] if WHOLE.startswith(incomplete) else []
    from gendertui.tui.keymap import ACTIONS, Keymap

    names = {f"{PREFIX}{name}": Keymap().key(key).help for name, key in ACTIONS.items()}
    return [CompletionItem(name, help=about) for name, about in names.items() if name.startswith(incomplete)]


def _listed() -> list[dict[str, Any]]:
    from gendertui.tui.keymap import ACTIONS, read_keymap

    keymap = read_keymap()
    return [
        {
            "id": name,
            "key": keymap.key(key).keys,
            "shown": keymap.key(key).shown,
            "default": key.shown,
            "set": name in keymap.changed,
            "in_text_fields": keymap.acts_in_text((key,), key.action_name),
            "help": keymap.key(key).help,
        }
        for name, key in ACTIONS.items()
    ]
