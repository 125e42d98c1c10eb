"""Find rows of a corpus: those that a query describes, in an order, and those around one.

Modules: ``fields`` (what a query may name), ``terms`` (a query's parts), ``filter``, ``coded`` (columns of few values),
``order``, ``neighbours``.
"""
