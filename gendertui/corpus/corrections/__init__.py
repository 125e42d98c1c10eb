"""Labels that a person has changed by hand: kept beside the state, applied to a corpus where that is switched on.

Modules: ``entry`` (one decision about a unit, and its line of JSON), ``history`` (all of a corpus, and what holds of
them), ``file`` (where they are kept; deciding, undoing, import), ``unit`` (the units of a corpus that are decided
about), ``apply`` (the corpus with them), ``summary`` (what is said of them).
"""
