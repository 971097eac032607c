"""A strategy's flow of steps: its model, its plain interpreter, and its compiler to one Python function."""
