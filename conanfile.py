"""The Conan recipe (Conan 2): conan create . --build=missing"""

import os
import re

from conan import ConanFile
from conan.tools.build import check_min_cppstd
from conan.tools.cmake import CMake, CMakeDeps, CMakeToolchain, cmake_layout
from conan.tools.files import load


class Langexport(ConanFile):
    name = "langexport"
    description = "Exports projects of Azure AI Language from C++20 coroutines"
    topics = ("azure", "coroutines", "asio")
    package_type = "header-library"
    settings = "os", "arch", "compiler", "build_type"
    exports_sources = "CMakeLists.txt", ".cmake/*", "include/*"
    no_copy_source = True

    def set_version(self):
        header = load(self, os.path.join(self.recipe_folder, "include/langexport/version.hpp"))
        parts = [re.search(rf"define LANGEXPORT_VERSION_{part} (\d+)", header).group(1)
                 for part in ("MAJOR", "MINOR", "PATCH")]
        self.version = ".".join(parts)

    def requirements(self):
        self.requires("boost/[>=1.81]", transitive_headers=True, transitive_libs=True)
        self.requires("openssl/[>=3.0 <4]", transitive_headers=True, transitive_libs=True)

    def validate(self):
        check_min_cppstd(self, 20)

    def layout(self):
        cmake_layout(self)

    def generate(self):
        CMakeToolchain(self).generate()
        CMakeDeps(self).generate()

    def build(self):
        CMake(self).configure()

    def package(self):
        CMake(self).install()

    def package_id(self):
        self.info.clear()  # the same headers for every compiler

    def package_info(self):
        self.cpp_info.bindirs = []
        self.cpp_info.libdirs = []
        self.cpp_info.requires = ["boost::headers", "boost::json", "openssl::ssl", "openssl::crypto"]
        self.cpp_info.set_property("cmake_file_name", "langexport")
        self.cpp_info.set_property("cmake_target_name", "langexport::langexport")
        self.cpp_info.set_property("pkg_config_name", "langexport")
        # langexport::compiled and langexport::compiled_testing
        self.cpp_info.set_property(
            "cmake_build_modules", ["share/langexport/langexport-compiled.cmake"])
        if self.settings.os in ("Linux", "FreeBSD"):
            self.cpp_info.system_libs = ["pthread"]
