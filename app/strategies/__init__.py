"""Strategies as data: reads, checks and verifies the YAML under data/; app.decisioning decides by what comes of it."""
