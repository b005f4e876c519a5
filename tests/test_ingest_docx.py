"""Word documents with what python-docx loses: numbers, pages, notes, text boxes, tracked changes."""

from __future__ import annotations

import pytest

from ingest.formats.numerals import written
from tests.office_files import lines, read, repacked, word


@pytest.mark.parametrize(
    ("xml", "expected"),
    [
        ("p(一)<w:tbl><w:tr><w:tc>p(中)</w:tc></w:tr></w:tbl>p(二)", ["一", "中", "二"]),
        ("<w:sdt><w:sdtContent>p(中身)</w:sdtContent></w:sdt>", ["中身"]),
        ("<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>p(入力)</w:sdtContent></w:sdt>p(後)", ["後"]),
        ("<w:p>r(可)<w:ins>r(決)</w:ins><w:del><w:r><w:delText>否決</w:delText></w:r></w:del></w:p>", ["可決"]),
        ("<w:p><w:moveFrom>r(旧)</w:moveFrom><w:moveTo>r(新)</w:moveTo></w:p>", ["新"]),
        ("<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>r(前半と)</w:p>p(後半)", ["前半と後半"]),
        ("<w:p><w:hyperlink>r(市の資料)</w:hyperlink></w:p>", ["市の資料"]),
        ("<w:p><w:r><w:ruby><w:rt>r(すみうら)</w:rt><w:rubyBase>r(澄浦)</w:rubyBase></w:ruby></w:r></w:p>", ["澄浦"]),
        (r"<w:p>r(第)<w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText>eq \o\ad(\s\up 9(ふりがな),漢字)</w:instrText></w:r><w:r><w:fldChar w:fldCharType='end'/></w:r></w:p>".replace("(ふりがな)", "&#40;ふりがな&#41;"), ["第漢字"]),
        ("<w:p><w:r><w:t>一</w:t><w:tab/><w:t>二</w:t><w:br/><w:t>三</w:t></w:r></w:p>", ["一\t二", "三"]),
        ("<w:p>r(見える)<w:r><w:rPr><w:vanish/></w:rPr><w:t>隠し</w:t></w:r></w:p>", ["見える"]),
        ("<w:p>r(本文)<w:r><mc:AlternateContent><mc:Choice><w:drawing><wps:txbx><w:txbxContent>p(枠)<w:p><w:r><w:pict><w:txbxContent>p(枠の枠)</w:txbxContent></w:pict></w:r></w:p></w:txbxContent></wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><w:txbxContent>p(枠)</w:txbxContent></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>", ["本文", "枠", "枠の枠"]),
        ("<w:tbl><w:tr><w:trPr><w:del/></w:trPr><w:tc>p(消)</w:tc></w:tr><w:tr><w:tc>p(残)</w:tc></w:tr></w:tbl>", ["残"]),
        ("<w:tbl><w:tr><w:tc>p(外)<w:tbl><w:tr><w:tc>p(内一)</w:tc><w:tc>p(内二)</w:tc></w:tr></w:tbl></w:tc><w:tc>p(隣)</w:tc></w:tr></w:tbl>", ["| 外 内一　内二 | 隣 |"]),
    ],
)  # fmt: skip
def test_what_python_docx_loses(xml: str, expected: list[str]) -> None:
    assert lines(word(xml)) == expected


def test_notes_stand_behind_the_text_in_order_of_their_marks() -> None:
    mark = "<w:r><w:{0}Reference w:id='{1}'/></w:r>"
    body = f"<w:p>r(甲){mark.format('endnote', 2)}r(乙){mark.format('footnote', 7)}</w:p>p(丙)"
    data = word(
        body,
        footnotes="<w:footnote w:id='0' w:type='separator'>p(-)</w:footnote>"
        "<w:footnote w:id='7'><w:p><w:r><w:footnoteRef/></w:r>r(脚注の文)</w:p></w:footnote>",
        endnotes="<w:endnote w:id='2'>p(文末の文)p(続き)</w:endnote>",
    )
    assert lines(data) == ["甲［注1］乙［注2］", "丙", "注1：文末の文", "続き", "注2：脚注の文"]


