"""Rows of fields: separated by comma, tab, semicolon or bar, quoted or not, with a header or without.

Modules: ``reader`` (the format's record points here), ``sample`` (the first rows under one reading), ``dialect`` (which
reading is right), ``quoting`` (whether quotation marks enclose fields), ``header`` (whether the first row names
columns), ``preamble`` (lines before the rows), ``escapes`` (quotation marks behind backslashes), ``records`` (fields to
batches), ``quoted_rows`` (rows that a quotation mark may hold together), ``well_formed`` (rows that are right, fast).
"""
