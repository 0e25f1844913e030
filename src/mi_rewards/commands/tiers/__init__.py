"""Standings: what counts toward a tier, reviews, and the gifts of the calendar."""
