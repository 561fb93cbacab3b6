"""Weights and nothing else: `paravent` reads the files beside this one and checks each against its catalogue."""
