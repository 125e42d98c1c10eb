"""How a command ends: every way out becomes an exit code and at most a short message on stderr."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Callable, Iterator
from io import TextIOWrapper
from pathlib import Path
from types import FrameType
from typing import Any, TextIO

from gendertui import disk_space
from gendertui.errors import ExitCode, GendertuiError
from gendertui.sanitize import escape_control

INTERRUPTED = 130
PIPE_CLOSED = 141


def run_command(action: Callable[[], int]) -> int:
    """What ``action`` returns, or the exit code of what it raised.

    A user's mistake prints what is wrong, where, and what to do next; a bug prints one line and leaves its
    traceback in the log; Ctrl-C and a reader that went away (``| head``) print nothing.
    """
    _prepare_streams()
    try:
        code = action()
        sys.stdout.flush()
    except GendertuiError as error:
        return _ended(error.code, f"gendertui: {error}")
    except KeyboardInterrupt:
        return _ended(INTERRUPTED)
    except BrokenPipeError:
        _drop_output()
        return PIPE_CLOSED
    except Exception as error:
        return _ended(*_explained(error))
    return code


@contextlib.contextmanager
def ended_by_signals() -> Iterator[None]:
    """SIGTERM and SIGHUP leave what is entered in order, with 128 + N; one that is ignored, as by nohup, stays so."""

    def leave(number: int, _: FrameType | None) -> None:
        raise SystemExit(128 + number)

    numbers = [n for n in (signal.SIGTERM, signal.SIGHUP) if signal.getsignal(n) != signal.SIG_IGN]
    before = {number: signal.signal(number, leave) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _explained(error: Exception) -> tuple[ExitCode, str]:
    """The exit code and the message of an error that nothing has put into words. The log has the rest."""
    path = error.filename if isinstance(error, OSError) else None
    where = "" if path is None else f"{path}: "
    number = disk_space.shortage(error)
    if number is not None:
        return ExitCode.DATA, f"gendertui: {where}{disk_space.in_words(number, path)}. {disk_space.remedy(number)}."
    if isinstance(error, OSError) and path is not None:
        # A path that cannot be read or written: usually no bug.
        return ExitCode.DATA, f"gendertui: {where}{error.strerror} {_logged(error)}"
    return ExitCode.UNEXPECTED, _unexpected(error)


def _prepare_streams() -> None:
    """Streams that are always there (a shell can close them) and that print any character somehow."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 (as long as the process)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    for name in ("stdout", "stderr"):
        if getattr(sys, name).isatty():
            setattr(sys, name, _for_terminal(getattr(sys, name)))


def _for_terminal(stream: TextIO) -> Any:
    from gendertui import ascii_signs, settings
    from gendertui.cli.terminal.wrapped import WrappedStream

    chosen = settings.AUTO
    # A command that needs the settings says what is wrong with them.
    with contextlib.suppress(GendertuiError):
        chosen = settings.value("ascii")
    return WrappedStream(stream, plain=ascii_signs.wanted(os.environ, chosen))


def _drop_output() -> None:
    """Point stdout at nothing, so that the interpreter's last flush is quiet too."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _ended(code: int, message: str | None = None) -> int:
    """Flush what was printed so far, say ``message``, hand ``code`` on."""

    try:
        sys.stdout.flush()
    except OSError:
        # Said already, if it is worth saying: this is the second try.
        _drop_output()
    if message is not None:
        text = "\n".join(escape_control(line) for line in message.split("\n")) + "\n"
        with contextlib.suppress(OSError):
            sys.stderr.write(text)
    return int(code)


def _unexpected(error: Exception) -> str:
    """The one line for an unexpected error."""
    first = (str(error).splitlines() or [""])[0]
    return f"gendertui: unexpected error, a bug in the program: {type(error).__name__}: {first} {_logged(error)}"


def _logged(error: Exception) -> str:
    """Write the traceback into the log; return the words that say where it is."""
    import platform
    import time
    import traceback

    from gendertui import files, paths

    log = paths.logs_dir() / "errors.log"
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S%z")
    head = f"{stamp} gendertui {_version()}, Python {platform.python_version()}, {sys.argv[1:]}\n"
    try:
        files.ensure_dir(log.parent)
        descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "a", encoding="utf-8", errors="backslashreplace") as stream:
            stream.write(head + "".join(traceback.format_exception(error)) + "\n")
    except OSError as second:
        return f"(and the log {log} cannot be written: {second.strerror})"
    return f"(the details are in {log})"


def _version() -> str:
    from importlib.metadata import PackageNotFoundError

    import gendertui

    try:
        return gendertui.__version__
    except PackageNotFoundError:
        return "(not installed)"
