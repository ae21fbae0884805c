"""The commands of `app.py`: one file each, and how they are asked and answer in a shell."""
