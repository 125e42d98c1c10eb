"""The command tree: names, the help that is the manual, and nothing imported before it is asked for."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gendertui.cli import COMPLETION_VARIABLE
from gendertui.cli.terminal.completion import complete_host, complete_run
from gendertui.cli.terminal.reading import asked, given, reading_flags
from gendertui.errors import EXIT_CODES

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

PROGRAM = "gendertui"
OPEN = "FILE"
"""What stands for the command where a path is given in place of one."""
SETTINGS: dict[str, Any] = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


class LazyGroup(click.Group):
    """A group whose commands are named by ``module:attribute`` and imported when they are looked up."""

    def __init__(self, *args: Any, lazy: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lazy = lazy

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.lazy)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.lazy:
            return None
        module, _, attribute = self.lazy[cmd_name].partition(":")
        command = getattr(import_module(module), attribute)
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in self.lazy and not ctx.resilient_parsing:
            raise click.exceptions.NoSuchCommand(args[0], possibilities=list(self.lazy), ctx=ctx)
        return super().resolve_command(ctx, args)


class RootGroup(LazyGroup):
    """The program: a path in place of a command opens the app on it.

    :param helps: what each command is for, here rather than in its module: the help of the program imports none.
    """

    def __init__(self, *args: Any, helps: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helps = helps

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        command = super().get_command(ctx, cmd_name)
        if command is not None:
            command.short_help = self.helps[cmd_name]
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(self.helps.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        word = args[0]
        if word not in self.lazy and not ctx.resilient_parsing:
            if Path(word).expanduser().exists():
                return OPEN, open_, args
            if os.sep in word or Path(word).suffix:
                ctx.fail(f"{word!r} is neither a file nor a command.")
        return super().resolve_command(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """The commands; files where none begins so."""
        from click.shell_completion import CompletionItem

        return super().shell_complete(ctx, incomplete) or [CompletionItem(incomplete, type="file")]


class ListingGroup(LazyGroup):
    """Without a command it is its ``list``, to which its options then go."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, invoke_without_command=True, **kwargs)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        lists = not args or (args[0].startswith("-") and args[0] not in ctx.help_option_names)
        return super().parse_args(ctx, ["list", *args] if lists and not ctx.resilient_parsing else args)


def exit_code_table() -> str:
    """The exit codes as the help and the README print them."""
    rows = [(str(int(code)), meaning) for code, meaning in EXIT_CODES.items()]
    rows.append(("128+N", "ended by signal N: 130 Ctrl-C, 141 closed pipe, 143 SIGTERM"))
    return "\n".join(f"  {code:<5} {meaning}" for code, meaning in rows)


EPILOG = f"""
\b
Examples:
  gendertui                               open the app
  gendertui lines.csv                     open it on a corpus
  gendertui lines.csv --label sentiment   where it cannot be found out
  gendertui attach                        open it on the newest run
  gendertui --host gpu1                   with the runs of another machine
  gendertui predict "I love you, but I have to go."
  gendertui corpus download cornell
  gendertui audit cornell                 what each split leaks on it
  gendertui train --preset quick --corpus cornell
  gendertui train --corpus cornell --detach
  gendertui runs follow latest
  gendertui runs stop latest
  gendertui train --resume latest
  gendertui evaluate --test
  gendertui doctor

\b
A corpus is any file or folder of texts with two labels, or one of the names
sample and messages (bundled) and cornell (downloaded).
A run is named by its folder, its name, a part of it, or latest.
A model is named by its name, a part of it, or a bundle's folder.

\b
Results go to stdout, progress and messages to stderr; listings take --json.

\b
Exit codes:
{exit_code_table()}

\b
Environment:
  GENDERTUI_HOME        one folder for all state; without it the user's
                        cache, state and configuration folders
  GENDERTUI_MODELS_DIR  the folder of models, before the setting models_dir
  GENDERTUI_SSH         the command for --host in place of ssh
  CUDA_VISIBLE_DEVICES  which GPUs are seen, as for every CUDA program
  NO_COLOR              the app without colours

\b
Shell completion, for bash, zsh and fish:
  gendertui completion install

A score says what the lines of one corpus with a label are like. Where the labels are about people it does not tell
a real person's gender, and at the usual accuracies no single line does.
"""


