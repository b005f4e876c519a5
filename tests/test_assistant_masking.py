"""What is masked before a text leaves, what is not, and that it all comes back.

All data is invented: numbers of exchanges that do not exist, example domains, and check digits
computed here over digits that were made up.
"""

from __future__ import annotations

import logging
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.masking import Kind, Mask
from assistant.masking.numbers import check_digit, luhn

REPOSITORY = Path(__file__).resolve().parents[1]


def my_number(eleven: str) -> str:
    """An individual number of these eleven digits."""
    return eleven + str(check_digit(eleven))


def card(digits: str) -> str:
    """A card of these digits and one more."""
    return next(digits + last for last in "0123456789" if luhn(digits + last))


NUMBER = my_number("12345678901")
VISA = card("400000000000123")
AMEX = card("37000000000012")
WRONG = NUMBER[:11] + str((int(NUMBER[11]) + 1) % 10)


def grouped(digits: str, gap: str, *sizes: int) -> str:
    parts, at = [], 0
    for size in sizes:
        parts.append(digits[at : at + size])
        at += size
    return gap.join(parts)


def wide(text: str) -> str:
    """The text in full-width characters."""
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


MASKED: list[tuple[Kind, str, str]] = [
    # kind, text, what of it is masked
    (Kind.MY_NUMBER, f"番号は{NUMBER}です", NUMBER),
    (Kind.MY_NUMBER, f"番号は{grouped(NUMBER, '-', 4, 4, 4)}です", grouped(NUMBER, "-", 4, 4, 4)),
    (Kind.MY_NUMBER, f"({grouped(NUMBER, ' ', 4, 4, 4)})", grouped(NUMBER, " ", 4, 4, 4)),
    (Kind.MY_NUMBER, f"番号：{wide(NUMBER)}。", wide(NUMBER)),
    (Kind.MY_NUMBER, f"My Number: {NUMBER}.", NUMBER),
    (Kind.MY_NUMBER, f"マイナンバーは{WRONG}、", WRONG),
    (Kind.MY_NUMBER, f"個人番号：{grouped(WRONG, '－', 4, 4, 4)}", grouped(WRONG, "－", 4, 4, 4)),
    (Kind.CARD, f"カードは{VISA}で", VISA),
    (Kind.CARD, f"カード {grouped(VISA, ' ', 4, 4, 4, 4)} です", grouped(VISA, " ", 4, 4, 4, 4)),
    (Kind.CARD, f"card {grouped(VISA, '-', 4, 4, 4, 4)}.", grouped(VISA, "-", 4, 4, 4, 4)),
    (Kind.CARD, grouped(AMEX, " ", 4, 6, 5), grouped(AMEX, " ", 4, 6, 5)),
    (Kind.CARD, wide(grouped(VISA, "-", 4, 4, 4, 4)), wide(grouped(VISA, "-", 4, 4, 4, 4))),
    (Kind.CARD, card("510000000000123"), card("510000000000123")),
    (Kind.CARD, card("621000000000000123"), card("621000000000000123")),
    (Kind.TELEPHONE, "電話は03-0000-1234です。", "03-0000-1234"),
    (Kind.TELEPHONE, "ＴＥＬ０３－００００－１２３４", "０３－００００－１２３４"),
    (Kind.TELEPHONE, "TEL:096(000)1234", "096(000)1234"),
    (Kind.TELEPHONE, "（０９６）０００－１２３４まで", "（０９６）０００－１２３４"),
    (Kind.TELEPHONE, "直通 096－000－1234", "096－000－1234"),
    (Kind.TELEPHONE, "03ー0000ー1234", "03ー0000ー1234"),
    (Kind.TELEPHONE, "03‑0000‑1234", "03‑0000‑1234"),
    (Kind.TELEPHONE, "03–0000–1234", "03–0000–1234"),
    (Kind.TELEPHONE, "03−0000−1234", "03−0000−1234"),
    (Kind.TELEPHONE, "03‐0000‐1234", "03‐0000‐1234"),
    (Kind.TELEPHONE, "03 0000 1234", "03 0000 1234"),
    (Kind.TELEPHONE, "0300001234に掛ける", "0300001234"),
    (Kind.TELEPHONE, "0964-00-1234", "0964-00-1234"),
    (Kind.TELEPHONE, "携帯は090-0000-1234", "090-0000-1234"),
    (Kind.TELEPHONE, "携帯は09000001234", "09000001234"),
    (Kind.TELEPHONE, "080 0000 1234", "080 0000 1234"),
    (Kind.TELEPHONE, "050-0000-1234", "050-0000-1234"),
    (Kind.TELEPHONE, "フリーダイヤル0120-000-123", "0120-000-123"),
    (Kind.TELEPHONE, "0120-00-0123", "0120-00-0123"),
    (Kind.TELEPHONE, "0120000123", "0120000123"),
    (Kind.TELEPHONE, "0800-000-1234", "0800-000-1234"),
    (Kind.TELEPHONE, "+81-3-0000-1234", "+81-3-0000-1234"),
    (Kind.TELEPHONE, "電話＋81 90 0000 1234", "＋81 90 0000 1234"),
    (Kind.TELEPHONE, "+81 (0)96 000 1234", "+81 (0)96 000 1234"),
    (Kind.TELEPHONE, "+44 20 7946 0000", "+44 20 7946 0000"),
    (Kind.TELEPHONE, "+1 (555) 010-1234", "+1 (555) 010-1234"),
    (Kind.TELEPHONE, "(555) 010-1234", "(555) 010-1234"),
    (Kind.TELEPHONE, "call 555-010-1234 now", "555-010-1234"),
    (Kind.TELEPHONE, "020 7946 0000", "020 7946 0000"),
    (Kind.TELEPHONE, "01632 960001", "01632 960001"),
    (Kind.TELEPHONE, "07700 900123", "07700 900123"),
    (Kind.TELEPHONE, "phone 555-0100", "555-0100"),
    (Kind.TELEPHONE, "電話番号：000-1234", "000-1234"),
    (Kind.TELEPHONE, "内線1234", "1234"),
    (Kind.TELEPHONE, "（内線：５６７８）", "５６７８"),
    (Kind.TELEPHONE, "ext. 567", "567"),
    (Kind.MAIL, "taro@example.jpまで", "taro@example.jp"),
    (Kind.MAIL, "宛先はt.yamada+minutes@mail.example.co.jp。", "t.yamada+minutes@mail.example.co.jp"),
    (Kind.MAIL, "ｔａｒｏ＠ｅｘａｍｐｌｅ．ｊｐ", "ｔａｒｏ＠ｅｘａｍｐｌｅ．ｊｐ"),
    (Kind.MAIL, "taro＠example.jp", "taro＠example.jp"),
    (Kind.MAIL, "<mailto:taro@example.jp|taro>", "taro@example.jp"),
    (Kind.MAIL, "taro [at] example.jp", "taro [at] example.jp"),
    (Kind.ADDRESS, "住所は架空市中央区仮町1番1号です", "架空市中央区仮町1番1号"),
    (Kind.ADDRESS, "架空市中央区仮町１－１", "架空市中央区仮町１－１"),
    (Kind.ADDRESS, "〒000-0001 熊本県架空市仮町1-1-1", "〒000-0001 熊本県架空市仮町1-1-1"),
    (Kind.ADDRESS, "〒０００－０００１　架空市仮町２丁目", "〒０００－０００１　架空市仮町２丁目"),
    (Kind.ADDRESS, "000-0001 架空市仮町12番地", "000-0001 架空市仮町12番地"),
    (Kind.ADDRESS, "〒000-0001", "〒000-0001"),
    (Kind.ADDRESS, "仮町1-1-1に住む", "仮町1-1-1"),
    (Kind.ADDRESS, "仮町三丁目2番5号", "仮町三丁目2番5号"),
    (Kind.ADDRESS, "仮町三丁目二番五号", "仮町三丁目二番五号"),
    (Kind.ADDRESS, "仮町3丁目2-5", "仮町3丁目2-5"),
    (Kind.ADDRESS, "仮郡空村大字無12番地の3", "仮郡空村大字無12番地の3"),
    (Kind.ADDRESS, "架空市北区の事務所、架空市北区仮が丘5-6-7へ", "架空市北区仮が丘5-6-7"),
    (Kind.ADDRESS, "架空市中央区仮町三丁目", "架空市中央区仮町三丁目"),
    (Kind.ADDRESS, "架空市仮町1-2-3 空ハイツ203号室", "架空市仮町1-2-3 空ハイツ203号室"),
    (Kind.ADDRESS, "架空市仮町1番2号仮ビル3階", "架空市仮町1番2号仮ビル3階"),
    (Kind.ADDRESS, "東京都架空区丸の内9-9-9", "東京都架空区丸の内9-9-9"),
    (Kind.ADDRESS, "会場：熊本県 架空市 仮町 1-1", "熊本県 架空市 仮町 1-1"),
    (Kind.ADDRESS, "架空市北区北1条西2丁目3番地", "架空市北区北1条西2丁目3番地"),
    (Kind.ADDRESS, "架空市仮区仮通空上る無町488番地", "架空市仮区仮通空上る無町488番地"),
    (Kind.ADDRESS, "仮日7丁目1-2の", "仮日7丁目1-2"),
    (Kind.ADDRESS, "at 12 High Street", "12 High Street"),
    (Kind.ADDRESS, "221B Baker Street, London", "221B Baker Street, London"),
    (Kind.ADDRESS, "lives at 5 St John's Rd", "5 St John's Rd"),
    (Kind.ADDRESS, "9 Nowhere Lane, Springfield, ZZ 00000", "9 Nowhere Lane, Springfield, ZZ 00000"),
    (Kind.ADDRESS, "PO Box 123", "PO Box 123"),
    (Kind.ADDRESS, "P.O. Box 45", "P.O. Box 45"),
    (Kind.ADDRESS, "1-1 Kari-machi, Chuo-ku, Kakuu", "1-1 Kari-machi, Chuo-ku, Kakuu"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "text", "value"), MASKED, ids=[text for _, text, _ in MASKED])
