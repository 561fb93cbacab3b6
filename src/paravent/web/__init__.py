"""The review page: a local web server and the page it shows, on which a human decides."""
