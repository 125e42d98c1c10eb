"""Runs of another machine are followed as those of this one are, wherever the link is cut."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import replace
from itertools import islice, pairwise
from pathlib import Path
from types import SimpleNamespace

import pytest

from gendertui.errors import GendertuiError
from gendertui.machine_load import Load
from gendertui.runs import control, queue
from gendertui.runs.folder import RunFolder
from gendertui.runs.follow import Link, Update, follow
from gendertui.runs.log_tail import LogTail
from gendertui.runs.loss_curve import LossCurve
from gendertui.runs.records import Status
from gendertui.runs.remote import link, serve, ssh
from gendertui.runs.remote.protocol import KEEP_ALIVE_SECONDS, decode, encode
from gendertui.runs.remote.runs import RemoteRuns, follow_there
from gendertui.runs.source import LocalRuns
from gendertui.runs.view import RunView
from gendertui.training.config import preset
from gendertui.training.pace import Pace
from tests.builders.command import answer
from tests.builders.machines import Machines, RunThere
from tests.builders.processes import wait_for
from tests.builders.replay import BATCHES, ReplayedRun


@pytest.fixture
def there(machines: Machines) -> Iterator[RunThere]:
    run = RunThere(machines)
    with run.worker:
        yield run


def never() -> bool:
    return False


class Watched:
    """What came of a run there, taken in as it comes."""

    def __init__(self, run: RunFolder, **limits: float) -> None:
        self.view = RunView(run.path)
        self.links: list[Link] = []
        self.loads: list[Load] = []
        self.updates = follow_there("gpu1", str(run.path), never, pauses=[0.0], **limits)

    def next(self) -> Update | Link | Load | None:
        """What comes next; ``None`` at the end."""
        came = next(self.updates, None)
        if isinstance(came, Link):
            self.links.append(came)
        elif isinstance(came, Load):
            self.loads.append(came)
        elif came is not None:
            self.view.apply(replace(came, info=replace(came.info, host="")))
        return came

    def until(self, condition: Callable[[], object]) -> None:
        while not condition() and self.next() is not None:
            pass

    def to_the_end(self) -> RunView:
        self.until(never)
        return self.view

    @property
    def states(self) -> list[str]:
        return [link.state for link in self.links]


def locally(run: RunFolder, *, looks: int | None = None) -> RunView:
    """What is seen where the run is, until it is over or so many looks were taken."""
    view = RunView(run.path)
    for update in islice(follow(run, thin=True), looks):
        view.apply(update)
    return view


def whatever_was_left_out(view: RunView) -> RunView:
    """What does not depend on which batches of the past a follower leaves out: that is as many as come at once."""
    return replace(view, loss=LossCurve(), pace=Pace())


def test_an_ended_run_is_seen_as_where_it_is(there: RunThere) -> None:
    run = there.is_over()
    watched = Watched(run)
    assert watched.to_the_end() == locally(run)
    assert (set(watched.view.epochs), watched.states) == ({1}, ["connecting", "live"])


def test_a_link_that_is_cut_goes_on_where_it_was(machines: Machines, there: RunThere) -> None:
    run = there.is_over()
    printed = ssh.run("gpu1", ["runs", "follow", "--stream", str(run.path)])
    # In the middle of the events, and once more behind all of them but before the end.
    machines.cut(len(printed) // 2, len(printed) - 5)
    watched = Watched(run)
    assert watched.to_the_end() == locally(run)
    assert watched.states == ["connecting", "live", "broken", "live", "broken", "live"]
    assert {link.since > 0 for link in watched.links if link.state == "broken"} == {True}
    assert "--from" in machines.commands[-1]


@pytest.mark.long
def test_it_may_be_cut_anywhere(machines: Machines, there: RunThere) -> None:
    run = there.is_over()
    printed, expected = len(ssh.run("gpu1", ["runs", "follow", "--stream", str(run.path)])), locally(run)
    drawn, tried, survived = random.Random(0), 0, 0
    for _ in range(20):
        machines.cut(*(drawn.randrange(1, printed) for _ in range(drawn.randint(1, 4))))
        tried += 1
        survived += Watched(run).to_the_end() == expected
    print(f"cuts of the link: {tried} tried, {survived} survived")
    assert survived == tried


def test_a_run_at_work_is_followed_across_a_cut(machines: Machines, there: RunThere) -> None:
    run, watched = there.folder, Watched(there.folder)
    watched.until(lambda: watched.view.batch is not None)
    assert watched.view == locally(run, looks=1)
    # How busy the machine is comes in between, as long as the run is at work.
    watched.until(lambda: watched.loads)
    assert watched.loads[0].total
    machines.refuse()
    machines.break_links()
    watched.until(lambda: watched.states.count("broken") == 2)
    for _ in range(BATCHES):
        there.step()
    machines.admit()
    watched.until(lambda: len(watched.view.epochs) == 2)
    there.is_over()
    assert whatever_was_left_out(watched.to_the_end()) == whatever_was_left_out(locally(run))
    assert watched.states[:3] == ["connecting", "live", "broken"]
    assert watched.states[-1] == "live"
    assert "Connection refused" in watched.links[3].why


@pytest.mark.long
def test_what_a_resumed_run_cut_while_the_link_was_down_is_forgotten(machines: Machines, there: RunThere) -> None:
    run, watched = there.folder, Watched(there.folder)
    watched.until(lambda: watched.view.epochs)
    machines.refuse()
    machines.break_links()
    watched.until(lambda: watched.states[-1] == "broken")
    written = run.events_file.read_bytes().splitlines(keepends=True)
    run.events_file.write_bytes(b"".join(written[:50]))
    there.steps = 47
    for _ in range(2 * BATCHES):
        there.step()
    machines.admit()
    watched.until(lambda: len(watched.view.epochs) == 2)
    there.is_over()
    assert whatever_was_left_out(watched.to_the_end()) == whatever_was_left_out(locally(run))


@pytest.mark.long
def test_a_link_on_which_nothing_comes_is_dead(machines: Machines, there: RunThere) -> None:
    run = there.is_over()
    machines.cut("2000h")
    watched = Watched(run, silent=0.5)
    assert watched.to_the_end() == locally(run)
    assert watched.states == ["connecting", "live", "broken", "live"]
    assert "nothing was heard" in watched.links[2].why


@pytest.mark.parametrize(
    ("program", "hint"),
    [
        (None, "Install it there"),
        ('echo "{}"; exec {real} "$@" --no-such-option', "older version"),
        ("""echo '{"type": "hello", "stream": 2, "version": "9"}'""", "Update it here"),
        ("""echo '{"type": "hello", "stream": 1, "version": "9"}'; echo x""", "same version"),
        (
            """echo '{"type": "hello", "stream": 1, "version": "9"}'; echo '{"type": "run"}'""",
            "same version",
        ),
    ],
)
def test_what_trying_again_does_not_help_is_given_up(machines: Machines, program: str | None, hint: str) -> None:
    machines.install(program)
    watched = Watched(RunFolder("/runs/x"))
    watched.to_the_end()
    assert watched.states[-1] == "lost"
    assert hint in watched.links[-1].hint


@pytest.mark.long
def test_what_a_login_shell_prints_and_lines_of_later_versions_are_passed_over(
    machines: Machines, there: RunThere
) -> None:
    run = there.is_over()
    machines.install("""echo; echo "Welcome!"; {real} "$@" | sed 's/^{"type":"run"/{"type":"new"}\\n&/'""")
    assert Watched(run).to_the_end() == locally(run)


def test_the_list_of_another_machine_is_kept_up_to_date(machines: Machines, there: RunThere) -> None:
    run, changed, source = there.folder.path, threading.Event(), RemoteRuns("gpu1", pauses=[0.0])
    others = [Path(shutil.copytree(run, run.with_name(name))) for name in ("another", "third")]

    def until(condition: Callable[[], object]) -> None:
        while not condition():
            assert changed.wait(60)
            changed.clear()

    with closing(source):
        source.watch(changed.set)
        until(source.rows)
        with machines.on("gpu1"):
            listed = {row.info.name: row for row in LocalRuns().rows()}
        assert {row.info.name: replace(row, info=replace(row.info, host="")) for row in source.rows()} == listed
        assert {row.info.host for row in source.rows()} == {"gpu1"}
        shutil.rmtree(others[0])
        until(lambda: len(source.rows()) == 2)
        # What happens while the link is down is there as soon as it is up again.
        shutil.rmtree(others[1])
        machines.break_links()
        until(lambda: len(source.rows()) == 1)
        assert source.link.state == "live"


def test_a_run_there_is_found_by_name_and_asked(machines: Machines, there: RunThere) -> None:
    source = RemoteRuns("gpu1")
    assert source.find("latest") == there.folder.path
    assert source.validation_auc(there.folder.path) == LocalRuns().validation_auc(there.folder.path) != []
    source.ask(there.folder.path, "pause")
    asked = control.read_control(there.folder)
    assert asked is not None
    assert asked.request == "pause"


def test_a_run_that_waits_there_is_moved(machines: Machines) -> None:
    with ExitStack() as held, machines.on("gpu1"):
        runs = [RunFolder.create(preset("quick"), {"path": "sample"}, name=name) for name in ("first", "second")]
        for run in runs:
            run.write_status(Status(state="queued"))
            held.enter_context(run.lock())
        before = [entry.run for entry in queue.waiting()]
        RemoteRuns("gpu1").move(before[1].path, 1)
        assert [entry.run for entry in queue.waiting()] == before[::-1]
        assert set(before) == set(runs)


def test_who_leaves_waits_for_no_answer(machines: Machines) -> None:
    machines.install("sleep 600")
    source = RemoteRuns("gpu1")
    source.close()
    with pytest.raises(GendertuiError, match="not waited for"):
        source.find("latest")


def test_who_leaves_does_not_wait_for_a_model(machines: Machines, tmp_path: Path) -> None:
    machines.install(f"touch {tmp_path}/began; echo; sleep 600")
    source, failed = RemoteRuns("gpu1"), []

    def fetch() -> None:
        with pytest.raises(GendertuiError) as raised:
            source.pull("mine")
        failed.append(raised.value)

    fetching = threading.Thread(target=fetch)
    fetching.start()
    wait_for((tmp_path / "began").exists)
    source.close()
    fetching.join()
    assert len(failed) == 1


def test_who_has_left_gets_no_model_any_more(machines: Machines) -> None:
    machines.install("sleep 20")
    source = RemoteRuns("gpu1")
    source.close()
    with pytest.raises(GendertuiError, match="signal"):
        source.pull("mine")


def test_what_a_login_shell_prints_before_an_answer_is_passed_over(machines: Machines) -> None:
    source = RemoteRuns("gpu1")
    answers = """case "$2" in path) echo /runs/x;; log) echo '{"lines": ["a"], "omitted_bytes": 0}';; esac"""
    machines.install(f"echo 'Welcome to gpu1!'; {answers}")
    assert source.find("latest") == Path("/runs/x")
    assert source.log(Path("/runs/x")) == LogTail(("a",), 0)
    machines.install("echo 'Welcome to gpu1!'")
    with pytest.raises(GendertuiError, match="cannot be read"):
        source.find("latest")
    machines.install(":")
    with pytest.raises(GendertuiError, match="cannot be read"):
        source.log(Path("/runs/x"))


def test_what_is_printed_before_the_first_line_does_not_keep_a_link_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    class Chatter(ssh.RemoteProcess):
        def pieces(self, stop: Callable[[], bool]) -> Iterator[bytes]:
            return iter([b"y\n"] * 9)

    def start(host: str, words: Sequence[str]) -> ssh.RemoteProcess:
        process = subprocess.Popen(["true"], stdout=subprocess.PIPE, start_new_session=True)
        return Chatter(host, process, tempfile.TemporaryFile(), asks=False)

    monkeypatch.setattr(ssh, "start", start)
    monkeypatch.setattr(link, "HELLO_SECONDS", -1.0)
    came = link.lines("gpu1", list, never)
    links = [line for line in islice(came, 2) if isinstance(line, Link)]
    assert [line.state for line in links] == ["connecting", "broken"]
    assert "nothing was heard" in links[1].why


def run_line(**other: object) -> str:
    """The line of a run whose information has these other values."""
    info: dict[str, object] = {
        "name": "x",
        "folder": "/x",
        "state": "training",
        "alive": "alive",
        "why": "",
        "epoch": 1,
        "epochs": 2,
        "preset": None,
        "network": "",
        "corpus": "",
        "started": 0.0,
        "headline": "",
    }
    return json.dumps({"type": "run", "position": "0-", "run": {**info, **other}})


@pytest.mark.parametrize("folder", [5, "x", "", "/a\0b", "/\ud83d"])
def test_a_run_in_no_folder_that_there_can_be_is_not_taken(folder: object) -> None:
    assert decode(run_line().encode()) is not None
    with pytest.raises(ValueError):
        decode(run_line(folder=folder).encode())


def test_a_position_that_is_none_is_not_taken() -> None:
    with pytest.raises(ValueError, match="position"):
        decode(b'{"type": "run", "position": "zz"}')


def test_any_text_of_a_run_comes_over_whatever_its_terminal_prints() -> None:
    # Half a character, of an odd file; and a byte that is no UTF-8, of a folder's name.
    line = decode(run_line(name="\ud83d", corpus="Ünï→x", folder="/\udcff").encode())
    assert line is not None
    assert encode(line).isascii()
    assert decode(encode(line).encode()) == line


def test_at_least_one_line_every_five_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    now, printed = 0.0, []

    def sleep(seconds: float) -> None:
        nonlocal now
        now += seconds

    monkeypatch.setattr(serve, "time", SimpleNamespace(monotonic=lambda: now, sleep=sleep))
    serve.serve_list(lambda line: printed.append(now), stop=lambda: now > 60)
    assert max(after - before for before, after in pairwise(printed)) <= KEEP_ALIVE_SECONDS


def test_the_stream_goes_on_behind_a_position_it_has_printed(home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    run = ReplayedRun()
    run.step()
    run.end("finished")
    words = ["runs", "follow", "latest", "--stream"]
    code, whole, _ = answer(words, capfd)
    hello, first, end = map(json.loads, whole.splitlines())
    assert (code, hello["type"], hello["stream"], end) == (0, "hello", 1, {"type": "end"})
    assert [event["type"] for event in first["events"]] == ["stage", "baselines", "plan", "batch"]
    run.step()
    later = answer([*words, "--from", first["position"]], capfd)[1]
    assert [event["batch"] for event in json.loads(later.splitlines()[1])["events"]] == [2]
    for wrong in (["--from", "x"], ["--all"], ["--json"]):
        assert answer([*words, *wrong], capfd)[0] == 2
    assert answer(["runs", "follow", "--all"], capfd)[0] == 2
