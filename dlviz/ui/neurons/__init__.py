"""The views of the page “neurons”."""
