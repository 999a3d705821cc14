"""The library of components."""
