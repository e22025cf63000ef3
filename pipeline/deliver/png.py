"""The map of a view as PNG."""

from functools import partial

from pipeline.deliver import picture

write = partial(picture.write, kind="png")
