"""Tests read English sentences, whatever the language of the machine."""

import os

os.environ["LANGUAGE"] = "en"
