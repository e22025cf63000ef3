"""What zones are read with."""

from __future__ import annotations

import pytest

from pipeline.intake.contents import Contents
from pipeline.reading.geocode import Geocoder
from pipeline.zones.bring import read_zone


@pytest.fixture(scope="session")
def contents():
    from geo.places.gazetteer import Gazetteer

    return Contents(Gazetteer.load())


@pytest.fixture(scope="session")
def read(dataset, contents):
    """``read(content, name)`` reads a zone."""
    geocoder = Geocoder(contents.gazetteer)

    def read_(content: bytes | str, name: str = "区域.csv"):
        data = content.encode() if isinstance(content, str) else content
        return read_zone(data, name, dataset.municipalities, contents, geocoder)

    return read_
