"""Which document belongs to which collection, and the settings that say so."""

from __future__ import annotations

import unicodedata
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assistant.config import load_settings
from assistant.errors import ConfigurationError
from assistant.visibility import UNREAD, CollectionRule, Collections
from index_store.index import Index
from index_store.indexer import Indexer
from index_store.types import IndexedDocument
from ingest.passages import COLLECTIONS_SINCE
from ingest.understanding import Understanding


def row(
    source: str = "/data/records/a.md", name: str | None = None, collection: str | None = None
) -> IndexedDocument:
    return IndexedDocument(
        source, name or Path(source).name, "/data", "v", COLLECTIONS_SINCE, "minutes", None, None,
        1, 1, 1, 1, datetime(2025, 1, 1, tzinfo=UTC), Understanding("minutes", 1, 1, 1.0),
        collection=collection,
    )  # fmt: skip


def of(document: IndexedDocument, **folders: str) -> frozenset[str]:
    rules = {name: CollectionRule(folders=(folder,)) for name, folder in folders.items()}
    return Collections(rules).of(document)


@pytest.mark.parametrize(
    ("folder", "source", "inside"),
    [
        ("closed", "/data/closed/a.md", True),
        ("closed", "/data/closed/2024/a.md", True),
        ("closed/", "/data/closed/a.md", True),
        ("./closed", "/data/closed/a.md", True),
        ("closed", "/data/closed2/a.md", False),
        ("closed", "/data/not-closed/a.md", False),
        ("closed", "/data/closed", False),  # a file of that name
        ("closed", "/data/closed.md", False),
        ("closed/2024", "/data/closed/2024/a.md", True),
        ("closed/2024", "/data/closed/x/2024/a.md", False),
        ("closed/2024", "/data/closed/20245/a.md", False),
        ("closed/2024", "/data/2024/closed/a.md", False),
        ("/data/closed", "/data/closed/a.md", True),
        ("/data/closed", "/data/closed/deep/er/a.md", True),
        ("/data/closed", "/data/closed2/a.md", False),
        ("/data/closed", "/other/data/closed/a.md", False),
        ("/data/closed/a.md", "/data/closed/a.md", True),
        ("closed.zip", "/data/closed.zip/a.md", True),
        ("closed", "/data/all.zip/closed/a.md", True),
        ("/data/all.zip/closed", "/data/all.zip/closed/a.md", True),
        ("closed", "/data/all.zip/closed2/a.md", False),
        ("人事委員会", "/data/人事委員会/a.md", True),
        ("ガバナンス", unicodedata.normalize("NFD", "/data/ガバナンス/a.md"), True),
        (unicodedata.normalize("NFD", "/data/ガバナンス"), "/data/ガバナンス/a.md", True),
        ("２０２４", "/data/2024/a.md", True),
        ("人事／総務", "/data/人事／総務/a.md", True),
        ("人事／総務", "/data/人事/総務/a.md", False),
    ],
)
def test_what_lies_in_a_folder(folder: str, source: str, inside: bool) -> None:
    assert of(row(source), x=folder) == (frozenset("x") if inside else frozenset())


def test_a_folder_below_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/hara")
    assert of(row("/home/hara/closed/a.md"), x="~/closed") == {"x"}
    assert of(row("/home/mori/closed/a.md"), x="~/closed") == frozenset()


def test_the_name_within_what_was_ingested_counts_as_well() -> None:
    assert of(row("/moved/a.md", name="closed/2024/a.md"), x="closed") == {"x"}
    assert of(row("/moved/a.md", name="closed/2024/a.md"), x="closed/2024") == {"x"}
    assert of(row("/moved/a.md", name="closed"), x="closed") == frozenset()


def test_a_document_of_several_collections_is_seen_by_who_may_see_all() -> None:
    rules = {
        "closed": CollectionRule(folders=("closed",)),
        "人事": CollectionRule(),
        "deep": CollectionRule(folders=("/data/closed/deep",)),
    }
    collections = Collections(rules)
    document = row("/data/closed/deep/a.md", collection="人事")
    assert collections.of(document) == {"closed", "人事", "deep"}
    for granted in ({"closed", "人事"}, {"deep"}, set()):
        assert not collections.seen_with(frozenset(granted))(document)
    assert collections.seen_with(frozenset(rules))(document)
    assert collections.seen_with(frozenset())(row())


@pytest.mark.parametrize("written", ["public", "Public", "ＰＵＢＬＩＣ", "公開"])
def test_public_is_no_collection(written: str) -> None:
    assert of(row(collection=written), x="closed") == frozenset()
    # What a folder says still counts.
    assert of(row("/data/closed/a.md", collection=written), x="closed") == {"x"}


