"""What a bundle is made of, read from the wheels themselves: name, version, licence, hash; as SBOM and as table."""

from __future__ import annotations

import csv
import hashlib
import io
import uuid
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from email.parser import Parser
from pathlib import Path

from pipeline.formulas import guarded

#: Licences as packages wrote them before there was one way to → as SPDX names them.
_SPDX = {
    "MIT License": "MIT",
    "The MIT License": "MIT",
    "3-Clause BSD License": "BSD-3-Clause",
    "BSD 3-Clause License": "BSD-3-Clause",
    "Apache License 2.0": "Apache-2.0",
    "Apache 2.0": "Apache-2.0",
    "PSFL": "PSF-2.0",
}
#: Longer ones are the text of a licence, not its name.
_LONGEST_NAME = 60
_UNKNOWN = "記載なし（配布元で確かめてください）"


@dataclass(frozen=True)
class Part:
    """One wheel."""

    name: str
    version: str
    #: SPDX expression, or the name that the package gives.
    licence: str
    summary: str
    file: str
    sha256: str
    size: int


def read_part(wheel: Path) -> Part:
    """What a wheel says of itself, and its hash and size (bytes)."""
    content = wheel.read_bytes()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        inside = next(name for name in names if name.count("/") == 1 and name.endswith(".dist-info/METADATA"))
        said = Parser().parsestr(archive.read(inside).decode("utf-8", "replace"), headersonly=True)
        texts = [
            archive.read(name).decode("utf-8", "replace")
            for name in names
            if ".dist-info/" in name
            and name.rpartition("/")[2].upper().startswith(("LICENSE", "LICENCE", "COPYING"))
        ]
    named = [said.get("License-Expression"), said.get("License")]
    named += [
        one.rpartition(" :: ")[2] for one in said.get_all("Classifier", []) if one.startswith("License ::")
    ]
    named += [next((line for line in text.splitlines() if line.strip()), "") for text in texts]
    return Part(
        str(said["Name"]),
        str(said["Version"]),
        next(filter(None, map(_licence, named)), _UNKNOWN),
        str(said.get("Summary") or "").strip(),
        wheel.name,
        hashlib.sha256(content).hexdigest(),
        len(content),
    )


def _licence(text: str | None) -> str:
    """A licence's name; "" where the text is none, but a whole licence or who holds the rights."""
    name = (text or "").strip().strip("=-# ")
    if not name or len(name) > _LONGEST_NAME or "\n" in name or name.lower().startswith("copyright"):
        return ""
    return _SPDX.get(name, name)


def table(parts: Iterable[Part]) -> bytes:
    """The parts as CSV for a spreadsheet: UTF-8 with its mark, CRLF."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(["部品", "版", "ライセンス", "概要", "ファイル", "大きさ（バイト）", "SHA-256"])
    for part in parts:
        cells = (part.name, part.version, part.licence, part.summary, part.file)
        writer.writerow([*map(guarded, cells), part.size, part.sha256])
    return out.getvalue().encode("utf-8-sig")


def sbom(product: Part, parts: list[Part], platform: str) -> bytes:
    """The parts as CycloneDX 1.6 (JSON), the same bytes for the same parts."""
    from cyclonedx.contrib.license.factories import LicenseFactory
    from cyclonedx.model import HashAlgorithm, HashType
    from cyclonedx.model.bom import Bom
    from cyclonedx.model.component import Component, ComponentType
    from cyclonedx.model.dependency import Dependency
    from cyclonedx.output.json import JsonV1Dot6
    from packageurl import PackageURL

    licences = LicenseFactory()

    def component(part: Part, kind: ComponentType) -> Component:
        return Component(
            type=kind,
            name=part.name,
            version=part.version,
            bom_ref=part.file,
            description=part.summary,
            licenses=[] if part.licence == _UNKNOWN else [licences.make_from_string(part.licence)],
            hashes=[HashType(alg=HashAlgorithm.SHA_256, content=part.sha256)],
            purl=PackageURL(
                "pypi",
                name=part.name.lower().replace("_", "-"),
                version=part.version,
                qualifiers={"file_name": part.file},
            ),
        )

    listed = [component(part, ComponentType.LIBRARY) for part in parts]
    whole = component(product, ComponentType.APPLICATION)
    # An identity and no time: who makes the same bundle again has the same file.
    identity = uuid.uuid5(
        uuid.NAMESPACE_OID, "\n".join([platform, *(one.sha256 for one in [product, *parts])])
    )
    made = Bom(
        components=listed,
        serial_number=identity,
        dependencies=[
            Dependency(whole.bom_ref, [Dependency(one.bom_ref) for one in listed]),
            *(Dependency(one.bom_ref) for one in listed),
        ],
    )
    made.metadata.component = whole
    made.metadata.timestamp = None  # type: ignore[assignment]  # the format lets it be missing
    return f"{JsonV1Dot6(made).output_as_string(indent=1)}\n".encode()
