"""PDF: reading order, joined lines, running lines, tables, and files that cannot be read."""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from pathlib import Path

import pypdfium2 as pdfium
import pypdfium2.raw as raw
import pytest
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from ingest.errors import IngestError, UnreadableError
from ingest.formats import extract
from ingest.types import Document

GOLDEN = sorted((Path(__file__).parent / "golden").glob("pdf-*.pdf"))
WIDTH, HEIGHT = 595.0, 842.0
MINCHO = "HeiseiMin-W3"
pdfmetrics.registerFont(UnicodeCIDFont(MINCHO))

SENTENCES = (
    "市内の公園のうち、遊具の点検を終えたものは三十二か所である。残りの十一か所は、年度の終わりまでに行う。"
    "点検の結果は広報に載せるほか、それぞれの入口に掲げる予定である。費用は委託料の中で賄うことができる。"
    "前の年に比べて、修繕を要する箇所は二割ほど減っており、計画的な取替えの効果が表れてきたものと考える。"
)
ENGLISH = (
    "The pavilion roof was repaired in April and the contractor has returned to inspect the gutters. "
    "Nobody objected to the second invoice, which the treasurer had circulated beforehand. "
    "A replacement for the noticeboard will be ordered once the harbour office confirms the size. "
    "Members were reminded that the key to the boathouse is kept by the caretaker at weekends. "
)


def made(*pages: Callable[[Canvas], None], **options: object) -> bytes:
    held = io.BytesIO()
    canvas = Canvas(held, pagesize=(WIDTH, HEIGHT), **options)
    for draw in pages:
        canvas.setFont(MINCHO, 10)
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return held.getvalue()


def read(*pages: Callable[[Canvas], None]) -> Document:
    return extract(made(*pages), "a.pdf", Path("a.pdf"))


def lines_of(document: Document) -> list[str]:
    return [line for line in document.text.split("\n") if line]


def wrapped(text: str, letters: int) -> list[str]:
    return [text[at : at + letters] for at in range(0, len(text), letters)]


def english(text: str, letters: int) -> list[str]:
    found = [""]
    for word in text.split():
        if len(found[-1]) + len(word) >= letters:
            found.append("")
        found[-1] = f"{found[-1]} {word}".strip()
    return found


def column(
    canvas: Canvas, lines: list[str], x: float = 80, y: float = 760, step: float = 16
) -> float:
    for line in lines:
        canvas.drawString(x, y, line)
        y -= step
    return y


def test_wrapped_lines_become_paragraphs() -> None:
    def page(canvas: Canvas) -> None:
        y = column(canvas, ["〔加藤委員〕"])
        y = column(canvas, wrapped("　" + SENTENCES, 40), y=y)
        y = column(canvas, ["　次に、樹木の剪定についても伺う。", "〔公園課長〕"], y=y)
        column(canvas, wrapped("　" + SENTENCES[::-1].replace("。", "、") + "である。", 40), y=y)

    assert lines_of(read(page)) == [
        "〔加藤委員〕", SENTENCES, "次に、樹木の剪定についても伺う。",
        "〔公園課長〕", SENTENCES[::-1].replace("。", "、") + "である。",
    ]  # fmt: skip


def test_english_words_and_hyphens() -> None:
    def page(canvas: Canvas) -> None:
        canvas.setFont("Times-Roman", 11)
        y = column(canvas, english("MS. SANDS: " + ENGLISH, 80))
        column(
            canvas,
            ["MR. TANNER: The contractor asked for additional and quite unforeseen pay-",
             "ment, and in 2023-24 the half-",
             "yearly fee was raised."],
            y=y,
        )  # fmt: skip

    first, second = lines_of(read(page))
    assert first == "MS. SANDS: " + ENGLISH.strip()
    assert "unforeseen payment, and in 2023-24 the half" in second