@pytest.mark.parametrize("written", ["", "unheard of", "[closed, 人事]", "closed, public", UNREAD])
def test_a_name_without_a_rule_is_granted_to_nobody(written: str) -> None:
    rules = {"closed": CollectionRule(), "人事": CollectionRule()}
    document = row(collection=written)
    for collections in (Collections(rules), Collections({})):
        assert collections.of(document) == {written}
        assert not collections.seen_with(frozenset(rules))(document)


def test_a_name_is_known_in_any_case_and_width() -> None:
    collections = Collections({"Closed": CollectionRule()})
    assert collections.of(row(collection="ｃｌｏｓｅｄ")) == {"Closed"}
    both = Collections({"Closed": CollectionRule(), "closed": CollectionRule()})
    assert both.of(row(collection="closed")) == {"closed"}
    assert both.of(row(collection="CLOSED")) == {"CLOSED"}  # either might be meant


def test_what_older_rules_read_is_not_public_where_something_is_closed() -> None:
    old = replace(row(), rules=COLLECTIONS_SINCE - 1)
    closed = Collections({"closed": CollectionRule()})
    assert closed.of(old) == {UNREAD}
    assert not closed.seen_with(frozenset({"closed"}))(old)
    assert Collections().of(old) == frozenset()


def test_views_of_what_was_ingested(index: Index, folder: Path) -> None:
    """The whole way, through an archive and front matter."""
    with zipfile.ZipFile(folder / "closed.zip", "w") as archive:
        archive.writestr("人事/secret.md", "# 人事の計画\n\n鬼頭課長は異動する。\n")
    plan = folder / "plan.md"
    plan.write_text("---\ncollection: board\n---\n" + plan.read_text(), encoding="utf-8")
    Indexer(index).ingest([folder])
    rules = {
        "people": CollectionRule(folders=("人事",)),
        "archive": CollectionRule(folders=("closed.zip",)),
        "board": CollectionRule(),
    }
    collections = Collections(rules)

    def names(*granted: str) -> set[str]:
        view = index.only(collections.seen_with(frozenset(granted)))
        return {row.name for row in view.store.documents.values()}

    public = {"first.txt", "second.md"}
    assert names() == names("people") == names("archive") == public
    assert names("board") == public | {"plan.md"}
    assert names("people", "archive") == public | {"closed.zip/人事/secret.md"}


def settings_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> Collections:
    file = tmp_path / "minutes.toml"
    file.write_text(text, encoding="utf-8")
    monkeypatch.setenv("MINUTES_CONFIG", str(file))
    return Collections(load_settings().collections)


def test_rules_stand_in_the_settings_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    collections = settings_of(
        tmp_path,
        monkeypatch,
        """
[collections.closed]
folders = ["closed", "~/records/closed"]
channels = ["C012AB3CD", "G012AB3CD"]
users = ["U012AB3CD", "W012AB3CD"]
groups = ["S012AB3CD"]
outsiders = true

[collections."人事"]
folders = ["人事"]
""",
    )
    assert set(collections.rules) == {"closed", "人事"}
    rule = collections.rules["closed"]
    assert rule.channels == ("C012AB3CD", "G012AB3CD")
    assert rule.outsiders
    assert not collections.rules["人事"].outsiders
    monkeypatch.delenv("MINUTES_CONFIG")
    monkeypatch.chdir(tmp_path.parent)
    monkeypatch.setenv("MINUTES_COLLECTIONS", '{"closed": {"folders": ["x"]}}')
    assert load_settings().collections["closed"].folders == ("x",)


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ('[collections.closed]\nfolder = ["a"]', "collections.closed.folder"),
        ('[collections.closed]\nfolders = "a"', "collections.closed.folders"),
        ('[collections.closed]\nfolders = [""]', "collections.closed.folders.0"),
        ('[collections.closed]\nfolders = ["a", "."]', "collections.closed.folders.1"),
        ('[collections.closed]\nfolders = ["../a"]', "collections.closed.folders.0"),
        ('[collections.closed]\nchannels = ["#closed"]', "collections.closed.channels.0"),
        ('[collections.closed]\nusers = ["hara"]', "collections.closed.users.0"),
        ('[collections.closed]\ngroups = ["C012AB3CD"]', "collections.closed.groups.0"),
        ("[collections.public]", "collections.public"),
        ('[collections."公開"]', "collections.公開"),
        ('collections = "closed"', "collections"),
    ],
)
def test_a_wrong_rule_is_told_in_a_line(
    text: str, field: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ConfigurationError) as told:
        settings_of(tmp_path, monkeypatch, text)
    message = str(told.value)
    assert "\n" not in message
    assert f"'{field}" in message
    assert str(tmp_path / "minutes.toml") in message
    assert "MINUTES_COLLECTIONS," in message
    assert "mend:" in message
