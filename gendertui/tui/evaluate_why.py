"""*Why not 70 %?*: what a run of the tutorial preset is told beside the article's figure. Called in threads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gendertui.tui.evaluate_target import NO_CORPUS, Target, how_to, known

if TYPE_CHECKING:
    from gendertui.evaluation.report_parts import Figure
    from gendertui.tui.evaluate_subject import Shown

TUTORIAL = "tutorial"
ELSEWHERE = frozenset({"split", "split_seed", "seed", "device", "precision", "threads"})
"""Fields of a configuration in which two runs of the same model may differ."""


def sentences(shown: Shown, target: Target | None) -> tuple[str, ...]:
    """Three, where the corpus and the article's split have been measured; else one that says what is missing."""
    article = shown.report.article or {}
    audit = None if target is None else known(target)
    if audit is None:
        averaged = f" {article['accuracy']:.1%} averaged over batches as there;" if "accuracy" in article else ""
        return (
            f"The article reports about 70 %; this run has{averaged} {_accuracy(shown)} on the lines it holds out. "
            "What the article's split shares between its sets has not been measured on this corpus yet. "
            + (NO_CORPUS if target is None else how_to(target)),
        )
    from gendertui.evaluation.why import why_not_70

    return why_not_70(shown.report, audit, batch_averaged=article.get("accuracy"), by_movie=_same_model_by_movie(shown))


def _accuracy(shown: Shown) -> str:
    return shown.report.sets["validation"].model["accuracy"].text(percent=True)


def _same_model_by_movie(shown: Shown) -> Figure | None:
    """Balanced accuracy of the newest run of the same configuration on the same corpus, split by film."""
    from gendertui.errors import GendertuiError
    from gendertui.evaluation.report_io import read_report
    from gendertui.runs.folder import RunFolder, list_runs

    ours = _model_of(shown.record)
    for info in list_runs():
        run = RunFolder(info.folder)
        if info.state == "unreadable" or not run.report_file.is_file() or _model_of(run.record()) != ours:
            continue
        try:
            report = read_report(run.report_file)
        except GendertuiError:
            continue  # It says what is wrong where it is itself looked at.
        if report.protocol == "by-movie" and report.meta.get("data_hash") == shown.data_hash:
            return report.sets["validation"].model["balanced_accuracy"]
    return None


def _model_of(record: dict[str, object]) -> dict[str, object]:
    config = record.get("config")
    return {key: value for key, value in config.items() if key not in ELSEWHERE} if isinstance(config, dict) else {}
