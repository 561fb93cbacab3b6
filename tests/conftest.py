"""Tests read English sentences, whatever the language of the machine, and try the same examples every time.

Chance belongs into `make fuzz`: what fails there becomes a test here.
"""

import os

from hypothesis import settings

os.environ["LANGUAGE"] = "en"

settings.register_profile("fixed", derandomize=True, deadline=None)
settings.load_profile("fixed")
