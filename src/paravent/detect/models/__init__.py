"""The model store: which weights there are, where they lie, how graphs are run."""
