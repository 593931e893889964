"""Rewrite all canned responses of a team: files in, files and a report out, nothing lost."""
