"""The whole service on one machine, on real data: what `creditstream demo` runs. Nothing in the product needs it."""
