"""The Faust shell: record batches into lanes, one transaction a micro-batch; metrics and probes."""
