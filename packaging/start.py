"""What the program in one piece begins with."""

import multiprocessing
import sys

from paravent.__main__ import main

if __name__ == "__main__":
    multiprocessing.freeze_support()  # a worker process is this program too
    sys.exit(main())
