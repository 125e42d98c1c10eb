"""The strip of the machine on Train's Watch tab."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from gendertui.gpu import Gpu
from gendertui.machine_load import Load, Sampler
from gendertui.tui.app import GendertuiApp
from gendertui.tui.train.machine_strip import MachineStrip, gpu_words, machine_words
from tests.builders.app import settle, until
from tests.builders.replay import BATCHES, ReplayedRun
from tests.builders.screens import rows

GB = 10**9
FIRST = Gpu(0, busy=93, used=12 * GB, total=80 * GB, celsius=61, watts=310.4, others=2)
DIVIDED = Gpu(1, busy=None, used=None, total=None, celsius=None, watts=None, others=None)


class Fixed(Sampler):
    """Always the same."""

    load = Load(cpu=0.5, worker_cpu=1.94, used=8 * GB, total=16 * GB, worker_memory=812_000_000, no_gpus="no driver")
    taken = 0

    def sample(self, worker: int | None) -> Load:
        self.taken += 1
        return self.load


def test_what_is_not_known_is_a_dash() -> None:
    assert machine_words(Load(), "", 110) == "CPU     – · memory – · worker –"
    assert gpu_words(DIVIDED, "", 110) == "GPU 1     – · memory – · – °C · – W"


@pytest.mark.parametrize("absent", ["no NVIDIA driver", "nvidia-ml-py is not installed"])
def test_a_narrow_row_says_less_of_all_but_of_why_there_are_no_gpus(absent: str) -> None:
    load = Load(1.0, 15.9, 8 * GB, 16 * GB, 812_000_000, no_gpus=absent)
    wide, narrow = (machine_words(load, "█" * 8, cells) for cells in (118, 78))
    assert wide == f"CPU 100 % ████████ · memory 8.0 GB of 16.0 GB · worker 15.9 CPUs, 812 MB · {absent}"
    assert narrow.startswith("CPU 100 % ") and " · memory 50 % · worker 15.9 CPUs" in narrow
    assert narrow.endswith(absent) and len(narrow) <= 78
    assert gpu_words(FIRST, "█" * 8, 78) == "GPU 0  93 % ████████ · memory 15 % · 61 °C · 310 W · 2 others on it"


async def test_the_machine_is_sampled_while_a_run_is_watched(make_app: Callable[..., GendertuiApp], model: str) -> None:
    run = ReplayedRun()
    with run.alive():
        for _ in range(2 * BATCHES):
            run.step()
        app = make_app(None, "latest")
        async with app.run_test(size=(110, 40)) as pilot:
            await settle(pilot)
            strip = app.query_one(MachineStrip)
            strip.sampler = fixed = Fixed()
            assert not strip.display
            strip.ask()
            await until(pilot, lambda: strip.display and strip.region.height == 1, "the strip")
            await settle(pilot)
            said = "CPU  50 % ▅ · memory 8.0 GB of 16.0 GB · worker 1.9 CPUs, 812 MB · no driver"
            assert rows(app)[strip.region.y].strip() == said
            fixed.load = Load(cpu=1.0, gpus=(FIRST, DIVIDED))
            for _ in range(5):
                strip.ask()
                await until(pilot, lambda: not strip._asked, "a sample")
            assert fixed.taken == 6
            await until(pilot, lambda: strip.region.height == 3, "a row a GPU")
            await settle(pilot)
            shown = rows(app)[strip.region.y : strip.region.bottom]
            # A cell is the mean of five samples.
            assert shown[0].strip().startswith("CPU 100 % ▇█ ·")
            said = "GPU 0  93 % █ · memory 12.0 GB of 80.0 GB · 61 °C · 310 W · 2 others on it"
            assert shown[1].strip() == said
            assert shown[2].strip() == gpu_words(DIVIDED, "", 110)
            # Those that have no row of their own share the last.
            fixed.load = Load(cpu=1.0, gpus=tuple(replace(FIRST, index=index, busy=9 * index) for index in range(8)))
            strip.ask()
            await until(pilot, lambda: "1–7" in "\n".join(rows(app)), "a row of many")
            assert [row.strip() for row in rows(app)[strip.region.y + 2 : strip.region.bottom]] == [
                "GPU 1–7  9 18 27 36 45 54 63 %"
            ]
            # Nothing is sampled for a screen that nobody looks at.
            await app.show_pane("predict")
            strip.ask()
            assert not strip._asked