def test_headings_by_style_and_outline_level() -> None:
    styles = (
        "<w:style w:type='paragraph' w:styleId='a1'><w:name w:val='見出し 2'/></w:style>"
        "<w:style w:type='paragraph' w:styleId='a2'><w:name w:val='章名'/><w:basedOn w:val='a1'/></w:style>"
        "<w:style w:type='paragraph' w:styleId='a3'><w:name w:val='目次の見出し'/><w:basedOn w:val='a1'/>"
        "<w:pPr><w:outlineLvl w:val='9'/></w:pPr></w:style>"
    )
    given = [
        ("表題の行", "<w:pStyle w:val='Title'/>"), ("英語", "<w:pStyle w:val='Heading3'/>"),
        ("日本語", "<w:pStyle w:val='a1'/>"), ("継いだ", "<w:pStyle w:val='a2'/>"),
        ("目次", "<w:pStyle w:val='a3'/>"), ("段", "<w:outlineLvl w:val='3'/>"),
        ("本文", "<w:pStyle w:val='a1'/><w:outlineLvl w:val='9'/>"), ("長い。" * 80, "<w:pStyle w:val='a1'/>"),
    ]  # fmt: skip
    found = read(
        word("".join(f"<w:p><w:pPr>{style}</w:pPr>r({words})</w:p>" for words, style in given),
             styles=styles), "a.docx",
    )  # fmt: skip
    shown = [(found.text[held.start : held.end], held.level) for held in found.headings]
    assert shown == [("表題の行", 1), ("英語", 3), ("日本語", 2), ("継いだ", 2), ("段", 4)]


def _levels(*levels: tuple[str, str, str]) -> str:
    return "<w:abstractNum w:abstractNumId='1'>" + "".join(
        f"<w:lvl w:ilvl='{at}'><w:start w:val='1'/><w:numFmt w:val='{kind}'/>{more}<w:lvlText w:val='{text}'/></w:lvl>"
        for at, (kind, text, more) in enumerate(levels)
    ) + "</w:abstractNum><w:num w:numId='1'><w:abstractNumId w:val='1'/></w:num>"  # fmt: skip


def _item(words: str, level: int, number: int = 1) -> str:
    numbered = f"<w:numPr><w:ilvl w:val='{level}'/><w:numId w:val='{number}'/></w:numPr>"
    return f"<w:p><w:pPr>{numbered}</w:pPr>r({words})</w:p>"


def test_numbers_in_front_of_paragraphs() -> None:
    numbering = _levels(
        ("decimalFullWidth", "第%1章", ""), ("ideographDigital", "第%2節", "<w:suff w:val='nothing'/>"),
        ("decimal", "%1-%2-%3", "<w:isLgl/>"), ("decimalEnclosedCircle", "%4", "<w:lvlRestart w:val='0'/>"),
        ("bullet", "&#xF0B7;", ""),
    ) + (
        "<w:num w:numId='2'><w:abstractNumId w:val='1'/><w:lvlOverride w:ilvl='0'>"
        "<w:startOverride w:val='5'/></w:lvlOverride></w:num>"
    )  # fmt: skip
    items = [
        ("あ", 0),
        ("い", 1),
        ("う", 2),
        ("え", 3),
        ("", 1),
        ("お", 2),
        ("か", 3),
        ("き", 0),
        ("く", 1),
        ("け", 4),
    ]
    body = "".join(_item(*item) for item in items) + _item("五から", 0, 2) + _item("なし", 0, 0)
    assert lines(word(body, numbering=numbering)) == [
        "第１章 あ", "第一節い", "1-1-1 う", "① え", "1-2-1 お", "② か", "第２章 き", "第一節く", "・け",
        "第５章 五から", "なし",
    ]  # fmt: skip


def test_numbers_by_styles() -> None:
    numbering = _levels(
        ("upperRoman", "%1.", "<w:pStyle w:val='n1'/>"), ("aiueoFullWidth", "(%2)", "<w:pStyle w:val='n2'/>")
    ) + (
        "<w:abstractNum w:abstractNumId='8'><w:numStyleLink w:val='list'/></w:abstractNum>"
        "<w:num w:numId='8'><w:abstractNumId w:val='8'/></w:num>"
    )  # fmt: skip
    held = "<w:pPr><w:numPr><w:numId w:val='1'/></w:numPr></w:pPr></w:style>"
    styles = (
        f"<w:style w:type='paragraph' w:styleId='n1'><w:name w:val='N1'/>{held}"
        f"<w:style w:type='paragraph' w:styleId='n2'><w:name w:val='N2'/>{held}"
        f"<w:style w:type='numbering' w:styleId='list'><w:name w:val='L'/>{held}"
        "<w:style w:type='paragraph' w:styleId='n3'><w:name w:val='N3'/><w:basedOn w:val='n2'/></w:style>"
    )
    body = "".join(
        f"<w:p><w:pPr><w:pStyle w:val='{style}'/></w:pPr>r({words})</w:p>"
        for words, style in (("甲", "n1"), ("乙", "n2"), ("丙", "n2"), ("丁", "n1"), ("戊", "n2"))
    )
    found = lines(word(body + _item("己", 0, 8), numbering=numbering, styles=styles))
    assert found == ["I. 甲", "(ア) 乙", "(イ) 丙", "II. 丁", "(ア) 戊", "III. 己"]


