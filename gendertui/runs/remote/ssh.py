"""``ssh HOST gendertui …``: this program on another machine, by the person's own ssh and its configuration.

Nothing else is opened, here or there. What comes back is read as untrusted input.
"""

from __future__ import annotations

import fcntl
import os
import re
import select
import shlex
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from types import TracebackType
from typing import IO

from gendertui.errors import ExitCode, GendertuiError
from gendertui.sanitize import escape_control

VARIABLE = "GENDERTUI_SSH"
"""Environment variable: the command to use in place of ``ssh``, with its options, as ``GIT_SSH_COMMAND`` is for Git."""

_SSH_FAILED, _NOT_FOUND, _SIGNALLED = 255, 127, 128
_LAST_BYTES = 8192
"""So much is read of the end of what was said on stderr."""
_MOST_SAID_BYTES = 2**20
"""A file of more than this, of what was said, is cut to its end."""
_LOOK_SECONDS = 0.25
_END_SECONDS = 3.0
"""What was asked to end is killed after so long."""
LIMIT_BYTES = 16 * 2**20
"""The longest line, and the longest answer, that is read."""
ANSWER_SECONDS = 30.0
"""So long a short command may take, a busy machine and its shell included."""
_CLOSED_SECONDS = 30.0
"""What prints no more is ended after so long."""
# A shell that is not a login's seldom has the folder that pipx and uv install into on its PATH. The quotes are single
# ones, which all shells understand alike, since nobody knows which one is there.
_THERE = """sh -c 'PATH="$PATH:$HOME/.local/bin"; exec gendertui "$@"' gendertui"""

_PLAIN = re.compile(r"[A-Za-z0-9_./:,@+-]+")
_IN_DOUBLE_QUOTES = {"'": '"\'"', "\\": r'"\\"'}
# In ssh's words, which a machine on the way may follow with others.
_NOT_LET_IN = re.compile(r": Permission denied \(|Too many authentication failures")
_KEY_UNKNOWN = re.compile(r"^Host key verification failed")


class LinkError(GendertuiError):
    """The connection could not be made, or broke: it may be there later. :attr:`where` is the host."""

    def __init__(self, host: str, what: str, hint: str | None = None) -> None:
        super().__init__(what, where=host, hint=hint, code=ExitCode.RUN)


class RemoteProcess:
    """A command on another machine; left as a context manager, it is ended.

    :param said: the file with what it says on stderr. :param asks: as of :func:`start`.
    """

    def __init__(self, host: str, process: subprocess.Popen[bytes], said: IO[bytes], *, asks: bool) -> None:
        self.host = host
        self._process = process
        self._said = said
        self._asks = asks
        self._left = threading.Event()
        self._shortens = threading.Thread(target=self._shorten, name=f"what {host} says", daemon=True)
        self._shortens.start()

    def __enter__(self) -> RemoteProcess:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.end()
        self.stdout.close()
        self._shorten_no_more()
        self._said.close()

    @property
    def stdout(self) -> IO[bytes]:
        """What the command prints, as it comes."""
        assert self._process.stdout is not None
        return self._process.stdout

    def pieces(self, stop: Callable[[], bool]) -> Iterator[bytes]:
        """What is printed, as it comes, until its end or ``stop()``; a few times a second nothing, while none comes."""
        descriptor = self.stdout.fileno()
        while not stop():
            if not select.select([descriptor], [], [], _LOOK_SECONDS)[0]:
                yield b""
            elif data := os.read(descriptor, 2**16):
                yield data
            else:
                return

    def end(self) -> None:
        """End it, if it has not ended; who reads :attr:`stdout` in another thread then comes to its end."""
        if self._process.poll() is not None:
            return
        self._signal(signal.SIGTERM)
        try:
            self._process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            self._signal(signal.SIGKILL)
            self._process.wait()

    def check(self) -> None:
        """Wait until the command has ended, to be called at the end of its :attr:`stdout`.

        :raises LinkError: ssh had no connection. :raises GendertuiError: the command failed, in its own words and with
            its exit code; or it was not let in, or not found (code RUN).
        """
        try:
            code = self._process.wait(_CLOSED_SECONDS)
        except subprocess.TimeoutExpired:
            self.end()
            code = self._process.wait()
        if code != 0:
            self._shorten_no_more()
            raise _failure(self.host, code, self._last_lines(), asks=self._asks)

    def _signal(self, number: int) -> None:
        try:
            if self._asks:
                self._process.send_signal(number)
            else:
                os.killpg(self._process.pid, number)
        except ProcessLookupError:
            pass

    def _shorten(self) -> None:
        """Keep the file short meanwhile: what is said on stderr may have no end."""
        while not self._left.wait(_LOOK_SECONDS):
            if os.fstat(self._said.fileno()).st_size > _MOST_SAID_BYTES:
                last = self._last_said()
                os.ftruncate(self._said.fileno(), 0)
                os.write(self._said.fileno(), last)

    def _shorten_no_more(self) -> None:
        self._left.set()
        self._shortens.join()

    def _last_said(self) -> bytes:
        size = os.fstat(self._said.fileno()).st_size
        return os.pread(self._said.fileno(), _LAST_BYTES, max(size - _LAST_BYTES, 0))

    def _last_lines(self) -> list[str]:
        text = self._last_said().decode("utf-8", "replace")
        return [escape_control(line) for line in map(str.strip, text.splitlines()) if line]


