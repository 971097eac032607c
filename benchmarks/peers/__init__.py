"""Who is measured: one process each, all of them reading the same log."""
