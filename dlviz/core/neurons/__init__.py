"""What one neuron can do, and what a row of layers does to a signal. NumPy only."""