def start(host: str, words: Sequence[str], *, asks: bool = False) -> RemoteProcess:
    """Run ``gendertui WORDS`` on another machine.

    :param host: as ssh takes it: ``gpu1``, ``me@gpu1``, a name of ``~/.ssh/config``.
    :param asks: ssh may ask on the terminal for a password, a passphrase, or about a new machine. Without, it fails
        where it would have to, and no signal of the terminal reaches it.
    :raises GendertuiError: ``host`` is no host's name, or there is no ssh (code USAGE).
    """
    command = [*_ssh(asks=asks), checked_host(host), f"{_THERE} {' '.join(map(_quoted, words))}"]
    # A file, and no pipe: a connection that ssh keeps for later would hold that open, and nobody empties it.
    said = tempfile.TemporaryFile()  # noqa: SIM115 (closed with the process)
    # Its end is then where ssh writes, also after it was made shorter.
    fcntl.fcntl(said, fcntl.F_SETFL, fcntl.fcntl(said, fcntl.F_GETFL) | os.O_APPEND)
    try:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=said, start_new_session=not asks
        )
    except OSError as error:
        said.close()
        raise GendertuiError(
            f"{command[0]} cannot be run: {error.strerror}",
            hint=f"Install an ssh client, or set {VARIABLE} to the command that stands for ssh.",
            code=ExitCode.USAGE,
        ) from error
    return RemoteProcess(host, process, said, asks=asks)


def _quoted(word: str) -> str:
    """A word as every login shell reads it: inside single quotes a backslash is an escape to fish, to others none."""
    if _PLAIN.fullmatch(word):
        return word
    return "'" + re.sub(r"['\\]", lambda found: f"""'{_IN_DOUBLE_QUOTES[found[0]]}'""", word) + "'"


def run(
    host: str, words: Sequence[str], *, seconds: float = ANSWER_SECONDS, stop: Callable[[], bool] = lambda: False
) -> bytes:
    """What ``gendertui WORDS`` printed on another machine, which has so many seconds for it.

    :param stop: asked a few times a second whether to wait no more.
    :raises GendertuiError: it failed there, or ssh did; see :meth:`RemoteProcess.check`.
    """
    with start(host, words) as process:
        printed, until = bytearray(), time.monotonic() + seconds
        for piece in process.pieces(stop):
            printed += piece
            if len(printed) > LIMIT_BYTES:
                raise GendertuiError(f"it prints more than {LIMIT_BYTES:,} bytes", where=host, code=ExitCode.RUN)
            if time.monotonic() > until:
                raise LinkError(host, f"nothing was heard from it for {seconds:.0f} s")
        if stop():
            raise LinkError(host, "its answer was not waited for")
        process.check()
    return bytes(printed)


