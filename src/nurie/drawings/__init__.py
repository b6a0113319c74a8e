"""Drawings made by program, with the truth about them: characters, animals, things, scenes, pages."""
