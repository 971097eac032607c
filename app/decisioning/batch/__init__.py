"""The evaluator of many at once: a strategy's flow over numpy columns, equal to the row evaluators to the last bit."""
