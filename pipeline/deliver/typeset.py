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


class Setter:
    """A template with its data: what is asked of it first need not be laid out again for the file."""

    def __init__(self, template: str, data: Mapping[str, object]):
        path = Path(__file__).with_name(template)
        self._inputs = {name: json.dumps(value, ensure_ascii=False) for name, value in data.items()}
        self._compiler = typst.Compiler(
            str(path), root=str(path.parent), font_paths=_fonts(), sys_inputs=self._inputs
        )

    def said(self, label: str) -> list[dict]:
        """What the template says of itself under a label."""
        return json.loads(self._compiler.query(f"<{label}>", field="value"))

    def pdf(self, day: datetime, **more: object) -> bytes:
        """The pages as PDF/UA-1: tagged, with title and language, fonts embedded; ``day`` makes the bytes the same."""
        content = self._compiler.compile(
            format="pdf", pdf_standards="ua-1", timestamp=day, sys_inputs=self._with(more)
        )
        assert isinstance(content, bytes)
        return content

    def pictures(self, dpi: float, **more: object) -> list[bytes]:
        """The pages as PNG."""
        content = self._compiler.compile(format="png", ppi=dpi, sys_inputs=self._with(more))
        assert content is not None
        return content if isinstance(content, list) else [content]

    def _with(self, more: Mapping[str, object]) -> dict[str, str]:
        return self._inputs | {name: json.dumps(value, ensure_ascii=False) for name, value in more.items()}
