"""OpenRaster documents: read with distrust, written, recoloured."""
