"""Pages set by Typst: sheets and maps as data in, tagged PDF (or a picture of it) out.

No network and no font of the machine is used; every text reaches a template as data and stays text, whatever it says.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import matplotlib_fontja
import typst
from matplotlib import font_manager

from geo.draw.print.lettering import FAMILIES


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    paths = (matplotlib_fontja.get_font_ttf_path(), font_manager.findfont(FAMILIES[1]))
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(Path(path).parent) for path in paths],
    )


#: Typst keeps what it has laid out for so many runs, in case it is asked for the same: of some pages 50 MB each.
_KEPT = 10


def _forget() -> None:
    """Let go of what is kept of pages, by runs that lay out nothing: a server would hold half a gigabyte of it."""
    for _ in range(_KEPT + 1):
        typst.compile(b"", font_paths=_fonts(), format="svg")


class Setter:
    """A template with its data, each under the name by which the template asks for it."""

    def __init__(self, template: str, data: Mapping[str, object]):
        path = Path(__file__).with_name(template)
        inputs = {name: json.dumps(value, ensure_ascii=False) for name, value in data.items()}
        self._compiler = typst.Compiler(
            str(path), root=str(path.parent), font_paths=_fonts(), sys_inputs=inputs
        )

    def said(self, label: str) -> list:
        """What the template says of itself under a label."""
        return json.loads(self._compiler.query(f"<{label}>", field="value"))

    def pdf(self, day: datetime) -> bytes:
        """The pages as PDF/UA-1: tagged, with title and language, fonts embedded; ``day`` makes the bytes the same."""
        content = self._compiler.compile(format="pdf", pdf_standards="ua-1", timestamp=day)
        _forget()
        assert isinstance(content, bytes)
        return content

    def picture(self, dpi: float) -> bytes:
        """The first page as PNG."""
        content = self._compiler.compile(format="png", ppi=dpi)
        _forget()
        first = content[0] if isinstance(content, list) else content
        assert first is not None
        return first
