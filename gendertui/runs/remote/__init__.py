"""Runs of other machines.

Modules: ``ssh`` (runs this program there).
"""
