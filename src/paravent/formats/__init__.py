"""Container formats. `FORMATS` lists them; a new one is one module and one line here."""