def test_personal_data_is_masked_and_comes_back_as_written(
    kind: Kind, text: str, value: str
) -> None:
    mask = Mask()
    masked = mask.mask(text)
    assert masked == text.replace(value, f"[[{kind.upper()}-1]]")
    assert mask.restore(masked) == text
    assert mask.counts == {kind: 1}


@pytest.mark.parametrize(
    "text",
    [
        WRONG,
        f"{NUMBER}円",
        f"{NUMBER} 円",
        f"人口は{NUMBER}人",
        f"{NUMBER}株",
        f"{NUMBER}kg",
        f"{NUMBER}％",
        f"¥{NUMBER}",
        "123,456,789,018円",
        f"1.{NUMBER}",
        f"ABC{NUMBER}",
        VISA[:-1] + str((int(VISA[-1]) + 1) % 10),
        f"法人番号 {card('400000000000')}",
        "9" + VISA[1:],
        "2024-06-12",
        "06-12-2024",
        "2024/6/12",
        "2024年6月12日",
        "令和6年6月12日",
        "Ｒ６．６．１２",
        "10:00-11:30",
        "午前10時から午前11時30分まで",
        "0900-1030",
        "予算は4,500,000円",
        "1200000000円",
        "人口740,822人",
        "延べ48万2千人で、前年度より3.1%減った",
        "令和5-7年度",
        "2023-2027年度",
        "第3条第2項第1号",
        "条例第12号",
        "議案第3号",
        "議事（1）",
        "資料2-1",
        "資料1-2-3",
        "【資料１－２】",
        "図1-2",
        "表3-4",
        "別紙1-1",
        "3-2 公共交通",
        "### 1-1 誰でも読める環境",
        "施策2-1-3",
        "架空市役所改革プラン2-1",
        "架空市総合計画1-2-3",
        "架空市の資料2-1",
        "架空市中央区",
        "架空市立仮町小学校",
        "熊本県架空市中央区仮町",
        "架空市で1番",
        "架空市中央区で一番多い",
        "国道3号",
        "県道28号熊本高森線",
        "12番のバス",
        "3番線",
        "1-2系統",
        "都市バス7-1系統",
        "本町三丁目のバス停",
        "市営仮町団地3号棟",
        "背番号10番",
        "3対2、5-3で可決",
        "8-7の賛成多数",
        "Main Street was closed",
        "In 2024 Main Street was closed",
        "30 Street lamps",
        "Section 3 High Street works",
        "12 Supreme Court rulings",
        "on 5 May Street parties",
        "the 12 new streets",
        "Agenda item 4",
        "Resolution 2024-15",
        "$1,234,567.89",
        "pages 10-15",
        "Bus 555",
        "extension 2025",
        "内線電話を2台",
        "@taro と #minutes",
        "12@34",
        "澤田道夫、八幡彩子",
        "ISBN 978-4-00-000000-2",
        "192.168.0.1",
        "v1.2.3",
    ],
)  # fmt: skip
def test_what_is_no_personal_data_stays(text: str) -> None:
    mask = Mask()
    assert mask.mask(text) == text
    assert not mask.counts


