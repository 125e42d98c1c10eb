"""The command in a model's card starts the run that made it."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest

from gendertui.cli.train.command import train
from gendertui.corpus.load import load
from gendertui.corpus.table import Corpus
from gendertui.training.command_line import command
from gendertui.training.config import FIELDS, TrainingConfig, preset, with_changes
from gendertui.training.prepare import Prepared, prepare

Make = Callable[..., Prepared]


def settled(given: str) -> dict[str, Any]:
    """The configuration that the flags of a command ask for."""
    words = shlex.split(given)
    assert words[:2] == ["gendertui", "train"]
    context = train.make_context("train", words[2:])
    given_flags = {
        name: value
        for name, value in context.params.items()
        if context.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE
    }
    corpus, base = given_flags.pop("corpus"), given_flags.pop("preset")
    assert corpus == "lines.txt"
    return with_changes(preset(base), given_flags).model_dump()


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"network": "tutorial-lstm", "num_layers": 2, "split": "tutorial", "balance": "oversample"},
        {"lowercase": True, "max_length": 7, "learning_rate": 0.00012345, "gradient_clip_norm": 1.5, "patience": 2},
        {"max_vocab_size": 20, "whitespace_tokens": "drop", "min_frequency": 3, "weight_decay": 1e-7},
    ],
)
def test_its_flags_are_the_configuration(prepared: Make, changes: dict[str, Any]) -> None:
    lines = prepared(**changes)
    wanted, found = lines.config.model_dump(), settled(command(lines))
    if "max_vocab_size" not in changes:
        # As many words as there are train rows: settled again by the command's run.
        assert found.pop("max_vocab_size") is None
        del wanted["max_vocab_size"]
    different = {name for name in found if found[name] != wanted[name]}
    assert not [name for name in different if FIELDS[name].metadata.part_of_model]


def test_it_names_no_folder(prepared: Make, tmp_path: Path) -> None:
    vectors = tmp_path / "my vectors.txt"
    vectors.write_text("moon 0.1 0.2\nsun 0.2 0.1\n", encoding="utf-8")
    given = command(prepared(vectors=str(vectors)))
    assert "--vectors 'my vectors.txt'" in given
    assert str(tmp_path) not in given


def test_the_bundled_sample_is_named_and_a_file_of_that_name_is_not(
    sample_corpus: Corpus, corpus: Corpus, config: Callable[..., TrainingConfig]
) -> None:
    own = corpus.path.with_name("sample.txt")
    corpus.path.rename(own)
    assert "--corpus sample.txt " in command(prepare(config(), load(own)))
    assert "--corpus sample " in command(prepare(config(), sample_corpus))
