"""Files: `.refscope` captures and mprof `.dat`, in and out."""
