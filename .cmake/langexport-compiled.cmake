# langexport::compiled          the code of the library that is no template, compiled once
# langexport::compiled_testing  the same for the emulator
#
# A program links one of them instead of langexport::langexport, and its own files compile declarations only. They
# are built in the program's own build, with its flags, and only if something links them.

get_property(langexport_languages GLOBAL PROPERTY ENABLED_LANGUAGES)
if(NOT TARGET langexport::compiled AND "CXX" IN_LIST langexport_languages)
    file(CONFIGURE OUTPUT langexport/compiled.cpp CONTENT "#include <langexport/src.hpp>\n")
    file(CONFIGURE OUTPUT langexport/compiled_testing.cpp CONTENT "#include <langexport/testing/src.hpp>\n")
    foreach(langexport_part IN ITEMS compiled compiled_testing)
        add_library(langexport_${langexport_part} STATIC EXCLUDE_FROM_ALL
            "${CMAKE_CURRENT_BINARY_DIR}/langexport/${langexport_part}.cpp")
        set_target_properties(langexport_${langexport_part} PROPERTIES CXX_EXTENSIONS OFF)
        add_library(langexport::${langexport_part} ALIAS langexport_${langexport_part})
    endforeach()
    target_compile_definitions(langexport_compiled PUBLIC LANGEXPORT_SEPARATE_COMPILATION)
    target_link_libraries(langexport_compiled PUBLIC langexport::langexport)
    target_link_libraries(langexport_compiled_testing PUBLIC langexport_compiled)
endif()
unset(langexport_languages)
unset(langexport_part)
