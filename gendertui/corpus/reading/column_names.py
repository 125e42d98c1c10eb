"""Names that columns of texts and labels have, in lower case."""

from __future__ import annotations

import re

LABEL = frozenset(
    (
        *("label", "labels", "class", "category", "target", "sentiment", "polarity", "gender", "sex", "answer", "y"),
        *(
            "score",
            "rating",
            "stars",
            "star_rating",
            "overall",
            "emotion",
            "intent",
            "topic",
            "spam",
            "is_spam",
            "toxic",
        ),
        *("verdict", "outcome", "tag", "airline_sentiment"),
    )
)
TEXT = frozenset(
    ("text", "message", "review", "sentence", "body", "content", "comment", "tweet", "utterance", "line", "reviewtext")
)
ID = frozenset(("id", "line_id", "row_id", "index", "uid", "ids"))
SPEAKER = ("speaker", "character", "speaker_id", "character_id", "role")
GROUP = (
    *("movie", "film", "movie_id", "film_id", "document", "doc", "doc_id", "conversation", "conversation_id", "thread"),
    *("thread_id", "author", "author_id", "user", "user_id", "username", "sender", "from", "recipient", "customer"),
    *("product", "product_id", "productid", "userid", "asin", "source", "group", "group_id", "session", "session_id"),
)
"""The likeliest first."""
SPLIT = ("split", "set", "partition", "subset", "fold")
UNNAMED = re.compile(r"(Unnamed: \d+(\.\d+)?(_level_\d+)?|)")
"""What a column without a name is called by spreadsheets and pandas."""
ALL = frozenset((*LABEL, *TEXT, *ID, *SPEAKER, *GROUP, *SPLIT, "v1"))