def test_a_paragraph_goes_on_over_the_page() -> None:
    parts = wrapped(SENTENCES * 4, 40)
    cut = len(parts) // 2

    def first(canvas: Canvas) -> None:
        column(canvas, ["〔原委員〕", *parts[:cut]], y=760 - 16 * (30 - cut))

    def second(canvas: Canvas) -> None:
        column(canvas, [*parts[cut:], "〔事務局〕", "説明した。"])

    document = read(first, second)
    assert lines_of(document) == ["〔原委員〕", SENTENCES * 4, "〔事務局〕", "説明した。"]
    start = document.text.index("\n") + 1
    before = len("".join(parts[:cut]))
    assert document.page(start + before - 1) == 1
    assert document.page(start + before) == 2
    assert document.page(document.text.index("説明した")) == 2


def test_two_columns_written_row_by_row_do_not_mix() -> None:
    left, right = wrapped(SENTENCES, 20), wrapped(SENTENCES[::-1].replace("。", "、"), 20)

    def page(canvas: Canvas) -> None:
        canvas.setFont(MINCHO, 15)
        canvas.drawString(170, 790, "公園だより　第八号　点検の特集")
        canvas.setFont(MINCHO, 10)
        for number, (one, other) in enumerate(zip(left, right, strict=False)):
            canvas.drawString(70, 750 - 16 * number, one)
            canvas.drawString(310, 750 - 16 * number, other)

    title, *rest = lines_of(read(page))
    count = min(len(left), len(right))
    assert title == "公園だより　第八号　点検の特集"
    assert "".join(rest) == "".join(left[:count]) + "".join(right[:count])


def test_two_english_columns_in_single_strings() -> None:
    text = english(ENGLISH * 3, 38)
    half = len(text) // 2

    def page(canvas: Canvas) -> None:
        canvas.setFont("Courier", 9)
        for number in range(half):
            canvas.drawString(60, 760 - 14 * number, f"{text[number]:42}{text[half + number]}")

    assert " ".join(lines_of(read(page))) == " ".join(text[: 2 * half])


def test_a_rule_parts_columns_that_stand_close() -> None:
    left, right = wrapped(SENTENCES[:100], 20), wrapped(SENTENCES[100:], 20)[:4]

    def page(canvas: Canvas) -> None:
        canvas.line(294, 780, 294, 500)
        for number in range(5):
            canvas.drawString(90, 760 - 16 * number, left[number])
            if number < len(right):
                canvas.drawString(298, 760 - 16 * number, right[number])

    assert "".join(lines_of(read(page))) == "".join(left + right)


def test_a_label_beside_its_words() -> None:
    words = wrapped(SENTENCES, 28)

    def page(canvas: Canvas) -> None:
        y = 760.0
        for label in ("会　長", "加藤委員", "事務局"):
            canvas.drawString(80, y, label)
            y = column(canvas, words, x=170, y=y)

    assert lines_of(read(page)) == [
        f"{who}　{SENTENCES}" for who in ("会　長", "加藤委員", "事務局")
    ]


def test_running_lines_are_no_content() -> None:
    def page(number: int) -> Callable[[Canvas], None]:
        def draw(canvas: Canvas) -> None:
            canvas.drawString(400, 805, "令和６年度第２回公園審議会")
            column(canvas, [f"{number}番目の議題", "　はい。", *wrapped(SENTENCES, 40), "以上"])
            canvas.drawString(
                290, 30, ("- {} -", "{}", "{}／４", "Page {} of 4")[number - 1].format(number)
            )

        return draw

    document = read(*(page(number) for number in (1, 2, 3, 4)))
    assert lines_of(document) == [
        line for number in "1234" for line in (f"{number}番目の議題", "はい。", SENTENCES, "以上")
    ]
    assert [document.page(document.text.index(f"{n}番目")) for n in (1, 2, 3, 4)] == [1, 2, 3, 4]


def test_a_single_page_loses_its_number_only() -> None:
    def page(canvas: Canvas) -> None:
        canvas.drawString(400, 805, "資料１")
        column(canvas, ["公園の一覧", "12", "34"], y=760)
        canvas.drawString(290, 60, "問合せ先　公園課")
        canvas.drawString(290, 30, "－３－")

    assert lines_of(read(page)) == ["資料１", "公園の一覧", "12", "34", "問合せ先　公園課"]


