"""What conanfile.py uses of Conan 2, on top of CMake. run_recipe.py runs the recipe with it."""


class ConanFile:
    pass
