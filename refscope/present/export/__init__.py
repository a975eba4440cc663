"""Graphs, tables and charts as files that other programs open."""

from refscope.present.export.files import FORMATS, Renderer, export, format_of, whole_file, write_whole

__all__ = ["FORMATS", "Renderer", "export", "format_of", "whole_file", "write_whole"]
