"""Records of committees that do not exist, some of them not for everybody, for the Slack tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from index_store.bundled_model import BUNDLED_NAME
from index_store.embedding import Embedder
from index_store.index import Index, IndexSettings
from index_store.indexer import Indexer
from tests.conftest import FIRST, PLAN, SECOND

STAFFING = """# 令和6年度 第1回 青浜市人事委員会 議事録

- 日時：令和6年7月3日（水）午前10時から
- 場所：青浜市役所 4階 特別会議室
- 出席者：委員長 黒川修、委員 水野恵

## 議題1 司書の採用について

《人事課長》
司書の採用予定者は17人である。うち3人は経験者を見込んでいる。

《黒川委員長》
面接は8月20日に行うこととする。
"""

SITE = """---
collection: 用地
---
# 令和6年度 第1回 青浜市用地検討会 議事録

- 日時：令和6年8月1日（木）午後1時から

## 議題1 分館の候補地について

《用地課長》
分館の候補地は旧北浜小学校の跡地で、買収の見込額は2億3千万円である。
"""

ENGLISH = """# Minutes of the Aohama Harbour Board, 4 September 2024

## Item 1: Ferry timetable

Ms Tanner (Chair): How many ferries will run on Sundays?

Mr Ito (Harbour Manager): Six ferries will run on Sundays from October. The fare stays at 300 yen.
"""


def records(folder: Path) -> Path:
    """Write all of them below ``folder``."""
    for name, text in {
        "first.txt": FIRST,
        "second.md": SECOND,
        "plan.md": PLAN,
        "harbour.md": ENGLISH,
        "closed/staffing.md": STAFFING,
        "site.md": SITE,
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def library(
    embedder: Embedder, cache: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Index]:
    """An index of :func:`records`."""
    place = tmp_path_factory.mktemp("library")
    settings = IndexSettings(data=place / "data", model=BUNDLED_NAME, cache=cache)
    index = Index(settings, embedder)
    Indexer(index).ingest([records(place / "records")])
    yield index
    index.close()
