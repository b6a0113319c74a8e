"""Sizes, docstrings, and what must not stand in the repository."""

import ast

FILE_LINES = 400
FUNCTION_LINES = 40
WORKSHOPS = ("lines.py", "colors.py", "guidance/", "regions/")


def body_lines(node):
    """Lines of a function without its signature and docstring."""
    body = node.body[1:] if ast.get_docstring(node) and len(node.body) > 1 else node.body
    return node.end_lineno - body[0].lineno + 1


def test_files_are_small(python_files):
    large = {m.name: n for m in python_files if (n := m.text.count("\n")) > FILE_LINES}
    # Tests may be long lists of cases; the package may not.
    assert not {name: n for name, n in large.items() if "src/" in name or n > 600}


def test_functions_are_small(python_files):
    large = {
        f"{module.name}:{name}": lines
        for module in python_files
        for name, node in module.functions()
        if (lines := body_lines(node)) > FUNCTION_LINES
    }
    assert not large


def test_what_is_public_has_a_docstring(source):
    bare = []
    for module in source:
        if ast.get_docstring(module.tree) is None:
            bare.append(module.name)
        for name, node in module.functions():
            public = not any(part.startswith("_") for part in name.split("."))
            if public and ast.get_docstring(node) is None:
                bare.append(f"{module.name}:{name}")
    assert not bare


def test_workshop_functions_have_a_doctest(source):
    bare = [
        f"{module.name}:{name}"
        for module in source
        if module.name.removeprefix("src/nurie/").startswith(WORKSHOPS)
        for name, node in module.functions()
        if "." not in name and not name.startswith("_")
        if ">>>" not in (ast.get_docstring(node) or "")
    ]
    assert not bare


def test_exported_names_are_sorted_and_documented(source):
    import nurie

    assert nurie.__all__ == sorted(nurie.__all__)
    for name in nurie.__all__:
        assert getattr(nurie, name).__doc__, name
    for module in source:
        for node in module.tree.body:
            if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "__all__":
                names = ast.literal_eval(node.value)
                assert names == sorted(names), module.name


def test_files_are_read_and_written_as_utf8(source):
    bare = [
        f"{module.name}:{node.lineno}"
        for module in source
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call)
        if getattr(node.func, "attr", "") in ("read_text", "write_text")
        if "utf-8" not in ast.unparse(node)
    ]
    assert not bare


def test_the_repository_speaks_of_itself_alone(tracked, root):
    # Pieced together, so that this file passes its own test.
    places = [
        "/wo" + "rk/",
        "/ho" + "me/",
        "/ro" + "ot/",
        "/Us" + "ers/",
        "/opt/" + "py",
        ":\\Us" + "ers",
    ]
    binary, found = (".png", ".apng", ".webp", ".onnx", ".safetensors", ".ico"), []
    for path in tracked:
        if path.suffix in binary or "corpus" in path.parts:
            continue
        text = path.read_text("utf-8")
        found += [f"{path.relative_to(root)}: {place}" for place in places if place in text]
    assert not found


def test_no_large_files(tracked, root):
    heavy = {
        str(path.relative_to(root)): size
        for path in tracked
        if (size := path.stat().st_size) > (20 << 20 if path.suffix == ".onnx" else 2 << 20)
    }
    assert not heavy
