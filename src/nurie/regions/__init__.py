"""Sectors of a drawing: where they are, what they are like, which colour they take."""
