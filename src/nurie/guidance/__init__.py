"""What a person requests, as arrays: hints, palettes, references, histograms."""
