#!/usr/bin/env bash
# The report, whole: runs/report.sh PICTURES [--minutes M] [--out DIR] [--jobs N] [--full]
#
# PICTURES is a folder of pictures, those of one source in one subfolder, or of shards that
# nurie data prepare made. Trains every network of lab/docs/reproduction.md, exports each, draws the
# figures and writes the tables. What is done already is kept, so that it can be called again.
#
#   --minutes M  time for training, in all (default 120, with --full as long as it takes)
#   --jobs N     networks trained at once (default 2); the cores are shared among them
#   --full       the report's own scale: 256 pixels, all channels, 70 epochs, for a GPU; without it
#                pictures have 64 pixels (the colour predictor 128) and networks half the channels
set -euo pipefail
root="$(cd "$(dirname "$0")/.." && pwd)"
presets="$root/configs"
# What make test installs is taken where nothing else is active.
command -v nurie > /dev/null || PATH="$root/.venv/bin:$PATH"
minutes= out=runs/report jobs=2 full=no pictures=
while [ $# -gt 0 ]; do
  case "$1" in
    --minutes) minutes="$2"; shift 2 ;;
    --out) out="$2"; shift 2 ;;
    --jobs) jobs="$2"; shift 2 ;;
    --full) full=yes; shift ;;
    -*) echo "runs/report.sh knows no $1; it has --minutes, --out, --jobs and --full." >&2; exit 2 ;;
    *) pictures="$1"; shift ;;
  esac
done
[ -d "$pictures" ] || { echo "Give a folder of pictures or of shards: runs/report.sh PICTURES" >&2; exit 2; }
[ $full = yes ] || minutes="${minutes:-120}"
mkdir -p "$out/runs"

# 1. Shards: a fifth of the sources is kept to validate.
size=160; [ $full = yes ] && size=320
shards="$pictures"
if ! compgen -G "$pictures/train-*.tar" > /dev/null; then
  shards="$out/shards"
  nurie data folder "$pictures" --output "$out/pictures.jsonl" --force
  nurie data prepare "$out/pictures.jsonl" --out "$shards" --size $size --no-ink --val-share 0.2
fi

# 2. The networks: name, share of the time, preset, settings that differ from it.
# The σ of 2.5 pixels is of pictures of 256: smaller ones have as much less.
small="size=64 width=32 sigma=1.0 batch=16 sheet_minutes=5"
middle="size=128 width=32 divide=1 sigma=1.5 batch=8 sheet_minutes=5"
[ $full = yes ] && small="sheet_minutes=10" middle="sheet_minutes=10"
networks="color-gan 5 color-gan $middle patches=10 filled=0.1
gan 1.2 gan $small
gan-noise 1.2 gan-noise $small
cnn 1 cnn $small
wgan 1 wgan $small
wgan-gp 1 wgan-gp $small
hint-gan 1.2 hint-gan $middle
multimodal 1 multimodal $small
pix2pix 1.2 pix2pix $small batch=1
smoothing 0.7 gan $small smooth=0.9
matching 0.7 gan $small matching=1.0
minibatch 0.7 gan $small kernels=32
averaging 0.7 gan $small history=1e-3
improved 0.9 improved $small"
total="$(awk '{ sum += $2 } END { print sum }' <<< "$networks")"

one() {  # one network, from start to export
  read -r name share preset settings <<< "$1"
  limit=()
  [ -z "$minutes" ] || limit=(--minutes "$(awk "BEGIN { print $minutes * $jobs * $share / $total }")")
  [ ! -e "$out/runs/$name/model/$name.json" ] || return 0
  # shellcheck disable=SC2086
  nurie train "$presets/$preset.toml" --data "$shards" --out "$out/runs/$name" "${limit[@]}" \
    $(printf -- '--set %s ' $settings) --quiet
  nurie export "$out/runs/$name" --out "$out/runs/$name/model" --name "$name" --force
}
export -f one
export minutes jobs total presets shards out
cores="$(getconf _NPROCESSORS_ONLN)"
export OMP_NUM_THREADS="${OMP_NUM_THREADS:-$(( cores > jobs ? cores / jobs : 1 ))}"
tr '\n' '\0' <<< "$networks" | xargs -0 -I{} -P "$jobs" bash -c '[ -z "{}" ] || one "{}"'

# 3. Figure 4, the two predictors as one model, and the figures and tables.
nurie export "$out/runs/color-gan" --hints "$out/runs/hint-gan" --out "$out/tandem" --name tandem --force
nurie figures "$out"/runs/* --data "$shards" --out "$out/figures" --force
echo "$out/figures"
