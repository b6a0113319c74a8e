"""Drawings made by program, with the truth: characters, animals, things, scenes, pages."""
