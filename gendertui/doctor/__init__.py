"""What this installation is made of, what works, what is missing and how to get it.

Modules: ``records`` (what was found), ``examine`` (finds it), ``terminal`` (what the terminal can do), ``words`` (the
same for a person, in sections).
"""
