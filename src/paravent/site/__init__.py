"""A copy of one's own website, prepared as a whole: what belongs together is found, and covered as one."""
