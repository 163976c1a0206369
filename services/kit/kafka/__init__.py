"""Everything about Kafka: messages, a producer and consumer behind protocols, the runner that services use."""
