"""Pieces of text that the tokenizer's rules are about, to be strung together into lines."""

PIECES = [
    *("don't", "It's", "it", "'s", "’s", "Mr.", "Mr", ".", "a.m.", "10a.m.", "Ph.D.", "Ph", "D.", "and/or", "w/o"),
    *("o.O", ":)", ":-)", ":'(", "(", ")", "[", "]", '"', "'", "''", "“", "”", "...", "…", "--", "—", "-", "–", "~"),
    *("$5", "5%", "10km", "3.14", "1,000", "e-mail", "www.example.com", "http://a.bc/d?e=f", "me@example.org"),
    *("U.S.A.", "can't've", "y'all", "'em", "goin'", "Gimme", "gotta", "C++", "<3", "</b>", "<i>", "*", "_", "#1"),
    *(
        " ",
        "  ",
        "\t",
        "\n",
        " \n ",
        "\xa0",
        "\u2028",
        "\x1f",
        "\x85",
        "é",
        "naïve",
        "日本",
        "😀",
        "°C.",
        "x.y",
        "A.B,c",
    ),
    *(",", "!", "?", ";", ":", "¿", "I", "a", "Dr", "Jan", "8", "-D", ">", "=", "/", "\\"),
]
