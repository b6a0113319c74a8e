"""nurie colours line art."""

import sys
import types
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nurie.api import Colorizer, color  # noqa: TC004 (loaded late, by the package's class)

__all__ = ["Colorizer", "color"]
__version__ = "0.1.0"


class _Package(types.ModuleType):
    """The package itself: what it exports is loaded when it is first used.

    The verb ``nurie.color`` and the module ``nurie.color`` share a name. What is
    imported from ``nurie.color`` comes from the module; the attribute is the verb, whether the
    module was loaded or not.
    """

    @property
    def Colorizer(self) -> Any:  # noqa: N802 (it stands for a class)
        """See :class:`nurie.api.Colorizer`."""
        from nurie.api import Colorizer

        return Colorizer

    @property
    def color(self) -> Any:
        """See :func:`nurie.api.color`."""
        from nurie.api import color

        return color

    @color.setter
    def color(self, module: types.ModuleType) -> None:
        """Where Python binds the module of that name; :data:`sys.modules` has it already."""


sys.modules[__name__].__class__ = _Package
