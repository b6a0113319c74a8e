"""Layered documents of any program: their tree, the drawing in them, their flats."""
