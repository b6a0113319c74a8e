"""The only door for files: pictures, layered documents, palettes and hints.

Everything that is written goes through :func:`nurie.io.files.replacing`, so that no file is ever
half-written; everything that is read is checked from its header before it is decoded.
"""
