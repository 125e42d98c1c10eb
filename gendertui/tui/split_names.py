"""Ways of dividing lines, as a narrow column and as a sentence call them."""

from __future__ import annotations

SHORT = {"oversampled-first": "oversampled"}
"""Protocol → its name in a narrow column, where that is another."""
BY = {"by-movie": "by film", "by-character": "by character", "random": "at random", "tutorial": "as the article does"}
"""Split protocol → after "divided"."""
