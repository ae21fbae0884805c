import ast

from pages import closing
from tests.source import modules

CODES = {value for name, value in vars(closing).items() if name.isupper()}


def test_codes__are_written_in_one_place() -> None:
    assert len(CODES) == 6
    places = {
        module.name
        for module in modules("pages")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Constant) and type(node.value) is int and node.value in CODES
    }
    assert places == {"pages/closing.py"}
