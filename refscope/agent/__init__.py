"""What runs inside a target or its image: standard library only, Python 3.7 and later.

Loaded in the target by path under private names (never as `refscope.agent`), so nothing here may
import anything outside this folder and the standard library, and no import may be lazy.
"""
