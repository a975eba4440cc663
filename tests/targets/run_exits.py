"""Ends at once, with the code of its argument, without a word."""

import os
import sys

os._exit(int(sys.argv[1]))
