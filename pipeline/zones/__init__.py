"""Zones that a user brings: the area that one event hits, as a map or as a list of municipalities."""
