"""Charts drawn in terminal cells, without Textual and without a library.

Modules: ``series`` (what is drawn), ``scale`` (which value stands where, and its ticks), ``raster`` (dots of braille),
``picture`` (series, axes and all, as cells), ``parallel`` (the same of many dimensions, with an axis each).
"""
