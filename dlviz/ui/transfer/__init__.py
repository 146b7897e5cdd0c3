"""The views of the page “transfer”."""
