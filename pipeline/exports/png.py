"""The map of a view as PNG."""

from functools import partial

from pipeline.exports import picture

write = partial(picture.write, kind="png")