def _print_version(ctx: click.Context, option: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        import gendertui

        click.echo(f"{PROGRAM} {gendertui.__version__}")
        ctx.exit()


@click.group(
    cls=RootGroup,
    lazy={
        "attach": "gendertui.cli.root:attach",
        "predict": "gendertui.cli.predict.command:predict",
        "train": "gendertui.cli.train.command:train",
        "evaluate": "gendertui.cli.evaluate:evaluate",
        "corpus": "gendertui.cli.corpus.command:corpus",
        "vectors": "gendertui.cli.vectors:vectors",
        "audit": "gendertui.cli.audit:audit",
        "runs": "gendertui.cli.runs:runs",
        "sweep": "gendertui.cli.sweep.command:sweep",
        "models": "gendertui.cli.models:models",
        "glossary": "gendertui.cli.glossary:glossary",
        "config": "gendertui.cli.config:config",
        "keys": "gendertui.cli.keys:keys",
        "completion": "gendertui.cli.completion:completion",
        "doctor": "gendertui.cli.doctor:doctor",
    },
    helps={
        "attach": "Open the app on a run, at work or ended.",
        "predict": "Score lines with a model.",
        "train": "Train on a corpus and follow the run.",
        "evaluate": "Say how good a run's model is.",
        "corpus": "See, export and download corpora.",
        "vectors": "Download word vectors; see where they are kept.",
        "audit": "Measure what a split leaks and what that is worth.",
        "runs": "List, show, follow, export, control and remove runs.",
        "sweep": "Search for the best settings, on one machine or many.",
        "models": "List, show, choose and move models.",
        "glossary": "Say what AUC, skill, epoch and the other terms mean.",
        "config": "Show and change the settings.",
        "keys": "List the keys of the app, and what they can be set by.",
        "completion": "Complete commands and names with the tab key.",
        "doctor": "Check versions, devices, folders, and what is missing.",
    },
    invoke_without_command=True,
    context_settings=SETTINGS,
    epilog=EPILOG,
)
@click.option("--corpus", metavar="PATH", help="Corpus to open in the app: a path, or sample, messages or cornell.")
@click.option(
    "--host",
    "hosts",
    metavar="HOST",
    multiple=True,
    shell_complete=complete_host,
    help="Also show the runs of another machine in the app, by ssh; may be given again.",
)
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_print_version, help="Print the version."
)
@reading_flags
@click.pass_context
def cli(ctx: click.Context, corpus: str | None, hosts: tuple[str, ...]) -> None:
    """Train and question a two-label text classifier in the terminal.

    Without a command it opens the app: see what a corpus holds, train on it, watch the run, read how good the
    model honestly is, and type a line to see what it thinks. Each part is a command too.
    """
    if ctx.invoked_subcommand is None:
        from gendertui.cli.app import open_app

        if corpus is None and (flags := given(ctx)):
            ctx.fail(f"{', '.join(flags)}: say of which corpus, {PROGRAM} FILE or --corpus PATH.")
        ctx.exit(open_app(corpus=corpus, asked=asked(ctx), hosts=hosts))
    if ctx.invoked_subcommand == OPEN:
        if corpus is not None:
            ctx.fail("Give one of FILE and --corpus.")
        return
    flags = [*(["--corpus"] if corpus is not None else []), *(["--host"] if hosts else []), *given(ctx)]
    if ctx.invoked_subcommand != "attach" and flags:
        ctx.fail(
            f"{', '.join(flags)} in front of a command {'is' if len(flags) == 1 else 'are'} the app's: "
            f"write {PROGRAM} {ctx.invoked_subcommand} … instead."
        )


@click.command(name=OPEN)
@click.argument("corpus", metavar="FILE")
@reading_flags
@click.pass_context
def open_(ctx: click.Context, corpus: str) -> None:
    """Open the app on a corpus."""
    from gendertui.cli.app import open_app

    assert ctx.parent is not None
    ctx.exit(open_app(corpus=corpus, asked=asked(ctx), hosts=ctx.parent.params["hosts"]))


@click.command()
@click.argument("run", metavar="[RUN]", default="latest", shell_complete=complete_run)
@click.pass_context
def attach(ctx: click.Context, run: str) -> None:
    """Open the app on a run, at work or ended.

    RUN is a run's folder, its name, a part of its name, or latest. Without it: latest. A run of another machine:
    gendertui --host HOST attach RUN.
    """
    from gendertui.cli.app import open_app
    from gendertui.runs.folder import find

    assert ctx.parent is not None
    corpus, hosts = ctx.parent.params["corpus"], ctx.parent.params["hosts"]
    if len(hosts) > 1:
        ctx.fail("Give one --host: the one that has the run.")
    attach = run if hosts else str(find(run).path)
    ctx.exit(open_app(corpus=corpus, asked=asked(ctx), attach=attach, hosts=hosts))


def run(args: Sequence[str]) -> int:
    """Parse ``args``, run the command, return its exit code; usage mistakes are printed here."""
    if COMPLETION_VARIABLE in os.environ:
        cli.main(list(args), prog_name=PROGRAM)
    try:
        with cli.make_context(PROGRAM, list(args)) as ctx:
            cli.invoke(ctx)
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except click.ClickException as mistake:
        mistake.show()
        return mistake.exit_code
    except click.Abort as aborted:
        raise KeyboardInterrupt from aborted
    return 0
