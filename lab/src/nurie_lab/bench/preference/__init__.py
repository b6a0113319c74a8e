"""Blind pairs: which of two colourings people prefer."""
