"""What is timed, each in a process of its own: ours, and others that write a whole reply.

A file here is run as a script by the Python of its own virtual environment, so those of the rivals
import nothing of this project but `protocol`, which lies beside them.
"""
