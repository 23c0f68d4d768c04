"""Measurements, each against its floor in the same run: `make bench`."""