@pytest.mark.parametrize(
    ("style", "number", "shown"),
    [
        ("decimalEnclosedCircle", 21, "㉑"), ("decimalEnclosedCircle", 51, "(51)"), ("lowerLetter", 28, "bb"),
        ("japaneseCounting", 21, "二十一"), ("japaneseCounting", 110, "百十"), ("ideographDigital", 10, "一〇"),
        ("irohaFullWidth", 3, "ハ"), ("lowerRoman", 14, "xiv"), ("decimalZero", 7, "07"), ("none", 3, ""),
        ("ideographTraditional", 2, "乙"), ("ideographEnclosedCircle", 2, "㊁"), ("decimalEnclosedParen", 4, "(4)"),
        ("decimal", 0, "0"), ("hebrew1", 4, "4"), ("japaneseLegal", 13, "十参"), ("numberInDash", 2, "- 2 -"),
    ],
)  # fmt: skip
def test_numerals(style: str, number: int, shown: str) -> None:
    assert written(number, style) == shown


def test_pages_are_where_word_left_them() -> None:
    rendered, hard = "<w:r><w:lastRenderedPageBreak/></w:r>", "<w:r><w:br w:type='page'/></w:r>"
    row = f"<w:tr><w:tc><w:p>{rendered}r(行2)</w:p></w:tc><w:tc>p(b)</w:tc></w:tr>"
    body = (
        f"<w:p>r(一の)</w:p><w:p>r(前半、){rendered}r(後半。)</w:p><w:p>r(二){hard}</w:p><w:p>{rendered}r(三)</w:p>"
        f"<w:tbl><w:tr><w:tc>p(行1)</w:tc><w:tc>p(a)</w:tc></w:tr>{row}</w:tbl>"
        "<w:p><w:pPr><w:pageBreakBefore/></w:pPr>r(五)</w:p>"
        f"<w:p><w:pPr><w:outlineLvl w:val='0'/></w:pPr>{rendered}r(章)</w:p>"
    )
    found = read(word(body), "a.docx")
    pages = {words: found.page(found.text.index(words)) for words in
             ("一の", "前半、", "後半。", "二", "三", "行1", "行2", "五", "章")}  # fmt: skip
    assert list(pages.values()) == [1, 1, 2, 2, 3, 3, 4, 5, 6]
    assert "前半、後半。" in found.text
    assert read(word(f"<w:p>r(一)</w:p><w:p>{hard}r(二)</w:p>"), "a.docx").pages == ()


def test_one_table_may_be_a_form_and_speeches() -> None:
    wide = "<w:tcPr><w:gridSpan w:val='2'/></w:tcPr>"
    rows = [("日時", "令和６年５月７日"), ("場所", "白波町役場"), ("発言者", "発言内容"), ("会長", "始める。"),
            ("事務局", "資料を説明した。")]  # fmt: skip
    body = "".join(
        f"<w:tr><w:tc>p({name})</w:tc><w:tc>{wide}p({words})</w:tc></w:tr>" for name, words in rows
    )
    found = read(word(f"<w:tbl>{body}</w:tbl>"), "a.docx")
    assert found.text.startswith("日時：令和６年５月７日\n場所：白波町役場\n")
    shown = [
        (found.text[slice(*held.label)], found.text[held.start : held.end])
        for held in found.speeches
    ]
    assert shown == [("会長", "始める。"), ("事務局", "資料を説明した。")]


def test_merged_cells_and_marked_headings_of_a_word_table() -> None:
    body = (
        "<w:tbl><w:tr><w:trPr><w:tblHeader/></w:trPr><w:tc>p(2023)</w:tc><w:tc>p(2024)</w:tc><w:tc>p(2025)</w:tc></w:tr>"
        "<w:tr><w:tc><w:tcPr><w:vMerge w:val='restart'/></w:tcPr>p(1)</w:tc><w:tc>p(2)</w:tc><w:tc>p(3)</w:tc></w:tr>"
        "<w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p/></w:tc><w:tc><w:tcPr><w:gridSpan w:val='2'/></w:tcPr>p(4)</w:tc></w:tr>"
        "<w:tr><w:trPr><w:gridBefore w:val='2'/></w:trPr><w:tc>p(6)</w:tc></w:tr></w:tbl>"
    )
    assert lines(word(body)) == [
        "| 2023 | 2024 | 2025 |", "| 2023：1 | 2024：2 | 2025：3 |", "| 2023：1 | 2024：4 | 2025：4 |",
        "| 2025：6 |",
    ]  # fmt: skip


def test_a_document_with_macros_is_read() -> None:
    plain = b"wordprocessingml.document.main+xml"
    data = repacked(
        word("p(中身)"),
        lambda _, part: part.replace(
            b"application/vnd.openxmlformats-officedocument." + plain,
            b"application/vnd.ms-word.document.macroEnabled.main+xml",
        ),
    )
    assert lines(data, "a.docm") == ["中身"]
