"""What a line costs, what numpy and torch do with many lines, and what memory that takes.

Figures are medians over interleaved rounds in one run, so that a busy machine slows both sides; seconds are of
processor time unless they say otherwise. :data:`gendertui.cli.predict.setup.TORCH_PAYS` comes from the last two tests.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from gendertui.corpus.load import load
from gendertui.model import store
from gendertui.model.bundle.bundle import Bundle
from gendertui.scoring.engine import NumpyEngine, work_of
from gendertui.scoring.explain import explain
from gendertui.scoring.scorer import Scorer

pytestmark = pytest.mark.bench

TYPED = "I love you, but I have to go home now."
ROUNDS = 5
SIZES = {"shipped": (2_000, 30_000, 120_000), "tutorial": (200, 2_000, 6_000)}


@pytest.fixture(scope="module")
def texts() -> list[str]:
    """Real lines where they are on this machine."""
    source = Path(__file__).resolve().parents[3] / "shared" / "data" / "collated_29_films.txt"
    lines = load(source if source.is_file() else "sample").column("text").to_pylist()
    return [" ".join(line.split()) for line in lines if line.strip()]


def seconds(action: Callable[[], object], times: int = 1) -> float:
    """Processor seconds of one call."""
    start = time.process_time()
    for _ in range(times):
        action()
    return (time.process_time() - start) / times


def compared(ours: Callable[[], float], theirs: Callable[[], float]) -> tuple[float, float, float]:
    """Medians of both over interleaved rounds, and of their ratio."""
    ours(), theirs()
    pairs = [(ours(), theirs()) for _ in range(ROUNDS)]
    return (
        statistics.median(a for a, _ in pairs),
        statistics.median(b for _, b in pairs),
        statistics.median(a / b for a, b in pairs),
    )


def test_a_line(model: tuple[str, Path]) -> None:
    from gendertui.training.engine import TorchEngine

    name, folder = model
    bundle = Bundle.load(folder)
    scorer, torched = Scorer(bundle), Scorer(bundle, TorchEngine(bundle))
    for what, ask in (("score", Scorer.score), ("explain", explain)):

        def of(who: Scorer, ask: Callable[[Scorer, str], object] = ask) -> Callable[[], float]:
            return lambda: seconds(lambda: ask(who, TYPED), 20)

        ours, theirs, ratio = compared(of(scorer), of(torched))
        print(
            f"\n{name}: {what} a line of {scorer.encode(TYPED).total_tokens} tokens: {1e3 * ours:.1f} ms, "
            f"{ratio:.2f} × torch's {1e3 * theirs:.1f} ms"
        )


def test_many_lines_in_numpy_and_torch(model: tuple[str, Path], texts: list[str]) -> None:
    from gendertui.training.engine import TorchEngine

    name, folder = model
    bundle = Bundle.load(folder)
    scorer = Scorer(bundle)
    encoded = [scorer.encode(text).ids for text in texts[: 6000 if name == "shipped" else 1000]]
    tokens = sum(map(len, encoded))
    engines = NumpyEngine(bundle), TorchEngine(bundle)
    ours, theirs, ratio = compared(*(lambda engine=engine: seconds(lambda: engine(encoded)) for engine in engines))
    torch_import = statistics.median(cpu_seconds("-c", "import gendertui.training.engine")[0] for _ in range(3))
    saved = (ours - theirs) / tokens
    pays = torch_import / saved if saved > 0 else float("inf")
    print(
        f"\n{name}: numpy {tokens / ours:,.0f} tokens a second, torch {tokens / theirs:,.0f}: {ratio:.2f} × its time; "
        f"importing torch takes {torch_import:.2f} s and pays from {pays:,.0f} tokens on, "
        f"{pays * work_of(bundle):.1e} multiplications"
    )


def cpu_seconds(*arguments: str) -> tuple[float, int]:
    """Processor seconds and peak memory (MB) of one whole process of Python.

    A process between starts it: a new one counts for its own what the one that starts it holds, which is much here.
    """
    between = (
        "import resource, subprocess, sys\n"
        "subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)\n"
        "used = resource.getrusage(resource.RUSAGE_CHILDREN)\n"
        "print(used.ru_utime + used.ru_stime, used.ru_maxrss)"
    )
    command = [sys.executable, "-c", between, sys.executable, *arguments]
    spent, peak = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return float(spent), int(peak) * (1 if sys.platform == "darwin" else 1024) // 1_000_000


def written(folder: Path, texts: Sequence[str], lines: int) -> Path:
    """A file of so many lines; beyond the texts there are it repeats them, each with a number of its own."""
    path = folder / f"{lines}.txt"
    with path.open("w", encoding="utf-8") as stream:
        for number in range(lines):
            stream.write(texts[number % len(texts)] + (f" {number}" if number >= len(texts) else "") + "\n")
    return path


def test_whole_processes_on_files(model: tuple[str, Path], texts: list[str], tmp_path: Path) -> None:
    name, folder = model
    peaks = []
    for lines in SIZES[name]:
        path = written(tmp_path, texts, lines)
        words = ("-m", "gendertui", "predict", "--model", str(folder), "--json", "--file", str(path))

        def ours(words: tuple[str, ...] = words) -> float:
            spent, peak = cpu_seconds(*words)
            peaks.append(peak)
            return spent

        def theirs(words: tuple[str, ...] = words) -> float:
            return cpu_seconds(*words, "--device", "cpu")[0]

        pairs = [(ours(), theirs()) for _ in range(3)]
        ratio = statistics.median(a / b for a, b in pairs)
        print(
            f"\n{name}: {lines:,} lines: {statistics.median(a for a, _ in pairs):.1f} s, "
            f"{ratio:.2f} × torch from the first line on; peak {max(peaks[-3:])} MB"
        )


def test_memory_is_flat(texts: list[str], tmp_path: Path) -> None:
    words = ("-m", "gendertui", "predict", "--model", str(store.shipped_folder()), "--json", "--file")
    peaks = [cpu_seconds(*words, str(written(tmp_path, texts, lines)))[1] for lines in (10_000, 20_000, 40_000)]
    print(f"\nshipped: peaks at 10,000, 20,000 and 40,000 lines: {peaks} MB (numpy throughout)")


def test_the_characters_of_a_film(texts: list[str]) -> None:
    """1,500 lines by four speakers in turn: n-grams and all characters' scores, beside the lines by the network."""
    from gendertui.corpus.speech import speech_of_scene
    from gendertui.scoring.characters import CharacterScorer
    from gendertui.text.spoken import Spoken

    film = (texts * (1 + 1500 // len(texts)))[:1500]
    scorer = Scorer(Bundle.load(store.shipped_folder()))
    scores = CharacterScorer(scorer.bundle, scorer.record)
    speech = speech_of_scene([f"speaker {place % 4}" for place in range(len(film))])

    def characters() -> object:
        return scores.of_speech(speech, Spoken.of_texts(film, scorer.bundle.tokenizer))

    running = seconds(lambda: scores.running(speech, Spoken.of_texts(film, scorer.bundle.tokenizer)))
    ours, theirs, ratio = compared(lambda: seconds(characters), lambda: seconds(lambda: list(scorer.score_many(film))))
    print(
        f"\n1,500 lines: characters {ours:.3f} s, line by line {running:.3f} s, lines {theirs:.3f} s, ratio {ratio:.2f}"
    )
