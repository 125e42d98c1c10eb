"""Would more help? Figures at an eighth, a quarter, a half and all of the training set, and a forecast.

Modules: ``schema`` (records, and their file), ``measure`` (figures with intervals), ``forecast`` (one more doubling),
``text`` (tables and sentences).
"""
