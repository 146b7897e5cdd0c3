"""Where training happens: one executor contract, threads by default; no streamlit."""
