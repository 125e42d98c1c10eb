"""What tests are made of: small corpora, models, runs and reports with fixed figures, and real processes.

Everything is written with the program's own writers, invented for the tests, and the same on every machine. A test file
imports from here, never from another test file.
"""
