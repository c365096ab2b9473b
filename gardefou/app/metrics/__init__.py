"""What a Prometheus reads of a running house: how much waits, how long requests take, whether the worker lives."""
