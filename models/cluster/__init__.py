"""A batch on many machines: workers of a Ray cluster, each with a model of its own.

The driver, on whose machine the command runs, alone writes the journal. Ray is imported nowhere
else, and here only once it is needed.
"""
