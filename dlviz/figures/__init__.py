"""Data to figures and composed pictures; no streamlit."""
