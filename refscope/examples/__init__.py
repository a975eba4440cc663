"""Leaks as people really write them, to learn on: each module here is a script to be run as a target."""
