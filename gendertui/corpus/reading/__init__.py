"""How a file is read: what a person asks for, what is found out, and what is decided.

Modules: ``options`` (what was asked for), ``decision`` (one thing decided, with runners-up), ``reading`` (all of them),
``question`` (what only a person can decide), ``records`` (what a reader gives),
``applicable`` (what a format leaves no choice about), ``profile`` (what a column holds),
``columns`` (which column is what), ``column_names`` (usual ones), ``labels`` (from values to two labels),
``label_choice`` (a person's, while it is made), ``remembered`` (per file), ``stream`` (records to the table on disk),
``texts`` (their texts alone, row by row).
"""
