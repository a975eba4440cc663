"""`python -m refscope.heap.kernels`: importing the package, as happens here, compiles every kernel."""
