"""The files of a batch: canned responses in, replies back where they came from, all else untouched."""

from drafting.batch.files.batch_input import BatchInput, Problem
from drafting.batch.files.opening import open_input

__all__ = ["BatchInput", "Problem", "open_input"]
