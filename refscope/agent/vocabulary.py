"""The words that agent and host share about heaps: kinds of references, of roots, flags of types.

Values travel in JSON and stand in captures: they may be added to, never changed.
"""


class EdgeKind:
    """How a referrer holds a referent. With each: what `name` of the label means, and an example."""

    ATTRIBUTE = "attribute"  # instance attribute, slot or class attribute: `.name`
    KEY = "key"  # value of a dict: `[name]`, name is the key as text
    DICT_KEY = "dict_key"  # it *is* a key of the dict; name is the key as text
    INDEX = "index"  # item of a list, tuple, deque, object array: `[name]`
    MEMBER = "member"  # member of a set, order unknown; name empty
    LOCAL = "local"  # local variable `name` of a frame, generator or coroutine
    CELL = "cell"  # cell contents; name is the closure variable where known
    CLOSURE = "closure"  # function -> cell: closure variable `name`
    DEFAULT = "default"  # default value of parameter `name`
    CONSTANT = "constant"  # constant of a code object
    FIELD = "field"  # what native code exposes as attribute `name`: __self__, __func__, gi_frame, base
    GLOBALS = "globals"  # function or frame -> globals dict of its module
    DICT = "dict"  # object -> the dict that stores its attributes (__dict__)
    TYPE = "type"  # object -> its class
    BASE = "base"  # class -> base class or __mro__ tuple
    CACHED = "cached"  # lru_cache -> key or result that it keeps
    WEAK_CALLBACK = "weak_callback"  # weakref -> its callback
    UNSEEN = "unseen"  # a reference that only the count proves
    UNKNOWN = "unknown"  # the collector reports it, nothing names it


class RootKind:
    """Who outside the object graph holds a root."""

    MODULE = "module"  # a module in sys.modules
    FRAME = "frame"  # a running frame of a thread
    INTERPRETER = "interpreter"  # atexit, signal handlers, thread state, context, codecs, fork hooks …
    NATIVE = "native"  # references that nothing in the interpreter explains
    AGENT = "agent"  # ours; never shown


class TypeFlag:
    """Bits of the `flags` of a type in a type table."""

    GC = 1  # instances take part in cyclic collection (Py_TPFLAGS_HAVE_GC)
    HEAP = 2  # made at run time: each instance owns a reference to it
    DICT = 4  # instances have a __dict__
    SUBCLASS_OF_TYPE = 8  # its instances are classes
    INLINE_VALUES = 16  # attribute values lie in the instance itself (3.11+), its dict is made on demand
    EXCEPTION = 32  # subclass of BaseException
    USER_REPR = 64  # __repr__ is Python code: only to be called in a throw-away clone


class ObjectFlag:
    """Bits of the `flags` of an object row."""

    TRACKED = 1  # listed by the collector
    IMMORTAL = 2  # its count means nothing
    RUNNING_FRAME = 4  # frame of a running thread, its locals added as references
    OWN = 8  # made by RefScope's agent
