"""The stages of a run: read, prepare, train, measure, train on all lines, publish.

Its messages go to the events and the status.
"""

from __future__ import annotations

import contextlib
import platform
import signal
import time
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

from gendertui import files, formatting, paths, state_files
from gendertui.corpus.splits.split import Split
from gendertui.errors import GendertuiError
from gendertui.model import claims, store
from gendertui.model.refit import with_refit
from gendertui.runs.continuation import patience_from
from gendertui.runs.folder import RunFolder
from gendertui.runs.results.corpus import corpus_of, described
from gendertui.runs.worker.event_log import EventLog
from gendertui.runs.worker.job import ONLY, Job
from gendertui.runs.worker.processes import Begin, Refit, config_for, join
from gendertui.runs.worker.publish import publish
from gendertui.runs.worker.requests import ControlListener, StopRequested
from gendertui.training import devices, events, refit, still_learning
from gendertui.training.checkpoint import Checkpoints
from gendertui.training.config import FIELDS, REFIT_ALL, TrainingConfig, with_changes
from gendertui.training.finish import finish, write_model
from gendertui.training.loop import Result, Trainer
from gendertui.training.parallel.ranks import ALONE, Ranks
from gendertui.training.prepare import Prepared, prepare

STAGE_EVENT_SECONDS = 0.1
VERSIONS = ("gendertui", "torch", "numpy", "spacy", "scikit-learn", "imbalanced-learn")


