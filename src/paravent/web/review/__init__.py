"""The review page: a local server and the page it shows, on which a human decides."""
