"""The command line: parse, call one verb, show what it returns."""

from auscult.cli.app import main

__all__ = ["main"]
