"""Ingest: only what changed, nothing lost, and safe against being killed at any moment."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from index_store.embedding import Embedder
from index_store.errors import BusyError
from index_store.index import Index, IndexSettings
from index_store.indexer import Indexer, Progress, embedded_text
from index_store.lock import writer_lock
from index_store.retriever import Retriever
from ingest.errors import NothingToReadError, PathError


def content(index: Index) -> dict[str, tuple[str, str]]:
    """Everything that a search can give: passage id -> text and context."""
    index.sync()
    return {
        passage.id: (passage.text, passage.context)
        for source in index.store.documents
        for passage in index.store.passages_of(source)
    }


def stored_ids(index: Index) -> set[str]:
    """The ids that are physically in Chroma, committed or not."""
    return set(index.store._passages.get(include=[])["ids"])


def word_ids(index: Index) -> set[str]:
    return {row[0] for row in index.words._connection.execute("SELECT id FROM passages")}


def test_ingests_a_folder(index: Index, folder: Path) -> None:
    report = Indexer(index).ingest([folder])
    assert sorted(report.added) == ["first.txt", "plan.md", "second.md"]
    assert report.passages == len(content(index)) == index.store.count()
    assert stored_ids(index) == word_ids(index) == set(content(index))


def test_every_passage_is_the_files_own_text(index: Index, folder: Path) -> None:
    Indexer(index).ingest([folder])
    for source in index.store.documents:
        text = Path(source).read_text(encoding="utf-8")
        for passage in index.store.passages_of(source):
            assert text[passage.place.start : passage.place.end] == passage.text
            line = text.count("\n", 0, passage.place.start) + 1
            assert passage.place.line == line


def test_equal_words_at_different_places_are_two_passages(filled: Index) -> None:
    agreed = [key for key, (text, _) in content(filled).items() if text == "異議なし。"]
    assert len(agreed) == 2


def test_unchanged_files_are_not_read_again(filled: Index, folder: Path) -> None:
    before = content(filled)
    report = Indexer(filled).ingest([folder])
    assert (report.passages, len(report.unchanged)) == (0, 3)
    assert content(filled) == before


def test_a_touched_file_with_the_same_words_is_unchanged(filled: Index, folder: Path) -> None:
    os.utime(folder / "first.txt", (1, 1))
    assert len(Indexer(filled).ingest([folder]).unchanged) == 3
    row = filled.store.documents[str(folder / "first.txt")]
    assert row.mtime_ns == 1_000_000_000


def test_the_collection_of_a_document_is_kept(filled: Index, folder: Path) -> None:
    path = folder / "plan.md"
    assert {row.collection for row in filled.store.documents.values()} == {None}
    path.write_text("---\ncollection: closed\n---\n" + path.read_text())
    assert Indexer(filled).ingest([folder]).updated == ["plan.md"]
    assert filled.store.documents[str(path)].collection == "closed"


def test_what_older_rules_read_is_read_again(filled: Index, folder: Path) -> None:
    """An index of before collections were read: the file is as it was, its row knows of none."""
    path = folder / "plan.md"
    path.write_text("---\ncollection: closed\n---\n" + path.read_text())
    Indexer(filled).ingest([folder])
    row = filled.store.documents[str(path)]
    filled.store.commit([replace(row, rules=6, version="0" * 12, collection=None)])
    filled.sync()
    assert filled.store.documents[str(path)].collection is None
    Indexer(filled).ingest([folder])
    assert filled.store.documents[str(path)].collection == "closed"


def test_a_changed_file_replaces_its_passages(filled: Index, folder: Path) -> None:
    path = folder / "second.md"
    path.write_text(path.read_text().replace("1,204人", "2,555人"))
    report = Indexer(filled).ingest([folder])
    assert (report.updated, len(report.unchanged)) == (["second.md"], 2)
    texts = [text for text, _ in content(filled).values()]
    assert any("2,555人" in text for text in texts)
    assert not any("1,204人" in text for text in texts)
    assert stored_ids(filled) == word_ids(filled) == set(content(filled))


def test_the_same_file_alone_or_in_its_folder_is_one_document(filled: Index, folder: Path) -> None:
    assert Indexer(filled).ingest([folder / "first.txt"]).unchanged == ["first.txt"]


def test_same_names_in_two_folders_are_two_documents(index: Index, folder: Path) -> None:
    other = folder.parent / "other"
    other.mkdir()
    (other / "first.txt").write_text((folder / "first.txt").read_text())
    Indexer(index).ingest([folder, other])
    assert len(index.store.documents) == 4
    Indexer(index).remove([str(other)])
    assert len(index.store.documents) == 3
    assert any("312人" in text for text, _ in content(index).values())


def test_prune_takes_away_what_is_gone(filled: Index, folder: Path) -> None:
    (folder / "plan.md").unlink()
    assert Indexer(filled).ingest([folder]).removed == []
    assert Indexer(filled).ingest([folder], prune=True).removed == ["plan.md"]
    assert stored_ids(filled) == word_ids(filled) == set(content(filled))


def test_prune_of_an_emptied_folder(filled: Index, folder: Path) -> None:
    for file in folder.iterdir():
        file.unlink()
    with pytest.raises(NothingToReadError):
        Indexer(filled).ingest([folder])
    assert len(Indexer(filled).ingest([folder], prune=True).removed) == 3
    assert content(filled) == {}


def test_prune_leaves_other_folders_alone(filled: Index, folder: Path) -> None:
    beside = folder.parent / "records-2"
    beside.mkdir()
    (beside / "x.txt").write_text((folder / "first.txt").read_text())
    Indexer(filled).ingest([beside])
    (beside / "x.txt").unlink()
    Indexer(filled).ingest([folder], prune=True)
    assert len(filled.store.documents) == 4


def test_a_bad_file_is_told_and_the_rest_goes_on(index: Index, folder: Path) -> None:
    (folder / "broken.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4)
    (folder / "empty.md").write_text("")
    report = Indexer(index).ingest([folder])
    assert len(report.added) == 3
    assert sorted(Path(failure.split(":")[0]).name for failure in report.failed) == [
        "broken.txt",
        "empty.md",
    ]


def test_a_file_that_turns_bad_stays_as_it_was(filled: Index, folder: Path) -> None:
    before = content(filled)
    (folder / "first.txt").write_bytes(b"\x00\x01\x02" * 500)
    report = Indexer(filled).ingest([folder], prune=True)
    assert len(report.failed) == 1
    assert content(filled) == before


def test_a_missing_path_changes_nothing(filled: Index, folder: Path) -> None:
    before = content(filled)
    with pytest.raises(PathError):
        Indexer(filled).ingest([folder, folder / "absent.txt"])
    assert content(filled) == before


@pytest.mark.parametrize("name", ["first.txt", "path", "folder"])
def test_removes_by_name_path_or_folder(name: str, filled: Index, folder: Path) -> None:
    given = {"path": str(folder / "first.txt"), "folder": str(folder)}.get(name, name)
    removed = Indexer(filled).remove([given]).removed
    assert len(removed) == (3 if name == "folder" else 1)
    assert stored_ids(filled) == word_ids(filled) == set(content(filled))
    assert (folder / "first.txt").is_file()


def test_removing_what_is_not_there_changes_nothing(filled: Index) -> None:
    with pytest.raises(PathError, match="minutes status"):
        Indexer(filled).remove(["first.txt", "absent.txt"])
    assert len(filled.store.documents) == 3


def test_two_writers_at_once(index: Index, folder: Path) -> None:
    with writer_lock(index.settings.data), pytest.raises(BusyError, match="mend: wait"):
        Indexer(index).ingest([folder])
    assert len(Indexer(index).ingest([folder]).added) == 3


def test_progress_is_told(index: Index, folder: Path) -> None:
    told: list[Progress] = []
    Indexer(index, progress=told.append).ingest([folder])
    assert told[-1].files_done == told[-1].files_total == 3
    assert told[-1].passages_done == index.store.count()


def test_the_word_index_rebuilds_itself(
    filled: Index, settings: IndexSettings, embedder: Embedder
) -> None:
    before = word_ids(filled)
    filled.words.close()
    settings.lexical_path.write_bytes(b"damaged beyond repair" * 300)
    reopened = Index(settings, embedder)
    reopened.sync()
    assert word_ids(reopened) == before
    reopened.close()


def test_embedded_text_has_context_and_displayed_text_has_not(filled: Index) -> None:
    rows = filled.store.passages_of(
        next(source for source in filled.store.documents if source.endswith("first.txt"))
    )
    answer = next(row for row in rows if "312人" in row.text)
    assert "開館時間を延長した日の来館者は何人だったのか。" in answer.context
    assert "何人だったのか" not in answer.text
    assert embedded_text(answer) == (  # type: ignore[arg-type]
        "開館時間を延長した日の来館者は何人だったのか。\n" + answer.text
    )


KILLED_INGEST = """
import sys
from dataclasses import replace
from pathlib import Path
from index_store.index import Index, IndexSettings
from index_store.indexer import Indexer
import index_store.indexer as module
module.POOL_PASSAGES = 8
data, cache, folder = map(Path, sys.argv[1:4])
Indexer(Index(IndexSettings(data, "bundled:multilingual-e5-small", cache)),
        progress=lambda p: print(p.passages_done, flush=True)).ingest([folder])
