"""Pack the plug-in as a ZIP, to be unpacked into GIMP's folder of plug-ins.

python integrations/gimp/pack.py [nurie-gimp.zip]
"""

import sys
import zipfile
from pathlib import Path

FOLDER = Path(__file__).parent
SHARED = FOLDER.parent / "krita" / "nurie_krita"
PACKAGE = '"""Asks nurie serve; the same as in the Krita plug-in."""\n'


def pack(target: Path) -> None:
    """Write the ZIP; the same files give the same bytes."""
    with zipfile.ZipFile(target, "w") as archive:
        _write(archive, "nurie/nurie.py", (FOLDER / "nurie" / "nurie.py").read_bytes())
        _write(archive, "nurie/nurie_server/__init__.py", PACKAGE.encode())
        for name in ("files.py", "server.py"):
            _write(archive, f"nurie/nurie_server/{name}", (SHARED / name).read_bytes())


def _write(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    # GIMP starts nothing that may not be executed.
    entry.external_attr = 0o755 << 16
    archive.writestr(entry, data, zipfile.ZIP_DEFLATED)


if __name__ == "__main__":
    pack(Path(sys.argv[1] if len(sys.argv) > 1 else "nurie-gimp.zip"))
