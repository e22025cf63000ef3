"""Where the origins lie, as the button of a map shows it."""

from __future__ import annotations

from geo.insight.surroundings import surroundings


def test_the_surroundings_of_the_wards_hold_every_ward_and_stay_near(dataset):
    ((name, ((south, west), (north, east))),) = surroundings(dataset).items()
    assert name == "東京"
    assert dataset.origins.lat.between(south, north).all()
    assert dataset.origins.lon.between(west, east).all()
    assert north - south < 1
    assert east - west < 2
