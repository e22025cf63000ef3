"""Sizes of a picture in dots."""

#: What a picture has that nobody chose the size of: a wide screen.
USUAL = (1920, 1080)

#: What can be chosen: less cannot be read, more is too much for the memory of an office PC.
SMALLEST, LARGEST = 300, 8000

#: Dots an inch: a picture of 1920 dots is as wide as 10 inches of paper, and its text as large as there.
DPI = 192
