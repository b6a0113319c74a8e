#!/usr/bin/env bash
# The report, whole: runs/report.sh PICTURES [--scale tiny|cores|gpu] [--pictures N] [--out DIR] …
# All options: runs/report.sh --help. The story itself is in runs/report.py.
set -euo pipefail
root="$(cd "$(dirname "$0")/.." && pwd)"
# What make test installs is taken where nothing else is active.
command -v nurie > /dev/null || PATH="$root/.venv/bin:$PATH"
exec python "$root/runs/report.py" "$@"
