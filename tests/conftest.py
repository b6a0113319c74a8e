"""Hypothesis without deadlines: a busy machine is no fault; the same examples every time."""

from hypothesis import settings

settings.register_profile("nurie", deadline=None, derandomize=True, max_examples=60)
settings.load_profile("nurie")
