"""What every command shares.

Modules: ``exit`` (every way out becomes an exit code), ``output`` (columns and JSON), ``confirm`` (a yes before
deleting), ``completion`` (for the shell), ``fetch`` (a download with its progress).
"""