class Pipeline:
    """One worker's pass through a run.

    :param resume: continue from the newest checkpoint, or from the beginning if there is none.
    :param job: this process's place among those of the run: the first.
    """

    def __init__(
        self, run: RunFolder, steering: ControlListener, log: EventLog, *, resume: bool, job: Job = ONLY
    ) -> None:
        self._run = run
        self._job = job
        self._ranks: Ranks = ALONE
        self._steering = steering
        self._log = log
        self._record = run.record()
        self._checkpoints = Checkpoints(run.checkpoint_folder)
        self._refit_checkpoints = Checkpoints(run.refit_checkpoint_folder)
        refitting = self._refit_checkpoints.state() if resume else None
        self._in_refit = refitting is not None
        """Whether the worker before this one got as far as the refit: then the first model is trained and measured."""
        self._checkpoint = self._checkpoints.state() if resume and refitting is None else refitting
        self._resume = resume
        self._stage = ""
        self._stage_at = float("-inf")
        self._pausing = False
        self._too_few = ""
        self._model = run.model_name()
        store.check_name(self._model)
        claims.claim(self._model, run=run.name, take_over=True)

    def warn(self, text: str, kind: str = "") -> None:
        """Record a warning.

        :param kind: of :class:`gendertui.training.events.Warning`.
        """
        self._log.append(events.Warning(text=text, kind=kind))

    def work(self) -> None:
        """Run all stages.

        :raises Stopped: the run was asked to stop and leaves no model.
        :raises GendertuiError: the run failed.
        """
        for folder in (self._run.path, store.path(), paths.encoded_dir(), paths.corpora_dir()):
            files.clear_leftovers(folder)
        try:
            self._ranks = join(self._job, self._config())
            self._work()
        except StopRequested:
            # The others wait for what comes next, unless they have gone already.
            with contextlib.suppress(RuntimeError):
                self._ranks.told(None)
            raise
        finally:
            claims.release(self._model)

    def _work(self) -> None:
        prepared = self._prepare()
        self._ranks.told(Begin(self._resume))
        result = self._train(prepared)
        if not self._in_refit:
            self._measure(prepared, result)
        bundle, seconds, stopped = self._run.model_folder, result.seconds, result.stopped
        why = still_learning.remark(result.epochs) if result.still_learning else ""
        if result.stopped:
            why = f"asked to stop; the model is that of epoch {result.epoch}"
        elif prepared.config.refit == REFIT_ALL:
            name = refit.stage(prepared.corpus.units)
            loop = self._refit(prepared, result, name)
            seconds, stopped = seconds + loop.seconds, loop.stopped
            if stopped:
                why = f"asked to stop while {name}; the model is the one that was measured"
            else:
                bundle = self._run.refitted_folder
        model = publish(self._run, bundle, self.warn)
        if result.still_learning:
            self.warn(still_learning.remark(result.epochs), events.STILL_LEARNING)
        # Seconds of training, summed over resumed runs and without pauses.
        self._log.append(
            events.Done(run=str(self._run.path), model=model or "", seconds=seconds, stopped_early=stopped)
        )
        self._steering.tell(state="stopped" if stopped else "finished", why=why, model=model)

    # Preparing

    def _prepare(self) -> Prepared:
        hint = (
            f"Say where it is now: gendertui train --resume {self._run.name} --corpus PATH; or put the old one "
            "back, or start a new run."
        )
        corpus = corpus_of(self._record, self._progress, hint=hint)
        # Before the first checkpoint nothing depends on a split drawn here, and it may be half written: drawn anew.
        kept = self._checkpoint is not None or self._record.get("given_split")
        split = Split.load(self._run.path) if kept else None
        prepared = prepare(config_for(self._job, self._config()), corpus, self._progress, split=split)
        prepared.save_split(self._run.path)
        self._write_down(prepared)
        self._too_few = prepared.too_few
        if self._checkpoint is None:
            for text in prepared.warnings:
                self.warn(text)
        return prepared

    def _config(self) -> TrainingConfig:
        """The configuration as resolved before, or as requested if the device it was resolved for is missing here."""
        config = self._run.config()
        requested = self._record.get("requested")
        if not requested:
            return config
        try:
            devices.resolve(config.device)
        except GendertuiError:
            return with_changes(config, requested)
        return config

    def _write_down(self, prepared: Prepared) -> None:
        """Write the resolved configuration to config.json; the requested one is kept beside it."""
        before = self._run.config()
        self._record.setdefault(
            "requested", {name: getattr(before, name) for name, field in FIELDS.items() if field.metadata.resolved}
        )
        self._record["corpus"].update(described(prepared.corpus))
        self._record["config"] = prepared.config.model_dump()
        vectors = prepared.vectors
        self._record["resolved"] = {
            "device": prepared.device.id,
            "device_name": prepared.device.name,
            "precision": prepared.config.precision,
            "threads": prepared.config.threads,
            "processes": self._ranks.size,
            "batching": prepared.config.batching,
            "split": prepared.split.protocol,
            "vectors": {"name": prepared.config.vectors, "source": vectors.source if vectors else None},
            "versions": {"python": platform.python_version(), **{name: version(name) for name in VERSIONS}},
        }
        self._run.write_config(self._record)

    # Training

    def _train(self, prepared: Prepared) -> Result:
        trainer = Trainer(
            prepared,
            checkpoints=self._checkpoints,
            control=self._control,
            events_length=self._log.length,
            patience_from=patience_from(self._run),
            ranks=self._ranks,
        )
        if self._resume:
            self._go_back()
        if self._job.restarts:
            self.warn(f"A process was lost: all {self._job.size} were started again ({self._job.restarts}).")
        self._steering.tell(state="training", why="", epochs=trainer.most_epochs)
        for event in trainer.run(resume=self._resume):
            if self._in_refit and isinstance(event, events.Resumed | events.Plan):
                continue  # What is resumed is the refit, which says so itself.
            self._log.append(event)
            if isinstance(event, events.Epoch):
                self._note_epoch(event)
        result = trainer.result()
        if result.stopped:
            self._steering.tell(state="stopping", why="asked to stop")
            self._leave_if_signalled()
            if not result.epochs:
                raise StopRequested("asked to stop before the end of the first epoch: there is no model yet")
        return result

    def _go_back(self) -> None:
        """Truncate the events to what the checkpoint recorded, which also drops those of this worker's preparation."""
        if self._checkpoint is not None:
            self._log.cut(int(self._checkpoint["events_bytes"]))
            return
        self._log.cut(0)
        self._log.append(
            events.Resumed(
                epoch=1, batch=0, bit_identical=True, why="there was no checkpoint: starting from the beginning"
            )
        )

    def _note_epoch(self, event: events.Epoch) -> None:
        claims.refresh(self._model)
        changes: dict[str, Any] = {"epoch": event.epoch, "epochs": event.epochs}
        if event.best:
            changes |= self._headline(event.validation)
        self._steering.tell(**changes)

    def _headline(self, figures: Mapping[str, float]) -> dict[str, Any]:
        """The fields of the status that say how good the model is, from its figures on validation."""
        if self._too_few:
            return {"headline": self._too_few}
        balanced_accuracy, auc = figures["balanced_accuracy"], figures["auc"]
        words = formatting.headline(balanced_accuracy, auc)
        return {"headline": words, "balanced_accuracy": balanced_accuracy, "auc": auc}

    def _control(self) -> str | None:
        """The current request, for the loop. It writes a checkpoint before it asks again, and only then is the run
        paused."""
        asked = self._steering.ask()
        if asked == "pause":
            if self._pausing:
                self._steering.tell(state="paused", why="asked to pause")
            self._pausing = True
        elif asked == "stop":
            self._steering.tell(state="stopping", why=self._why_stopping())
        elif self._pausing:
            self._pausing = False
            self._steering.tell(state="training", why="")
        return asked

    # After training

    def _measure(self, prepared: Prepared, result: Result) -> None:
        """Write the report, and the bundle that its figures are of."""
        finished = finish(
            prepared, result, self._run.path, name=self._model, run=self._run.name, progress=self._progress
        )
        part = finished.report["sets"]["validation"]
        figures = {key: figure["value"] for key, figure in part["model"].items()}
        self._steering.tell(**self._headline(figures))

    def _refit(self, prepared: Prepared, result: Result, name: str) -> refit.RefitLoop:
        """Train once more, on all lines, and write that bundle, unless it was asked to stop.

        :param name: what the stage is called.
        """
        self._steering.tell(state="training", why=name)
        data = refit.all_lines(prepared, lambda _name, _done, _total: self._progress(name, 0, 0))
        self._ranks.told(Refit(result.epoch))
        loop = refit.RefitLoop(
            data,
            result.epoch,
            result.mixture,
            checkpoints=self._refit_checkpoints,
            stage=name,
            control=self._control,
            events_length=self._log.length,
            ranks=self._ranks,
        )
        for event in loop.run(resume=self._resume):
            self._log.append(event)
        if loop.stopped:
            self._steering.tell(state="stopping", why="asked to stop")
            self._leave_if_signalled()
            return loop
        characters = refit.character_model(prepared, self._progress)
        self._progress("bundle", 0, 0)
        # The report as it stands: its test set may have been opened before a stopped run was resumed.
        report = state_files.read_object(self._run.report_file)
        report = with_refit(report, refit.learnt_from(data, prepared, result.epoch))
        write_model(
            self._run.refitted_folder, data, loop.weights(), characters, report, name=self._model, run=self._run.name
        )
        files.write_json(self._run.report_file, report)
        return loop

    # Progress of the stages before and after training

    def _progress(self, name: str, done: int, total: int) -> None:
        """Report a stage's progress, at most ten times a second, and check for requests."""
        now = time.monotonic()
        if name != self._stage or now - self._stage_at >= STAGE_EVENT_SECONDS or done == total > 0:
            self._stage, self._stage_at = name, now
            self._log.append(events.Stage(name=name, done=done, total=total))
        self._leave_if_signalled()
        state = self._steering.status.state
        asked = self._steering.ask()
        if asked == "pause":
            self._steering.wait_while_paused(state)
            asked = self._steering.ask()
        self._leave_if_signalled()
        if asked == "stop" and state == "preparing":
            raise StopRequested("asked to stop before training began: there is no model yet")

    def _leave_if_signalled(self) -> None:
        if self._steering.signalled is not None:
            raise StopRequested(self._why_stopping())

    def _why_stopping(self) -> str:
        number = self._steering.signalled
        if number is None:
            return "asked to stop"
        place = "at a checkpoint" if self._checkpoints.current.is_dir() else "before the first checkpoint"
        by = "Ctrl-C" if number == signal.SIGINT else signal.Signals(number).name
        return f"stopped by {by}, {place}"
