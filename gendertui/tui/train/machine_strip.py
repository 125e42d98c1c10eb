"""How busy the machine is that a run trains on: a row of it, and one a GPU."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from statistics import fmean
from typing import ClassVar

from textual.content import Content

from gendertui.formatting import MISSING, number, percent, size
from gendertui.gpu import Gpu
from gendertui.machine_load import Load, Sampler
from gendertui.runs.folder import RunFolder
from gendertui.runs.worker_load import sample
from gendertui.tui.formatting import WIDE, literal
from gendertui.tui.session import session_of
from gendertui.tui.widgets.bars import COLUMNS
from gendertui.tui.widgets.stable_static import StableStatic

SAMPLES_A_CELL, CELLS, CELLS_NARROW = 5, 30, 8
"""A sparkline's cell is the mean of so many samples, and it has so many cells: five minutes on a wide screen."""


class History:
    """Shares, 0 to 1, of the last minutes."""

    def __init__(self) -> None:
        self._samples: deque[list[float]] = deque(maxlen=CELLS)

    def add(self, share: float | None) -> None:
        """Take in a sample; one that there was none of is left out."""
        if share is None:
            return
        if not self._samples or len(self._samples[-1]) == SAMPLES_A_CELL:
            self._samples.append([])
        self._samples[-1].append(share)

    def drawn(self, cells: int) -> str:
        """The newest cells, the newest at the right."""
        newest = list(self._samples)[-cells:]
        return "".join(COLUMNS[1 + round(fmean(samples) * (len(COLUMNS) - 2))] for samples in newest)


ABOUT = (
    "How busy this machine is, the newest at the right of each curve. The worker is the run's own process: how many of "
    "the processors it uses, and its memory."
)


class MachineStrip(StableStatic):
    """Samples while it is in sight and the run is at work; another machine sends its samples. For a run that is not at
    work it takes no row."""

    SECONDS: ClassVar[float] = 2.0
    """How often a sample is taken."""

    def __init__(self, id: str) -> None:
        super().__init__(id=id)
        self.sampler = Sampler()
        self._cpu = History()
        self._gpus: dict[int, History] = {}
        self._asked = False
        self._host = ""
        self._shown: Load | None = None
        self.display = False

    def on_mount(self) -> None:
        self.tooltip = ABOUT
        # Soon at first: all below makes room for the row, and is drawn anew for it.
        self.set_timer(self.SECONDS / 20, self.ask)
        self.set_interval(self.SECONDS, self.ask)

    def ask(self) -> None:
        """Take a sample, in a thread: unless the last one is not there yet, as of a driver that hangs or failed."""
        session = session_of(self)
        view = session.run_view
        if view is None or not view.active or view.state in ("paused", "queued"):
            self.display = False
            return
        if view.host != self._host:
            # Of another machine.
            self._host, self._cpu, self._gpus = view.host, History(), {}
        if view.host:
            if view.load is not self._shown and self._in_sight():
                self._show(view.load)
            return
        if self._asked or not self._in_sight():
            return
        self._asked = True
        run = RunFolder(view.folder)
        session.background(lambda: sample(run, self.sampler), self._show, group="machine")

    def _in_sight(self) -> bool:
        pane = session_of(self).pane
        # The strip itself may be hidden yet, and so has no place on the screen.
        return (
            pane is not None and pane in self.ancestors and all(each.display for each in self.ancestors_with_self[1:])
        )

    def _show(self, load: Load | None) -> None:
        self._asked, self._shown = False, load
        self.display = load is not None
        if load is None:
            return
        self._cpu.add(load.cpu)
        for gpu in load.gpus:
            self._gpus.setdefault(gpu.index, History()).add(None if gpu.busy is None else gpu.busy / 100)
        cells = CELLS if self.app.size.width >= WIDE else CELLS_NARROW
        room = self.content_size.width or self.app.size.width
        most = self.styles.max_height
        alone = len(load.gpus) if most is None else int(most.value) - 1
        if len(load.gpus) > alone:
            # The last row is for all that have none.
            alone -= 1
        rows = [machine_words(load, self._cpu.drawn(cells), room)]
        rows += [gpu_words(gpu, self._gpus[gpu.index].drawn(cells), room) for gpu in load.gpus[:alone]]
        if rest := load.gpus[alone:]:
            rows.append(busy_words(rest))
        self.update(Content("\n").join(literal(row) for row in rows))


def machine_words(load: Load, history: str, cells: int) -> str:
    """Of the processor, the memory and the worker, and why there is nothing of GPUs: as much as ``cells`` hold, and
    the reason in any case."""
    busy = f"CPU {percent(load.cpu, 0):>5}"
    cpu = f"{busy} {history}".rstrip()
    cpus = "" if load.worker_cpu is None else f"{number(load.worker_cpu, 1)} CPUs"
    resident = "" if load.worker_memory is None else size(load.worker_memory)
    worker = f"worker {', '.join(filter(None, (cpus, resident))) or MISSING}"
    amount, share = (f"memory {say(load.used, load.total)}" for say in (_of, _share))
    shorter = f"worker {cpus or resident or MISSING}"
    parts = [(cpu, amount, worker), (cpu, share, worker), (cpu, share, shorter), (busy, share, shorter)]
    return _longest([(*each, load.no_gpus) for each in parts], cells)


def gpu_words(gpu: Gpu, history: str, cells: int) -> str:
    """Of a GPU, and who else is on it: as much as ``cells`` hold."""
    busy = MISSING if gpu.busy is None else f"{gpu.busy} %"
    name = f"GPU {gpu.index} {busy:>5} {history}".rstrip()
    heat = f"{MISSING if gpu.celsius is None else gpu.celsius} °C"
    power = f"{MISSING if gpu.watts is None else round(gpu.watts)} W"
    others = "" if not gpu.others else f"{gpu.others} other{'s' * (gpu.others > 1)} on it"
    forms = [(name, f"memory {say(gpu.used, gpu.total)}", heat, power, others) for say in (_of, _share)]
    return _longest(forms, cells)


def busy_words(gpus: Sequence[Gpu]) -> str:
    """Of several GPUs in one row: how busy each is."""
    busy = " ".join(MISSING if gpu.busy is None else str(gpu.busy) for gpu in gpus)
    return f"GPU {gpus[0].index}–{gpus[-1].index}  {busy} %"


def _longest(forms: Sequence[Sequence[str]], cells: int) -> str:
    """The first of several forms of a row that there is room for, or the last."""
    rows = [" · ".join(filter(None, parts)) for parts in forms]
    return next((row for row in rows if len(row) <= cells), rows[-1])


def _of(used: int | None, total: int | None) -> str:
    return MISSING if used is None or total is None else f"{size(used)} of {size(total)}"


def _share(used: int | None, total: int | None) -> str:
    return MISSING if used is None or not total else percent(used / total, 0)
