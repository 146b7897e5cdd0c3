"""Boxes: how two of them overlap, how many become one, and how good a detector's are."""
