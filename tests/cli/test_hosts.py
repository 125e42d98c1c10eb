"""What ``--host`` is refused with before the app opens."""

from __future__ import annotations

import pytest

from tests.builders.command import answer


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--host=-oProxyCommand=x"], "is no host's name"),
        (["--host", "a b"], "is no host's name"),
        (["--host", "a", "--host", "b", "attach"], "Give one --host"),
        (["--host", "a", "runs"], "--host in front of a command"),
        (["--host", "a", "attach"], "needs a terminal"),
        (["--host", "a", "no-such.csv"], "neither a file nor a command"),
    ],
)
def test_a_host_that_cannot_be_meant_is_refused(words: list[str], said: str, capfd: pytest.CaptureFixture[str]) -> None:
    code, _, error = answer(words, capfd)
    assert (code, said in error) == (2, True), error
