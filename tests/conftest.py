"""What holds for all tests: hypothesis never judges by the clock, since machines here are noisy."""

from hypothesis import settings

settings.register_profile("drafting", deadline=None)
settings.load_profile("drafting")
