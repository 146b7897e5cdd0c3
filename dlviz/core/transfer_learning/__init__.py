"""A trained base with a new head: frozen first, then its last block goes on learning."""
