"""What was posted already: exports that a platform gave to the owner of an account, read where they lie."""