def test_headings_by_size_of_type() -> None:
    def page(canvas: Canvas) -> None:
        y = 760.0
        for size, text in (
            (20, "第１章　考え方"),
            (14, "１　目的"),
            (10, ""),
            (14, "２　期間"),
            (10, ""),
        ):
            canvas.setFont(MINCHO, size)
            y = column(canvas, [text] if text else wrapped("　" + SENTENCES, 40), y=y) - 14

    document = read(page)
    found = [(document.text[h.start : h.end], h.level) for h in document.headings]
    assert found == [("第１章　考え方", 1), ("１　目的", 2), ("２　期間", 2)]


def table(canvas: Canvas, rows: list[list[list[str]]], xs: list[float], top: float) -> None:
    """Draw a table with ruling lines; a cell is a list of lines."""
    y = top
    canvas.line(xs[0], y, xs[-1], y)
    for row in rows:
        high = 14 * max(len(cell) for cell in row) + 6
        for x, cell in zip(xs, row, strict=False):
            column(canvas, cell, x=x + 3, y=y - 13, step=14)
        for x in xs:
            canvas.line(x, y, x, y - high)
        y -= high
        canvas.line(xs[0], y, xs[-1], y)


def test_ruled_tables_keep_their_cells() -> None:
    def page(canvas: Canvas) -> None:
        column(canvas, ["指標は次のとおりである。"], y=780)
        rows = [[["指標"], ["令和５年度"], ["目標"]], [["点検を終えた公", "園の数"], ["32か所"], ["43か所"]],
                [["満足した人"], ["61.5％"], ["75.0％"]]]  # fmt: skip
        table(canvas, rows, [80, 156, 220, 290], 760)
        column(canvas, ["この表は毎年改める。"], y=640)

    assert lines_of(read(page)) == [
        "指標は次のとおりである。", "| 指標 | 令和５年度 | 目標 |",
        "| 指標：点検を終えた公園の数 | 令和５年度：32か所 | 目標：43か所 |",
        "| 指標：満足した人 | 令和５年度：61.5％ | 目標：75.0％ |", "この表は毎年改める。",
    ]  # fmt: skip


def test_a_table_goes_on_over_the_page() -> None:
    head = [["発言者"], ["発言内容"]]

    def page(*rows: tuple[str, str]) -> Callable[[Canvas], None]:
        cells = [head, *([[who], wrapped(words, 30)] for who, words in rows)]
        return lambda canvas: table(canvas, cells, [80, 160, 480], 760)

    document = read(
        page(("原会長", "説明を願う。"), ("公園課", SENTENCES)),
        page(("森委員", SENTENCES), ("原会長", "終わる。")),
    )
    said = [
        (
            document.text[slice(*held.label)],
            document.text[held.start : held.end],
            document.page(held.start),
        )
        for held in document.speeches
    ]
    assert said == [
        ("原会長", "説明を願う。", 1), ("公園課", SENTENCES, 1), ("森委員", SENTENCES, 2), ("原会長", "終わる。", 2),
    ]  # fmt: skip


def test_a_background_is_no_table() -> None:
    def page(canvas: Canvas) -> None:
        canvas.setFillColorRGB(0.9, 0.9, 1)
        canvas.rect(0, 0, WIDTH, HEIGHT, fill=1, stroke=0)
        canvas.setFillColorRGB(0, 0, 0)
        column(canvas, ["収支の見込み"], y=780)
        table(canvas, [[["項目"], ["金額"]], [["収入"], ["1,450万円"]]], [80, 200, 320], 740)

    assert lines_of(read(page)) == [
        "収支の見込み",
        "| 項目 | 金額 |",
        "| 項目：収入 | 金額：1,450万円 |",
    ]


def test_vertical_writing_is_read_from_right_to_left() -> None:
    text = wrapped(SENTENCES, 25)

    def page(canvas: Canvas) -> None:
        for number, line in enumerate(text):
            for place, letter in enumerate(line):
                canvas.drawString(500 - 20 * number, 760 - 11 * place, letter)

    assert "".join(lines_of(read(page))) == SENTENCES


def picture(canvas: Canvas) -> None:
    canvas.drawImage(ImageReader(Image.new("RGB", (60, 80), "gray")), 0, 0, WIDTH, HEIGHT)


