"""Makes the golden documents that are no text files, with the tools that offices use.

Run it from the repository (``python -m tests.make_golden``) where LibreOffice and the IPA fonts are
installed; what it makes is committed, so that the tests need neither. Every place and person in them
is invented.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import docx
import openpyxl
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from lxml import etree
from pptx import Presentation
from pptx.util import Inches

GOLDEN = Path(__file__).parent / "golden"

LONG = (
    "この件については、市民の皆様から多くのご意見をいただいており、特に高齢の方の移動手段の確保が課題となっている"
    "と認識している。関係する部署と連携しながら、令和７年度までに具体的な方策をまとめていきたいと考えている。"
)
LONG_ENGLISH = (
    "The committee has received a considerable number of letters about the timetable, and most of "
    "them ask for a later departure in the evening. We have discussed this with the operator, who "
    "is prepared to run one additional departure on weekdays from the beginning of next year."
)


def main() -> None:
    """Make all of them, or those whose names are given."""
    makers = {
        "pdf-running-heads": _pdf_running_heads, "pdf-two-columns": _pdf_two_columns,
        "pdf-table": _pdf_table, "pdf-hanging": _pdf_hanging, "pdf-english": _pdf_english,
        "pdf-plan": _pdf_plan, "docx-paragraphs": _docx_paragraphs, "docx-table": _docx_table,
        "docx-table-bare": _docx_table_bare, "docx-plan": _docx_plan, "docx-changes": _docx_changes,
        "xlsx-minutes": _xlsx_minutes, "xlsx-indicators": _xlsx_indicators, "pptx-handout": _pptx_handout,
        "docx-libreoffice": _docx_by_libreoffice,
    }  # fmt: skip
    for name in sys.argv[1:] or makers:
        makers[name]()
        print(name)


def _page(columns: int = 1, size: float = 10.5, font: str = "IPAMincho") -> Any:
    document = docx.Document()
    style = document.styles["Normal"]
    style.font.name, style.font.size = font, Pt(size)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), font)
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    for margin in ("left_margin", "right_margin", "top_margin", "bottom_margin"):
        setattr(section, margin, Mm(25))
    if columns > 1:
        cols = section._sectPr.find(qn("w:cols"))
        cols.set(qn("w:num"), str(columns))
        cols.set(qn("w:space"), "420")
        cols.set(qn("w:sep"), "1")
    return document


def _running(document: Any, head: str) -> None:
    section = document.sections[0]
    section.header.paragraphs[0].text = head
    foot = section.footer.paragraphs[0]
    foot.alignment = 1
    foot.add_run("- ")
    run = foot.add_run()
    for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = text
        run._r.append(element)
    foot.add_run(" -")


def _as_pdf(document: Any, name: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, f"{name}.docx")
        document.save(str(source))
        _convert(source, "pdf", GOLDEN)


def _convert(source: Path, to: str, folder: Path) -> None:
    subprocess.run(
        ["soffice", "--headless", "--convert-to", to, "--outdir", str(folder), str(source)],
        check=True,
        capture_output=True,
    )


def _pdf_running_heads() -> None:
    document = _page()
    _running(document, "青浜市環境審議会（令和６年度第２回）")
    for line in (
        "令和６年度 第２回 青浜市環境審議会 会議録", "１　日時　令和６年１０月３日（木）午後２時～午後４時",
        "２　場所　青浜市役所　第１会議室", "３　出席委員　原聡子、森紀子、森田操、五十嵐誠",
        "４　議題", "（１）ごみの減量について", "（２）その他", "５　議事録", "（１）ごみの減量について",
    ):  # fmt: skip
        document.add_paragraph(line)
    for number in range(10):
        member = ("森委員", "森田委員", "五十嵐委員")[number % 3]
        document.add_paragraph(f"〔{member}〕")
        document.add_paragraph(
            "　" + LONG * (1 + number % 3) + f"{number + 1}番目の目標はいくらか。"
        )
        document.add_paragraph("〔環境課長〕")
        document.add_paragraph("　" + LONG + f"目標は{number + 1}0件である。")
    document.add_paragraph("（２）その他")
    document.add_paragraph("〔原委員〕")
    document.add_paragraph("　次回の日程を決めたい。")
    _as_pdf(document, "pdf-running-heads")


def _pdf_two_columns() -> None:
    document = _page(columns=2, size=9.5)
    _running(document, "澄浦市議会だより　第４２号")
    document.add_paragraph("澄浦市議会　建設水道委員会記録")
    for number in range(24):
        label = ("○田中委員長", "◆佐藤委員", "◎都市計画課長")[number % 3]
        document.add_paragraph(f"{label}　{LONG}（{number + 1}）")
    _as_pdf(document, "pdf-two-columns")


def _pdf_table() -> None:
    document = _page()
    _running(document, "第１回　白波町公園検討会")
    document.add_paragraph("第１回 白波町公園検討会 議事録")
    document.add_paragraph("日時：令和５年１１月８日（水）")
    table = document.add_table(rows=0, cols=2)
    table.style = "Table Grid"
    for number in range(17):
        cells = table.add_row().cells
        speaker = ("座長", "鈴木委員", "事務局")[number % 3]
        words = f"{LONG}（{number}）"
        cells[0].text, cells[1].text = (speaker, words) if number else ("発言者", "発言内容")
    for row in table.rows:
        row.cells[0].width, row.cells[1].width = Mm(30), Mm(130)
    _as_pdf(document, "pdf-table")


def _pdf_hanging() -> None:
    document = _page()
    document.add_paragraph("若葉ヶ丘市史跡保存協議会　会議録")
    document.add_paragraph("日時　平成３０年７月１９日（木）")
    document.add_paragraph("出席者　会長　今村和夫、委員　森紀子、委員　原健")
    for number, label in enumerate(
        ["会　長", "事務局", "森委員", "事務局", "原委員", "事務局", "会　長"]
    ):
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.left_indent = Mm(32)
        paragraph.paragraph_format.first_line_indent = Mm(-32)
        paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(32))
        paragraph.add_run(f"{label}\t{LONG}（{number + 1}）である。")
    _as_pdf(document, "pdf-hanging")


def _pdf_english() -> None:
    document = _page(font="Liberation Serif", size=11)
    _running(document, "Rowan Ferry Committee")
    document.add_heading("Minutes of the Rowan Ferry Committee", 1)
    for line in ("Date: 6 November 2024", "Place: Town Hall",
                 "Members present: Ann Hollis (Chair), Bo Tanner, Maria Sands"):  # fmt: skip
        document.add_paragraph(line)
    document.add_heading("1. Evening timetable", 2)
    speakers = ["CHAIR HOLLIS", "MR. TANNER", "MS. SANDS"]
    for number in range(9):
        document.add_paragraph(
            f"{speakers[number % 3]}: {LONG_ENGLISH} That is point {number + 1}."
        )
    _as_pdf(document, "pdf-english")


def _pdf_plan() -> None:
    document = _page()
    _running(document, "白波町水道ビジョン")
    document.add_heading("白波町水道ビジョン", 0)
    document.add_paragraph("令和６年３月")
    document.add_paragraph("白波町")
    for chapter, title in enumerate(["策定の趣旨", "現状と課題", "取組"], start=1):
        document.add_heading(f"第{chapter}章　{title}", 1)
        document.add_heading(f"{chapter}-1　考え方", 2)
        document.add_paragraph("　" + LONG * 3)
        document.add_heading(f"{chapter}-2　進め方", 2)
        document.add_paragraph("　" + LONG * 2)
    document.add_heading("第4章　指標", 1)
    table = document.add_table(rows=0, cols=3)
    table.style = "Table Grid"
    for row in (("指標", "令和４年度", "令和１０年度"), ("管路の更新率", "0.6%", "1.0%"),
                ("基幹管路の耐震適合率", "38.2%", "55.0%"), ("有収率", "86.1%", "90.0%")):  # fmt: skip
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    _as_pdf(document, "pdf-plan")


def _docx_paragraphs() -> None:
    document = docx.Document()
    document.add_heading("令和６年度 第１回 青浜市総合教育会議 議事録", 0)
    for line in ("日　時：令和６年８月２２日（木）午前１０時", "場　所：青浜市役所　特別会議室",
                 "出席者：市長　大河原潤、教育長　真鍋一、委員　堀内久美、委員　塩田正"):  # fmt: skip
        document.add_paragraph(line)
    document.add_heading("議題１　不登校の児童生徒への支援について", 1)
    for label, words in (
        ("市長", "本日はよろしくお願いする。教育長から説明を。"),
        ("教育長", "【資料１】に基づき説明"),
        ("堀内委員", "校内の居場所は、何校にあるか。\n支援員は足りているか。"),
        ("教育長", "中学校５校のうち４校にある。\n支援員は２名が不足している。"),
    ):
        document.add_paragraph(f"〔{label}〕").runs[0].bold = True
        for line in words.split("\n"):
            document.add_paragraph(line)
    document.add_heading("議題２　部活動の地域展開について", 1)
    for label, words in (
        ("塩田委員", "指導者の謝礼はいくらか。"),
        ("教育長", "１時間１，６００円を考えている。"),
        ("市長", "以上で終わる。"),
    ):
        document.add_paragraph(f"〔{label}〕").runs[0].bold = True
        document.add_paragraph(words)
    document.save(str(GOLDEN / "docx-paragraphs.docx"))


def _fill(table: Any, rows: list[tuple[str, ...]]) -> None:
    for at, row in enumerate(rows):
        for cell, text in zip(table.rows[at].cells, row, strict=True):
            cell.text = text


def _docx_table() -> None:
    document = docx.Document()
    document.add_paragraph("令和５年度 第２回 白波町男女共同参画懇話会 会議録")
    form = document.add_table(rows=4, cols=2)
    _fill(form, [("日時", "令和６年２月１３日（火）１３：３０～"), ("場所", "白波町民センター"),
                 ("出席者", "会長　若林泉、委員　中根誠司、委員　桑原まり"), ("議題", "（１）計画の素案について")])  # fmt: skip
    document.add_paragraph()
    table = document.add_table(rows=9, cols=2)
    table.style = "Table Grid"
    _fill(table, [
        ("発言者", "発言内容"), ("（１）計画の素案について", "（１）計画の素案について"),
        ("若林会長", "素案について説明をお願いしたい。"), ("事務局", "資料１の第２章を説明した。"),
        ("中根委員", "数値目標が低いのではないか。\n県の目標は４０％である。"), ("", "また、公表の方法は。"),
        ("事務局", "目標は３５％としているが、再度検討する。\n公表は町のホームページで行う。"),
        ("桑原委員", "防災の会議に女性を増やしてほしい。"), ("若林会長", "以上で終わる。"),
    ])  # fmt: skip
    table.cell(1, 0).merge(table.cell(1, 1)).text = "（１）計画の素案について"
    table.cell(4, 0).merge(table.cell(5, 0)).text = "中根委員"
    document.save(str(GOLDEN / "docx-table.docx"))


def _docx_table_bare() -> None:
    document = docx.Document()
    document.add_paragraph("澄浦市子ども読書活動推進会議　議事要旨（平成２８年１２月１日開催）")
    table = document.add_table(rows=6, cols=2)
    _fill(table, [
        ("座長", "本日は二つの議題がある。始めに読み聞かせについて意見を伺う。"),
        ("委員Ａ", "学校の図書室は、昼休みに開いているのか。"), ("事務局", "すべての小学校で開いている。"),
        ("委員Ｂ", "司書の配置は何校か。"), ("事務局", "１１校である。"), ("座長", "次回は３月に開く。"),
    ])  # fmt: skip
    document.save(str(GOLDEN / "docx-table-bare.docx"))


def _numbered(document: Any, formats: list[tuple[str, str]]) -> str:
    """A list with one level for each (format, text) of ``formats``; its numId."""
    numbering = document.part.numbering_part.element
    abstract = OxmlElement("w:abstractNum")
    abstract.set(qn("w:abstractNumId"), "77")
    for level, (kind, text) in enumerate(formats):
        element = OxmlElement("w:lvl")
        element.set(qn("w:ilvl"), str(level))
        for tag, value in (("w:start", "1"), ("w:numFmt", kind), ("w:lvlText", text)):
            child = OxmlElement(tag)
            child.set(qn("w:val"), value)
            element.append(child)
        abstract.append(element)
    numbering.insert(0, abstract)
    number = OxmlElement("w:num")
    number.set(qn("w:numId"), "77")
    linked = OxmlElement("w:abstractNumId")
    linked.set(qn("w:val"), "77")
    number.append(linked)
    numbering.append(number)
    return "77"


def _in_list(paragraph: Any, number: str, level: int) -> None:
    properties = paragraph._p.get_or_add_pPr()
    held = OxmlElement("w:numPr")
    for tag, value in (("w:ilvl", str(level)), ("w:numId", number)):
        child = OxmlElement(tag)
        child.set(qn("w:val"), value)
        held.append(child)
    properties.append(held)


def _docx_plan() -> None:
    document = docx.Document()
    document.add_paragraph("若葉ヶ丘市観光振興計画")
    document.add_paragraph("令和７年３月")
    document.add_paragraph("若葉ヶ丘市")
    number = _numbered(
        document, [("decimalFullWidth", "第%1章"), ("decimal", "第%2節"), ("decimal", "(%3)")]
    )
    for title, level in (("計画の目的", 0), ("背景", 1), ("取組", 0), ("受け入れ", 1), ("案内板", 2),
                         ("宿泊", 2), ("発信", 1)):  # fmt: skip
        heading = document.add_heading(title, level + 1)
        _in_list(heading, number, level)
        document.add_paragraph(f"{title}について述べる。{LONG}")
    table = document.add_table(rows=3, cols=4)
    _fill(table, [("区分", "指標", "現状", "目標"), ("来訪", "観光客の数", "18万人", "25万人"),
                  ("来訪", "宿泊した人の数", "2.1万人", "4万人")])  # fmt: skip
    table.cell(1, 0).merge(table.cell(2, 0)).text = "来訪"
    document.save(str(GOLDEN / "docx-plan.docx"))


def _docx_changes() -> None:
    """Tracked changes, a content control, a footnote mark's text box: what python-docx leaves out."""
    document = docx.Document()
    document.add_paragraph("青浜市農業委員会総会　議事録")
    document.add_paragraph("日時：令和３年９月６日")
    document.add_paragraph("【議長】")
    body = document.element.body
    for xml in (
        "<w:p {w}><w:r><w:t>許可することに</w:t></w:r><w:del w:id='1' w:author='a'><w:r><w:delText>反対</w:delText>"
        "</w:r></w:del><w:ins w:id='2' w:author='a'><w:r><w:t>異議</w:t></w:r></w:ins><w:r><w:t>はないか。</w:t></w:r></w:p>",
        "<w:sdt {w}><w:sdtContent><w:p><w:r><w:t>【</w:t></w:r><w:r><w:t>荒井委員】</w:t></w:r></w:p><w:p><w:r>"
        "<w:t>水路の</w:t></w:r><w:r><w:ruby><w:rt><w:r><w:t>ふ</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>付</w:t></w:r>"
        "</w:rubyBase></w:ruby></w:r><w:r><w:t>け替えは</w:t><w:tab/><w:t>済んだのか。</w:t></w:r></w:p></w:sdtContent></w:sdt>",
        "<w:p {w}><w:r><w:t>【事務局長】</w:t></w:r></w:p>",
        "<w:p {w}><w:r><w:t>昨年度に済んだ。</w:t></w:r></w:p>",
    ):
        element = etree.fromstring(xml.replace("{w}", f'xmlns:w="{body.nsmap["w"]}"'))
        body.insert(len(body) - 1, element)
    document.save(str(GOLDEN / "docx-changes.docx"))


