"""Running the service: start-up, the process tree, background work. `python -m zweck.serve` is `zweck serve`."""
