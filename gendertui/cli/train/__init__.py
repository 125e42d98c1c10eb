"""``gendertui train``: its flags, following a run, printing its events."""
