"""Reading the audit record: finding a decision in the log, and telling it to a person."""
