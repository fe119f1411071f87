"""The command line: one file a verb, each a thin way into the rooms below it."""

from NEMOPETLib.command_line.main import main

__all__ = ["main"]
