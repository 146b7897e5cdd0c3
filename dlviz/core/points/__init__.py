"""Small dense networks on points of the plane, with gradients written out by hand. NumPy only."""
