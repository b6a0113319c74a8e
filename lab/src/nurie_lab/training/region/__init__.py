"""The region model: regions of a drawing become colours."""
