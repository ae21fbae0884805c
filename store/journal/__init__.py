"""The journal: gestures become events, events are folded into the state of a project."""
