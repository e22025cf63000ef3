"""From a mention to places, each with the method, the confidence and the reason in Japanese."""

from pipeline.reading.geocode.answer import Answer
from pipeline.reading.geocode.decisions import NOT_A_MUNICIPALITY, Decision, load_decisions
from pipeline.reading.geocode.geocoder import Geocoder, geocode_lines

__all__ = ["NOT_A_MUNICIPALITY", "Answer", "Decision", "Geocoder", "geocode_lines", "load_decisions"]
