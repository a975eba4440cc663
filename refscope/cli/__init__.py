"""The terminal's face of RefScope: `refscope COMMAND …`. The same calls of the API as the window."""
