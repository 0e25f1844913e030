"""What earning brings, for every command that awards: tokens, campaigns, tiers."""
