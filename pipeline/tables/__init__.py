"""A user's own table of any length, read, geocoded and written a piece at a time."""
