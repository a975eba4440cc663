"""Ends at once with a traceback."""

import no_such_module_at_all  # noqa: F401
