"""Proofs about strategies: what holds for every input, or the input for which it does not. Exact, never sampled."""
