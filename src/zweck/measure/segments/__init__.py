"""Single events of closed days, where a policy keeps them: one unchangeable Parquet file for each site and day."""
