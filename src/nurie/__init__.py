"""nurie colours line art."""

__version__ = "0.1.0"
