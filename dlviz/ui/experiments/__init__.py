"""The views of the page “experiments”."""
