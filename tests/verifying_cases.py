"""Claims about sentences of invented minutes, by the rule that they are for."""

from __future__ import annotations

from typing import NamedTuple


class Case(NamedTuple):
    """A quote from what a speaker says, a claim about it, and whether it may be shown."""

    rule: str
    speaker: str
    said: str
    quote: str
    claim: str
    supported: bool


_BUS = "循環バスの利用者は昨年度4万8,200人で、前の年度より3,100人減りました。運転士が足りないため、来年4月から土曜日の便を6便から4便に減らす予定です。運賃は200円のまま据え置きます。"
_LIBRARY = "図書館の臨時休館は11月5日から20日までを予定しております。その間は、返却ポストも使えません。空調の改修には8,400万円をかけ、工期は4か月です。"
_WISH = "学童クラブの待機が30人を超えたと聞いています。空き教室を使って定員を増やしてほしい。指導員の賃金も上げるべきだと思います。"
_SCHOOL = "不登校の児童は市内で112人、うち中学生が71人です。相談員を派遣していますが、全校には行き届いていません。保護者からは、別室で学べる場がほしいという声があります。"
_PARK = "中央公園の噴水は老朽化が進んでおり、撤去も含めて検討しています。夜間の照明は昨年9月に全てLEDに替えました。犬の放し飼いは禁止です。"
_TREE = "街路樹の剪定は、市が造園業者に委託しています。落ち葉の回収は町内会が担い、市はごみ袋を配っています。"
_HALL = "市民ホールの稼働率は62%で、目標の70%には届いておりません。利用料は平日が1時間1,500円、休日が2,000円です。高校生以下は半額になります。"
_FLOOD = "7月の大雨では、床上浸水が14戸、床下浸水が38戸ありました。排水ポンプの増設には国の補助が得られるかどうかが鍵で、得られれば令和9年度に着工したいと考えています。"
_VOTE = "ただいまの件について、異議はございませんか。異議なしと認め、原案のとおり決定いたします。"
_CLINIC = "休日診療所の受診者は1日平均で23人でした。医師の確保が難しく、診療時間の延長は考えておりません。"
_EN_POOL = "The pool had 18,400 visitors last year, 1,200 fewer than the year before. We are considering a higher fee for adults, but children will still swim for free. The boiler was replaced in March 2023."
_EN_BUS = "Route 4 will not run on Sundays from next April. Half of the drivers are over 60, and two of them retire this autumn. I should like the board to visit the depot."
_EN_TREES = "Some residents have asked us to cut down the plane trees. The council does not own them; the railway company does. We hope to meet the company in June."