def test_scanned_pages() -> None:
    with pytest.raises(
        UnreadableError, match=r"^a\.pdf: it is scanned.*mend: .*ocrmypdf"
    ) as caught:
        read(picture, picture)
    assert "\n" not in str(caught.value)
    document = read(
        lambda canvas: column(canvas, ["表紙"]), picture, lambda canvas: column(canvas, ["本文"])
    )
    assert lines_of(document) == ["表紙", "本文"]
    assert document.page(document.text.index("本文")) == 3
    assert len(document.notes) == 1
    assert "2" in document.notes[0]


def test_a_locked_file() -> None:
    locked = made(lambda canvas: column(canvas, ["秘密"]), encrypt="password")
    with pytest.raises(UnreadableError, match=r"^a\.pdf: locked by a password; mend: "):
        extract(locked, "a.pdf", Path("a.pdf"))


def test_empty_pages_count() -> None:
    document = read(
        lambda canvas: None, lambda canvas: column(canvas, ["二"]), lambda canvas: None, lambda canvas: column(canvas, ["四"])
    )  # fmt: skip
    assert len(document.pages) == 4
    assert [document.page(document.text.index(letter)) for letter in "二四"] == [2, 4]


def test_broken_files_are_told_in_one_line() -> None:
    data = next(path for path in GOLDEN if "table" in path.name).read_bytes()
    chance = random.Random(7)
    cut = [data[: len(data) * share // 24] for share in range(24)]
    changed = []
    for _ in range(24):
        copy = bytearray(data)
        for _ in range(20):
            copy[chance.randrange(len(copy))] = chance.randrange(256)
        changed.append(bytes(copy))
    for broken in [*cut, *changed]:
        told = complaint(broken)
        assert told is None or (told.startswith("a.pdf: ") and "; mend: " in told)
        assert told is None or "\n" not in told


def complaint(data: bytes) -> str | None:
    try:
        extract(data, "a.pdf", Path("a.pdf"))
    except IngestError as error:
        return str(error)
    return None


def test_letters_outside_the_basic_plane() -> None:
    data = (Path(__file__).parent / "golden" / "pdf-rare-letters.pdf").read_bytes()
    text = extract(data, "a.pdf", Path("a.pdf")).text
    assert "〔𡈽屋委員〕\n𠮷は、土の下に口と書く字を使うのか。" in text
    assert text.encode("utf-8").decode("utf-8") == text


def test_a_page_that_fails_is_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    data = made(*(lambda canvas, n=n: column(canvas, [f"第{n}面"]) for n in "一二三"))
    ask = pdfium.PdfPage.get_textpage
    monkeypatch.setattr(
        pdfium.PdfPage, "get_textpage", lambda page: fail() if page.number == 1 else ask(page)
    )
    numbers = iter((0, 1, 2))
    load = pdfium.PdfDocument.get_page

    def numbered(pdf: pdfium.PdfDocument, index: int) -> pdfium.PdfPage:
        page = load(pdf, index)
        page.number = next(numbers)
        return page

    monkeypatch.setattr(pdfium.PdfDocument, "__getitem__", numbered)
    document = extract(data, "a.pdf", Path("a.pdf"))
    assert lines_of(document) == ["第一面", "第三面"]
    assert document.notes == ("pages that cannot be read: 2",)


def fail() -> None:
    raise pdfium.PdfiumError("broken")


@pytest.mark.parametrize("latin", [True, False])
def test_few_questions_are_put_to_pdfium(latin: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = 0
    ask = raw.FPDFText_GetLooseCharBox

    def counted(*args: object) -> object:
        nonlocal calls
        calls += 1
        return ask(*args)

    def page(canvas: Canvas) -> None:
        if latin:
            canvas.setFont("Times-Roman", 10)
        column(canvas, english(ENGLISH * 8, 85) if latin else wrapped(SENTENCES * 8, 40))

    data = made(page, page)
    monkeypatch.setattr(raw, "FPDFText_GetLooseCharBox", counted)
    document = extract(data, "a.pdf", Path("a.pdf"))
    assert calls < 0.15 * len(document.text)
