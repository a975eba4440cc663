"""One heap as columns: the snapshot, which references count, and moving between objects."""
