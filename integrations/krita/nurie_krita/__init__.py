"""nurie in Krita: a docker that sends the line layer to ``nurie serve`` and puts layers back.

``files`` and ``server`` know neither Krita nor Qt; ``canvas`` reads and writes Krita's documents;
``docker`` is what a person sees.
"""

try:
    import krita as _krita
except ImportError:  # Outside of Krita only what needs no Krita can be used.
    _krita = None

if _krita is not None:
    from .docker import register

    register()
