"""The cluster: how to reach it, and its topics made to agree with their contracts."""
