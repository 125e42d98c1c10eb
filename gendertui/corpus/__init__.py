"""Lines with labels, from anywhere, as one table.

Modules: ``schema`` and ``table`` (the lines), ``units`` (what films and characters are called), ``problems`` (malformed
rows), ``corrections`` (labels changed by hand), ``load`` (from a path to a table, cached), ``readers`` (the formats),
``reading`` (how a file is read), ``lines_or_records`` (where its texts alone are wanted), ``set_names`` (train,
validation, test in whichever word), ``samples`` (bundled),
``recent`` (what was opened lately), ``moved`` (one under another path), ``download``, ``export``, ``splits`` (train,
validation, test), ``preview`` (of a split), ``balance``, ``leaks`` (what the sets share), ``scene`` (pasted dialogue),
``speech`` and ``speech_table`` (who says what after whom), ``statistics``, ``members`` (groups and speakers),
``query``, ``distinctive`` (words of each label), ``duplicates``, ``words`` and ``integers`` (arrays they compute with).
"""
