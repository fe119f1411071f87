"""The folder in which studies arrive: inside that of the studies, so on its disk, and no study is looked for in it."""

from __future__ import annotations

INCOMING = ".nemopet-incoming"
