"""``python -m noisytm``: the command."""

from __future__ import annotations

import sys

from noisytm.cli import main

if __name__ == "__main__":
    sys.exit(main())
