"""``gendertui predict --file`` and what it shares with lines that are typed: every line an answer or an error."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import threading
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from gendertui.cli.predict import inputs
from gendertui.cli.predict.inputs import LINE_BYTES
from gendertui.corpus.reading.options import ReadingOptions
from gendertui.corpus.reading.remembered import remember
from gendertui.model.bundle.bundle import Bundle
from gendertui.scoring.forward import FORWARDS
from gendertui.training.engine import TorchEngine
from tests.builders.command import COMMAND, gendertui, on_terminal, peak_memory
from tests.builders.weather_model import REPORT, judged, predict

LINES = ["rain", "Snow, snow!", "The", "rain 🌧 Ein Schloß 雨", "a\u2028b rain", "[red] snow [/red]"]
LABELS = ["b", "a", None, "b", "b", "a"]


def rows_of(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("name", ["lines.txt", "lines", "lines.csv", "lines.jsonl"])
def test_files_of_every_form_are_answered_in_order(
    bundle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    path = tmp_path / name
    if name.endswith(".csv"):
        with path.open("w", encoding="utf-8-sig", newline="") as stream:
            csv.writer(stream).writerows([["id", "text"], *([str(n), line] for n, line in enumerate(LINES))])
    elif name.endswith(".jsonl"):
        path.write_text("\n".join(json.dumps({"text": line, "n": 1}) for line in LINES) + "\n", encoding="utf-8")
    else:
        path.write_bytes("\r\n".join(LINES).encode("utf-8-sig"))
    answer = predict(capsys, "--model", bundle, "--json", "--file", path)
    assert answer.code == 0
    assert [value["text"] for value in answer.objects] == LINES
    assert [value["label"] for value in answer.objects] == LABELS
    assert answer.err.count("It does not tell a real person's gender") == 1


def test_a_column_or_key_of_another_name(bundle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.csv").write_text("body,text\nrain,snow\n")
    (tmp_path / "a.ndjson").write_text('{"body": "rain", "text": "snow"}\n')
    for name in ("a.csv", "a.ndjson"):
        words = ("--model", bundle, "--json", "--file", tmp_path / name)
        assert predict(capsys, *words, "--text", "body").objects[0]["label"] == "b"
        assert predict(capsys, *words).objects[0]["label"] == "a"


LONG = LINE_BYTES + 1
TROUBLE: dict[str, list[tuple[bytes, str]]] = {
    "a.txt": [
        (b"rain", "b"),
        (b"", "nothing to score"),
        (b" ", "nothing to score"),
        (b"snow \x00", "a"),
        (b"x" * LONG, f"the line is longer than {LINE_BYTES:,} bytes"),
        (b"snow", "a"),
    ],
    "a.csv": [
        *[(b"rain,1", "b")] * 20,
        (b"snow", "too few fields"),
        (b"rain,1,2", "too many fields"),
        (b'"snow ""no"" \nsnow",1', "a"),
        (b"snow \x00,1", "a"),
        (b",3", "nothing to score"),
        (b'"rain",1', "b"),
        (b"snow," + b"x" * LONG, "a"),
        (b"x" * LONG + b",1", f"the line is longer than {LINE_BYTES:,} bytes"),
        (b"snow,2", "a"),
    ],
    "a.jsonl": [
        (b'{"text": "rain"}', "b"),
        (b'{"text": "snow"', "not valid JSON"),
        (b'["rain"]', "no JSON object"),
        (b'{"txt": "rain"}', "nothing to score"),
        (b'{"text": ""}', "nothing to score"),
        (b"[" * 100_000, "not valid JSON"),
        (b'{"text": "\\ud800 snow"}', "a"),
    ],
}


@pytest.mark.parametrize("name", list(TROUBLE))
def test_a_bad_line_is_named_and_the_others_go_on(
    bundle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    head = [b"text,n"] if name == "a.csv" else []
    rows = [row for row, _ in TROUBLE[name]]
    path = tmp_path / name
    path.write_bytes(b"\n".join([*head, *rows]))
    expected, number = [], len(head) + 1
    for row, wanted in TROUBLE[name]:
        expected.append(wanted if len(wanted) == 1 else f"{path}:{number}: {wanted}")
        number += 1 + row.count(b"\n")
    answer = predict(capsys, "--model", bundle, "--json", "--file", path)
    assert answer.code == 3
    found = [value.get("error") or value["label"] for value in answer.objects]
    assert [got[: len(wanted)] for got, wanted in zip(found, expected, strict=True)] == expected
    words = predict(capsys, "--model", bundle, "--file", path)
    assert words.code == 3
    assert words.out.count("[model weather]") == sum(len(item) == 1 for item in expected)
    assert words.err.count(f"gendertui: {path}:") - words.err.count(f"gendertui: {path}: ") == sum(
        len(item) > 1 for item in expected
    )
    assert len(words.err) < 6000


def test_an_open_quotation_mark_does_not_swallow_the_rows_below_it(
    bundle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.csv"
    path.write_text("text,n\n" + "rain,1\n" * 500 + '"snow,1\n' + '"rain ""x""",1\n' * 5000)
    answer = predict(capsys, "--model", bundle, "--json", "--file", path)
    assert len(answer.objects) == 5501
    assert answer.objects[501]["text"] == 'rain "x"'


