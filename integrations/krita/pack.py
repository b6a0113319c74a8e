"""Pack the plug-in as the ZIP that Krita imports.

    python integrations/krita/pack.py [nurie-krita.zip]

In Krita: Tools › Scripts › Import Python Plugin from File…
"""

import sys
import zipfile
from pathlib import Path

FOLDER = Path(__file__).parent
NAME = "nurie_krita"


def pack(target: Path) -> None:
    """Write the ZIP; the same files give the same bytes."""
    inside = [p for p in (FOLDER / NAME).iterdir() if p.suffix in (".py", ".html")]
    with zipfile.ZipFile(target, "w") as archive:
        # Krita's importer looks for the folder itself.
        archive.writestr(_entry(f"{NAME}/"), b"")
        for path in (FOLDER / f"{NAME}.desktop", *sorted(inside)):
            name = path.relative_to(FOLDER).as_posix()
            archive.writestr(_entry(name), path.read_bytes(), zipfile.ZIP_DEFLATED)


def _entry(name: str) -> zipfile.ZipInfo:
    return zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))


if __name__ == "__main__":
    pack(Path(sys.argv[1] if len(sys.argv) > 1 else "nurie-krita.zip"))
