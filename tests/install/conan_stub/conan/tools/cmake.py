import os
import subprocess


def cmake_layout(recipe):
    recipe.build_folder = os.path.join(recipe.scratch, "build")


class CMakeDeps:
    def __init__(self, recipe):
        pass

    def generate(self):
        pass


class CMakeToolchain(CMakeDeps):
    pass


class CMake:
    def __init__(self, recipe):
        self.recipe = recipe

    def configure(self):
        subprocess.run(
            ["cmake", "-S", self.recipe.source_folder, "-B", self.recipe.build_folder, "-G", self.recipe.generator,
             f"-DCMAKE_INSTALL_PREFIX={self.recipe.package_folder}"], check=True)

    def install(self):
        subprocess.run(["cmake", "--install", self.recipe.build_folder], check=True)
