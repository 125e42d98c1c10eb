"""Record the tour as asciinema plays it: what the app writes to a real terminal, with the times."""

from __future__ import annotations

import codecs
import json
import time
from pathlib import Path

from tests.builders.terminal import FUNCTION_KEYS, Terminal

SIZE = (120, 40)
LINE = "I love you, but I have to go."
KEY_SECONDS, LOOK_SECONDS = 0.07, 2.5
LONGEST_PAUSE = 2.5


class Recorder(Terminal):
    """A terminal that notes when what was written.

    :param home: the app's home.
    """

    def __init__(self, home: str) -> None:
        self.parts: list[tuple[float, bytes]] = []
        variables = {
            "GENDERTUI_HOME": home,
            # Else the first publish names the cache, which is this machine's.
            "GENDERTUI_MODELS_DIR": f"{home}/models",
            "COLORTERM": "truecolor",
            "TERM": "xterm-256color",
        }
        super().__init__("--corpus", "messages", size=SIZE, variables=variables)

    def read(self, seconds: float = 0.05) -> bool:
        before = len(self.written)
        found = super().read(seconds)
        if len(self.written) > before:
            self.parts.append((time.monotonic(), bytes(self.written[before:])))
        return found

    def type(self, text: str) -> None:
        for letter in text:
            self.press(letter)
            self.read_for(KEY_SECONDS)

    def save(self, path: Path) -> None:
        """Write an asciicast of version 2; a long wait is cut short."""
        lines = [json.dumps({"version": 2, "width": SIZE[0], "height": SIZE[1], "title": "gendertui"})]
        now, before = 0.0, self.parts[0][0]
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        for at, block in self.parts:
            now += min(at - before, LONGEST_PAUSE)
            before = at
            lines.append(json.dumps([round(now, 3), "o", decoder.decode(block)], ensure_ascii=False))
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def record(home: str, path: Path) -> None:
    """Look at a corpus, train on it, see how good that is, ask about a line."""
    terminal = Recorder(home)
    terminal.until_shows("1 Corpus")
    terminal.read_for(2 * LOOK_SECONDS)
    terminal.press(FUNCTION_KEYS["configure"])
    terminal.read_for(LOOK_SECONDS)
    terminal.press("\x12")
    terminal.until_shows("Which model answers")
    terminal.read_for(LOOK_SECONDS)
    terminal.press("\r")
    terminal.until_shows("Finished")
    terminal.read_for(LOOK_SECONDS)
    terminal.press(FUNCTION_KEYS["evaluate"])
    terminal.until_shows("Better than guessing?")
    terminal.read_for(LOOK_SECONDS)
    terminal.press(FUNCTION_KEYS["predict"])
    terminal.read_for(1.0)
    terminal.type(LINE)
    terminal.read_for(LOOK_SECONDS)
    terminal.press(FUNCTION_KEYS["train"])
    terminal.read_for(1.0)
    terminal.press("q")
    while terminal.process.poll() is None:
        terminal.read()
    terminal.save(path)
