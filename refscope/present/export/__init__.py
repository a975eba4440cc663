"""Graphs, tables and charts as files that other programs open."""
