"""Facts: frozen types, no rules, no I/O."""
