"""How pictures of the window are made: the stage, the stories told on it, sheets of states, small files."""