def _docx_by_libreoffice() -> None:
    page = """<html><head><meta charset="utf-8"><title>会議録</title></head><body>
<h1>第８回 澄浦市斎場整備検討委員会 会議録</h1>
<p>日時：令和４年１月１４日（金）<br>場所：澄浦市役所　大会議室</p>
<table border="1"><tr><td>発言者</td><td>内容</td></tr>
<tr><td>土井委員長</td><td>候補地の比較について説明を願う。</td></tr>
<tr><td>生活環境課</td><td>三つの候補地を八つの項目で比べた。</td></tr>
<tr><td>奥村委員</td><td>アクセス道路の費用は、どの候補地が安いのか。</td></tr>
<tr><td>生活環境課</td><td>Ｂ案が最も安く、３億円である。</td></tr></table>
<h2>その他</h2><p>次回は３月に開く。</p></body></html>"""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "docx-libreoffice.html")
        source.write_text(page, encoding="utf-8")
        _convert(source, "odt:writerweb8_writer", Path(folder))
        _convert(Path(folder, "docx-libreoffice.odt"), "docx", GOLDEN)


def _xlsx_minutes() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["A1"] = "第３回 若葉ヶ丘市行政評価委員会 会議記録"
    for at, (name, value) in enumerate(
        [("日時", date(2024, 11, 6)), ("場所", "市役所３０２会議室"), ("出席者", "委員長　岩崎恵子、委員　千葉亮")],
        start=2,
    ):  # fmt: skip
        sheet.cell(at, 1, name)
        sheet.cell(at, 2, value)
    sheet["B2"].number_format = 'yyyy"年"m"月"d"日"'
    rows = [
        ("No.", "発言者", "発言内容"), (1, "岩崎委員長", "事業の評価に入る。説明をお願いする。"),
        (2, "財政課", "事業シート１２番を説明した。"), (3, "千葉委員", "利用者が減った理由は何か。"),
        (None, None, "また、今後の見込みは。"), (4, "財政課", "施設の工事で２か月休んだためである。\n来年度は戻る。"),
    ]  # fmt: skip
    for at, row in enumerate(rows, start=7):
        for column, value in enumerate(row, start=1):
            sheet.cell(at, column, value)
    sheet.merge_cells("A1:C1")
    book.save(GOLDEN / "xlsx-minutes.xlsx")


