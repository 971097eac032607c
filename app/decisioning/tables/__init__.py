"""Decision tables: rows of conditions over typed inputs."""
