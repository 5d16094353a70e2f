"""The one door to personal data: subjects, grants, data. The grant carries the key."""
