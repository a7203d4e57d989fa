"""What holds for all tests."""

from hypothesis import settings

settings.register_profile("paraph", deadline=None)  # how long an example takes says nothing about whether it holds
settings.load_profile("paraph")
