"""The checks of the contract, a module for each topic; `mi_rewards.testing` puts them together."""
