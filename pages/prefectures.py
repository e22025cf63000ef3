"""都道府県別."""

from pages.shared import shell

view = shell.view()
