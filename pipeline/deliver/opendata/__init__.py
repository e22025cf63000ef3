"""The tables as they are handed to others: CSV and Parquet with a dictionary, a data package and a catalogue."""