def _xlsx_indicators() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "成果指標"
    sheet["B2"] = "総合計画 成果指標一覧（令和５年度）"
    rows = [
        ("分野", "指標", "基準値", "実績", "目標"), ("子育て", "待機児童の数", 34, 12, 0),
        (None, "満足と答えた割合", 0.521, 0.563, 0.6), ("防災", "訓練に参加した人", 1204, 2310, 3000),
    ]  # fmt: skip
    for at, row in enumerate(rows, start=4):
        for column, value in enumerate(row, start=2):
            cell = sheet.cell(at, column, value)
            if isinstance(value, float):
                cell.number_format = "0.0%"
            elif isinstance(value, int) and value > 999:
                cell.number_format = "#,##0"
    sheet.merge_cells("B5:B6")
    second = book.create_sheet("担当課")
    for row in (
        ("分野", "担当課", "電話"),
        ("子育て", "保育課", "内線２１１"),
        ("防災", "危機管理課", "内線３０５"),
    ):
        second.append(row)
    book.create_sheet("作業用").sheet_state = "hidden"
    book["作業用"]["A1"] = "下書き"
    book.save(GOLDEN / "xlsx-indicators.xlsx")


def _pptx_handout() -> None:
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[0])
    slide.shapes.title.text = "公共施設再編の進め方"
    slide.placeholders[1].text = "資料２\n澄浦市資産活用課"
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    slide.shapes.title.text = "現状"
    slide.placeholders[1].text = "施設の数は182\n半分が築40年を超える"
    table = slide.shapes.add_table(3, 3, Inches(1), Inches(4), Inches(8), Inches(2)).table
    for at, row in enumerate(
        [("種類", "数", "平均の築年数"), ("学校", "18", "41年"), ("集会所", "64", "38年")]
    ):
        for column, text in enumerate(row):
            table.cell(at, column).text = text
    slide.notes_slide.notes_text_frame.text = "ここで質問を受ける。"
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.shapes.title.text = "今後の予定"
    for left, text in ((5, "② 令和８年度に計画を決める"), (1, "① 令和７年度に意見を聞く")):
        box = slide.shapes.add_textbox(Inches(left), Inches(2), Inches(3), Inches(1))
        box.text_frame.text = text
    deck.save(str(GOLDEN / "pptx-handout.pptx"))


if __name__ == "__main__":
    main()
