"""Who looks at a project at this moment, whose view they follow, and where they point."""
