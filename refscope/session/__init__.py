"""One run of one target, seen from the host: launching, talking to the agent, samples, images."""
