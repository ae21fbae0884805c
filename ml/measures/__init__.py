"""What a snapshot, a gesture or a group of people is measured by."""
