"""The table contract: every column of every built table. pipeline/building/build_tables.py writes them, all else reads them.

docs/tables.md is written from what is here: `python -m pipeline.reference.docs`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

#: The number of this contract, one more with each that writes other tables of the same documents: 2 since identifiers
#: begin with a letter.
CONTRACT = 2

#: Kinds of tie: with one partner alone, of a handful together, in a standing body or a list nobody deals with singly.
BILATERAL, JOINT, NETWORK = TIES = ("bilateral", "joint", "network")

#: What a start year rests on: it is printed beside this partner, for the whole row, or in a merged cell that begins
#: above; or it is not known.
YEAR_BASES = ("partner", "project", "above", "none")
YEAR_KINDS = ("年", "年度")

#: Whether a project's categories are the printed ones or those its own name says, where the printed one is coarse.
CATEGORY_BASES = ("printed", "name")

LEVELS = ("municipality", "designated_ward", "prefecture", "body", "group", "foreign", "unresolved")
METHODS = (
    "code",
    "exact",
    "folded",
    "former_name",
    "body",
    "group",
    "ocr_repair",
    "context",
    "decision",
    "none",
)
#: Links below this confidence are not drawn and not counted; they wait in the review list.
CONFIDENT = 0.8

#: Which edition of its series a document is: the newest is in force, the others are kept beside the tables.
IN_FORCE, EARLIER = EDITIONS = ("in_force", "earlier")

#: The layout of a document that holds numbers by municipality (the table ``indicators``) and no projects.
NUMBERS = "indicators"

#: Kinds of change between two editions; the last is one of wording alone.
CHANGES = (
    "project-added",
    "project-ended",
    "project-renamed",
    "partner-added",
    "partner-ended",
    "year-changed",
    "category-changed",
    "wording",
)
#: What of a project a person can correct; the last is the whole row, which is withdrawn.
CORRECTION_FIELDS = ("name", "category", "organiser", "summary", "status", "partner", "year", "row")
CORRECTION_ACTIONS = ("correct", "add", "withdraw")

#: How a correction stands to the edition in force: it still prints the old value; it prints what is right, so the
#: correction rests; it prints something else, so it is not applied; the row is not there any more.
NEEDED, REFLECTED, CONTRADICTED, ROW_GONE = STANDINGS = ("needed", "reflected", "contradicted", "row-gone")

SEVERITIES = ("error", "warning", "info")
PRECISIONS = ("day", "month", "range")
AGREEMENT_KINDS = ("regional", "company")
KINDS = ("designated_city", "city", "special_ward", "town", "village", "designated_ward")


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Parameters
    ----------
    dtype : its pandas dtype; "list" is a column of lists of str, "geometry" is GeoParquet
    label : its heading, in Japanese
    description : what stands in it, in Japanese
    unit : of numbers
    values : all it may hold, where that is a fixed choice
    null : whether a cell may be empty
    """

    dtype: str
    label: str
    description: str
    unit: str = ""
    values: tuple[str, ...] = ()
    null: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """One table: its name and what a row of it is, in Japanese; its columns; those that tell its rows apart."""

    label: str
    description: str
    columns: Mapping[str, Column]
    key: tuple[str, ...] = ()


def _text(label: str, description: str, values: tuple[str, ...] = (), *, null: bool = False) -> Column:
    return Column("string", label, description, values=values, null=null)


def _count(label: str, description: str, unit: str = "", *, null: bool = False) -> Column:
    return Column("Int64", label, description, unit=unit, null=null)


def _number(label: str, description: str, unit: str, *, null: bool = False) -> Column:
    return Column("Float64", label, description, unit=unit, null=null)


def _list(label: str, description: str) -> Column:
    return Column("list", label, description)


def _shape(description: str) -> Column:
    return Column("geometry", "形", description, null=True)


#: What stands for the day of a document that says none and of which nobody says one.
UNDATED = "基準日の記載なし"

#: What stands for the name of a project that a list does not name: whom an origin has ties with, and no more.
UNNAMED = "（事業名の記載なし）"