def test_a_check_digit_is_that_of_the_ordinance() -> None:
    # Worked by hand: 1·6+2·5+3·4+4·3+5·2+6·7+7·6+8·5+9·4+0·3+1·2 = 212 = 19·11 + 3, and 11 - 3 = 8.
    assert check_digit("12345678901") == 8
    assert check_digit("00000000000") == 0
    assert check_digit("00000000006") == 0  # 12 leaves 1


def test_luhn_is_that_of_the_standard() -> None:
    assert luhn("79927398713")
    assert not luhn("79927398710")


def test_a_value_keeps_its_placeholder_over_several_texts() -> None:
    mask = Mask()
    question = mask.mask("03-0000-1234に掛けたのは誰ですか")
    passage = mask.mask("窓口は03-0000-1234、夜間は03-0000-5678、控えは taro@example.jp。")
    assert question == "[[TELEPHONE-1]]に掛けたのは誰ですか"
    assert passage == "窓口は[[TELEPHONE-1]]、夜間は[[TELEPHONE-2]]、控えは [[MAIL-1]]。"
    assert mask.restore("夜間は[[TELEPHONE-2]]です") == "夜間は03-0000-5678です"
    assert mask.counts == {Kind.TELEPHONE: 2, Kind.MAIL: 1}


@pytest.mark.parametrize(
    "copied",
    [
        "[[TELEPHONE-1]]",
        "［［TELEPHONE-1］］",
        "［［ＴＥＬＥＰＨＯＮＥ－１］］",
        "[[telephone-1]]",
        "[[ Telephone - 1 ]]",
        "[ [TELEPHONE 1] ]",
        "[TELEPHONE-1]",
        "【TELEPHONE-1】",
        "【【TELEPHONE‑1】】",
        "[[TELEPHONE_1]]",
        r"\[\[TELEPHONE-1\]\]",
    ],
)
def test_a_placeholder_that_a_model_changed_is_recognised(copied: str) -> None:
    mask = Mask()
    mask.mask("03-0000-1234")
    assert mask.restore(f"番号は{copied}です [1]。") == "番号は03-0000-1234です [1]。"


