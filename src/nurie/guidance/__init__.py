"""What a person asks for, as arrays: hints and palettes."""