def test_columns_and_packing_are_found_as_for_corpora(
    bundle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    texts = [f"{'rain' if n % 3 else 'snow'} falls on {n} roofs" for n in range(40)]
    semicolons = "nr;remark;kind\n" + "".join(f'{n};"{text}";{"ab"[n % 2]}\n' for n, text in enumerate(texts))
    rows = [{"nr": n, "remark": text, "kind": "ab"[n % 2]} for n, text in enumerate(texts)]
    files = {
        "a.csv": semicolons.encode("utf-8-sig"),
        "a.csv.gz": gzip.compress(semicolons.encode()),
        "a.tsv": "".join(f"{'ab'[n % 2]}\t{text}\n" for n, text in enumerate(texts)).encode(),
        "unlabelled.txt": "".join(f"{n}\t{text}\n" for n, text in enumerate(texts)).encode(),
        "a.json": json.dumps(rows).encode(),
        "fasttext.txt": "".join(f"__label__{'ab'[n % 2]} {text}\n" for n, text in enumerate(texts)).encode(),
        "numbered.txt": "".join(f"{n % 2} {text}\n" for n, text in enumerate(texts)).encode(),
        "utf16.txt": "\n".join(texts).encode("utf-16"),
        "plain.txt.gz": gzip.compress("\n".join(texts).encode()),
        # Of a pair of such files the one that is given is scored.
        "good.txt": "\n".join(texts).encode(),
        "bad.txt": b"The\n" * 9,
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "a.parquet")
    for name in [*files, "a.parquet"]:
        answer = predict(capsys, "--model", bundle, "--json", "--file", tmp_path / name)
        assert answer.code == 0, (name, answer.err)
        assert [value["text"] for value in answer.objects] == (texts if name != "bad.txt" else ["The"] * 9), name


def test_an_old_encoding_is_found_or_named(bundle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("Café in the rain\n\u201eSchnee\u201c\n".encode("cp1252"))
    found = predict(capsys, "--model", bundle, "--json", "--file", path)
    assert [value["text"] for value in found.objects] == ["Café in the rain", "\u201eSchnee\u201c"]
    assert f"{path}: read as cp1252" in found.err
    named = predict(capsys, "--model", bundle, "--json", "--file", path, "--encoding", "latin-1")
    assert named.objects[0]["text"] == "Café in the rain"
    one = tmp_path / "one.txt"
    one.write_bytes("Café é ü\n".encode() * 20 + b"caf\xe9 rain\n")
    odd = predict(capsys, "--model", bundle, "--json", "--file", one)
    assert [value["text"] for value in odd.objects] == [*["Café é ü"] * 20, "café rain"]
    assert f"{one}: 1 row was read with a remark: bytes that are not UTF-8" in odd.err


def test_what_was_chosen_for_a_file_holds_here_too(
    bundle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.csv"
    path.write_text("one,two,kind\n" + "rain falls here,snow falls there,x\n" * 9)
    assert predict(capsys, "--model", bundle, "--json", "--file", path).code == 3
    remember(path, ReadingOptions(text="two", label="kind", labels=("x", "y")))
    answer = predict(capsys, "--model", bundle, "--json", "--file", path)
    assert {value["text"] for value in answer.objects} == {"snow falls there"}
    assert "Read as was chosen for this file before: --text two" in answer.err
    other = predict(capsys, "--model", bundle, "--json", "--file", path, "--text", "one")
    assert {value["text"] for value in other.objects} == {"rain falls here"}


def test_what_is_wrong_with_rows_stands_in_its_place_in_a_file_of_many_parts(
    bundle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.csv"
    rows = [("rain" if n % 7 else "snow") + (",1" if n % 1000 else "") for n in range(1, 60_001)]
    path.write_text("text,n\n" + "\n".join(rows) + "\n")
    answer = predict(capsys, "--model", bundle, "--json", "--file", path)
    assert answer.code == 3
    assert len(answer.objects) == 60_000
    wrong = [n for n, value in enumerate(answer.objects, 1) if "error" in value]
    assert wrong == list(range(1000, 60_001, 1000))
    assert answer.objects[999]["error"] == f"{path}:1001: too few fields"


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("--file", "nowhere.txt"), 3, "no such file"),
        (("--file", "."), 3, "this folder is in no corpus format"),
        (("--file", "a.csv"), 3, "--text"),
        (("--file", "a.csv", "--text", "c"), 3, "there is no column 'c'"),
        (("--file", "a.csv", "--label", "b"), 2, "--label"),
        (("--file", "a.csv", "--format", "csv"), 2, "there is no format 'csv'"),
        (("--file", "bare.csv"), 3, "--format lines"),
        (("--csv", "--file", "bare.csv"), 3, "no delimiter"),
        (("--file", "broken.csv.gz"), 3, "gzip"),
        (("--file", "a.xlsx"), 3, "Excel"),
        (("--file", "empty.csv"), 3, "this file is empty"),
        (("--file", "a.txt", "--text", "b"), 2, "no columns"),
        (("--text", "b", "rain"), 2, "--text"),
        (("--file", "a.txt", "rain"), 2, "one of LINE"),
        (("--file", "a.txt", "--scene", "-"), 2, "one of LINE"),
        (("--json", "--csv", "rain"), 2, "exclude"),
        (("--prior", "0", "rain"), 2, "neither natural nor a rate"),
        (("--prior", "often", "rain"), 2, "neither natural nor a rate"),
        (("--prior", "nan", "rain"), 2, "neither natural nor a rate"),
        (("--unlabelled", "rain"), 2, "--corpus"),
        (("--prior", "natural", "rain"), 4, "how common its labels are"),
        (("--device", "cuda:77", "rain"), 5, "cuda:77"),
    ],
)
def test_what_cannot_be_done_is_said(
    bundle: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    code: int,
    says: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.csv").write_text("a,b,b\nrain,1,2\nsnow,3,4\n")
    Path("bare.csv").write_text("rain, rain\nsnow\nThe rain falls, the snow, too\n")
    Path("broken.csv.gz").write_bytes(gzip.compress(b"text,n\n" + os.urandom(9999).hex().encode())[:-99])
    with zipfile.ZipFile("a.xlsx", "w") as archive:
        archive.writestr("xl/workbook.xml", "")
    Path("a.txt").write_text("rain\n")
    Path("empty.csv").write_text("")
    answer = predict(capsys, "--model", bundle, *words)
    assert (answer.code, answer.out) == (code, "")
    assert says in answer.err


def test_csv_out_holds_every_text_as_it_is(bundle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.jsonl"
    texts = ['rain "x", y', "snow\nrain\r", "\x1b[31m rain", ""]
    path.write_text("\n".join(json.dumps({"text": text}) for text in texts))
    answer = predict(capsys, "--model", bundle, "--csv", "--explain", "--file", path)
    assert answer.code == 3
    header, *rows = rows_of(answer.out)
    assert header[:2] == ["text", "label"]
    assert header[2:8] == ["probability_a", "probability_b", "prior", "model", "error", "note"]
    assert header[8:] == ["tokens", "attributions"]
    assert [row[0] for row in rows] == texts
    assert [row[1] for row in rows] == ["b", "b", "b", ""]
    assert rows[3][6] == f"{path}:4: nothing to score: the line is empty"
    assert len(json.loads(rows[0][8])) == len(json.loads(rows[0][9])) > 0
    assert float(rows[0][2]) + float(rows[0][3]) == pytest.approx(1)


def test_on_a_terminal_csv_shows_control_characters(bundle: Path) -> None:
    _, text = on_terminal("predict", "--model", str(bundle), "--csv", "\x1b[31mrain\x9b2J")
    assert "␛[31mrain" in text
    assert not {"\x1b", "\x9b"} & set(text)


def test_explain_says_what_each_word_adds(bundle: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answer = predict(capsys, "--model", bundle, "--explain", "The rain falls\x1b[0m", "")
    assert answer.code == 3
    first, second = answer.out.splitlines()
    assert first.startswith("written like lines labelled b, ")
    assert second.startswith("    the  rain +")
    assert "␛" in second
    assert "\x1b" not in answer.out
    assert answer.err.count("occlusion") == 1
    (value,) = predict(capsys, "--model", bundle, "--explain", "--json", "The rain falls").objects
    assert value["tokens"] == ["the", "rain", "falls"]
    assert value["attributions"][1] > 0.5
    assert value["attributions"][::2] == pytest.approx([0, 0], abs=0.2)
    assert (value["method"], value["unit"]) == ("occlusion", "log-odds")


def test_a_sentence_says_how_often_such_answers_were_right_or_else_its_prior(
    bundle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = judged(bundle, tmp_path / "judged")
    even = predict(capsys, "--model", model, "rain").out
    assert "% (right 58 % of the time at this confidence): rain" in even
    natural = predict(capsys, "--model", model, "--prior", "natural", "rain").out
    assert "(where 25 % are b): rain" in natural
    assert predict(capsys, "--model", model, "The").out.startswith("can't tell (")
    assert "can't tell (51 % b) (where 51 % are b)" in predict(capsys, "--model", model, "--prior", "0.51", "The").out
    (value,) = predict(capsys, "--model", model, "--prior", "natural", "--json", "rain").objects
    (other,) = predict(capsys, "--model", model, "--json", "rain").objects
    odds, at_even = (item["probabilities"]["b"] / item["probabilities"]["a"] for item in (value, other))
    assert value["prior"] == 0.25 == REPORT["sets"]["validation"]["counts"]["b"] / 40
    assert odds == pytest.approx(at_even / 3, rel=1e-4)
    assert predict(capsys, "--model", model, "--prior", "0.25", "--json", "rain").objects == [value]


@pytest.mark.parametrize("size", [100_000, pytest.param(2_000_000, marks=pytest.mark.long)])
def test_a_line_as_long_as_a_book_is_answered_and_explained_as_far_as_there_is_room(
    bundle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], size: int
) -> None:
    path = tmp_path / "long.txt"
    path.write_text("snow\n" + "rain the " * (size // 9) + "\nrain", encoding="utf-8")
    answer = predict(capsys, "--model", bundle, "--json", "--file", path)
    assert [value["label"] for value in answer.objects] == ["a", "b", "b"]
    assert answer.code == 0


def test_torch_answers_when_it_is_asked_for_or_pays(
    bundle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.txt"
    path.write_text("rain\nsnow\nthe rain falls .\n" * 50)
    words = ("--model", bundle, "--json", "--file", path)
    expected = predict(capsys, *words)
    asked = predict(capsys, *words, "--device", "cpu")
    assert asked.out == expected.out
    assert "Computing on cpu" in asked.err
    made: list[str] = []

    class Watched(TorchEngine):
        def __init__(self, bundle: Bundle, device: str = "cpu") -> None:
            made.append(device)
            super().__init__(bundle, device)

    monkeypatch.setattr("gendertui.training.engine.TorchEngine", Watched)
    assert predict(capsys, *words).out == expected.out
    assert made == []
    monkeypatch.setattr("gendertui.cli.predict.setup.TORCH_PAYS", 10_000 * 150)
    assert predict(capsys, *words).out == expected.out
    assert made == ["cpu"]
    monkeypatch.setattr("gendertui.cli.predict.setup._LONG_TOKENS", 2)  # Some go to numpy all the same, in their place.
    assert predict(capsys, *words).out == expected.out


def test_a_network_that_numpy_does_not_know_is_answered_by_torch_and_said(
    bundle: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("--model", bundle, "--json", "--explain", "rain", "the snow falls")
    expected = predict(capsys, *words)
    assert "torch" not in expected.err
    network = Bundle.load(bundle).network
    monkeypatch.delitem(FORWARDS, network)
    answered = predict(capsys, *words)
    assert answered.out == expected.out
    assert f"Computing with torch: {network} has no numpy forward." in answered.err


def test_a_pipe_that_holds_much_is_answered_whole_and_in_order(bundle: Path) -> None:
    lines = [f"{'rain' if number % 3 else 'snow'} {number}" for number in range(8_000)]
    result = gendertui("predict", "--model", str(bundle), "--csv", stdin="\n".join(lines).encode())
    _, *rows = rows_of(result.stdout)
    assert [row[0] for row in rows] == lines
    assert {(row[0][:4], row[1]) for row in rows} == {("rain", "b"), ("snow", "a")}


def test_memory_does_not_grow_with_the_file(bundle: Path, tmp_path: Path) -> None:
    """Peaks of two whole processes: four times the lines, about the same memory. The smaller file is longer than the
    block in which one is read, too: with less than that memory does grow."""

    def peak(lines: int) -> int:
        path = tmp_path / f"{lines}.txt"
        path.write_text("The rain falls, and then the snow falls on 1234 roofs.\n" * lines)
        return peak_memory([*COMMAND, "predict", "--model", str(bundle), "--file", str(path), "--json"])

    assert peak(96_000) < 1.15 * peak(24_000)


def test_a_named_pipe_is_read_as_it_comes(bundle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    thread = threading.Thread(target=lambda: path.write_bytes(b"rain\nsnow\n"))
    thread.start()
    answer = predict(capsys, "--model", bundle, "--json", "--file", path)
    thread.join()
    assert [value["label"] for value in answer.objects] == ["b", "a"]


def test_an_overlong_line_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inputs, "LINE_BYTES", 10)
    monkeypatch.setattr(inputs, "_BLOCK_BYTES", 4)
    path = tmp_path / "a.txt"
    path.write_bytes(b"0123456789\n" + b"x" * 1000 + b"\n0123456789a\nend")
    descriptor = os.open(path, os.O_RDONLY)
    rows = [row for rows in inputs.rows_of(descriptor) for row in rows]
    os.close(descriptor)
    assert [number for number, _ in rows] == [1, 2, 3, 4]
    assert [len(line) > 10 for _, line in rows] == [False, True, True, False]
    assert max(len(line) for _, line in rows) <= 10 + 1 + 4
