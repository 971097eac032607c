"""The language of strategies: small, typed, total. Text is parsed to a tree of the project's own, checked, and then
either walked (interpreter) or written out as Python source (source); the two agree."""
