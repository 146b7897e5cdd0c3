"""The only place in dlviz that imports streamlit."""
