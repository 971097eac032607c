"""Suite A: one small piece of work that any stream processor can be given, and every peer that was given it.

Two topics are joined by application in a table with a changelog; a completed pair is decided, and a segment and a list
of offers go out. `model` and `kernel` say what the work is, `peers` who does it, `running` how it is measured.
"""