# Columns that several tables have.
_SOURCE = _text("資料", "資料の番号。data/sources のファイル名から拡張子を除いたもの")
_SERIES = _text("資料の系列", "同じ資料の、年ごとの版に共通の番号")
_ORIGIN = _text("連携元の団体コード", "連携元（資料がだれについて書いたものか）の団体コード（5桁）")
_PROJECT = _text(
    "事業の番号", "事業名と連携元が同じであれば、作り直しても版が変わっても同じ番号（p と16進の12桁）"
)
_PARTNER_TEXT = _text("連携相手方の記載", "印刷された相手方。折り返しの空白は除く")
_LEVEL = _text("相手先の種類", "相手先が市区町村か、都道府県か、団体かなど", LEVELS)
_VIA = _text("一括の記載", "「県内全市町村」のような一括の記載から広げたときの、その記載", null=True)
_METHOD = _text("読み取り方", "どうやって自治体を決めたか", METHODS)
_CONFIDENCE = _number("確かさ", "0.8 に満たないものは地図に描かず、確認を待つ", "0〜1")
_START_YEAR = _count("開始年（西暦）", "始まった年または年度。分からないときは空", "西暦年", null=True)
_YEAR_KIND = _text("年・年度の別", "開始年が年か年度か（印刷されたとおり）", YEAR_KINDS, null=True)
_YEAR_BASIS = _text("年の根拠", "開始年がどこに印刷されているか", YEAR_BASES)
_LINE = _count("行", "資料の何行目か（1から数える）", "行目")
_PLACE = _text("資料での場所", "人が資料で探すときの場所（「1300行目」「一覧!C12」「3ページ 表1 5行目」）")
_KANA = _text("読み", "名前の読み（ひらがな）")
_LATITUDE = _number("緯度", "役所の位置", "度")
_LONGITUDE = _number("経度", "役所の位置", "度")

