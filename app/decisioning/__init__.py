"""Rules: pure functions of facts and a strategy. No clock, no I/O, no Faust."""
