"""`python -m witnessmark` is the command `witnessmark`."""

import sys

from witnessmark.cli import main

sys.exit(main())
