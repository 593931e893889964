"""A batch with several workers, each a process with a model: of this machine, or of a Ray cluster.

The driver, on whose machine the command runs, alone writes the journal. Ray is imported nowhere
else, and here only once it is needed.
"""
