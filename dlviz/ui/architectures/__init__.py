"""The views of the page “architectures”."""
