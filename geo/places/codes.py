"""Codes of Japanese local governments (全国地方公共団体コード, JIS X 0401 and JIS X 0402).

A code has five digits: two for the prefecture (JIS X 0401) and three for the municipality or ward
(JIS X 0402). Published lists often print a sixth, the check digit. A prefecture as a whole is NN000.
Codes are strings: as numbers they would lose the zero that Hokkaido to Tochigi begin with.
"""

from __future__ import annotations

# fmt: off
_NAMES = [
    "北海道", "青森県", "岩手県", "宮城県", "秋田県", "山形県", "福島県", "茨城県",
    "栃木県", "群馬県", "埼玉県", "千葉県", "東京都", "神奈川県", "新潟県", "富山県",
    "石川県", "福井県", "山梨県", "長野県", "岐阜県", "静岡県", "愛知県", "三重県",
    "滋賀県", "京都府", "大阪府", "兵庫県", "奈良県", "和歌山県", "鳥取県", "島根県",
    "岡山県", "広島県", "山口県", "徳島県", "香川県", "愛媛県", "高知県", "福岡県",
    "佐賀県", "長崎県", "熊本県", "大分県", "宮崎県", "鹿児島県", "沖縄県",
]
# fmt: on

#: Two-digit prefecture code → name, in code order.
PREFECTURES: dict[str, str] = {f"{number:02}": name for number, name in enumerate(_NAMES, start=1)}

#: Region → its two-digit prefecture codes, the usual eight with 北海道 and 東北 as one.
REGIONS: dict[str, tuple[str, ...]] = {
    region: tuple(f"{number:02}" for number in range(first, last + 1))
    for region, first, last in (
        ("北海道・東北", 1, 7),
        ("関東", 8, 14),
        ("中部", 15, 23),
        ("近畿", 24, 30),
        ("中国", 31, 35),
        ("四国", 36, 39),
        ("九州・沖縄", 40, 47),
    )
}

_WEIGHTS = (6, 5, 4, 3, 2)


def short_name(prefecture: str) -> str:
    """A prefecture's name as maps and tables write it where the rest goes without saying.

    >>> short_name("埼玉県"), short_name("北海道")
    ('埼玉', '北海道')
    """
    return prefecture[:-1] if prefecture[-1:] in ("都", "府", "県") else prefecture


def _require(code: str, length: int) -> None:
    """Raise ValueError unless `code` is `length` ASCII digits that begin with a prefecture, 01–47."""
    if not (isinstance(code, str) and len(code) == length and code.isascii() and code.isdigit()):
        raise ValueError(f"団体コードは半角数字{length}桁です: {code!r}")
    if code[:2] not in PREFECTURES:
        raise ValueError(f"団体コードの最初の2桁が都道府県（01〜47）ではありません: {code!r}")


def check_digit(code5: str) -> str:
    """Check digit of a five-digit code.

    JIS X 0402, modulus 11: weights 6, 5, 4, 3, 2 from the left; the check digit is the last digit of
    11 minus the remainder of the weighted sum divided by 11.

    Parameters
    ----------
    code5 : str
        Five digits, for example ``"13112"``.

    Returns
    -------
    str
        One digit.

    Raises
    ------
    ValueError
        When `code5` is not five ASCII digits or names no prefecture.

    Notes
    -----
    Remainders 0 and 10 both give the digit 1, so a wrong digit that moves the sum from one of them to
    the other goes unseen. Every other wrong single digit is caught.

    Examples
    --------
    >>> check_digit("13112")
    '1'
    """
    _require(code5, 5)
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, code5, strict=True))
    return str((11 - total % 11) % 10)


def to_code6(code5: str) -> str:
    """Append the check digit to a five-digit code; ValueError as `check_digit`.

    >>> to_code6("01100")
    '011002'
    """
    return code5 + check_digit(code5)


def from_code6(code6: str) -> str:
    """Five-digit code of a six-digit one whose check digit holds.

    Raises
    ------
    ValueError
        When `code6` is not six ASCII digits, names no prefecture, or its check digit does not hold.

    Examples
    --------
    >>> from_code6("131124")
    Traceback (most recent call last):
    ValueError: 団体コードの検査数字が合いません: '131124'（正しくは131121）
    """
    _require(code6, 6)
    code5 = code6[:5]
    if code6[5] != check_digit(code5):
        raise ValueError(f"団体コードの検査数字が合いません: {code6!r}（正しくは{to_code6(code5)}）")
    return code5


def lettered(code: str) -> str:
    """A code with its check digit behind a letter, so that no program takes it for a number and drops its noughts.

    What is no five-digit code, as a document may print it, stands behind the letter as it is.

    >>> lettered("01100"), lettered("13000"), lettered("011002"), lettered("不明")
    ('c011002', 'c130001', 'c011002', 'c不明')
    """
    try:
        return f"c{to_code6(code)}"
    except ValueError:
        return f"c{code}"


def prefecture_code(code: str) -> str:
    """Code NN000 of the prefecture that a five-digit code lies in; ValueError for anything else.

    >>> prefecture_code("13112")
    '13000'
    """
    _require(code, 5)
    return code[:2] + "000"


def is_special_ward(code: str) -> bool:
    """Whether a five-digit code is one of Tokyo's 23 special wards (特別区, 13101–13123)."""
    return len(code) == 5 and "13101" <= code <= "13123"
