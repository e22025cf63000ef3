"""Polygons for maps: a clean coverage of rough areas, its files for tables and browser, a user's own file."""
