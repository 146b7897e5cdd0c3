"""A package, so that two layers may each have a test_training.py."""
