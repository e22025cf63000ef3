"""Wheels made up for the tests of bundles."""

from __future__ import annotations

import zipfile
from pathlib import Path


def make_wheel(
    folder: Path,
    name: str,
    version: str,
    content: dict[str, str],
    *,
    licence: str = "",
    old: str = "",
    classifier: str = "",
    tag: str = "py3-none-any",
) -> Path:
    """A wheel with these files; ``licence`` is its SPDX expression, ``old`` what stood in packages before."""
    plain = name.replace("-", "_")
    said = [f"Metadata-Version: 2.4\nName: {name}\nVersion: {version}\nSummary: {name} of the tests"]
    said += [f"License-Expression: {licence}"] * bool(licence) + [f"License: {old}"] * bool(old)
    said += [f"Classifier: {classifier}"] * bool(classifier)
    info = f"{plain}-{version}.dist-info"
    inside = {**content, f"{info}/METADATA": "\n".join(said) + "\n", f"{info}/WHEEL": f"Tag: {tag}\n"}
    inside[f"{info}/RECORD"] = "".join(f"{one},,\n" for one in [*inside, f"{info}/RECORD"])
    path = folder / f"{plain}-{version}-{tag}.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for one, text in inside.items():
            archive.writestr(zipfile.ZipInfo(one), text)
    return path
