"""Containers of films: how they are recognised and named. They are read and written by `paravent.video`."""
