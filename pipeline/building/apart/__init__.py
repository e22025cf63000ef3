"""One document apart from all others: read, geocoded and checked; in processes of their own, and remembered."""
