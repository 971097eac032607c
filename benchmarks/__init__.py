"""How much processor time a decision costs, measured beside what a user would take instead."""
