def load(recipe, path):
    with open(path, encoding="utf-8") as file:
        return file.read()
