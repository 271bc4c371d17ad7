"""Trains a PyTorch model from one data file and one JSON job. Knows nothing of the platform around it."""

VERSION = "0.1.0"
