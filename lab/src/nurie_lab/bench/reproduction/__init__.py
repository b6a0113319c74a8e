"""The report's figures, scores and claims, from trained runs."""
