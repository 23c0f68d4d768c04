"""Hearing and speaking without a network: a recogniser that knows the menu, and a voice."""