def test_placeholders_of_a_kind_with_two_words() -> None:
    mask = Mask()
    assert mask.mask(NUMBER) == "[[MY_NUMBER-1]]"
    for copied in ("[[MY NUMBER-1]]", "[[my-number-1]]", r"\[\[MY\_NUMBER-1\]\]"):
        assert mask.restore(copied) == NUMBER


def test_a_placeholder_that_was_never_given_stays() -> None:
    mask = Mask()
    mask.mask("03-0000-1234")
    text = "[[TELEPHONE-2]]、[[MAIL-1]]、[1][2]"
    assert mask.restore(text) == text


def test_a_text_that_already_holds_a_placeholder() -> None:
    mask = Mask()
    text = "[[TELEPHONE-1]]と書き、03-0000-1234と読む"
    assert mask.mask(text) == "[[TELEPHONE-1]]と書き、[[TELEPHONE-2]]と読む"
    assert mask.restore(mask.mask(text)) == text


def test_nothing_of_a_value_is_in_what_a_log_shows(caplog: pytest.LogCaptureFixture) -> None:
    mask = Mask()
    with caplog.at_level(logging.DEBUG):
        mask.mask(f"03-0000-1234 taro@example.jp {NUMBER} 架空市仮町1-1")
        logging.getLogger("test").warning("%s %r %s", mask, mask, mask.counts)
    shown = caplog.text + repr(mask) + str(mask) + f"{mask}" + str(mask.counts)
    assert repr(mask) == "Mask(telephone=1, mail=1, my_number=1, address=1)"
    for value in ("0000-1234", "taro", NUMBER, "仮町"):
        assert value not in shown


