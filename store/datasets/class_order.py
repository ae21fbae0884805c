"""The order in which a new project lists the classes its data set brought along."""


def in_key_order(class_names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names so that hotkey k names class k where names are digits: "0" comes last."""
    return tuple(sorted(class_names, key=lambda name: name == "0"))
