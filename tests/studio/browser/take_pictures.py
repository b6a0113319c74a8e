"""Take the documentation's screenshots of the studio anew, from the stories that are tests.

    python tests/studio/browser/take_pictures.py [-k film]

What pytest takes is taken. Pictures that no page shows are left in out/pictures, to be looked at.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[2]


def main(arguments: list[str]) -> int:
    """Tell the stories, then keep those pictures that the documentation has."""
    taken, kept = ROOT / "out" / "pictures", ROOT / "docs" / "pictures"
    command = [sys.executable, "-m", "pytest", str(HERE), "-q", *arguments]
    code = subprocess.run(
        command, check=False, cwd=ROOT, env={**os.environ, "NURIE_STORY_PICTURES": str(taken)}
    ).returncode
    for picture in sorted(taken.glob("studio-*.png")):
        if (kept / picture.name).is_file():
            shutil.copy(picture, kept)
            print(f"{picture.name} is in docs/pictures")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
