"""The judge: tasks with known truth, systems side by side, scores with intervals."""
