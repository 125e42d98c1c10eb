"""A model as an ONNX graph, made from its weights alone: neither torch nor its exporter is needed.

The package onnx (extra ``onnx``) is imported here only. Modules: ``export`` (the files), ``networks`` (the graph of
each network), ``layers`` (what they share), ``graph`` (nodes as they are added).
"""
