"""The laboratory of nurie: data, training, and the benchmark."""
