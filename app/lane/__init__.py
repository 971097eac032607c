"""One lane's work, without I/O: records in, outputs and state changes out. Driven by the stream and the simulation."""