"""


def many_files(folder: Path) -> None:
    first = (folder / "first.txt").read_text()
    for number in range(12):
        (folder / f"more-{number:02}.txt").write_text(first.replace("312人", f"{number + 400}人"))


@pytest.mark.parametrize("passages_before_kill", [1, 40, 80])
def test_killed_in_the_middle(
    passages_before_kill: int,
    tmp_path: Path,
    folder: Path,
    settings: IndexSettings,
    embedder: Embedder,
) -> None:
    before = Index(settings, embedder)
    Indexer(before).ingest([folder])
    before.close()
    many_files(folder)
    path = folder / "first.txt"
    path.write_text(path.read_text().replace("312人", "999人"))

    script = tmp_path / "killed.py"
    script.write_text(KILLED_INGEST)
    command = [sys.executable, str(script), str(settings.data), str(settings.cache), str(folder)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True) as ingest:
        assert ingest.stdout is not None
        for line in ingest.stdout:
            if int(line) >= passages_before_kill:
                break
        time.sleep(0.05)  # into the writing of the pool
        ingest.send_signal(signal.SIGKILL)
    assert ingest.returncode == -signal.SIGKILL

    survivor = Index(settings, embedder)
    texts = [hit.passage.text for hit in Retriever(survivor).search("夜間の来館者は何人か", 50)]
    found = [text for text in texts if "延べ" in text and ("312人" in text or "999人" in text)]
    assert len(found) == 1, "the old or the new version of the changed file, and one only"
    Indexer(survivor).ingest([folder])

    undisturbed = Index(
        IndexSettings(tmp_path / "undisturbed", settings.model, settings.cache), embedder
    )
    Indexer(undisturbed).ingest([folder])
    assert content(survivor) == content(undisturbed)
    assert stored_ids(survivor) == stored_ids(undisturbed)
    assert word_ids(survivor) == word_ids(undisturbed)
    survivor.close()
    undisturbed.close()


def minutes(settings: IndexSettings, *arguments: object) -> None:
    """Run the command in another process on the index of ``settings``."""
    environment = {
        **os.environ, "MINUTES_DATA": str(settings.data), "MINUTES_CACHE": str(settings.cache)
    }  # fmt: skip
    program = str(Path(sys.executable).with_name("minutes"))
    command = [program, *map(str, arguments)]
    subprocess.run(command, env=environment, check=True, capture_output=True)


def test_one_process_reads_what_another_writes(
    filled: Index, settings: IndexSettings, folder: Path
) -> None:
    reader = Retriever(filled)
    question = "講習会の参加者は何人か"
    said = "講習会の参加者は38人である。"
    assert all(hit.passage.text != said for hit in reader.search(question))
    (folder / "third.txt").write_text(f"〔図書館長〕\n{said}\n〔原会長〕\n了解した。\n")
    minutes(settings, "ingest", folder)
    assert reader.search(question)[0].passage.text == said
    minutes(settings, "remove", "third.txt")
    assert all(hit.passage.text != said for hit in reader.search(question))
    # And this process can still write.
    assert Indexer(filled).ingest([folder]).added == ["third.txt"]
    assert reader.search(question)[0].passage.text == said