PIECES = st.one_of(
    st.text(max_size=12),
    st.text(alphabet="0123456789０１２９-－ー ()（）+.,@＠一二三丁目番地号市区町内線", max_size=20),
    st.sampled_from([text for _, text, _ in MASKED]),
    st.sampled_from(
        ["[[TELEPHONE-1]]", "［ADDRESS-2］", "[[", "]]", "\\", "\\[", "【", "内線", "〒"]
    ),
    st.sampled_from(["令和6年6月12日、", "架空市", "資料2-1", "第", " ", "\n", "円", "丁目"]),
)
TEXTS = st.lists(PIECES, max_size=8).map("".join)


@given(TEXTS)
@settings(max_examples=400, deadline=None)
def test_what_is_masked_comes_back(text: str) -> None:
    mask = Mask()
    assert mask.restore(mask.mask(text)) == text


@given(TEXTS)
@settings(max_examples=400, deadline=None)
def test_a_masked_text_stays_as_it_is(text: str) -> None:
    mask = Mask()
    masked = mask.mask(text)
    counts = dict(mask.counts)
    assert mask.mask(masked) == masked
    assert mask.counts == counts


@given(st.lists(st.sampled_from([text for _, text, _ in MASKED]), max_size=6))
@settings(max_examples=100, deadline=None)
def test_texts_of_one_question_come_back(texts: list[str]) -> None:
    mask = Mask()
    masked = [mask.mask(text) for text in texts]
    assert [mask.restore(text) for text in masked] == texts
    assert all(mask.mask(text) == kept for text, kept in zip(texts, masked, strict=True))


@given(st.text(alphabet="0123456789", min_size=11, max_size=11), st.integers(0, 10))
def test_a_digit_that_is_wrong_is_no_individual_number(eleven: str, place: int) -> None:
    # Changing one digit by one never keeps the check digit unless both remainders mean 0.
    changed = eleven[:place] + str((int(eleven[place]) + 1) % 10) + eleven[place + 1 :]
    if check_digit(eleven) != check_digit(changed):
        wrong = changed + str(check_digit(eleven))
        assert Kind.MY_NUMBER not in _masked_kinds(wrong)
    assert _masked_kinds(my_number(eleven)) == {Kind.MY_NUMBER}


def _masked_kinds(text: str) -> set[Kind]:
    mask = Mask()
    mask.mask(text)
    return set(mask.counts)


def _values(text: str) -> list[str]:
    """What is masked of a text."""
    mask = Mask()
    placeholders = re.findall(r"\[\[[A-Z_]+-\d+\]\]", mask.mask(text))
    return [mask.restore(placeholder) for placeholder in placeholders]


def test_minutes_without_personal_data_stay_as_they_are() -> None:
    files = [path for path in (REPOSITORY / "examples").iterdir() if path.suffix in (".txt", ".md")]
    assert len(files) >= 5
    for path in files:
        assert _values(path.read_text(encoding="utf-8")) == [], path.name


def test_real_minutes_stay_as_they_are(shared: Path) -> None:
    # They hold dates, times, handouts, agenda numbers, amounts; no way to reach anybody.
    for path in (shared / "minutes").glob("*.txt"):
        assert _values(path.read_text(encoding="utf-8")) == [], path.name


def test_personal_data_put_into_real_minutes_is_all_that_is_masked() -> None:
    # Behind every line of the examples a contact: exactly that goes, whatever stands around it.
    put = ["03-0000-1234", "taro@example.jp", "架空市中央区仮町1番1号", NUMBER, VISA]
    path = REPOSITORY / "examples" / "2024-05-koutsu-1.txt"
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
        value = put[number % len(put)]
        assert _values(f"{line}（{value}）") == [value]
