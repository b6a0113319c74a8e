"""The walk of one drawing, pure: arrays in, arrays out; models are parameters."""
