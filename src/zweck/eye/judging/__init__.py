"""What an audit saw, held against a policy, the catalogue and the statement's text. Pure: findings, no verdicts."""
