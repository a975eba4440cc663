"""Questions about heaps: who is a root, what keeps an object alive, what grew, who is to blame."""
