"""What if: redemption as a stated policy, and draws that depend on who they concern alone."""
