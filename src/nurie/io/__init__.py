"""The only door for files: pictures, layered documents, palettes and hints.

Everything that is written goes through :func:`nurie.io.files.replacing`, so that no file is ever
half-written; everything that is read is checked from its header before it is decoded. A file that
cannot be read is an ``InputError``, a target that cannot be written, or that exists where ``force``
is not given, an ``OutputError``.
"""
