"""KIE's own analysis of decision tables: the tables as DMN, and what it says of them."""
