"""The map of a view as SVG."""

from functools import partial

from pipeline.deliver import picture

write = partial(picture.write, kind="svg")
