"""Runs of other machines.

Modules: ``ssh`` (runs this program there), ``protocol`` (the lines that it prints there), ``serve`` (prints them),
``link`` (reads them, across cuts), ``runs`` (lists, follows and asks runs there),
``models`` (fetches theirs).
"""
