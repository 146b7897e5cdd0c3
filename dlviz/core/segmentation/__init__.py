"""A class for every pixel: the net, and what its masks are worth."""
