"""Facts: frozen types, no rules, no I/O.

Types of input events forbid unknown fields, so that one fast pass notices them. The decoders of app.contracts then take
a second, lenient one: unknown fields are accepted, ignored and counted.
"""
