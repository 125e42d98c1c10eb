"""What the app says, and where it can be read again.

Modules: ``log`` (everything said, bounded), ``messages_screen`` (that log, filtered and copied), ``remedy_screen`` (one
error with what can be done about it, where that is too long for a notice).
"""
