"""`python -m mi_rewards`."""

import sys

from mi_rewards._cli.main import main

if __name__ == "__main__":
    sys.exit(main())
