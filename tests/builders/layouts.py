"""One file or folder in every layout that people have texts with two labels in, made from the bundled corpora."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet

from gendertui.corpus.samples import SAMPLES

ROWS = 240
SEPARATOR = "+++$+++"


@dataclass(frozen=True)
class Message:
    author: str
    label: str
    text: str


def messages() -> list[Message]:
    """The first messages of the bundled corpus that Windows-1252 can hold, no two alike."""
    with SAMPLES["messages"].path.open(encoding="utf-8", newline="") as stream:
        rows = [Message(row["author"], row["label"], row["text"]) for row in csv.DictReader(stream)]
    plain = (row for row in rows if row.text.encode("cp1252", "ignore").decode("cp1252") == row.text)
    return list({one_line(row.text): row for row in plain}.values())[:ROWS]


def one_line(text: str) -> str:
    return " ".join(text.split())


@dataclass(frozen=True)
class Layout:
    """A layout and what is right for it."""

    name: str
    write: Callable[[Path], Path]
    """Writes it into an empty folder, and gives the path to open."""
    labels: tuple[str, str]
    """Negative and positive; the first stands for home, the second for work."""
    group: str = ""
    """What its groups are called."""
    whole: bool = True
    """Whether texts keep their line breaks."""

    def expected(self) -> list[tuple[str, str]]:
        """Label and text of each row."""
        names = {"home": self.labels[0], "work": self.labels[1]}
        return [(names[row.label], row.text if self.whole else one_line(row.text)) for row in messages()]


LAYOUTS: dict[str, Layout] = {}
Writer = Callable[[Path], Path]


def _layout(
    name: str, labels: tuple[str, str] = ("home", "work"), *, group: str = "", whole: bool = True
) -> Callable[[Writer], Writer]:
    def add(write: Writer) -> Writer:
        LAYOUTS[name] = Layout(name, write, labels, group, whole)
        return write

    return add


def _written(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode(encoding))
    return path


def _csv(rows: Iterable[Sequence[Any]], *, end: str = "\n", delimiter: str = ",") -> str:
    sink = io.StringIO(newline="")
    csv.writer(sink, lineterminator=end, delimiter=delimiter).writerows(rows)
    return sink.getvalue()


def _jsonl(rows: Iterable[Any]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


# Columns


@_layout("csv", group="author")
def _plain(folder: Path) -> Path:
    return _written(
        folder / "messages.csv",
        _csv([("author", "label", "text"), *((row.author, row.label, row.text) for row in messages())]),
    )


@_layout("spam.csv", ("ham", "spam"))
def _spam(folder: Path) -> Path:
    """As the SMS collection is passed on: Windows-1252, CRLF, two names and three empty columns."""
    names = {"home": "ham", "work": "spam"}
    rows = [("v1", "v2", "", "", ""), *((names[row.label], row.text, "", "", "") for row in messages())]
    return _written(folder / "spam.csv", _csv(rows, end="\r\n"), "cp1252")


@_layout("csv with an index")
def _indexed(folder: Path) -> Path:
    rows = [("", "text", "label"), *((place, row.text, row.label) for place, row in enumerate(messages()))]
    return _written(folder / "indexed.csv", _csv(rows))


@_layout("tsv, no header", ("0", "1"), whole=False)
def _tsv(folder: Path) -> Path:
    code = {"home": "0", "work": "1"}
    return _written(folder / "train.tsv", "".join(f"{one_line(row.text)}\t{code[row.label]}\n" for row in messages()))


@_layout("label first, no suffix", whole=False)
def _sms(folder: Path) -> Path:
    return _written(folder / "collection", "".join(f"{row.label}\t{one_line(row.text)}\n" for row in messages()))


@_layout("semicolons", group="author")
def _semicolons(folder: Path) -> Path:
    rows = [("author", "label", "text", ""), *((row.author, row.label, row.text, "") for row in messages())]
    return _written(folder / "excel.csv", "\ufeff" + _csv(rows, end="\r\n", delimiter=";"))


@_layout("bars", ("False", "True"))
def _bars(folder: Path) -> Path:
    rows = [("text", "urgent"), *((row.text, row.label == "work") for row in messages())]
    return _written(folder / "bars.txt", _csv(rows, delimiter="|"))


@_layout("plus and minus one", ("-1", "1"), whole=False)
def _signs(folder: Path) -> Path:
    code = {"home": "-1", "work": "+1"}
    return _written(folder / "signs.csv", _csv((code[row.label], one_line(row.text)) for row in messages()))


@_layout("gzip", group="author")
def _gzip(folder: Path) -> Path:
    data = _plain(folder).read_bytes()
    (folder / "messages.csv").unlink()
    path = folder / "messages.csv.gz"
    path.write_bytes(gzip.compress(data, mtime=0))
    return path


@_layout("zstd", group="author")
def _zstd(folder: Path) -> Path:
    data = _plain(folder).read_bytes()
    (folder / "messages.csv").unlink()
    path = folder / "messages.csv.zst"
    with pa.CompressedOutputStream(str(path), "zstd") as sink:
        sink.write(data)
    return path


@_layout("zip of one", group="author")
def _zip(folder: Path) -> Path:
    data = _plain(folder).read_bytes()
    (folder / "messages.csv").unlink()
    path = folder / "messages.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("messages.csv", data)
        archive.writestr("__MACOSX/._messages.csv", b"\0\5\26\7")
    return path


@_layout("a digit and a space", ("0", "1"), whole=False)
def _digits(folder: Path) -> Path:
    code = {"home": "0", "work": "1"}
    return _written(folder / "digits.txt", "".join(f"{code[row.label]} {one_line(row.text)}\n" for row in messages()))


# Objects


@_layout("json lines", group="author")
def _lines(folder: Path) -> Path:
    rows = ({"author": row.author, "text": row.text, "label": row.label} for row in messages())
    return _written(folder / "messages.jsonl", _jsonl(rows))


@_layout("json lines, a list of one")
def _listed(folder: Path) -> Path:
    return _written(folder / "listed.jsonl", _jsonl({"text": row.text, "label": [row.label]} for row in messages()))


@_layout("json lines, numbers", ("0", "1"))
def _numbers(folder: Path) -> Path:
    rows = ({"sentence": row.text, "target": int(row.label == "work")} for row in messages())
    return _written(folder / "numbers.jsonl", _jsonl(rows))


@_layout("json array")
def _array(folder: Path) -> Path:
    rows = [{"text": row.text, "label": row.label} for row in messages()]
    return _written(folder / "messages.json", json.dumps(rows, indent=1))


@_layout("parquet", group="author")
def _parquet(folder: Path) -> Path:
    path = folder / "messages.parquet"
    pa.parquet.write_table(_arrow(), path)
    return path


@_layout("feather", group="author")
def _feather(folder: Path) -> Path:
    path = folder / "messages.feather"
    pa.feather.write_feather(_arrow(), str(path))
    return path


def _arrow() -> pa.Table:
    return pa.Table.from_pylist([{"author": r.author, "text": r.text, "label": r.label} for r in messages()])


@_layout("hugging face, parquet")
def _hub(folder: Path) -> Path:
    _card(folder)
    codes = pa.array([int(row.label == "work") for row in messages()], pa.int64())
    table = pa.table({"text": [row.text for row in messages()], "label": codes})
    (folder / "data").mkdir()
    for split, start, end in (("train", 0, 200), ("test", 200, ROWS)):
        pa.parquet.write_table(table.slice(start, end - start), folder / "data" / f"{split}-00000-of-00001.parquet")
    return folder


def _card(folder: Path) -> None:
    _written(
        folder / "README.md",
        """---
