"""The second shell: recorded events through the same lanes and the same workflow, without Kafka and without a clock."""
