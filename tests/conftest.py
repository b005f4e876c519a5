"""What tests share: the real model (made once), folders, and an index that is already filled."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ["HF_HUB_OFFLINE"] = "1"
for name in [
    name
    for name in os.environ
    if name.startswith("MINUTES_") and name not in ("MINUTES_CACHE", "MINUTES_FUZZ")
]:
    del os.environ[name]

REPOSITORY = Path(__file__).resolve().parents[1]
SHARED = REPOSITORY.parent / "shared"

from index_store.bundled_model import BUNDLED_NAME  # noqa: E402
from index_store.embedding import Embedder  # noqa: E402
from index_store.index import Index, IndexSettings  # noqa: E402
from index_store.indexer import Indexer  # noqa: E402

FIRST = """令和6年度（2024年度）第1回 青浜市図書館協議会 議事録

1 日 時
令和6年（2024年）6月12日（水） 午後2時から午後3時30分まで

2 場 所
青浜市役所 3階 第2会議室

3 出席委員（敬称略）
原聡子、原田健、五十嵐誠、森下由美

4 次 第
（1）開館時間の延長について
（2）電子図書の導入について

会長を原委員、副会長を五十嵐委員に選任

5 議事録

議事（1）開館時間の延長について

〔図書館長〕
【資料1】に基づき説明

〔原田委員〕
平日の夜に利用したいという声を聞く。開館時間を延長した日の来館者は何人だったのか。

〔図書館長〕
試行した4月の平日夜間の来館者は延べ312人である。学生の利用が多かった。

[原会長]
異議はないか。

【五十嵐委員】
異議なし。

議事（２）電子図書の導入について

【原田委員】
電子図書の貸出しはいつ始まるのか。

【図書館長】
令和6年10月1日から始める予定である。初年度の予算は450万円を見込んでいる。

【森下委員】
異議なし。
"""

SECOND = """# 令和6年度 第2回 青浜市図書館協議会 議事録

- 日時：令和6年11月20日（水）午前10時から
- 場所：中央図書館 視聴覚室
- 出席者：会長 原聡子、委員 原田健

## 議題1 電子図書の利用状況について

《図書館長》
電子図書の登録者は1,204人、貸出しは月平均890点である。

《原田委員》
操作が難しいという高齢者の声がある。講習会を開いてほしい。
"""

PLAN = """# 青浜市読書推進計画

## 第1章 基本方針

### 1-1 誰でも読める環境

点字図書と大活字本を毎年50冊ずつ増やす。

## 第2章 指標

移動図書館の巡回箇所を令和9年度までに18か所とする。
"""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--regenerate-golden", action="store_true", help="write the outlines of golden documents"
    )


@pytest.fixture
def shared() -> Path:
    """The folder of real minutes and public data; tests that need it skip without it."""
    if not SHARED.is_dir():
        pytest.skip("the shared data folder is not beside this checkout")
    return SHARED


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the bundled model is made: MINUTES_CACHE, or a folder of this session."""
    named = os.environ.get("MINUTES_CACHE")
    return Path(named) if named else tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="session")
def embedder(cache: Path) -> Embedder:
    """The bundled model, loaded once for all tests."""
    return Embedder(BUNDLED_NAME, cache)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two meetings and a plan of a committee that does not exist."""
    place = tmp_path / "records"
    place.mkdir()
    (place / "first.txt").write_text(FIRST, encoding="utf-8")
    (place / "second.md").write_text(SECOND, encoding="utf-8")
    (place / "plan.md").write_text(PLAN, encoding="utf-8")
    return place


@pytest.fixture
def settings(tmp_path: Path, cache: Path) -> IndexSettings:
    """Settings of an index in a folder of this test."""
    return IndexSettings(data=tmp_path / "data", model=BUNDLED_NAME, cache=cache)


@pytest.fixture
def index(settings: IndexSettings, embedder: Embedder) -> Iterator[Index]:
    """An empty index."""
    opened = Index(settings, embedder)
    yield opened
    opened.close()


@pytest.fixture
def filled(index: Index, folder: Path) -> Index:
    """An index of ``folder``."""
    Indexer(index).ingest([folder])
    return index


@pytest.fixture(scope="session")
def chroma_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real Chroma server (``chroma run``) on this machine."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(Path(sys.executable).with_name("chroma")), "run", "--host", "127.0.0.1"]
    command += ["--port", str(port), "--path", str(tmp_path_factory.mktemp("chroma"))]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            _wait_for(port, server)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        assert server.poll() is None, "chroma run ended at once"
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("chroma run does not answer")