def checked_host(host: str) -> str:
    """``host``, unless ssh could take it for something else.

    :raises GendertuiError: it is empty, begins with a hyphen, or has blanks or control characters (code USAGE).
    """
    if not host or host.startswith("-") or not host.isprintable() or any(letter.isspace() for letter in host):
        raise GendertuiError(
            f"{escape_control(host)!r} is no host's name",
            hint="Give it as ssh takes it: gpu1, me@gpu1, or a name of ~/.ssh/config.",
            code=ExitCode.USAGE,
        )
    return host


def _ssh(*, asks: bool) -> list[str]:
    if chosen := os.environ.get(VARIABLE):
        try:
            words = shlex.split(chosen)
        except ValueError as error:
            raise GendertuiError(
                f"{VARIABLE} cannot be read: {error}", hint="Write it as in a shell.", code=ExitCode.USAGE
            ) from error
        if words:
            return words
    # A terminal there would turn line ends into others.
    return ["ssh", "-T", *([] if asks else ["-o", "BatchMode=yes"]), "--"]


def _failure(host: str, code: int, lines: list[str], *, asks: bool) -> GendertuiError:
    last = lines[-1] if lines else ""
    if code == _SSH_FAILED:
        refusals = (line for line in reversed(lines) if _NOT_LET_IN.search(line) or _KEY_UNKNOWN.search(line))
        return _of_ssh(host, next(refusals, last), asks=asks)
    first = max((at for at, line in enumerate(lines) if line.startswith("gendertui: ")), default=None)
    if first is not None and code in set(ExitCode):
        what = lines[first].removeprefix("gendertui: ")
        return GendertuiError(what, where=host, hint="\n".join(lines[first + 1 :]) or None, code=ExitCode(code))
    if code == _NOT_FOUND:
        return GendertuiError(
            "gendertui is not found there",
            where=host,
            hint="Install it there as here. If it is, link it into ~/.local/bin: a command that comes by ssh does not "
            "see what only an interactive shell has on its PATH.",
            code=ExitCode.RUN,
        )
    if code == ExitCode.USAGE:
        return GendertuiError(
            f"the program there does not know what it is asked for: {last}",
            where=host,
            hint="It is of an older version: update it there.",
            code=ExitCode.RUN,
        )
    if code < 0 or code > _SIGNALLED:
        return LinkError(host, f"the program there was ended by signal {-code if code < 0 else code - _SIGNALLED}")
    return GendertuiError(
        f"gendertui failed there: {last or f'exit code {code}'}",
        where=host,
        hint=f"See what it says there: ssh {shlex.quote(host)}",
        code=ExitCode.RUN,
    )


def _of_ssh(host: str, said: str, *, asks: bool) -> GendertuiError:
    """What ssh itself failed of. Where it was not let in, trying again does not help, and may lock the person out."""
    login = f"ssh {shlex.quote(host)}"
    hint = ""
    if _NOT_LET_IN.search(said):
        hint = f"Try whether this lets you in: {login}"
        if not asks:
            hint = f"Nobody can be asked for a password or passphrase here: load your key first (ssh-add), then {login}"
    elif _KEY_UNKNOWN.search(said):
        hint = f"Log in once, to look at its key and accept it: {login}"
    if hint:
        return GendertuiError(said, where=host, hint=hint, code=ExitCode.RUN)
    said = re.sub(r"^ssh: (connect to host \S+ port \d+: )?", "", said)
    return LinkError(host, said or "the connection broke", hint=f"Try whether this works: {login} true")
