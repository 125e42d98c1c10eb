"""Files of any number of rows scored into a folder of parts, each written whole, by any number of processes.

Modules: ``inputs`` (which files), ``layout`` (how one is read) and ``detection`` (of it), ``cutting`` (rows and spans
of a text), ``plan`` (parts of the input), ``request`` (what is asked for), ``shard`` (every N-th part), ``folder`` (the
manifest, and what is done), ``rows`` (of a part), ``texts`` (bytes to text), ``scorer`` (texts to probabilities),
``outputs`` (Parquet, CSV, JSON Lines), ``worker`` (one process), ``pool`` (all of them), ``predict`` (the whole),
``sbatch`` (an array job's script).
"""
