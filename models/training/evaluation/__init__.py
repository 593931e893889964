"""What `make evaluate` measures, and how: one module for each thing that is counted.

`cases` are rewritten in `columns` (models and baselines), each outcome is a `records` line, `counting`
makes numbers of it, `figures` sums them up with intervals from `bootstrap`, and `table` and `page`
show them. Nothing here is used by the program itself.
"""
