"""Runs conanfile.py as Conan 2 does, with the stub of Conan beside this file.

    run_recipe.py CHECKOUT SCRATCH GENERATOR VERSION

Only what the recipe exports is there when it builds. The package is then in SCRATCH/package.
"""

import fnmatch
import importlib.util
import os
import shutil
import sys
from types import SimpleNamespace

checkout, scratch, generator, version = sys.argv[1:]
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "conan_stub"))
sys.dont_write_bytecode = True
spec = importlib.util.spec_from_file_location("recipe", os.path.join(checkout, "conanfile.py"))
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)


class CppInfo(SimpleNamespace):
    def set_property(self, name, value):
        self.properties[name] = value


recipe = module.Langexport()
recipe.recipe_folder = checkout
recipe.scratch = scratch
recipe.generator = generator
recipe.source_folder = os.path.join(scratch, "source")
recipe.package_folder = os.path.join(scratch, "package")
recipe.settings = SimpleNamespace(os="Linux", compiler_cppstd="20")
recipe.info = SimpleNamespace(clear=lambda: None)
recipe.cpp_info = CppInfo(properties={})
required = []
recipe.requires = lambda name, **traits: required.append(name.split("/")[0])

recipe.set_version()
assert recipe.version == version, recipe.version
for pattern in recipe.exports_sources:
    for folder, _, files in os.walk(checkout):
        if os.path.relpath(folder, checkout).split(os.sep)[0] in ("build", ".git"):
            continue
        for name in files:
            path = os.path.relpath(os.path.join(folder, name), checkout)
            if fnmatch.fnmatch(path, pattern):
                copy = os.path.join(recipe.source_folder, path)
                os.makedirs(os.path.dirname(copy), exist_ok=True)
                shutil.copyfile(os.path.join(checkout, path), copy)
recipe.layout()
recipe.requirements()
recipe.validate()
recipe.generate()
recipe.build()
recipe.package()
recipe.package_id()
recipe.package_info()

assert sorted(required) == ["boost", "openssl"], required
assert {name.split("::")[0] for name in recipe.cpp_info.requires} == set(required)
assert recipe.cpp_info.properties["cmake_target_name"] == "langexport::langexport"
for file in recipe.cpp_info.properties["cmake_build_modules"]:
    assert os.path.exists(os.path.join(recipe.package_folder, file)), file
