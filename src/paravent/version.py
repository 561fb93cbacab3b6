"""The version, for reports and the ledger's recipes."""

VERSION = "0.1.0"
