"""Excel and PowerPoint files with what the libraries lose, and broken files of all three kinds."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from lxml import etree
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from ingest.errors import UnreadableError
from ingest.formats.packed import check_package
from ingest.formats.shown_values import shown_moment, shown_number
from tests.office_files import book, deck, lines, read, repacked, saved, word

BOMB = "<!DOCTYPE x [<!ENTITY a0 'lol'>" + "".join(
    f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 12)
) + "]>"  # fmt: skip


@pytest.mark.parametrize(
    ("value", "style", "shown"),
    [
        (0.563, "0.0%", "56.3%"), (2310, '#,##0"人"', "2,310人"), (3.0, "General", "3"), (0.1 + 0.2, "General", "0.3"),
        (-1.5, '0.0;"△ "0.0', "△ 1.5"), (-1234, "#,##0_);(#,##0)", "(1,234)"), (0, '0;-0;"－"', "－"),
        (1234567, '#,##0,"千円"', "1,235千円"), (0.125, "0.00", "0.13"), (12, '"第"0"回"', "第12回"), (7, "000", "007"),
        (1200, "[$¥-411]#,##0", "¥1,200"), (0.5, "# ?/?", "0.5"), (5, "@", "5"), (-2, "0%", "-200%"),
        (1.5, 'General"人"', "1.5人"), (12, '"別紙"', "別紙"), (float("inf"), "0", "inf"), (-0.2, "0", "0"),
    ],
)  # fmt: skip
def test_numbers_are_shown_by_their_format(value: float, style: str, shown: str) -> None:
    assert shown_number(value, style) == shown


@pytest.mark.parametrize(
    ("value", "style", "shown"),
    [
        (date(2024, 9, 17), 'yyyy"年"m"月"d"日"', "2024年9月17日"), (date(2024, 9, 17), "yyyy/m/d", "2024-09-17"),
        (date(2019, 4, 30), '[$-411]ggge"年"m"月"d"日"', "平成31年4月30日"), (date(2024, 9, 17), "[$-411]ge.m.d", "R6.9.17"),
        (datetime(2024, 9, 17, 13, 5), 'm"月"d"日("aaa")"\\ h"時"mm"分"', "9月17日(火) 13時05分"),
        (datetime(2024, 9, 17, 13, 5), "yyyy-mm-dd h:mm", "2024-09-17 13:05"), (time(9, 30), "h:mm", "9:30"),
        (timedelta(hours=26), "[h]:mm", "26:00"),
    ],
)  # fmt: skip
def test_dates_are_shown_by_their_format(value: Any, style: str, shown: str) -> None:
    assert shown_moment(value, style) == shown


def test_a_form_titles_speeches_and_remarks_on_one_sheet() -> None:
    def fill(sheet: Any) -> None:
        for at, row in {
            3: ("第１回 白波町漁港検討会",), 4: ("日時", date(2024, 9, 17)), 5: ("場所", "漁港会館"),
            6: ("No", "発言者", "発言内容"), 7: (1, "座長", "始める。"), 9: (2, "組合長", "桟橋が古い。\n直すのか。"),
            10: (None, None, "いつか。"), 11: ("※ 敬称は略した。",),
        }.items():  # fmt: skip
            for column, value in enumerate(row, start=4):
                sheet.cell(at, column, value)
        sheet["E4"].number_format = 'yyyy"年"m"月"d"日"'

    found = read(book(fill), "a.xlsx")
    assert found.text.startswith("第１回 白波町漁港検討会\n\n日時：2024年9月17日\n場所：漁港会館\n")
    assert found.text.endswith("※ 敬称は略した。\n")
    assert found.headings == ()
    shown = [
        (found.text[slice(*held.label)], found.text[held.start : held.end])
        for held in found.speeches
    ]
    assert shown == [("座長", "始める。"), ("組合長", "桟橋が古い。\n直すのか。\nいつか。")]


def test_several_tables_of_a_sheet_keep_their_headings() -> None:
    def fill(sheet: Any) -> None:
        rows = [("表１　人口",), ("区分", "年度", "人数"), ("町内", 2023, 1204), (None, 2024, 1180), (),
                ("表２　施設",), ("施設", "割合"), ("学校", 0.25), (), (True, None, "メモ")]  # fmt: skip
        for row in rows:
            sheet.append(row)
        sheet.merge_cells("A3:A4")
        sheet["C3"].number_format, sheet["B8"].number_format = "#,##0", "0.0%"

    assert lines(book(fill, "人口と施設"), "a.xlsx") == [
        "人口と施設", "表１　人口", "| 区分 | 年度 | 人数 |", "| 区分：町内 | 年度：2023 | 人数：1,204 |",
        "| 区分：町内 | 年度：2024 | 人数：1180 |", "表２　施設", "| 施設 | 割合 |", "| 施設：学校 | 割合：25.0% |",
        "TRUE　メモ",
    ]  # fmt: skip


def test_sheets_have_pages_names_and_what_is_hidden_is_left_out() -> None:
    held = openpyxl.Workbook()
    held.active.title = "Sheet1"
    for name in ("Sheet2", "空", "Sheet4", "下書き"):
        held.create_sheet(name)
    for sheet in held.worksheets:
        if sheet.title != "空":
            sheet["A1"], sheet["A2"], sheet["C1"] = f"{sheet.title}の文", "隠れた行", "隠れた列"
            sheet.row_dimensions[2].hidden = True
            sheet.column_dimensions["C"].hidden = True
    held["下書き"].sheet_state = "hidden"
    found = read(saved(held), "a.xlsx")
    assert found.text.split() == [
        "Sheet1",
        "Sheet1の文",
        "Sheet2",
        "Sheet2の文",
        "Sheet4",
        "Sheet4の文",
    ]
    assert [found.page(held.start) for held in found.headings] == [1, 2, 4]
    assert found.notes == (
        "sheet 1 (Sheet1): 2 hidden cells were left out", "sheet 2 (Sheet2): 2 hidden cells were left out",
        "sheet 4 (Sheet4): 2 hidden cells were left out", "hidden sheets were left out: 下書き",
    )  # fmt: skip


def test_formulas_without_a_value_are_noted() -> None:
    def fill(sheet: Any) -> None:
        sheet["A1"], sheet["A2"] = "合計", "=1+2"

    assert read(book(fill), "a.xlsx").notes == (
        "1 formulas have no stored value; open the file, save it, and ingest it again",
    )
    valued = repacked(book(fill), lambda _, part: part.replace(b"<v></v>", b"<v>3</v>"))
    assert (lines(valued, "a.xlsx"), read(valued, "a.xlsx").notes) == (["合計", "3"], ())
    empty = repacked(book(fill), lambda _, part: part.replace(b'<c r="A2">', b'<c r="A2" t="str">'))
    assert (lines(empty, "a.xlsx"), read(empty, "a.xlsx").notes) == (["合計"], ())


def test_far_cells_and_vast_ranges_cost_nothing() -> None:
    def fill(sheet: Any) -> None:
        sheet["A1"], sheet["XFD1048576"] = "近い", "遠い"

    def widen(name: str, part: bytes) -> bytes:
        more = b'</sheetData><mergeCells><mergeCell ref="B2:XFC1048000"/></mergeCells><hyperlinks><hyperlink ref="A1:XFD1048576" location="x"/></hyperlinks>'
        return part.replace(b"</sheetData>", more) if "sheet1" in name else part

    assert lines(repacked(book(fill), widen), "a.xlsx") == ["近い", "遠い"]


def test_dates_by_the_numbers_of_japanese_excel() -> None:
    def fill(sheet: Any) -> None:
        sheet["A1"] = 45552
        sheet["A1"].number_format = "0.000"

    def numbered(name: str, part: bytes) -> bytes:
        return (
            re.sub(rb'numFmtId="164" fontId', b'numFmtId="31" fontId', part)
            if "styles" in name
            else part
        )

    assert lines(repacked(book(fill), numbered), "a.xlsx") == ["2024年9月17日"]


def test_text_boxes_of_a_sheet_and_readings_of_cells() -> None:
    drawing = (
        '<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" '
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><xdr:twoCellAnchor><xdr:sp><xdr:txBody>'
        "<a:p><a:r><a:t>枠の</a:t></a:r><a:r><a:t>文</a:t></a:r></a:p></xdr:txBody></xdr:sp></xdr:twoCellAnchor></xdr:wsDr>"
    )
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/drawing" Target="/xl/drawings/drawing1.xml"/></Relationships>'
    )
    plain = book(lambda sheet: sheet.append(["森_x000D_\n委員"]))
    data = repacked(
        plain,
        lambda _, part: part.replace(b"<si><t>", b"<si><r><t>").replace(
            b"</t></si>", "</t></r><rPh sb='0' eb='1'><t>モリ</t></rPh></si>".encode()
        ),
    )
    with zipfile.ZipFile(held := io.BytesIO(data), "a") as package:
        package.writestr("xl/drawings/drawing1.xml", drawing)
        package.writestr("xl/worksheets/_rels/sheet1.xml.rels", relations)
    assert lines(held.getvalue(), "a.xlsx") == ["森", "委員", "枠の文"]


def _box(shapes: Any, words: str, left: float, top: float) -> Any:
    box = shapes.add_textbox(Inches(left), Inches(top), Inches(1), Inches(0.5))
    box.text_frame.text = words
    return box


def test_shapes_are_read_in_order_and_groups_where_they_stand() -> None:
    def fill(held: Any, slide: Any) -> None:
        _box(slide.shapes, "下", 1, 6)
        _box(slide.shapes, "右上\n二行目", 5, 2.05)
        _box(slide.shapes, "左上", 1, 2.1)
        group = slide.shapes.add_group_shape()
        _box(group.shapes, "群二", 1, 4.5)
        _box(group.shapes, "群一", 1, 4)
        hidden = held.slides.add_slide(held.slide_layouts[5])
        hidden.shapes.title.text = "隠し"
        hidden.element.set("show", "0")
        last = held.slides.add_slide(held.slide_layouts[1])
        last.shapes.title.text, last.placeholders[1].text = "終", "点一\n点二"
        last.placeholders[1].text_frame.paragraphs[1].level = 1
        last.notes_slide.notes_text_frame.text = "話すこと"

    found = read(deck(fill), "a.pptx")
    assert found.text.split() == [
        "題", "左上", "右上", "二行目", "群一", "群二", "下", "終", "点一", "点二", "ノート：話すこと",
    ]  # fmt: skip
    assert found.notes == ("hidden slides were left out: 2",)
    assert [(found.text[h.start : h.end], h.level, found.page(h.start)) for h in found.headings] == [
        ("題", 1, 1), ("終", 1, 3),
    ]  # fmt: skip


def test_tables_of_slides() -> None:
    def fill(_: Any, slide: Any) -> None:
        table = slide.shapes.add_table(3, 3, 0, Inches(2), Inches(5), Inches(2)).table
        for at, words in enumerate(["区分", "2023", "2024", "学校", "18", "17", "", "6", ""]):
            table.cell(at // 3, at % 3).text = words
        table.cell(1, 0).merge(table.cell(2, 0))
        table.cell(2, 1).merge(table.cell(2, 2))
        form = slide.shapes.add_table(2, 2, 0, Inches(5), Inches(5), Inches(1)).table
        for at, words in enumerate(["日時", "5月1日", "場所", "公民館"]):
            form.cell(at // 2, at % 2).text = words

    assert lines(deck(fill), "a.pptx")[1:] == [
        "| 区分 | 2023 | 2024 |", "| 区分：学校 | 2023：18 | 2024：17 |", "| 区分：学校 | 2023：6 | 2024：6 |",
        "日時：5月1日", "場所：公民館",
    ]  # fmt: skip


def test_charts_are_rows() -> None:
    def fill(_: Any, slide: Any) -> None:
        data = CategoryChartData(number_format="#,##0")
        town = data.add_category("町内")
        town.add_sub_category("小")
        town.add_sub_category("中")
        data.add_category("町外").add_sub_category("小")
        data.add_series("令和5年度", (1234567, None, 3))
        chart = slide.shapes.add_chart(
            XL_CHART_TYPE.BAR_CLUSTERED, 0, 0, Inches(4), Inches(3), data
        )
        chart.chart.has_title = True
        chart.chart.chart_title.text_frame.text = "利用者"

    assert lines(deck(fill), "a.pptx")[1:] == [
        "利用者", "| 令和5年度 |", "| 町内　小 | 令和5年度：1,234,567 |", "| 町内　中 |", "| 町外　小 | 令和5年度：3 |",
    ]  # fmt: skip


def test_numbered_bullets_breaks_and_slide_numbers() -> None:
    def fill(_: Any, slide: Any) -> None:
        frame = _box(slide.shapes, "一\n二\x0b続き\n三", 1, 3).text_frame
        for paragraph in frame.paragraphs[:2]:
            etree.SubElement(
                paragraph._p.get_or_add_pPr(),
                "{http://schemas.openxmlformats.org/drawingml/2006/main}buAutoNum",
                type="circleNumDbPlain", startAt="3",
            )  # fmt: skip
        field = '<a:fld xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" id="{0}" type="slidenum"><a:t>9</a:t></a:fld>'
        frame.paragraphs[2]._p.append(etree.fromstring(field))

    assert lines(deck(fill), "a.pptx")[1:] == ["③ 一", "④ 二", "続き", "三"]


def test_smart_art_is_read_in_its_own_order() -> None:
    uri = "http://schemas.openxmlformats.org/drawingml/2006/diagram"
    points = "".join(
        f'<d:pt modelId="{key}" type="{"doc" if key == "0" else "node"}"><d:t><a:p><a:r><a:t>{words}</a:t></a:r></a:p></d:t></d:pt>'
        for key, words in (("0", ""), ("1", "計画"), ("3", "評価"), ("2", "実施"), ("4", "細目"))
    )
    links = "".join(
        f'<d:cxn modelId="{at}" srcId="{above}" destId="{below}" srcOrd="{place}" destOrd="0"/>'
        for at, (above, below, place) in enumerate(
            [(0, 3, 2), (0, 1, 0), (0, 2, 1), (1, 4, 0)], start=9
        )
    )
    spaces = f'xmlns:d="{uri}" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    model = f"<d:dataModel {spaces}><d:ptLst>{points}</d:ptLst><d:cxnLst>{links}</d:cxnLst></d:dataModel>"

    def fill(held: Any, slide: Any) -> None:
        from pptx.opc.package import Part as SlidePart
        from pptx.opc.packuri import PackURI as SlideURI

        name = SlideURI("/ppt/diagrams/data1.xml")
        part = SlidePart(name, "application/xml", held.part.package, model.encode())
        identifier = slide.part.relate_to(
            part, "http://schemas.openxmlformats.org/officeDocument/2006/relationships/diagramData"
        )
        frame = slide.shapes.add_table(1, 1, 0, Inches(3), Inches(1), Inches(1))._element
        data = frame.find(".//{*}graphicData")
        data.set("uri", uri)
        data[:] = [
            etree.fromstring(f'<d:relIds xmlns:d="{uri}" xmlns:r="urn:r" r:dm="{identifier}"/>')
        ]

    assert lines(deck(fill), "a.pptx")[1:] == ["・計画", "・細目", "・実施", "・評価"]


def _samples() -> dict[str, bytes]:
    return {
        "a.docx": word(
            "<w:p><w:pPr><w:pStyle w:val='ListNumber'/></w:pPr>r(項)</w:p><w:tbl><w:tr><w:tc>p(甲)</w:tc></w:tr></w:tbl>"
        ),
        "a.xlsx": book(lambda sheet: sheet.append(["発言者", "発言内容"])),
        "a.pptx": deck(lambda _, slide: _box(slide.shapes, "文", 1, 2)),
    }


@pytest.mark.parametrize("name", ["a.docx", "a.xlsx", "a.pptx"])
def test_broken_bytes_are_refused_or_read_and_never_crash(name: str) -> None:
    data = _samples()[name]
    parts = zipfile.ZipFile(io.BytesIO(data)).namelist()
    broken = [data[: len(data) * at // 8] for at in range(8)]
    for at in range(0, len(data), len(data) // 12):
        broken.append(data[:at] + bytes([data[at] ^ 0x5A]) + data[at + 1 :])
    for chosen in parts:
        broken.append(
            repacked(
                data,
                lambda part, held, wanted=chosen: (
                    held[: len(held) // 2] if part == wanted else held
                ),
            )
        )
    for held in broken:
        text, error = _outcome(held, name)
        assert text.strip() or ("; mend: " in error and "\n" not in error)


def _outcome(data: bytes, name: str) -> tuple[str, str]:
    """(text, message) of a file: one of them is empty. Anything but a refusal is raised."""
    try:
        return read(data, name).text, ""
    except UnreadableError as error:
        return "", str(error)


@pytest.mark.parametrize("name", ["a.docx", "a.xlsx", "a.pptx"])
@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "locked by a password, or of an older format"),
        (b"%PDF-1.7", "not what its ending says"), (b"", "not what its ending says"),
    ],
)  # fmt: skip
def test_other_formats_are_named(name: str, data: bytes, why: str) -> None:
    with pytest.raises(UnreadableError, match=f"{name}: .*{why}.*; mend: "):
        read(data, name)


def test_what_unpacks_to_too_much_is_refused() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/document.xml", bytes(2_000_000))
    check_package(target.getvalue(), Path("a.docx"), 2_000_000)
    with pytest.raises(UnreadableError, match="too much; mend: "):
        check_package(target.getvalue(), Path("a.docx"), 1_999_999)


def test_too_many_parts_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.formats.packed.MAX_PARTS", 3)
    with pytest.raises(UnreadableError, match="too much; mend: "):
        check_package(_samples()["a.docx"], Path("a.docx"))


@pytest.mark.parametrize(
    ("name", "part", "words"),
    [("a.docx", "word/document.xml", "甲"), ("a.xlsx", "xl/sharedStrings.xml", "発言内容"), ("a.xlsx", "xl/worksheets/sheet1.xml", "<v>1"),
     ("a.pptx", "ppt/slides/slide1.xml", "文")],
)  # fmt: skip
def test_entities_do_not_expand(name: str, part: str, words: str) -> None:
    def bombed(held: str, xml: bytes) -> bytes:
        if held != part:
            return xml
        text = re.sub(r"^<\?xml.*?\?>\s*", "", xml.decode())
        return (BOMB + text.replace(words, words + "&a11;", 1)).encode()

    text, error = _outcome(repacked(_samples()[name], bombed), name)
    assert len(text) < 1000
    assert bool(text) != ("; mend: " in error)
