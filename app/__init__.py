"""Creditstream: streaming credit decisions on Kafka."""
