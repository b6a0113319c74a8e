"""Released models: what they are and how they run."""
