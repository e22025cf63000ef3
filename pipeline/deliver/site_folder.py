"""The folder of a published site while it is written anew: what has not changed is taken over from the earlier one."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class SiteFolder:
    """A new folder, and the earlier one that it will replace, which stays as it is.

    A file that is the same as before is a further name of the file that is there: nothing is written, its day stays, and
    what copies a site to a server has nothing to do. The result is the same, byte by byte, as without an earlier site.

    Parameters
    ----------
    new : empty, to fill
    old : the earlier site; it need not exist
    """

    new: Path
    old: Path

    def write(self, path: str, content: bytes) -> bool:
        """Put a file in place; whether it is another than before."""
        target = self.new / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if self._same(path, content):
            _take_over(self.old / path, target)
            return False
        target.write_bytes(content)
        return True

    def settle(self, path: str) -> bool:
        """The same for a file that something else has written into the new folder."""
        target = self.new / path
        if not self._same(path, target.read_bytes()):
            return True
        target.unlink()
        _take_over(self.old / path, target)
        return False

    def _same(self, path: str, content: bytes) -> bool:
        before = self.old / path
        try:
            return (
                not before.is_symlink()
                and os.access(before, os.W_OK)
                and before.stat().st_size == len(content)
                and before.read_bytes() == content
            )
        except OSError:
            return False


def _take_over(before: Path, target: Path) -> None:
    try:
        os.link(before, target)
    except OSError:
        # Not every disk gives a file a second name.
        shutil.copy2(before, target)
