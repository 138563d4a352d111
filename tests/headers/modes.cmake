# The public headers as programs may compile them, and code that they must reject. Nothing but the syntax is checked:
# no object file is written.

# All public headers in one unit. Behind the headers of others, because macros such as `max` belong to programs
# that define them later: the standard library and Boost do not compile with them either.
set(all_includes)
foreach(header IN LISTS headers)
    if(NOT header MATCHES "src\\.hpp$|/detail/|/impl/")
        string(APPEND all_includes "#include <${header}>\n")
    endif()
endforeach()
file(GLOB_RECURSE sources CONFIGURE_DEPENDS
    "${PROJECT_SOURCE_DIR}/include/*.hpp" "${PROJECT_SOURCE_DIR}/include/*.ipp")
set(foreign)
foreach(source IN LISTS sources)
    file(STRINGS "${source}" lines REGEX "^#include <")
    list(FILTER lines EXCLUDE REGEX "<langexport")
    list(APPEND foreign ${lines})
endforeach()
list(REMOVE_DUPLICATES foreign)
set(foreign_includes)
foreach(line IN LISTS foreign)
    string(REGEX REPLACE "^#include (<[^>]*>).*" "\\1" name "${line}")
    string(APPEND foreign_includes "#if __has_include(${name})\n#include ${name}\n#endif\n")
endforeach()
file(CONFIGURE OUTPUT all_headers.cpp CONTENT
"#if defined(LANGEXPORT_TEST_MACROS)
${foreign_includes}
#define min(a, b) this_is_a_macro
#define max(a, b) this_is_a_macro
#define check(a) this_is_a_macro
#endif
${all_includes}")

function(langexport_syntax_test name source)
    add_library(headers_${name} OBJECT EXCLUDE_FROM_ALL "${source}")
    target_compile_options(headers_${name} PRIVATE -fsyntax-only)
    string(REPLACE "_" "." entry "${name}")
    langexport_build_test(${entry} headers_${name})
endfunction()

foreach(mode no_rtti macros)
    langexport_syntax_test(mode_${mode} "${CMAKE_CURRENT_BINARY_DIR}/all_headers.cpp")
    target_link_libraries(headers_mode_${mode} PRIVATE langexport::langexport langexport_warnings)
endforeach()
target_compile_options(headers_mode_no_rtti PRIVATE -fno-rtti)
target_compile_definitions(headers_mode_macros PRIVATE LANGEXPORT_TEST_MACROS)
# These programs have more warnings, too: another unit would take as long again.
target_compile_options(headers_mode_macros PRIVATE
    -Werror -Wnon-virtual-dtor -Wold-style-cast $<$<CXX_COMPILER_ID:GNU>:-Wuseless-cast>)

# Code that must not compile, and how often each sentence is printed. Tokens that work are in the same file.
function(langexport_rejection_test name times sentence)
    langexport_syntax_test(rejected_${name} rejected/token.cpp)
    target_link_libraries(headers_rejected_${name} PRIVATE langexport::langexport)
    # Takes half the time, and tokens are looked at in the same templates.
    target_compile_definitions(headers_rejected_${name} PRIVATE LANGEXPORT_SEPARATE_COMPILATION)
    string(REPEAT "${sentence}.*" ${times} all)
    set_tests_properties(headers.rejected.${name} PROPERTIES PASS_REGULAR_EXPRESSION "${all}")
endfunction()

langexport_rejection_test(redirections 5 "redirect_error does not work .* use as_tuple")
target_compile_definitions(headers_rejected_redirections PRIVATE LANGEXPORT_REJECTED=1)
langexport_rejection_test(handlers 5 "must be callable with .std::exception_ptr, Result.")
target_compile_definitions(headers_rejected_handlers PRIVATE LANGEXPORT_REJECTED=2)
langexport_rejection_test(executors 1 "asio::awaitable<T, Executor> whose executor is not any_io_executor: pass .* asio::use_awaitable_t<Executor>")
target_compile_definitions(headers_rejected_executors PRIVATE LANGEXPORT_REJECTED=3)
langexport_syntax_test(rejected_nothing rejected/token.cpp)
target_link_libraries(headers_rejected_nothing PRIVATE langexport::langexport langexport_warnings)

if(Boost_VERSION VERSION_LESS 1.84)
    langexport_syntax_test(rejected_redis rejected/redis.cpp)
    target_link_libraries(headers_rejected_redis PRIVATE langexport::langexport)
    set_tests_properties(headers.rejected.redis PROPERTIES
        PASS_REGULAR_EXPRESSION "needs Boost.Redis, which Boost has since version 1.84")
endif()
# The library's own target asks for C++20, so this one finds the headers by itself.
langexport_syntax_test(rejected_cpp17 "${CMAKE_CURRENT_BINARY_DIR}/all_headers.cpp")
target_include_directories(headers_rejected_cpp17 PRIVATE "${PROJECT_SOURCE_DIR}/include")
target_link_libraries(headers_rejected_cpp17 PRIVATE Boost::headers)
set_target_properties(headers_rejected_cpp17 PROPERTIES CXX_STANDARD 17)
set_tests_properties(headers.rejected.cpp17 PROPERTIES
    PASS_REGULAR_EXPRESSION "langexport needs C\\+\\+20 or newer")
