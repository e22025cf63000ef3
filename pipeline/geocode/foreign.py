"""Names outside Japan: never a municipality here, however much one may look like it."""

from __future__ import annotations

import re

from geo.gazetteer import Gazetteer
from pipeline.geocode.answer import Answer, unresolved
from pipeline.geocode.query import Query

_COUNTRIES = (
    "アメリカ|米国|合衆国|カナダ|メキシコ|ブラジル|アルゼンチン|ペルー|チリ|イギリス|英国|フランス|ドイツ|イタリア|スペイン|ポルトガル|オランダ|"
    "ベルギー|スイス|オーストリア|チェコ|ハンガリー|ポーランド|ルーマニア|ギリシャ|ロシア|ウクライナ|フィンランド|スウェーデン|ノルウェー|"
    "デンマーク|アイルランド|トルコ|イスラエル|エジプト|ケニア|ガーナ|南アフリカ|インド|ネパール|パキスタン|バングラデシュ|スリランカ|タイ王国|"
    "ベトナム|カンボジア|ラオス|ミャンマー|マレーシア|シンガポール|インドネシア|フィリピン|モンゴル|中国|中華人民共和国|中華民国|台湾|韓国|"
    "大韓民国|北朝鮮|香港|マカオ|オーストラリア|豪州|ニュージーランド|パラオ|フィジー|グアム|ハワイ"
)
_CITIES = (
    "北京市|上海市|天津市|重慶市|大連市|瀋陽市|哈爾浜市|ハルビン市|長春市|西安市|南京市|蘇州市|杭州市|広州市|深圳市|深セン市|厦門市|青島市|成都市|武漢市|"
    "煙台市|無錫市|寧波市|台北市|新北市|桃園市|台中市|台南市|高雄市|新竹市|基隆市|嘉義市|ソウル|釜山|仁川|大邱|光州広域市|大田広域市|蔚山|済州|水原市|"
    "ウィーン|ニューヨーク|ロサンゼルス|サンフランシスコ|シアトル|シカゴ|ポートランド|パリ市|ロンドン|ベルリン|ローマ市|モスクワ|バンクーバー|トロント|"
    "シドニー|メルボルン|ブリスベン|ゴールドコースト|ホノルル|バンコク|ハノイ|ホーチミン|ジャカルタ|マニラ|ウランバートル"
)
_FOREIGN = re.compile(f"^(?:{_COUNTRIES}|{_CITIES})")
# No municipality of Japan is written in katakana alone for three characters and more before 市 or 区.
_KATAKANA = re.compile(r"^[ァ-ヴー・]{2,}(?:市|区|州|郡|県|省)")


def foreign(query: Query, gazetteer: Gazetteer) -> Answer | None:
    """A country, one of the foreign cities that Japanese lists name, or a katakana name with 市."""
    if query.stated or not (_FOREIGN.match(query.head) or _KATAKANA.match(query.head)):
        return None
    if gazetteer.head(query.key)[1]:
        return None
    return unresolved(f"「{query.head}」は海外の都市などです。", level="foreign")
