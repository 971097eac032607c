"""The embedded default broker: a real Apache Kafka (KRaft, one node) on a Java runtime that pip brings."""
