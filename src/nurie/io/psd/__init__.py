"""Photoshop documents: read with distrust, written, recoloured."""
