"""A network that numpy does not know, answered by a real process with torch."""

from __future__ import annotations

import gc
import os
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from gendertui.errors import ExitCode, GendertuiError
from gendertui.model.bundle.bundle import Bundle
from gendertui.scoring.engine import NumpyEngine
from gendertui.scoring.explain import explain
from gendertui.scoring.forward import FORWARDS
from gendertui.scoring.scorer import Scorer
from gendertui.subprocesses.logits import TorchProcess, scorer_of
from gendertui.text.spacy_rules import export_rules
from tests.builders.bundles import bundle
from tests.builders.processes import wait_for

TEXTS = ["I love you, but I have to go.", "no", "you you you"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return bundle(tmp_path_factory.mktemp("logits") / "small", export_rules()).folder


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    # In a container nobody may collect an orphan that has ended.
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] == "Z"


def test_numpy_answers_where_it_can(folder: Path) -> None:
    assert isinstance(scorer_of(Bundle.load(folder)).engine, NumpyEngine)


def test_a_process_answers_as_numpy_would_and_ends_with_whoever_asked(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = Bundle.load(folder)
    expected = [explain(Scorer(made), text) for text in TEXTS]
    monkeypatch.delitem(FORWARDS, made.network)
    scorer = scorer_of(made)
    assert isinstance(scorer.engine, TorchProcess)
    pid = scorer.engine.pid
    for text, numpy in zip(TEXTS, expected, strict=True):
        torch = explain(scorer, text)
        assert torch.scored.probability == pytest.approx(numpy.scored.probability, abs=1e-5)
        np.testing.assert_allclose(np.array(torch.attributions, float), np.array(numpy.attributions, float), atol=1e-4)
    assert scorer.engine([]).shape == (0,)
    del scorer
    gc.collect()
    wait_for(lambda: gone(pid))


def test_several_threads_get_each_their_own_answer(folder: Path) -> None:
    made = Bundle.load(folder)
    encoded = [Scorer(made).encode(text).ids for text in TEXTS]
    expected, engine = NumpyEngine(made)(encoded), TorchProcess(made)
    answers: dict[int, list[float]] = {place: [] for place in range(len(encoded))}

    def ask(place: int) -> None:
        for _ in range(50):
            answers[place].append(float(engine([encoded[place]])[0]))

    threads = [threading.Thread(target=ask, args=(place,)) for place in answers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for place, found in answers.items():
        np.testing.assert_allclose(found, [expected[place]] * 50, atol=1e-5)


def test_a_process_that_was_killed_is_said_and_started_anew(folder: Path) -> None:
    made = Bundle.load(folder)
    ids = Scorer(made).encode(TEXTS[0]).ids
    engine = TorchProcess(made)
    before = engine([ids])
    # Stopped first, so that the question is under way when it is killed.
    os.kill(engine.pid, signal.SIGSTOP)
    timer = threading.Timer(2, os.kill, (engine.pid, signal.SIGKILL))
    timer.start()
    with pytest.raises(GendertuiError, match=r"the torch process that computes 'pooled-bilstm' failed: exit code -9"):
        engine([ids])
    timer.join()
    assert engine([ids]) == before


def test_a_bundle_that_torch_refuses_is_refused_at_once(folder: Path, tmp_path: Path) -> None:
    damaged = tmp_path / "small"
    shutil.copytree(folder, damaged)
    made = Bundle.load(damaged)
    weights = damaged / "weights.safetensors"
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(content)
    with pytest.raises(GendertuiError) as caught:
        TorchProcess(made)
    assert caught.value.code == ExitCode.MODEL
    assert caught.value.where is not None and str(damaged) in caught.value.where


def test_the_process_ends_when_whoever_asks_is_killed(folder: Path) -> None:
    code = (
        "import sys, time\n"
        "from gendertui.model.bundle.bundle import Bundle\n"
        "from gendertui.subprocesses.logits import TorchProcess\n"
        "engine = TorchProcess(Bundle.load(sys.argv[1]))\n"
        "heavy = {'torch', 'spacy', 'sklearn', 'pandas'} & {name.split('.')[0] for name in sys.modules}\n"
        "print(engine.pid, *heavy, flush=True)\n"
        "time.sleep(600)"
    )
    asker = subprocess.Popen([sys.executable, "-c", code, str(folder)], stdout=subprocess.PIPE, text=True)
    assert asker.stdout is not None
    pid, *heavy = asker.stdout.readline().split()
    assert heavy == []
    assert not gone(int(pid))
    asker.kill()
    asker.communicate()
    wait_for(lambda: gone(int(pid)))
