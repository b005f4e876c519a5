"""Web pages: what is read of them, and what is refused."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TypeVar

import pytest

from ingest.errors import UnreadableError
from ingest.formats import extract
from ingest.reader import read_document
from ingest.types import Document

Result = TypeVar("Result")
GOLDEN = Path(__file__).parent / "golden"
SLUGS = (
    "html-main-navigation.html", "html-old-tables.html", "html-speaker-table.html", "srt-english-names.srt",
    "vtt-teams-training.vtt", "vtt-voices-in-a-cue.vtt", "vtt-zoom-offices.vtt",
)  # fmt: skip


def read(source: str | bytes, name: str = "a.html") -> Document:
    data = source if isinstance(source, bytes) else source.encode()
    return extract(data, name, Path(name))


def body(markup: str) -> str:
    """The text below the heading of a page of today with this in its article."""
    page = f"<html><body><main><h1>会議録</h1>{markup}</main></body></html>"
    return read(page).text.removeprefix("会議録\n").lstrip("\n")


def speeches(document: Document) -> list[tuple[str, str, str | None]]:
    """(speaker, words, time of the label)."""
    text = document.text
    return [
        (
            text[slice(*speech.label)],
            text[speech.start : speech.end],
            document.time(speech.label[0]),
        )
        for speech in document.speeches
    ]


# Web pages: the article


def test_navigation_is_left_out_of_a_page_of_today() -> None:
    document = read_document(GOLDEN / "html-main-navigation.html")
    for word in (
        "くらし", "クッキー", "本文へ", "トップ", "ツイート", "のぐち", "編集用", "関連リンク", "お問い合わせ",
        "000-0000", "先頭へ", "ごみ", "本町1番", "検索", "dataLayer",
    ):  # fmt: skip
        assert word not in document.text
    assert document.url == "https://www.city.sumiura.example/shisei/shingikai/koen/2024-02.html"
    assert [heading.level for heading in document.headings][:3] == [1, 2, 2]


def test_navigation_is_left_out_of_an_old_page() -> None:
    document = read_document(GOLDEN / "html-old-tables.html")
    assert document.encoding == "cp932"
    for word in ("ホームページ", "町の案内", "先頭へ"):
        assert word not in document.text
    assert document.text.startswith("平成14年度第1回白波町交通安全対策会議　会議録\n")
    assert "①から順に説明してください。\n○総務課長" in document.text


@pytest.mark.parametrize(
    "opening",
    [
        "<main>",
        "<article>",
        "<div role=main>",
        "<div id=tmp_contents>",
        "<div class='main-content'>",
    ],
)
def test_the_article_is_found(opening: str) -> None:
    closing = f"</{opening.strip('<>').split()[0]}>"
    page = f"<body><div>表示の大きさ</div>{opening}<p>本日の議題は三つです。</p>{closing}<div>案内</div>"
    assert read(page).text == "本日の議題は三つです。\n"


def test_an_article_filled_by_a_script_is_not_the_page() -> None:
    assert "本文です" in read("<body><main></main><p>本文です。</p>").text


def test_body_without_navigation() -> None:
    links = "".join(f"<li><a href='{n}'>案内{n}</a></li>" for n in range(5))
    page = (
        f"<body><header>市</header><nav>{links}</nav><div><ul>{links}</ul></div>"
        f"<p>{'会議の記録です。' * 40}</p><form><input value=x>検索</form><noscript>JS</noscript>"
        f"<template>型</template><aside>広告</aside><footer>連絡先</footer></body>"
    )
    assert read(page).text == "会議の記録です。" * 40 + "\n"


def test_a_form_around_the_whole_page_is_the_page() -> None:
    assert (
        read("<form id=aspnetForm><p>本文です。</p><input value=x></form>").text == "本文です。\n"
    )


@pytest.mark.parametrize("around", ["{}", "<nav>{}</nav>", "<main>{}</main>"])
def test_an_index_still_gives_its_text(around: str) -> None:
    links = "".join(f"<li><a href='{n}'>第{n}回会議録</a></li>" for n in range(9))
    text = read(f"<title>会議録一覧</title><body>{around.format(f'<ul>{links}</ul>')}</body>").text
    assert text.startswith("会議録一覧\n")
    assert "・第8回会議録" in text


def test_the_windows_title_stands_in_for_a_heading() -> None:
    assert read("<title>会議録｜澄浦市</title><body><p>本文。").text == "会議録\n\n本文。\n"
    assert read("<title>題</title><body><h1>会議録</h1><p>本文。").text == "会議録\n\n本文。\n"
    assert read("<title>会議録</title><body><h2>会議録</h2><p>本文。").text == "会議録\n\n本文。\n"
    headed = read("<title>環境審議会会議録</title><center>環境審議会会議録<br>5月1日</center>")
    assert headed.text == "環境審議会会議録\n\n5月1日\n"
    assert [heading.level for heading in headed.headings] == [1]


def test_headings_in_pictures() -> None:
    assert read("<h1><img alt='環境審議会'></h1><p>本文。").text == "環境審議会\n\n本文。\n"


def test_frames_are_refused() -> None:
    with pytest.raises(UnreadableError, match="mend: ingest its frames"):
        read("<html><frameset cols='20%,80%'><frame src=a.html></frameset></html>")


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("<link rel=canonical href='https://a.example/x'>", "https://a.example/x"),
        ("<meta property='og:url' content='http://a.example/y'>", "http://a.example/y"),
        ("<link rel=canonical href='/x'>", None),
        ("<link rel=canonical href='javascript:alert(1)'>", None),
        ("<link rel=canonical href='https://'>", None),
        ("", None),
    ],
)
def test_canonical_address(link: str, url: str | None) -> None:
    assert read(f"<head>{link}</head><body>本文").url == url


# Web pages: the text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>一行目<br>二行目</p>", "一行目\n二行目\n"),
        ("<p>会議を\n  開いた、\n「次」\nに</p>", "会議を開いた、「次」に\n"),
        ("<p>in the\n  town of\n澄浦</p>", "in the town of 澄浦\n"),
        ("<p>令和<b>6</b>年  5月</p>", "令和6年 5月\n"),
        ("<p>A &amp; B&nbsp;C &lt;D&gt; &#12354;</p>", "A & B C <D> あ\n"),
        ("<p><ruby>漢字<rp>(</rp><rt>かんじ</rt><rp>)</rp></ruby>です</p>", "漢字です\n"),
        ("<p hidden>a</p><p style='color:red; display : none'>b</p><p aria-hidden=true>c</p>残", "残\n"),
        ("<p>前</p><!-- 註 --><p>後</p>", "前\n\n後\n"),
        ("前<br><br>後", "前\n\n後\n"),
        ("<ul><li>一<li><p>二</p><li>・三<li>（1）四</ul>", "・一\n・二\n・三\n（1）四\n"),
        ("<ol start=3><li>一<li value=7>二<li>三</ol>", "3. 一\n7. 二\n8. 三\n"),
        ("<ol type=a><li>一<li>二</ol>", "a. 一\nb. 二\n"),
        ("<ol type=I start=4><li>一<li>二</ol>", "IV. 一\nV. 二\n"),
        ("<ol reversed><li>一<li>二</ol>", "2. 一\n1. 二\n"),
        ("<ol><li>一<ul><li>子</ul><li>二</ol>", "1. 一\n・子\n2. 二\n"),
        ("<dl><dt>日時<dd>5月1日<dt>場所<dd>市役所<br>3階<dt>空</dl>", "日時：5月1日\n場所：市役所\n3階\n空\n"),
        ("<dl><div><dt>日時</dt><dd>5月1日</dd></div></dl>", "日時：5月1日\n"),
        ("<pre>  一\n    二 &amp; 三</pre>", "一\n    二 & 三\n"),
        ("本文。<p><a href='#'>▲このページの先頭へ戻る</a></p>", "本文。\n"),
        ("本文。<h2>関連リンク</h2><p>x</p><h3>y</h3><h2>結び</h2>", "本文。\n\n結び\n"),
        ("<details><summary>概要</summary>開いた中</details>", "概要\n\n開いた中\n"),
        ("<h2>第1章<br>総論</h2>", "第1章 総論\n"),
    ],
)  # fmt: skip
def test_text_is_what_a_browser_shows(markup: str, text: str) -> None:
    assert body(markup) == text


def test_tables_keep_their_headings() -> None:
    text = body(
        "<table><caption>予算</caption><tr><th rowspan=2>年<th colspan=2>額<tr><th>予算<th>決算"
        "<tr><td rowspan=2>5年度<td>10<td>9<tr><td>11<td></table>"
    )
    assert text == (
        "予算\n\n| 年 | 額 予算 | 額 決算 |\n| 年：5年度 | 額 予算：10 | 額 決算：9 |\n"
        "| 年：5年度 | 額 予算：11 |\n"
    )


def test_tables_of_name_and_value() -> None:
    assert body("<table><tr><th>持ち物<td>筆記具<br>紙<tr><th>費用<td>なし</table>") == (
        "持ち物：筆記具\n紙\n費用：なし\n"
    )


def test_tables_of_speeches() -> None:
    named = read(
        "<h1>会議録</h1><table><tr><th>田中委員<td>何件か。<tr><th>総務課長<td>3件である。</table>"
    )
    assert speeches(named) == [("田中委員", "何件か。", None), ("総務課長", "3件である。", None)]
    spanning = read(
        "<h1>会議録</h1><table><tr><th>発言者<th>発言内容<tr><td rowspan=2>田中委員<td>一。<tr><td>二。"
        "<tr><td>課長<td><p>三。</p><ul><li>四</ul></table>"
    )
    assert speeches(spanning) == [("田中委員", "一。\n二。", None), ("課長", "三。\n・四", None)]


def test_layout_tables_are_flow() -> None:
    inner = "<table><tr><th>年<th>数<tr><td>5<td>12</table>"
    assert "| 年：5 | 数：12 |" in body(f"<table><tr><td>案内<td><p>本文。</p>{inner}</table>")
    assert "|" not in body("<table><tr><td>一つ目<td>二つ目</table>")
    assert "|" not in body("<table role=presentation><tr><td>a<td>b<tr><td>c<td>d</table>")


def test_a_table_that_spans_without_end_costs_nothing() -> None:
    cells = "<td rowspan=65534 colspan=99999>x" * 50
    started = time.monotonic()
    read(f"<h1>表</h1><table>{f'<tr>{cells}' * 200}</table>")
    assert time.monotonic() - started < 10


def test_nesting_without_end() -> None:
    assert read("<div>" * 30_000 + "本文です。").text == "本文です。\n"
    assert read("<b><font>" * 10_000 + "本文です。").text == "本文です。\n"


# Web pages: encodings


@pytest.mark.parametrize(
    ("declared", "codec", "read_as"),
    [
        ("Shift_JIS", "cp932", "cp932"),
        ("x-sjis", "cp932", "cp932"),
        ("EUC-JP", "euc_jp", "euc_jp"),
        ("iso-2022-jp", "iso2022_jp", "iso2022_jp"),
        ("utf-8", "utf-8", "utf-8"),
        ("Shift_JIS", "utf-8", "utf-8"),  # saved anew, with the old name left in
        ("utf-8", "cp932", "cp932"),
        ("unknown-8bit", "cp932", "cp932"),
        ("shift_jis", "utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16", "utf-16"),
    ],
)
def test_encodings(declared: str, codec: str, read_as: str) -> None:
    page = f'<meta http-equiv="Content-Type" content="text/html; charset={declared}"><p>議事録を公開します。</p>'
    document = read(page.encode(codec))
    assert document.text == "議事録を公開します。\n"
    assert document.encoding == read_as


def test_letters_of_windows_in_shift_jis_and_euc() -> None:
    page = "<meta charset={}><p>①㈱髙島の議事録です。</p>"
    assert read(page.format("Shift_JIS").encode("cp932")).text == "①㈱髙島の議事録です。\n"
    euc = page.format("EUC-JP").replace("髙", "高")
    assert read(euc.encode("euc_jis_2004")).text == "①㈱高島の議事録です。\n"


def test_a_garbled_letter_is_noted_and_a_garbled_page_refused() -> None:
    page = b"<meta charset=Shift_JIS><p>" + "会議録です。".encode("cp932") * 200
    cut = read(page + "会".encode("cp932")[:1])
    assert cut.text.startswith("会議録です。")
    assert "1 characters could not be decoded as cp932" in cut.notes
    with pytest.raises(UnreadableError, match="mend:"):
        read(page + b"\x81\x20\xfc\xfc" * 100)


def test_xhtml() -> None:
    page = '<?xml version="1.0" encoding="UTF-8"?><html><head><script src="a.js"/></head><body><p>本文</p></body></html>'
    assert read(page, "a.xhtml").text == "本文\n"
