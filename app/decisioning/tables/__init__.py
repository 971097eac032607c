"""Decision tables: rows of conditions over typed inputs, and the proof that they are complete and free of conflict."""
