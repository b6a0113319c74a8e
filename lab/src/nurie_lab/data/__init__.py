"""Pictures become training examples; no torch here."""
