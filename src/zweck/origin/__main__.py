"""`python -m zweck.origin status`, begun by `zweck geo`."""

import sys

from zweck.origin.command import main, today

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], today()))
