"""Coded pictures: units, parameter sets, configuration records."""
