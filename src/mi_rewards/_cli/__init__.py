"""The command line: `python -m mi_rewards`."""
