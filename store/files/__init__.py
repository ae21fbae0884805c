"""Files on disks and in buckets, what is kept of them nearby, and what a disk may refuse."""
