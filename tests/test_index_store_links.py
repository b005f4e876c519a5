"""A folder of mixed files in the index: archives, many processes, links between documents."""

from __future__ import annotations

import shutil
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from index_store import reading
from index_store.errors import UnknownDocumentError
from index_store.index import Index
from index_store.indexer import Indexer
from index_store.retriever import Retriever
from ingest.reader import SourceFile
from tests.test_ingest_golden import FOLDER

MINUTES = """令和6年度 第2回 青浜市環境審議会 会議録
日時：令和6年10月3日
配付資料：資料1 ごみ減量の計画（案）、資料2 アンケートの結果
議事録
〔原会長〕
資料2の2ページを見てほしい。
〔森委員〕
回収の回数は増えるのか。
〔会長〕
次回に答える。
"""
EARLIER = """令和6年度 第1回 青浜市環境審議会 会議録
日時：令和6年6月3日
出席者：会長 原聡子、委員 森紀子
議事録
〔森委員〕
ごみ袋の値段はいくらか。
〔環境課長〕
30円である。
"""
SURVEY = "# アンケートの結果\n\n## 回答\n\n回答は1,204件であった。\n"


@pytest.fixture
def meetings(tmp_path: Path) -> Path:
    folder = tmp_path / "meetings"
    (folder / "2").mkdir(parents=True)
    (folder / "2" / "minutes.txt").write_text(MINUTES, encoding="utf-8")
    (folder / "2" / "shiryo2.md").write_text(SURVEY, encoding="utf-8")
    (folder / "earlier.txt").write_text(EARLIER, encoding="utf-8")
    return folder


def test_people_are_known_over_meetings_and_documents_by_their_labels(
    index: Index, meetings: Path
) -> None:
    Indexer(index).ingest([meetings])
    hits = Retriever(index).search("回収の回数は増えるのか", 20)
    people = {hit.passage.place.speaker: hit.passage.place.person for hit in hits}
    assert people["森委員"] == "森紀子"
    assert people["会長"] == people["原会長"] == "原聡子"
    linked = next(hit.passage.linked for hit in hits if hit.passage.place.speaker == "原会長")
    assert [(link.label, link.page, link.document) for link in linked] == [
        ("資料2", 2, "2/shiryo2.md")
    ]
    row = index.document("2/minutes.txt")
    assert [link.document for link in index.handouts_of(row)] == [None, "2/shiryo2.md"]
    pointing = index.mentions_of(index.document("2/shiryo2.md"))
    assert "資料2の2ページを見てほしい。" in [passage.text for passage in pointing]
    with pytest.raises(UnknownDocumentError, match="no such documents"):
        index.document("shiryo9.md")


def test_an_archive_is_kept_up_to_date_like_a_folder(index: Index, tmp_path: Path) -> None:
    path = tmp_path / "records" / "old.zip"
    path.parent.mkdir()

    def pack(**members: str) -> None:
        with zipfile.ZipFile(path, "w") as archive:
            for name, text in members.items():
                archive.writestr(f"{name}.txt", text)

    pack(a=EARLIER, b=MINUTES)
    report = Indexer(index).ingest([path.parent])
    assert sorted(report.added) == ["old.zip/a.txt", "old.zip/b.txt"]
    assert sorted(Indexer(index).ingest([path.parent]).unchanged) == report.added
    pack(a=EARLIER.replace("30円", "40円"), b=MINUTES)
    report = Indexer(index).ingest([path.parent])
    assert (report.updated, report.unchanged) == (["old.zip/a.txt"], ["old.zip/b.txt"])
    # A broken archive loses nothing that is stored, not even with prune.
    whole = path.read_bytes()
    path.write_bytes(whole[:200])
    report = Indexer(index).ingest([path.parent], prune=True)
    assert (report.removed, len(report.failed)) == ([], 1)
    path.write_bytes(whole)
    pack(b=MINUTES)
    assert Indexer(index).ingest([path.parent], prune=True).removed == ["old.zip/a.txt"]


def test_a_folder_of_all_formats_and_bad_files(index: Index, tmp_path: Path) -> None:
    folder = tmp_path / "mixed"
    folder.mkdir()
    for suffix in (".txt", ".md", ".html", ".pdf", ".docx", ".xlsx", ".pptx", ".vtt", ".srt"):
        shutil.copy(next(p for p in sorted(FOLDER.iterdir()) if p.suffix == suffix), folder)
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 and no more")
    (folder / "old.doc").write_bytes(b"\xd0\xcf\x11\xe0" * 100)
    report = Indexer(index, url_base="https://city.example").ingest([folder])
    assert len(report.added) == 9
    assert len(report.failed) == 2
    assert set(report.understood) == set(report.added)
    for row in index.store.documents.values():
        assert row.url is not None
        assert row.url.startswith("https://")
        for passage in index.store.passages_of(row.source):
            assert passage.place.url == row.url
    # The base is remembered: without the option nothing is read again.
    assert len(Indexer(index).ingest([folder]).unchanged) == 9


def test_a_file_of_which_too_little_is_understood_is_refused(index: Index, tmp_path: Path) -> None:
    folder = tmp_path / "strict"
    folder.mkdir()
    (folder / "good.txt").write_text(EARLIER, encoding="utf-8")
    (folder / "strange.txt").write_text("きょうは晴れていた。\n" * 40, encoding="utf-8")
    report = Indexer(index, least_share=0.9).ingest([folder])
    assert report.added == ["good.txt"]
    assert "only 0% of it was understood" in report.failed[0]
    assert Indexer(index).ingest([folder]).added == ["strange.txt"]


def jobs(folder: Path) -> list[reading.Job]:
    return [
        reading.Job(SourceFile(path, path.name, folder), 10**7, None, None, path.stat().st_size)
        for path in sorted(folder.iterdir())
    ]


def test_many_processes_read_what_one_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(12):
        (tmp_path / f"{number:02}.txt").write_text(MINUTES + f"{number}\n", encoding="utf-8")
    (tmp_path / "bad.pdf").write_bytes(b"%PDF-1.4")
    alone = list(reading.read_all(jobs(tmp_path)))
    monkeypatch.setattr(reading, "_WORTH_PROCESSES", 0)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    assert list(reading.read_all(jobs(tmp_path))) == alone
    assert [job.source.name for job, result in alone if result.failure] == ["bad.pdf"]


def killer(job: reading.Job) -> reading.Reading:
    """Reads a file, and dies of one name as a library may."""
    if job.source.name == "05.txt":
        import os

        os.abort()
    return reading.read(replace(job))


def test_a_file_that_kills_its_reader_is_told_and_the_rest_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(10):
        (tmp_path / f"{number:02}.txt").write_text(MINUTES, encoding="utf-8")
    monkeypatch.setattr(reading, "_WORTH_PROCESSES", 0)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    monkeypatch.setattr(reading, "READ", killer)
    results = list(reading.read_all(jobs(tmp_path)))
    assert [job.source.name for job, _ in results] == [f"{number:02}.txt" for number in range(10)]
    failures = [result.failure for _, result in results if result.failure]
    assert len(failures) == 1
    assert "05.txt: reading it ended the program" in failures[0]