CASES = [
    # Faithful retellings
    Case("verbatim", "都市交通課長", _BUS, "運賃は200円のまま据え置きます", "運賃は200円のまま据え置く。", True),
    Case("paraphrase", "都市交通課長", _BUS, "運転士が足りないため、来年4月から土曜日の便を6便から4便に減らす予定です", "都市交通課長は、運転士の不足を理由に、土曜の便を4便に減らす予定だと説明した。", True),
    Case("paraphrase", "都市交通課長", _BUS, "運賃は200円のまま据え置きます", "運賃は変わらず200円である。", True),
    Case("figures", "都市交通課長", _BUS, "循環バスの利用者は昨年度4万8,200人で、前の年度より3,100人減りました", "昨年度の循環バスの利用者は48,200人で、前年度から3,100人減少した。", True),
    Case("dates", "都市交通課長", _BUS, "来年4月から土曜日の便を6便から4便に減らす予定です", "2025年4月から土曜日の便が4便に減る予定である。", True),
    Case("combined", "都市交通課長", _BUS, "来年4月から土曜日の便を6便から4便に減らす予定です。運賃は200円のまま据え置きます", "土曜日の便は来年4月から4便に減るが、運賃は据え置かれる。", True),
    Case("dates", "中央図書館長", _LIBRARY, "図書館の臨時休館は11月5日から20日までを予定しております", "図書館は2024年11月5日から20日まで臨時休館する予定である。", True),
    Case("paraphrase", "中央図書館長", _LIBRARY, "その間は、返却ポストも使えません", "休館中は返却ポストも利用できない。", True),
    Case("figures", "中央図書館長", _LIBRARY, "空調の改修には8,400万円をかけ、工期は4か月です", "空調の改修費は8400万円で、工期は四カ月である。", True),
    Case("reported", "古賀委員", _WISH, "空き教室を使って定員を増やしてほしい", "古賀委員は、空き教室を活用して定員を増やすよう求めた。", True),
    Case("reported", "古賀委員", _WISH, "指導員の賃金も上げるべきだと思います", "古賀委員は、指導員の賃金も引き上げるべきだと述べた。", True),
    Case("reported", "古賀委員", _WISH, "学童クラブの待機が30人を超えたと聞いています", "古賀委員は、学童クラブの待機が30人を超えたと聞いていると話した。", True),
    Case("figures", "学校教育課長", _SCHOOL, "不登校の児童は市内で112人、うち中学生が71人です", "市内の不登校は112人で、このうち71人が中学生である。", True),
    Case("paraphrase", "学校教育課長", _SCHOOL, "相談員を派遣していますが、全校には行き届いていません", "相談員の派遣は全校には行き届いていない。", True),
    Case("reported", "学校教育課長", _SCHOOL, "保護者からは、別室で学べる場がほしいという声があります", "保護者から別室で学べる場を求める声があるという。", True),
    Case("modality", "公園課長", _PARK, "撤去も含めて検討しています", "老朽化した噴水について、市は撤去も含めて検討している。", True),
    Case("dates", "公園課長", _PARK, "夜間の照明は昨年9月に全てLEDに替えました", "公園の夜間照明は2023年9月にすべてLEDに交換された。", True),
    Case("paraphrase", "公園課長", _PARK, "犬の放し飼いは禁止です", "犬を放し飼いにすることは禁じられている。", True),
    Case("roles", "公園課長", _TREE, "街路樹の剪定は、市が造園業者に委託しています", "街路樹の剪定は市から造園業者に委託されている。", True),
    Case("roles", "公園課長", _TREE, "落ち葉の回収は町内会が担い、市はごみ袋を配っています", "落ち葉は町内会が回収し、ごみ袋は市が配っている。", True),
    Case("figures", "文化課長", _HALL, "市民ホールの稼働率は62%で、目標の70%には届いておりません", "市民ホールの稼働率は62パーセントで、目標の7割に届いていない。", True),
    Case("figures", "文化課長", _HALL, "利用料は平日が1時間1,500円、休日が2,000円です", "利用料は平日が1時間1,500円、休日は2,000円である。", True),
    Case("figures", "文化課長", _HALL, "高校生以下は半額になります", "高校生以下の利用料は半額である。", True),
    Case("figures", "危機管理課長", _FLOOD, "7月の大雨では、床上浸水が14戸、床下浸水が38戸ありました", "7月の大雨で床上浸水は14戸、床下浸水は38戸に上った。", True),
    Case("modality", "危機管理課長", _FLOOD, "得られれば令和9年度に着工したいと考えています", "国の補助が得られれば、排水ポンプの増設は2027年度に着工したい考えである。", True),
    Case("committee", "織田会長", _VOTE, "異議なしと認め、原案のとおり決定いたします", "委員会は原案のとおり決定した。", True),
    Case("polarity", "健康課長", _CLINIC, "医師の確保が難しく、診療時間の延長は考えておりません", "診療時間を延長する考えはない。", True),
    Case("polarity", "健康課長", _CLINIC, "医師の確保が難しく、診療時間の延長は考えておりません", "医師の確保が困難なため、診療時間は延長しない考えである。", True),
    Case("english", "Pool Manager", _EN_POOL, "The pool had 18,400 visitors last year, 1,200 fewer than the year before", "The pool had 18,400 visitors last year, down 1,200 on the year before.", True),
    Case("english", "Pool Manager", _EN_POOL, "We are considering a higher fee for adults", "A higher fee for adults is under consideration.", True),
    Case("english", "Pool Manager", _EN_POOL, "children will still swim for free", "The pool manager said children would continue to swim free of charge.", True),
    Case("english", "Pool Manager", _EN_POOL, "The boiler was replaced in March 2023", "The boiler was replaced in March 2023.", True),
    Case("english", "Ms. Doyle", _EN_BUS, "Route 4 will not run on Sundays from next April", "Route 4 will stop running on Sundays from April 2025.", True),
    Case("english", "Ms. Doyle", _EN_BUS, "Half of the drivers are over 60", "Half of the drivers are over 60 years old.", True),
    Case("english", "Ms. Doyle", _EN_TREES, "We hope to meet the company in June", "Ms. Doyle said they hope to meet the railway company in June.", True),
    Case("crossing", "都市交通課長", _BUS, "運賃は200円のまま据え置きます", "The fare will stay at 200 yen.", True),
    Case("crossing", "中央図書館長", _LIBRARY, "図書館の臨時休館は11月5日から20日までを予定しております", "The library plans to close temporarily from 5 to 20 November.", True),
    Case("crossing", "文化課長", _HALL, "市民ホールの稼働率は62%で、目標の70%には届いておりません", "The hall's occupancy rate is 62 percent, short of the 70 percent target.", True),
    Case("crossing", "古賀委員", _WISH, "空き教室を使って定員を増やしてほしい", "古賀委員 asked that the capacity be increased by using empty classrooms.", True),
    Case("crossing", "健康課長", _CLINIC, "休日診療所の受診者は1日平均で23人でした", "On average, 23 people a day were seen at the holiday clinic.", True),
    # Figures
    Case("figures", "都市交通課長", _BUS, "循環バスの利用者は昨年度4万8,200人で、前の年度より3,100人減りました", "昨年度の循環バスの利用者は3,100人だった。", False),
    Case("figures", "都市交通課長", _BUS, "運賃は200円のまま据え置きます", "運賃は220円である。", False),
    Case("figures", "文化課長", _HALL, "利用料は平日が1時間1,500円、休日が2,000円です", "休日の利用料は1時間1,500円である。", False),
    Case("figures", "文化課長", _HALL, "市民ホールの稼働率は62%で、目標の70%には届いておりません", "市民ホールの稼働率は70%である。", False),
    Case("figures", "学校教育課長", _SCHOOL, "不登校の児童は市内で112人、うち中学生が71人です", "不登校の中学生は112人である。", False),
    Case("figures", "危機管理課長", _FLOOD, "7月の大雨では、床上浸水が14戸、床下浸水が38戸ありました", "床上浸水は38戸だった。", False),
    Case("figures", "中央図書館長", _LIBRARY, "空調の改修には8,400万円をかけ、工期は4か月です", "空調の改修には8億4千万円がかかる。", False),
    Case("figures", "古賀委員", _WISH, "学童クラブの待機が30人を超えたと聞いています", "古賀委員は、学童クラブの待機が30人未満だと聞いていると述べた。", False),
    Case("dates", "都市交通課長", _BUS, "来年4月から土曜日の便を6便から4便に減らす予定です", "2024年4月から土曜日の便が4便に減る予定である。", False),
    Case("dates", "中央図書館長", _LIBRARY, "図書館の臨時休館は11月5日から20日までを予定しております", "図書館の臨時休館は11月20日からを予定している。", False),
    Case("dates", "公園課長", _PARK, "夜間の照明は昨年9月に全てLEDに替えました", "夜間の照明は2024年9月に全てLEDに替えられた。", False),
    Case("dates", "危機管理課長", _FLOOD, "得られれば令和9年度に着工したいと考えています", "補助が得られれば令和8年度に着工したい考えである。", False),
    # Names and things
    Case("names", "都市交通課長", _BUS, "運賃は200円のまま据え置きます", "タクシーの運賃は200円のまま据え置かれる。", False),
    Case("names", "公園課長", _PARK, "撤去も含めて検討しています", "北公園の噴水は撤去も含めて検討されている。", False),
    Case("names", "公園課長", _PARK, "夜間の照明は昨年9月に全てLEDに替えました", "夜間の防犯カメラは昨年9月に全て替えられた。", False),
    Case("names", "公園課長", _TREE, "街路樹の剪定は、市が造園業者に委託しています", "街路樹の剪定は、市が森林組合に委託している。", False),
    Case("office", "都市交通課長", _BUS, "運賃は200円のまま据え置きます", "都市交通部長は、運賃を据え置くと説明した。", False),
    # Who said it
    Case("speaker", "古賀委員", _WISH, "空き教室を使って定員を増やしてほしい", "三好委員は、空き教室を使って定員を増やすよう求めた。", False),
    Case("speaker", "織田副会長", _WISH, "指導員の賃金も上げるべきだと思います", "会長は、指導員の賃金も上げるべきだと述べた。", False),
    Case("body", "古賀委員", _WISH, "指導員の賃金も上げるべきだと思います", "委員会は、指導員の賃金も上げるべきだとの意見で一致した。", False),
    Case("body", "古賀委員", _WISH, "空き教室を使って定員を増やしてほしい", "市は、空き教室を使って定員を増やす方針である。", False),
    Case("body", "古賀委員", _WISH, "指導員の賃金も上げるべきだと思います", "委員の多くは、指導員の賃金を上げるべきだと考えている。", False),
    # How sure
    Case("modality", "公園課長", _PARK, "撤去も含めて検討しています", "中央公園の噴水は撤去されることが決まった。", False),
    Case("modality", "公園課長", _PARK, "撤去も含めて検討しています", "中央公園の噴水は撤去される。", False),
    Case("modality", "古賀委員", _WISH, "空き教室を使って定員を増やしてほしい", "空き教室を使って学童クラブの定員を増やした。", False),
    Case("modality", "古賀委員", _WISH, "学童クラブの待機が30人を超えたと聞いています", "学童クラブの待機は30人を超えた。", False),
    Case("modality", "危機管理課長", _FLOOD, "得られれば令和9年度に着工したいと考えています", "排水ポンプの増設は令和9年度に着工する。", False),
    Case("modality", "都市交通課長", _BUS, "来年4月から土曜日の便を6便から4便に減らす予定です", "土曜日の便は6便から4便に減った。", False),
    Case("modality", "学校教育課長", _SCHOOL, "保護者からは、別室で学べる場がほしいという声があります", "市は別室で学べる場を設ける。", False),
    # Opposites and denials
    Case("polarity", "都市交通課長", _BUS, "運賃は200円のまま据え置きます", "運賃は値上げされる。", False),
    Case("polarity", "都市交通課長", _BUS, "循環バスの利用者は昨年度4万8,200人で、前の年度より3,100人減りました", "循環バスの利用者は前の年度より3,100人増えた。", False),
    Case("polarity", "中央図書館長", _LIBRARY, "その間は、返却ポストも使えません", "休館の間も返却ポストは使える。", False),
    Case("polarity", "健康課長", _CLINIC, "診療時間の延長は考えておりません", "診療時間の延長を考えている。", False),
    Case("polarity", "文化課長", _HALL, "目標の70%には届いておりません", "稼働率は目標の70%に届いた。", False),
    Case("polarity", "公園課長", _PARK, "犬の放し飼いは禁止です", "犬の放し飼いは認められている。", False),
    Case("polarity", "健康課長", _CLINIC, "医師の確保が難しく、診療時間の延長は考えておりません", "医師の確保は容易である。", False),
    # For how many
    Case("scope", "学校教育課長", _SCHOOL, "相談員を派遣していますが、全校には行き届いていません", "相談員は全校に派遣されている。", False),
    Case("scope", "文化課長", _HALL, "高校生以下は半額になります", "利用料は誰でも半額になる。", False),
    Case("scope", "都市交通課長", _BUS, "来年4月から土曜日の便を6便から4便に減らす予定です", "来年4月からすべての便が減る予定である。", False),
    Case("scope", "学校教育課長", _SCHOOL, "保護者からは、別室で学べる場がほしいという声があります", "保護者の大半が別室で学べる場を求めている。", False),
    # Added, and in each other's place
    Case("addition", "都市交通課長", _BUS, "運賃は200円のまま据え置きます", "運賃は200円のまま据え置き、回数券を新たに発行する。", False),
    Case("addition", "公園課長", _PARK, "犬の放し飼いは禁止です", "犬の放し飼いは禁止で、違反者には罰金が科される。", False),
    Case("addition", "健康課長", _CLINIC, "休日診療所の受診者は1日平均で23人でした", "休日診療所の受診者は1日平均23人で、その多くは子どもだった。", False),
    Case("addition", "中央図書館長", _LIBRARY, "その間は、返却ポストも使えません", "返却ポストが使えないのは、盗難が続いたためである。", False),
    Case("roles", "公園課長", _TREE, "街路樹の剪定は、市が造園業者に委託しています", "街路樹の剪定は、造園業者が市に委託している。", False),
    Case("roles", "公園課長", _TREE, "落ち葉の回収は町内会が担い、市はごみ袋を配っています", "落ち葉の回収は市が担い、町内会がごみ袋を配っている。", False),
    Case("topic", "健康課長", _CLINIC, "休日診療所の受診者は1日平均で23人でした", "インフルエンザの予防には、手洗いとうがいが有効とされる。", False),
    Case("topic", "公園課長", _TREE, "落ち葉の回収は町内会が担い、市はごみ袋を配っています", "落ち葉は腐葉土に加工して農家に販売されている。", False),
    # English
    Case("english", "Pool Manager", _EN_POOL, "The pool had 18,400 visitors last year, 1,200 fewer than the year before", "The pool had 1,200 more visitors last year than the year before.", False),
    Case("english", "Pool Manager", _EN_POOL, "We are considering a higher fee for adults", "The fee for adults has been raised.", False),
    Case("english", "Pool Manager", _EN_POOL, "We are considering a higher fee for adults", "Adults will pay a higher fee.", False),
    Case("english", "Pool Manager", _EN_POOL, "children will still swim for free", "Everyone will swim for free.", False),
    Case("english", "Pool Manager", _EN_POOL, "The boiler was replaced in March 2023", "The boiler was replaced in May 2023.", False),
    Case("english", "Ms. Doyle", _EN_BUS, "Route 4 will not run on Sundays from next April", "Route 4 will run on Sundays from next April.", False),
    Case("english", "Ms. Doyle", _EN_BUS, "Half of the drivers are over 60", "All of the drivers are over 60.", False),
    Case("english", "Ms. Doyle", _EN_BUS, "I should like the board to visit the depot", "The board visited the depot.", False),
    Case("english", "Ms. Doyle", _EN_BUS, "I should like the board to visit the depot", "Mr. Okada said he would like the board to visit the depot.", False),
    Case("english", "Ms. Doyle", _EN_TREES, "Some residents have asked us to cut down the plane trees", "All residents have asked for the plane trees to be cut down.", False),
    Case("english", "Ms. Doyle", _EN_TREES, "The council does not own them; the railway company does", "The council owns the plane trees.", False),
    Case("english", "Ms. Doyle", _EN_TREES, "We hope to meet the company in June", "The board decided to meet the company in June.", False),
    Case("english", "Ms. Doyle", _EN_TREES, "We hope to meet the company in June", "We hope to meet the company in June and to plant new maples.", False),
    # Across languages
    Case("crossing", "都市交通課長", _BUS, "運賃は200円のまま据え置きます", "The fare will rise to 250 yen.", False),
    Case("crossing", "都市交通課長", _BUS, "循環バスの利用者は昨年度4万8,200人で、前の年度より3,100人減りました", "The number of bus passengers increased by 3,100.", False),
    Case("crossing", "文化課長", _HALL, "目標の70%には届いておりません", "The hall has reached its target of 70 percent.", False),
    Case("crossing", "公園課長", _PARK, "撤去も含めて検討しています", "It was decided to remove the fountain in 中央公園.", False),
    Case("crossing", "学校教育課長", _SCHOOL, "相談員を派遣していますが、全校には行き届いていません", "Counsellors are sent to all schools.", False),
    Case("crossing", "健康課長", _CLINIC, "診療時間の延長は考えておりません", "The clinic will extend its opening hours.", False),
    Case("crossing", "古賀委員", _WISH, "空き教室を使って定員を増やしてほしい", "三好委員 asked that the capacity be increased.", False),
    # One sentence each
    Case("invented", "保育課長", "来年度の保育料は値上げしない方針です。", "来年度の保育料は値上げしない方針です。", "来年度の保育料は値上げする方針である。", False),
    Case("invented", "保育課長", "空き家の調査はまだ終わっていません。", "空き家の調査はまだ終わっていません。", "空き家の調査は終わった。", False),
    Case("invented", "保育課長", "ごみの有料化には反対の声が多い。", "ごみの有料化には反対の声が多い。", "ごみの有料化には賛成の声が多い。", False),
    Case("invented", "保育課長", "申請の期限は設けておりません。", "申請の期限は設けておりません。", "申請には期限が設けられている。", False),
    Case("invented", "保育課長", "この事業は国の補助の対象になりません。", "この事業は国の補助の対象になりません。", "この事業は国の補助の対象になる。", False),
    Case("invented", "保育課長", "給水車は2台とも使えました。", "給水車は2台とも使えました。", "給水車は2台とも使えなかった。", False),
    Case("invented", "保育課長", "新庁舎への移転に支障はありません。", "新庁舎への移転に支障はありません。", "新庁舎への移転には支障がある。", False),
    Case("invented", "保育課長", "夜間の受付はやめました。", "夜間の受付はやめました。", "夜間の受付は続けている。", False),
    Case("invented", "保育課長", "職員は足りています。", "職員は足りています。", "職員が不足している。", False),
    Case("invented", "保育課長", "事故の報告は受けておりません。", "事故の報告は受けておりません。", "事故の報告を受けた。", False),
    Case("invented", "保育課長", "プールは一般には開放していません。", "プールは一般には開放していません。", "プールは一般に開放されている。", False),
    Case("invented", "保育課長", "利用者は年々少なくなっている。", "利用者は年々少なくなっている。", "利用者は年々多くなっている。", False),
    Case("invented", "保育課長", "契約は更新しないことにしました。", "契約は更新しないことにしました。", "契約は更新することになった。", False),
    Case("invented", "保育課長", "水質に異常は見られませんでした。", "水質に異常は見られませんでした。", "水質に異常が見られた。", False),
    Case("invented", "保育課長", "耐震の基準を満たしております。", "耐震の基準を満たしております。", "耐震の基準を満たしていない。", False),
    Case("invented", "古賀委員", "私は統合を急ぐ必要はないと思う。", "私は統合を急ぐ必要はないと思う。", "古賀委員は、統合を急ぐ必要があると述べた。", False),
    Case("invented", "古賀委員", "バスよりタクシーのほうが使いやすいという人が多い。", "バスよりタクシーのほうが使いやすいという人が多い。", "古賀委員は、タクシーよりバスのほうが使いやすいという人が多いと述べた。", False),
    Case("invented", "古賀委員", "高齢者が若い人にスマートフォンの使い方を教わる会を開いてほしい。", "高齢者が若い人にスマートフォンの使い方を教わる会を開いてほしい。", "古賀委員は、高齢者が若い人にスマートフォンの使い方を教える会を開くよう求めた。", False),
    Case("invented", "保育課長", "県が市に避難の指示を求めました。", "県が市に避難の指示を求めました。", "市が県に避難の指示を求めた。", False),
    Case("invented", "保育課長", "市は農協から土地を借りています。", "市は農協から土地を借りています。", "農協は市から土地を借りている。", False),
    Case("invented", "保育課長", "東町の住民が西町の公園を使っています。", "東町の住民が西町の公園を使っています。", "西町の住民が東町の公園を使っている。", False),
    Case("invented", "保育課長", "雨漏りのために床が傷みました。", "雨漏りのために床が傷みました。", "床が傷んだために雨漏りした。", False),
    Case("invented", "保育課長", "小学生の親が中学生を心配しています。", "小学生の親が中学生を心配しています。", "中学生の親が小学生を心配している。", False),
    Case("invented", "保育課長", "説明会は工事の前に開きます。", "説明会は工事の前に開きます。", "説明会は工事の後に開く。", False),
    Case("invented", "保育課長", "申請は10月末で締め切りました。", "申請は10月末で締め切りました。", "申請は10月末から受け付ける。", False),
    Case("invented", "保育課長", "平日の午前だけ窓口を開けています。", "平日の午前だけ窓口を開けています。", "窓口は毎日開いている。", False),
    Case("invented", "保育課長", "講座には30人が申し込み、22人が修了しました。", "講座には30人が申し込み、22人が修了しました。", "講座は30人が修了した。", False),
    Case("invented", "保育課長", "第1期は4月、第2期は9月に募集します。", "第1期は4月、第2期は9月に募集します。", "第2期は4月に募集する。", False),
    Case("invented", "保育課長", "橋の架け替えは令和8年度に始め、令和10年度に終えます。", "橋の架け替えは令和8年度に始め、令和10年度に終えます。", "橋の架け替えは令和10年度に始まる。", False),
    Case("invented", "保育課長", "昨年の事故は12件、今年は9月までで7件です。", "昨年の事故は12件、今年は9月までで7件です。", "今年の事故は12件だった。", False),
    Case("invented", "保育課長", "検討の結果、導入は来年度以降といたします。", "検討の結果、導入は来年度以降といたします。", "来年度までに導入する。", False),
    Case("invented", "保育課長", "できれば年内に業者を決めたい。", "できれば年内に業者を決めたい。", "年内に業者が決まる。", False),
    Case("invented", "保育課長", "値上げは避けられないかもしれません。", "値上げは避けられないかもしれません。", "値上げは避けられない。", False),
    Case("invented", "保育課長", "来年度の導入に向けて準備を進めています。", "来年度の導入に向けて準備を進めています。", "来年度に導入された。", False),
    Case("invented", "保育課長", "来年度の保育料は値上げしない方針です。", "来年度の保育料は値上げしない方針です。", "来年度の保育料は据え置く方針である。", True),
    Case("invented", "保育課長", "空き家の調査はまだ終わっていません。", "空き家の調査はまだ終わっていません。", "空き家の調査は終わっていない。", True),
    Case("invented", "保育課長", "申請の期限は設けておりません。", "申請の期限は設けておりません。", "申請に期限はない。", True),
    Case("invented", "保育課長", "事故の報告は受けておりません。", "事故の報告は受けておりません。", "事故の報告はないという。", True),
    Case("invented", "保育課長", "夜間の受付はやめました。", "夜間の受付はやめました。", "夜間の受付は廃止された。", True),
    Case("invented", "保育課長", "水質に異常は見られませんでした。", "水質に異常は見られませんでした。", "水質に異常はなかった。", True),
    Case("invented", "保育課長", "講座には30人が申し込み、22人が修了しました。", "講座には30人が申し込み、22人が修了しました。", "講座には30人の申し込みがあり、修了したのは22人だった。", True),
    Case("invented", "保育課長", "橋の架け替えは令和8年度に始め、令和10年度に終えます。", "橋の架け替えは令和8年度に始め、令和10年度に終えます。", "橋の架け替えは2026年度に始まり、2028年度に終わる。", True),
    Case("invented", "保育課長", "昨年の事故は12件、今年は9月までで7件です。", "昨年の事故は12件、今年は9月までで7件です。", "事故は2023年が12件、2024年は9月までに7件だった。", True),
    Case("invented", "保育課長", "市は農協から土地を借りています。", "市は農協から土地を借りています。", "土地は市が農協から借りている。", True),
    Case("invented", "保育課長", "県が市に避難の指示を求めました。", "県が市に避難の指示を求めました。", "避難の指示は、県が市に求めたものである。", True),
    Case("invented", "保育課長", "窓口の混雑を避けるため、予約制を10月から試行しています。", "窓口の混雑を避けるため、予約制を10月から試行しています。", "窓口の混雑を避けようと、2024年10月から予約制が試行されている。", True),
    Case("invented", "古賀委員", "平日の午前だけ窓口を開けるのでは、働く人は使えないのではないですか。", "平日の午前だけ窓口を開けるのでは、働く人は使えないのではないですか。", "古賀委員は、平日の午前だけの開設では働く人が利用できないのではないかと指摘した。", True),
    Case("invented", "保育課長", "来年度の導入に向けて準備を進めています。", "来年度の導入に向けて準備を進めています。", "来年度の導入に向けた準備が進められている。", True),
    Case("invented", "保育課長", "値上げは避けられないかもしれません。", "値上げは避けられないかもしれません。", "値上げが避けられない可能性がある。", True),
    Case("invented", "保育課長", "利用者からは、待ち時間が短くなったと好評です。", "利用者からは、待ち時間が短くなったと好評です。", "利用者からは待ち時間が短縮されたと好評だという。", True),
    Case("invented", "保育課長", "できれば年内に業者を決めたい。", "できれば年内に業者を決めたい。", "課長は、年内に業者を決めたいとの考えを示した。", True),
    Case("invented", "Ms. Doyle", "The hall is closed on Mondays.", "The hall is closed on Mondays.", "The hall is open on Mondays.", False),
    Case("invented", "Ms. Doyle", "The contractor will repay the council.", "The contractor will repay the council.", "The council will repay the contractor.", False),
    Case("invented", "Ms. Doyle", "Only members can borrow the tools.", "Only members can borrow the tools.", "Anyone can borrow the tools.", False),
    Case("invented", "Ms. Doyle", "We have no plans to sell the land.", "We have no plans to sell the land.", "There are plans to sell the land.", False),
    Case("invented", "Ms. Doyle", "The grant may be withdrawn.", "The grant may be withdrawn.", "The grant will be withdrawn.", False),
    Case("invented", "Ms. Doyle", "The roof was repaired, but the windows were not.", "The roof was repaired, but the windows were not.", "The windows were repaired.", False),
    Case("invented", "Ms. Doyle", "Most pupils walk to school.", "Most pupils walk to school.", "All pupils walk to school.", False),
    Case("invented", "Ms. Doyle", "The library lends 40 tablets and 12 laptops.", "The library lends 40 tablets and 12 laptops.", "The library lends 40 laptops.", False),
    Case("invented", "Ms. Doyle", "The survey starts in May and ends in July.", "The survey starts in May and ends in July.", "The survey starts in July.", False),
    Case("invented", "Ms. Doyle", "The hall is closed on Mondays.", "The hall is closed on Mondays.", "The hall does not open on Mondays.", True),
    Case("invented", "Ms. Doyle", "The roof was repaired, but the windows were not.", "The roof was repaired, but the windows were not.", "The roof has been repaired but not the windows.", True),
    Case("invented", "Ms. Doyle", "Most pupils walk to school.", "Most pupils walk to school.", "Most of the pupils go to school on foot.", True),
    Case("invented", "Ms. Doyle", "The survey starts in May and ends in July.", "The survey starts in May and ends in July.", "The survey runs from May to July.", True),
    Case("invented", "保育課長", "利用料は無料のままとします。", "利用料は無料のままとします。", "The service will remain free of charge.", True),
    Case("invented", "保育課長", "来年4月に民営化する予定です。", "来年4月に民営化する予定です。", "It has already been privatised.", False),
    Case("invented", "保育課長", "民営化は考えておりません。", "民営化は考えておりません。", "The city is considering privatisation.", False),
    Case("invented", "保育課長", "利用者は3割減りました。", "利用者は3割減りました。", "The number of users rose by 30 percent.", False),
    Case("invented", "保育課長", "利用者は3割減りました。", "利用者は3割減りました。", "The number of users fell by 30 percent.", True),
    Case("invented", "保育課長", "職員の多くは非常勤です。", "職員の多くは非常勤です。", "Many of the staff are part-time.", True),
    Case("invented", "保育課長", "職員の多くは非常勤です。", "職員の多くは非常勤です。", "All of the staff are part-time.", False),
    Case("invented", "保育課長", "申込みは午後3時まで受け付けます。", "申込みは午後3時まで受け付けます。", "Applications are accepted until 3 p.m.", True),
    Case("invented", "保育課長", "申込みは午後3時まで受け付けます。", "申込みは午後3時まで受け付けます。", "Applications are accepted from 3 p.m.", False),
]  # fmt: skip
