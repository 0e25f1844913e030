"""`python -m mi_rewards`."""

import gc
import os
import sys

from mi_rewards._cli.main import main

if __name__ == "__main__":
    # A replay makes many values and no cycles: looking for cycles would only take time.
    gc.disable()
    status = main()
    print(end="", flush=True)  # unlike the stream's own method no error where there is none
    print(end="", flush=True, file=sys.stderr)
    # Nothing is left to do: taking hundreds of thousands of values apart would only take time.
    os._exit(status)