license: mit
dataset_info:
  features:
  - name: text
    dtype: string
  - name: label
    dtype:
      class_label:
        names:
          '0': home
          '1': work
  splits:
  - name: train
    num_examples: 200
---
# Messages
""",
    )


@_layout("hugging face, csv", ("0", "1"))
def _hub_csv(folder: Path) -> Path:
    for split, start, end in (("train", 0, 200), ("test", 200, ROWS)):
        rows = ((row.text, int(row.label == "work")) for row in messages()[start:end])
        _written(folder / f"{split}.csv", _csv([("text", "label"), *rows]))
    _written(folder / "README.md", "---\nlicense: mit\n---\n# Messages\n")
    return folder


# Tools


@_layout("fasttext", whole=False)
def _fasttext(folder: Path) -> Path:
    return _written(
        folder / "messages.txt", "".join(f"__label__{row.label} {one_line(row.text)}\n" for row in messages())
    )


@_layout("spacy cats")
def _cats(folder: Path) -> Path:
    rows = (
        {"text": row.text, "cats": {"work": float(row.label == "work"), "home": float(row.label == "home")}}
        for row in messages()
    )
    return _written(folder / "cats.jsonl", _jsonl(rows))


@_layout("doccano, json lines")
def _doccano(folder: Path) -> Path:
    rows = ({"id": place, "text": row.text, "label": [row.label]} for place, row in enumerate(messages(), 1))
    return _written(folder / "admin.jsonl", _jsonl(rows))


@_layout("doccano, csv")
def _doccano_csv(folder: Path) -> Path:
    rows = ((place, row.text, row.label) for place, row in enumerate(messages(), 1))
    return _written(folder / "admin.csv", _csv([("id", "text", "label"), *rows]))


@_layout("label studio, json")
def _studio(folder: Path) -> Path:
    def task(place: int, row: Message) -> dict[str, Any]:
        choice = {"value": {"choices": [row.label]}, "from_name": "to", "to_name": "text", "type": "choices"}
        annotation = {"id": place, "completed_by": 1, "result": [choice], "was_cancelled": False}
        return {"id": place, "annotations": [annotation], "data": {"text": row.text}, "predictions": []}

    return _written(
        folder / "project-1.json", json.dumps([task(place, row) for place, row in enumerate(messages(), 1)])
    )


@_layout("label studio, small json")
def _studio_small(folder: Path) -> Path:
    rows = [
        {"text": row.text, "id": place, "to": row.label, "annotator": 1, "annotation_id": place, "lead_time": 2.5}
        for place, row in enumerate(messages(), 1)
    ]
    return _written(folder / "project-1-min.json", json.dumps(rows))


@_layout("label studio, csv")
def _studio_csv(folder: Path) -> Path:
    head = ("annotation_id", "annotator", "created_at", "id", "lead_time", "text", "to", "updated_at")
    when = "2026-01-02T03:04:05.678901Z"
    rows = ((place, 1, when, place, 2.5, row.text, row.label, when) for place, row in enumerate(messages(), 1))
    return _written(folder / "project-1.csv", _csv([head, *rows]))


@_layout("prodigy", ("reject", "accept"))
def _prodigy(folder: Path) -> Path:
    answer = {"home": "reject", "work": "accept"}
    rows = (
        {
            "text": row.text,
            "label": "WORK",
            "_input_hash": place,
            "_task_hash": -place,
            "answer": answer[row.label],
            "_view_id": "classification",
        }
        for place, row in enumerate(messages(), 1)
    )
    return _written(folder / "annotations.jsonl", _jsonl(rows))


# Files


@_layout("a folder of classes")
def _classes(folder: Path) -> Path:
    for place, row in enumerate(messages()):
        _written(folder / row.label / f"{place:04}.txt", row.text)
    return folder


@_layout("a pair of files", whole=False)
def _pair(folder: Path) -> Path:
    for label in ("home", "work"):
        lines = (f"{one_line(row.text)}\n" for row in messages() if row.label == label)
        _written(folder / f"messages.{label}", "".join(lines))
    return folder / "messages.work"


# Conversations


def _utterances(old: bool) -> list[dict[str, Any]]:
    who, where = ("user", "root") if old else ("speaker", "conversation_id")
    return [
        {
            "id": f"L{place}",
            where: f"L{place // 8 * 8}",
            who: f"{row.author}-{row.label}",
            "text": row.text,
            "reply-to": None if place % 8 == 0 else f"L{place - 1}",
            "timestamp": None,
            "meta": {},
        }
        for place, row in enumerate(messages())
    ]


def _convokit(folder: Path, old: bool) -> Path:
    people = sorted({(f"{row.author}-{row.label}", row.label) for row in messages()})
    genders = {"home": "m", "work": "f"}
    meta = {name: {"gender": genders[label], "name": name} for name, label in people}
    name = "users.json" if old else "speakers.json"
    described = meta if old else {each: {"meta": value, "vectors": []} for each, value in meta.items()}
    _written(folder / name, json.dumps(described))
    _written(folder / "conversations.json", json.dumps({f"L{place}": {} for place in range(0, ROWS, 8)}))
    _written(folder / "corpus.json", json.dumps({"name": "messages"}))
    _written(folder / "index.json", json.dumps({"version": 1}))
    _written(folder / "utterances.jsonl", _jsonl(_utterances(old)))
    return folder


@_layout("convokit", ("m", "f"), group="conversation")
def _convokit_new(folder: Path) -> Path:
    return _convokit(folder, old=False)


@_layout("convokit, old", ("m", "f"), group="conversation")
def _convokit_old(folder: Path) -> Path:
    return _convokit(folder, old=True)


@_layout("convokit, zip", ("m", "f"), group="conversation")
def _convokit_zip(folder: Path) -> Path:
    inside = _convokit(folder / "messages-corpus", old=False)
    path = folder / "messages-corpus.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(inside.iterdir()):
            archive.write(file, f"messages-corpus/{file.name}")
    return path


# Films: the bundled film sample, 1,284 rows


def _film_files() -> dict[str, bytes]:
    """The official files, made of the collated ones; rows wrong on purpose left out."""
    collated = SAMPLES["sample"].path
    rows = [row.split(SEPARATOR) for row in collated.read_text(encoding="utf-8").splitlines()]
    good = [row for row in rows if len(row) == 7 and row[4].strip().casefold() in ("m", "f", "?")]
    lines = "".join(SEPARATOR.join([*row[:4], row[5].removeprefix(" ")]).strip() + "\n" for row in good)
    names = ("movie_characters_metadata.txt", "movie_titles_metadata.txt")
    return {"movie_lines.txt": lines.encode(), **{name: (collated.parent / name).read_bytes() for name in names}}


def collated_file(folder: Path) -> Path:
    path = folder / "lines.txt"
    path.write_bytes(SAMPLES["sample"].path.read_bytes())
    return path


def cornell_folder(folder: Path) -> Path:
    for name, data in _film_files().items():
        (folder / name).write_bytes(data)
    return folder


def cornell_zip(folder: Path) -> Path:
    path = folder / "corpus.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in _film_files().items():
            archive.writestr(f"cornell movie-dialogs corpus/{name}", data)
    return path


def kaggle_tsv(folder: Path) -> Path:
    """Tabs for separators, and other names."""
    for name, data in _film_files().items():
        text = data.decode().replace(f" {SEPARATOR} ", "\t").replace(SEPARATOR, "\t")
        (folder / name.replace(".txt", ".tsv")).write_text(text, encoding="utf-8", newline="\n")
    return folder


FILM_LAYOUTS: dict[str, Writer] = {
    "collated": collated_file,
    "cornell folder": cornell_folder,
    "cornell zip": cornell_zip,
    "kaggle": kaggle_tsv,
}
FILM_ROWS = 1_284
