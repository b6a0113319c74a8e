"""The command line: one file for each group of verbs. Every verb imports its room when it runs."""
