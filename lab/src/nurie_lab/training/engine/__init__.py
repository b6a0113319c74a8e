"""One engine for all that is trained: loop, progress, averages, exact resume, several processes."""
