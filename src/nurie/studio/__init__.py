"""The studio: a page and an HTTP API; the browser owns strokes, the server is a function."""
