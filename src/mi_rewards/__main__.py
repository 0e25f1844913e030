"""`python -m mi_rewards`."""

import gc
import sys

from mi_rewards._cli.main import main

if __name__ == "__main__":
    # A replay makes many values and no cycles: looking for cycles would only take time.
    gc.disable()
    sys.exit(main())
