"""What each task measures, as the report says it."""

ABOUT = {
    "regions": (
        "Which paper belongs together, whatever its colour. A region is a connected piece of "
        "a part between the closed lines, over 10 pixels. IoU: mean over true regions of the "
        "best one; boundary F within 3 pixels; leaks: share of regions whose found region "
        "also holds a tenth of another; splits: share that fell into several. `gap N`: six "
        "openings of N pixels; `soft`, `thick`, `noise`, `pale` and the colour are of the "
        "lines. Systems that tell no regions are read off their colours."
    ),
    "flats": (
        "Every segment over 10 pixels, paper too, is given its colour by one dot. Right is "
        "what is exactly that colour, as DACoN's code counts it."
    ),
    "hints": (
        "The largest mistakes are corrected by dots, a twentieth of them at a time, until "
        "each segment is within ΔE2000 10. Hints are given as a share of the segments; a goal "
        "never reached counts as 1. `auc`: area under the curve over the "
        "scribbles of the independent judge `hintauc` (geodesic), `auc dots` over its dots, means "
        "over pictures."
    ),
    "automatic": (
        "Nothing is asked. The original is one of many right answers: a low ΔE is welcome, a high "
        "one need not be ugly. ΔE2000 over true segments that are not paper, by the root of their "
        "area; right: within 10; colourful: against the original's (Hasler, Süsstrunk); paper "
        "kept: share of the area of true paper left white; paper regions kept: share of its "
        "regions, small as large. Perceptual and Fréchet distance are of whole pictures, 256 "
        "pixels a side, with the original's clean lines over both. Perceptual: how unlike people "
        "would call two pictures, learnt from what they said of damaged photographs "
        "(shift-tolerant LPIPS, Ghildyal, Liu 2022). Fréchet (Heusel et al. 2017): how far the "
        "whole set is from the set of the originals. Few pictures make such a distance of many "
        "features large by itself, so it is of few: the 64 of the network's first stage, colours "
        "and edges, in 16 places of each picture. Its interval is a jackknife over pictures; "
        "compare it within a condition, never with figures of other networks, layers or numbers "
        "of pictures."
    ),
    "palette": (
        "The original's colours are given, not where they belong. Obeyed: share of coloured "
        "pixels of a colour in the palette; EMD: earth mover's distance of the colours' "
        "shares, Lab."
    ),
    "reference": (
        "A coloured frame of a film is given, a later one is to be coloured. Right is exactly "
        "the colour that the segment has in the film."
    ),
    "doubt": (
        "How far confidence can be trusted, over the regions of all pictures: ECE in ten "
        "bins; AURC: mean risk over all coverages; risk: share more than ΔE2000 10 from the "
        "original, of all regions and of the surer half. Where many answers are right, being "
        "sure of one is hard."
    ),
    "diversity": (
        "Four answers to one drawing: mean ΔE2000 between them over the coloured area, and "
        "how near the first and the best come to the original."
    ),
    "promise": (
        "Whether `nurie verify` proves the file that was written: the lines are the "
        "drawing's, flats are flat."
    ),
}
"""What each task measures."""

HOW = """\
## How to run it

```sh
pip install 'nurie-lab[bench]'
python -m venv judge && judge/bin/pip install hintauc
pip install 'nurie-lab' && pip install --no-deps stlpips-pytorch==0.0.2 && nurie export metric
npm install --prefix out/bench/pictures @iconify-json/streamline-stickies-color@1.2.2
nurie evaluate configs/bench/public.toml -o out/bench --hintauc judge/bin/python
```

Every result is kept: a run that was broken off goes on where it stopped, and only what changed
(weights, colouring code, the judge, a picture) is done again. `--pictures 2` rehearses. The
drawings are made by program from seeds of their own; *as published* says whether they are, byte for
byte, those of the hashes beside the bench (another version of numpy or OpenCV may draw a pixel
otherwise). Local pairs join by `--extra` and never enter the comparisons. The second line is for
the independent judge of hints, the third for the perceptual network, the fourth for the pictures of
a package; what is missing is not measured, or left out. The colours of automatic answers are kept,
so that they can be looked at later.

Any program can take part. Add to the bench:

```toml
[[systems]]
name = "mine"
kind = "command"
command = "mine --in {sketch} --hints {hints} --out {out}"
```

`{sketch}` and `{out}` are PNG files, `{hints}` a transparent PNG with discs of colour, `{palette}`
a list of hex colours, `{reference}` a coloured PNG; naming one enters the tasks that need it. A
command is started anew for each picture, and its seconds say so. `kind = "python"` with `function =
"module:function"` is a function that takes a `nurie_lab.bench.wishes.Wish` and gives an `Answer`.
Colours are read off a picture where the drawing is white paper; systems that keep their fills apart
from the lines (nurie, G'MIC's layer of colours, the baselines) are read there; the judge lays the
lines over G'MIC's colours and the baselines', so *lines kept* says nothing of files of theirs.
"""
"""How others run the bench, and take part."""
