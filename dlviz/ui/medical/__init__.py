"""The views of the page “medical”."""
