"""The number and the gap that the numeric detectors build on."""

GAP = r"(?:[ \t\u00a0\u2009\u202f]|\r?\n(?![ \t\r]*\n))"
"""One space, or the soft break of a wrapped line; never a blank line."""

START = r"(?<![\w/])(?<!\d[.,])"
"""Where a number may begin: not inside a word, a fraction or another number."""

NUMBER = r"\d++(?:[.,'’\u00a0\u202f]\d++)*+"
"""Digits with separators, in any country's style."""

RANGE = rf"{NUMBER}(?:{GAP}?[-–—]{GAP}?{NUMBER}|{GAP}to{GAP}{NUMBER})?"
"""A number, or two joined by a dash or "to"."""
