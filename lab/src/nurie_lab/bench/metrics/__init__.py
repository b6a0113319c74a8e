"""Figures of merit, each with its source: arrays in, numbers out."""
