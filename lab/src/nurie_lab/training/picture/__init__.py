"""The report's networks: line art becomes pixels."""
