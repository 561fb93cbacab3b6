"""Plain data that crosses borders: geometry, policy, decision, job, report."""
