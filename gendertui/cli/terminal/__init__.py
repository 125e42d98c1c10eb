"""What every command shares.

Modules: ``exit`` (every way out becomes an exit code), ``wrapped`` (what a terminal gets of a line), ``live`` (rows
that are drawn in place), ``output`` (columns and JSON), ``confirm`` (a yes before deleting), ``completion`` (for the
shell), ``fetch`` (a download with its progress), ``reading`` (the flags that say how a corpus is to be read),
``split`` (the flag that names a split).
"""
