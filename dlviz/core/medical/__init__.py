"""Judging a diagnosis: counts, curves, intervals, heads on a frozen base, and readers. NumPy."""
