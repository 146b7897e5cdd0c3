"""The views of the page “tasks”."""
