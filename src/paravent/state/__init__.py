"""The private state folder: key, ledger, decisions."""