SCHEMA: dict[str, Table] = {
    "documents": Table(
        "資料",
        "読み込んだ資料。1行が1つの資料（版）",
        {
            "id": _SOURCE,
            "series": _SERIES,
            "title": _text("資料名", "資料の正式な名前"),
            "short": _text("略称", "画面や表の中で使う短い名前"),
            "publisher": _text("公表者", "資料を公表した団体"),
            "date": _text("基準日", "資料がいつのものか（ISO 形式の日付）"),
            "as_of": _text("基準日の記載", "基準日の、印刷されたとおりの書き方。なければ知られているもの"),
            "kind": _text("種類", "何についての資料か"),
            "licence": _text("利用条件", "著作権と利用の条件"),
            "credit": _text("出典", "図や表に添える出典の文"),
            "file": _text("ファイル", "読み込んだファイルの名前"),
            "sha256": _text("ハッシュ", "読み込んだ内容の SHA-256"),
            "layout": _text("読み方", "どの形の資料として読んだか"),
            "edition": _text("版", "系列の中で現行の版か、前の版か", EDITIONS),
        },
        ("id",),
    ),
    "links": Table(
        "連携",
        "事業と相手先の組。1行が、1つの事業の1つの相手先。相手先の決まらない記載も1行になる",
        {
            "source": _SOURCE,
            "series": _SERIES,
            "origin_code": _ORIGIN,
            "project_id": _PROJECT,
            "project_name": _text("事業名", f"印刷された事業名。折り返しの空白は除く。なければ{UNNAMED}"),
            "partner_text": _PARTNER_TEXT,
            "partner_code": _text(
                "相手先の団体コード",
                "団体コード（5桁、JIS X 0402）。都道府県は NN000。決まらないときは空",
                null=True,
            ),
            "level": _LEVEL,
            "via": _VIA,
            "tie": _text("連携の形", "二者の連携か、複数でか、広域の集まりか", TIES),
            "tie_reason": _text("連携の形の理由", "連携の形をそう見た理由"),
            "method": _METHOD,
            "confidence": _CONFIDENCE,
            "start_year": _START_YEAR,
            "year_kind": _YEAR_KIND,
            "year_basis": _YEAR_BASIS,
            "source_line": _LINE,
            "source_place": _PLACE,
        },
    ),
    "projects": Table(
        "事業",
        "1行が1つの事業",
        {
            "project_id": _PROJECT,
            "source": _SOURCE,
            "origin_code": _ORIGIN,
            "category_raw": _text("連携カテゴリ（記載）", "印刷された連携カテゴリ"),
            "categories": _list("分野", "分類表（data/reference/categories.csv）でそろえた分野"),
            "category_basis": _text("分野の根拠", "資料の分類によるか、事業名によるか", CATEGORY_BASES),
            "name": _text("事業名", f"印刷された事業名。折り返しの空白は除く。なければ{UNNAMED}"),
            "organiser": _text("所管", "印刷された事業主体や所管"),
            "summary": _text("概要", "印刷された事業の内容", null=True),
            "status": _text("状況", "印刷された実績など", null=True),
            "start_year": _START_YEAR,
            "year_kind": _YEAR_KIND,
            "source_line": _count("行", "資料の何行目か（1から数える）。訂正で加えた事業では 0", "行目"),
            "correction": _text(
                "訂正",
                "この事業に使っている訂正の番号（corrections の id）を縦棒で区切ったもの。なければ空",
                null=True,
            ),
        },
        ("project_id",),
    ),
    "corrections": Table(
        "行の訂正",
        "職員が資料の行を訂正したもの。1行が1つの項目。訂正した人の名前は、ここには入れない",
        {
            "id": _text("訂正の番号", "1度に記録した訂正に共通の番号"),
            "series": _SERIES,
            "source": _SOURCE,
            "origin_code": _ORIGIN,
            "project_id": _text("事業の番号", "訂正した事業の番号。表に事業がなければ空", null=True),
            "project": _text("事業名（記載）", "訂正した事業の、印刷された名前"),
            "action": _text("扱い", "訂正か、追加か、取り下げか", CORRECTION_ACTIONS),
            "field": _text("項目", "何を訂正したか", CORRECTION_FIELDS),
            "partner": _text("相手方", "どの相手方の開始年か（記載のとおり）", null=True),
            "printed": _text("印刷", "訂正したときに資料に書かれていたもの", null=True),
            "corrected": _text("訂正後", "正しいもの。相手方を除くときは空", null=True),
            "reason": _text("理由", "訂正の理由"),
            "date": _text("訂正日", "訂正した日（ISO 形式の日付）"),
            "standing": _text("資料とのくらべ", "今の版の資料が、今も誤っているか、直ったか", STANDINGS),
            "now": _text("今の版の記載", "今の版に書かれているもの", null=True),
            "source_line": _count("行", "資料の何行目か。資料に行がなければ空", "行目", null=True),
            "source_place": _text(
                "資料での場所", "人が資料で探すときの場所。資料に行がなければ空", null=True
            ),
        },
        ("id", "field"),
    ),
    "mentions": Table(
        "記載",
        "1行が、印刷された相手方の1つ。決まったものも決まらないものも、すべてある",
        {
            "mention_id": _text(
                "記載の番号", "事業と記載が同じであれば、作り直しても同じ番号（m と16進の12桁）"
            ),
            "source": _SOURCE,
            "origin_code": _ORIGIN,
            "project_id": _PROJECT,
            "partner_text": _PARTNER_TEXT,
            "printed_code": _text("記載の団体コード", "となりに印刷された団体コード", null=True),
            "codes": _list("相手先の団体コード", "決めた相手先。一括の記載ではいくつもある"),
            "level": _LEVEL,
            "via": _VIA,
            "method": _METHOD,
            "confidence": _CONFIDENCE,
            "reason": _text("理由", "そう読み取った理由"),
            "candidates": _list("候補の団体コード", "決められないときの候補"),
            "start_year": _START_YEAR,
            "year_kind": _YEAR_KIND,
            "year_basis": _YEAR_BASIS,
            "source_line": _LINE,
            "source_place": _PLACE,
        },
        ("mention_id",),
    ),
    "findings": Table(
        "指摘",
        "1行が1つの指摘。文は、規則（docs/rules.md）と値から決まる",
        {
            "severity": _text("重さ", "誤りか、注意か、参考か", SEVERITIES),
            "rule": _text("指摘の種類", "規則の番号"),
            "source": _SOURCE,
            "source_line": _count("行", "資料の何行目か。資料全体についてなら空", "行目", null=True),
            "source_place": _text(
                "資料での場所",
                "人が資料で探すときの場所（「1300行目」「一覧!C12」「3ページ 表1 5行目」）",
                null=True,
            ),
            "parameters": _text("値", "文に入れた値（JSON）"),
            "subject": _text("記載", "何についての指摘か（印刷されたとおり）"),
            "message": _text("内容", "何が見つかり、どう扱ったか"),
            "suggestion": _text("確かめること", "人が確かめることや直すこと。なければ空の文字"),
        },
    ),
    "municipalities": Table(
        "市区町村",
        "1行が1つの市区町村（1,741）または行政区（171）",
        {
            "code": _text("団体コード", "団体コード（5桁、JIS X 0402）"),
            "code6": _text("団体コード（6桁）", "検査数字の付いた団体コード"),
            "prefecture_code": _text("都道府県の団体コード", "NN000"),
            "prefecture": _text("都道府県", "都道府県の名前"),
            "name": _text("市区町村", "名前。都道府県や、行政区の市は付けない"),
            "kana": _KANA,
            "kind": _text("種類", "政令指定都市、市、町、村、行政区など", KINDS),
            "parent_code": _text("市の団体コード", "行政区であれば、その市", null=True),
            "lat": _LATITUDE,
            "lon": _LONGITUDE,
            "area_km2": _number("面積", "面積", "km²", null=True),
            "geometry": _shape("境界（EPSG:4326）。行政区は空"),
        },
        ("code",),
    ),
    "prefectures": Table(
        "都道府県",
        "1行が1つの都道府県",
        {
            "code": _text("団体コード", "NN000"),
            "name": _text("都道府県", "名前"),
            "kana": _KANA,
            "lat": _LATITUDE,
            "lon": _LONGITUDE,
            "n_municipalities": _count("市区町村数", "市区町村の数（行政区を除く）", "団体"),
            "geometry": _shape("境界（EPSG:4326）"),
        },
        ("code",),
    ),
    "agreements": Table(
        "協定",
        "1行が、連携元がそろって1つの団体や企業と結んだ協定",
        {
            "agreement_id": _text(
                "協定の番号", "名前と相手が同じであれば、作り直しても同じ番号（a と16進の12桁）"
            ),
            "source": _SOURCE,
            "name": _text("協定の種類", "資料での呼び方"),
            "partner_text": _text("相手", "団体や企業の、印刷された名前"),
            "kind": _text(
                "区分", "市町村の団体とのもの（regional）か、企業とのもの（company）か", AGREEMENT_KINDS
            ),
            "signed_on": _text("締結日", "ISO 形式の日付"),
            "stated_members": _count("構成自治体数（記載）", "印刷された数。企業では空", "団体", null=True),
            "enumerated_members": _count(
                "構成自治体数", "agreement_members で数えた数。企業では空", "団体", null=True
            ),
            "prefecture_code": _text(
                "都道府県の団体コード", "構成自治体が1つの都道府県のときだけ", null=True
            ),
            "summary": _text("概要", "取組み。1行に1つ", null=True),
            "source_line": _LINE,
        },
        ("agreement_id",),
    ),
    "agreement_members": Table(
        "協定の構成自治体",
        "1行が、広域連携協定の団体に入る1つの市町村",
        {
            "agreement_id": _text("協定の番号", "agreements の番号"),
            "code": _text("団体コード", "市町村の団体コード（5桁）"),
        },
        ("agreement_id", "code"),
    ),
    "partner_counts": Table(
        "公表された推移",
        "1行が、公表された表の1つの行の1つの年度",
        {
            "source": _SOURCE,
            "year": _count("年度", "年度", "西暦年"),
            "name": _text("行の名前", "印刷された行の名前"),
            "value": _count("数", "印刷された数。「―」なら空", "団体", null=True),
            "source_line": _LINE,
        },
        ("source", "year", "name"),
    ),
    "events": Table(
        "出来事",
        "1行が1つの出来事",
        {
            "event_id": _text(
                "出来事の番号", "日付と題が同じであれば、作り直しても同じ番号（e と16進の12桁）"
            ),
            "source": _SOURCE,
            "date_from": _text("始まり", "ISO 形式の日付。日が書かれていなければ YYYY-MM"),
            "date_to": _text("終わり", "ISO 形式の日付。1日だけのものは始まりと同じ"),
            "precision": _text("日付の細かさ", "日まで（day）、月まで（month）、期間（range）", PRECISIONS),
            "title": _text("題", "印刷された最初の段落"),
            "text": _text("本文", "印刷された段落のすべて。1行に1つ"),
            "codes": _list("団体コード", "文に名前のある市区町村、または催しを行う市区町村"),
            "bodies": _list("団体", "文に名前のある市町村の団体や企業"),
            "source_line": _LINE,
        },
        ("event_id",),
    ),
    "indicators": Table(
        "指標",
        "1行が、1つの自治体の1つの数（人口、面積など）。値のない自治体の行はない",
        {
            "source": _SOURCE,
            "code": _text("団体コード", "市区町村、行政区、または都道府県の団体コード（5桁）"),
            "indicator": _text("指標", "列の見出し。単位は除く"),
            "unit": _text("単位", "印刷された単位。なければ空の文字"),
            "value": _number("値", "印刷された数", "指標の単位"),
            "source_line": _LINE,
            "source_place": _text("場所", "人が探せる場所（「一覧!C12」「1300行目」）"),
        },
        ("source", "code", "indicator"),
    ),
    "changes": Table(
        "前の版との違い",
        "1行が、現行の版とその1つ前の版の違い1つ",
        {
            "series": _SERIES,
            "source_from": _text("前の資料", "前の版の資料の番号"),
            "source_to": _text("後の資料", "後の版の資料の番号"),
            "change": _text("違い", "何が変わったか", CHANGES),
            "origin_code": _ORIGIN,
            "project_from": _text("前の事業名", "前の版に印刷された事業名。始まった事業では空", null=True),
            "project_to": _text("後の事業名", "後の版に印刷された事業名。終わった事業では空", null=True),
            "project_id_from": _text("前の事業の番号", "前の版での事業の番号", null=True),
            "project_id_to": _text("後の事業の番号", "後の版での事業の番号", null=True),
            "partner_code": _text("相手先の団体コード", "加わった、またはなくなった相手", null=True),
            "partner": _text("相手先", "相手の名前", null=True),
            "before": _text("前", "前の版の書き方（年、分野、名前、相手）", null=True),
            "after": _text("後", "後の版の書き方", null=True),
            "place_from": _text("前の資料での場所", "前の版のどこに書かれているか", null=True),
            "place_to": _text("後の資料での場所", "後の版のどこに書かれているか", null=True),
            "basis": _text("同じとみた理由", "名前の違う事業を同じとみた理由", null=True),
        },
    ),
}

#: The tables that each earlier edition has of its own; its findings are those on all documents where it is in force.
OF_AN_EDITION = (
    "links",
    "projects",
    "mentions",
    "findings",
    "agreements",
    "agreement_members",
    "partner_counts",
    "events",
    "corrections",
    "indicators",
)

#: Column → pandas dtype, table by table.
TABLES: dict[str, dict[str, str]] = {
    name: {column: spec.dtype for column, spec in table.columns.items()} for name, table in SCHEMA.items()
}
