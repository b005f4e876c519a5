"""The store on a folder and on a real Chroma server, by the same tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import numpy as np
import pytest

from index_store.embedding import Vectors
from index_store.errors import ModelMismatchError, StoreError
from index_store.store import Located, Store
from index_store.types import IndexedDocument
from ingest.types import Attendee, Handout, Kind, Passage, Place
from ingest.understanding import Understanding

Opener = Callable[..., Store]


@pytest.fixture(params=["folder", "server"])
def open_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opener]:
    """Opens the same store each time, in a folder or on a server."""
    collection = f"c{uuid4().hex[:8]}"
    if request.param == "folder":
        where = Located(tmp_path / "chroma", None)
    else:
        where = Located(None, request.getfixturevalue("chroma_server"))

    opened: list[Store] = []

    def opener(model: str = "a-model") -> Store:
        opened.append(Store(where, model, collection))
        return opened[-1]

    yield opener
    for store in opened:
        store.close()


def row(source: str = "/x/a.txt", version: str = "v1", passages: int = 2) -> IndexedDocument:
    return IndexedDocument(
        source=source,
        name=Path(source).name,
        root=str(Path(source).parent),
        version=version,
        rules=1,
        kind="minutes",
        title=None,
        date="2024-06-12",
        passages=passages,
        characters=10,
        size=30,
        mtime_ns=1_718_150_400_123_456_789,
        ingested=datetime(2024, 6, 13, tzinfo=UTC),
        understood=Understanding("minutes", 3, 2, 0.98, unresolved=("原委員",)),
        url="https://www.city.aohama.example/a.txt",
        people=(Attendee("原聡子", "会長"), Attendee("森紀子", None, present=False, surname="森")),
        handouts=(Handout("資料1", "開館時間の案"),),
        labels=("資料1",),
    )


def passage(turn: int, text: str) -> Passage:
    place = Place(
        document="a.txt", kind=Kind.MINUTES, title=None, date="2024-06-12", speaker="原委員",
        person=None, role="委員", agenda=None, heading=None, page=None, turn=turn, section=None,
        start=turn * 100, end=turn * 100 + len(text), line=turn + 1,
    )  # fmt: skip
    return Passage(
        f"t{turn}.0",
        text,
        "議事 原委員",
        place,
        (0,) if turn else (),
        mentions=(("資料1", None), ("資料2", 3)),
    )


def vectors(*rows: tuple[float, float, float]) -> Vectors:
    made = np.array(rows, dtype=np.float32)
    return made / np.linalg.norm(made, axis=1, keepdims=True)


def put(store: Store, document: IndexedDocument, texts: list[str]) -> None:
    given = [passage(n, text) for n, text in enumerate(texts)]
    store.add_many([(document, given, vectors(*[(1, n, 0) for n in range(len(texts))]))])
    store.commit([document])


def test_gives_back_what_was_put(open_store: Opener) -> None:
    store = open_store()
    put(store, row(), ["異議なし。", "異議なし。"])
    reopened = open_store()
    assert reopened.documents == {"/x/a.txt": row()}
    first, second = reopened.passages_of("/x/a.txt")
    assert (first.text, second.text) == ("異議なし。", "異議なし。")
    assert (first.id, second.id) == ("a.txt#t0.0@v1", "a.txt#t1.0@v1")
    assert second.place == passage(1, "異議なし。").place
    assert (second.context, second.answers) == ("議事 原委員", (0,))
    assert (first.answers, first.mentions) == ((), (("資料1", None), ("資料2", 3)))


def test_nearest_is_cosine(open_store: Opener) -> None:
    store = open_store()
    put(store, row(), ["一", "二", "三"])
    hits = store.nearest(vectors((1, 2, 0))[0], 2)
    assert [hit.passage.text for hit in hits] == ["三", "二"]
    assert hits[0].similarity == pytest.approx(1.0, abs=1e-4)
    fetched = store.fetch(["a.txt#t0.0@v1"], vectors((1, 1, 0))[0])
    assert fetched[0].similarity == pytest.approx(0.7071, abs=1e-3)


def test_an_empty_store_finds_nothing(open_store: Opener) -> None:
    assert open_store().nearest(vectors((1, 0, 0))[0], 5) == []


def test_a_new_version_replaces_the_old(open_store: Opener) -> None:
    store = open_store()
    put(store, row(), ["古い", "古い二"])
    put(store, row(version="v2", passages=1), ["新しい"])
    assert [p.text for p in store.passages_of("/x/a.txt")] == ["新しい"]
    assert [h.passage.text for h in store.nearest(vectors((1, 0, 0))[0], 9)] == ["新しい"]
    assert store.count() == 1


def test_what_is_not_committed_is_not_seen(open_store: Opener) -> None:
    store = open_store()
    put(store, row(), ["古い"])
    store.add_many([(row(version="v2"), [passage(0, "半分")], vectors((1, 0, 0)))])
    assert [h.passage.text for h in store.nearest(vectors((1, 0, 0))[0], 9)] == ["古い"]
    assert [p.text for p in store.passages_of("/x/a.txt")] == ["古い"]


def test_the_next_writer_sweeps_what_a_killed_one_left(open_store: Opener) -> None:
    killed = open_store()
    writing = killed.writing()
    writing.__enter__()
    killed.add_many([(row(version="v9"), [passage(0, "半分")], vectors((1, 0, 0)))])
    store = open_store()
    with store.writing():
        pass
    assert store._passages.count() == 0
    # Without a killed writer nothing is swept: the state is clean again.
    assert store._state()[1] is False


def test_removes_a_document(open_store: Opener) -> None:
    store = open_store()
    put(store, row(), ["一"])
    other = replace(row(), source="/x/b.txt", name="b.txt")
    put(store, other, ["二"])
    store.remove("/x/a.txt")
    assert list(open_store().documents) == ["/x/b.txt"]
    assert store._passages.count() == 1


def test_another_process_sees_a_commit(open_store: Opener) -> None:
    reader, writer = open_store(), open_store()
    assert reader.refresh() is False
    with writer.writing():
        put(writer, row(), ["一"])
    assert reader.refresh() is True
    assert list(reader.documents) == ["/x/a.txt"]


def test_another_model_is_refused(open_store: Opener) -> None:
    open_store("a-model")
    with pytest.raises(ModelMismatchError, match="'a-model', not 'b-model'; mend:") as caught:
        open_store("b-model")
    assert "\n" not in str(caught.value)


def test_a_server_that_is_down_is_one_line() -> None:
    with pytest.raises(StoreError, match=r"127\.0\.0\.1:9.*mend: start it") as caught:
        Store(Located(None, "http://127.0.0.1:9"), "m")
    assert "\n" not in str(caught.value)


def test_a_damaged_folder_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "chroma").mkdir()
    (tmp_path / "chroma" / "chroma.sqlite3").write_bytes(b"this is no database" * 500)
    with pytest.raises(StoreError, match="mend:") as caught:
        Store(Located(tmp_path / "chroma", None), "m")
    assert "\n" not in str(caught.value)
    assert str(tmp_path) in str(caught.value)


def test_a_folder_that_is_a_file_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("no folder")
    with pytest.raises(StoreError, match="mend:"):
        Store(Located(tmp_path / "data" / "chroma", None), "m")
