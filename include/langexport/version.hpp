#ifndef LANGEXPORT_VERSION_HPP
#define LANGEXPORT_VERSION_HPP

/// @file
/// The version of the library, and the choice between inline and separate compilation.

#include <boost/version.hpp>

/// The first part of the version.
#define LANGEXPORT_VERSION_MAJOR 0
/// The second part of the version.
#define LANGEXPORT_VERSION_MINOR 2
/// The third part of the version.
#define LANGEXPORT_VERSION_PATCH 0

/// The version as one number that grows: 10000 * major + 100 * minor + patch. It can be used in `#if`.
#define LANGEXPORT_VERSION                                                                         \
    (10000 * LANGEXPORT_VERSION_MAJOR + 100 * LANGEXPORT_VERSION_MINOR + LANGEXPORT_VERSION_PATCH)

/// The version as text, "major.minor". The User-Agent of every request names it.
#define LANGEXPORT_VERSION_STRING "0.2"

#if (defined(_MSVC_LANG) && _MSVC_LANG < 202002L) || (!defined(_MSVC_LANG) && __cplusplus < 202002L)
#error "langexport needs C++20 or newer: compile with -std=c++20"
#endif

#if BOOST_VERSION < 108100
#error "langexport needs Boost 1.81 or newer (Debian 12: apt-get install libboost1.81-dev)"
#endif

/// Whether Boost has Boost.Redis, which langexport/fleet/ needs (Boost 1.84).
#define LANGEXPORT_HAS_BOOST_REDIS (BOOST_VERSION >= 108400)

// Where the functions are compiled. By default they are inline and every translation unit has them. A
// program that defines LANGEXPORT_SEPARATE_COMPILATION everywhere includes <langexport/src.hpp> in
// exactly one translation unit; the others then compile declarations only.
//
// LANGEXPORT_TEMPLATE_DECL is for coroutines and for functions that name one. GCC without optimization
// emits an inline coroutine, and everything that it reaches, in each translation unit, even if nothing
// calls it. As a template without template arguments it costs only those who call it. A function of
// another kind reaches it through a pointer, which a constructor that is such a template has stored.
/// @cond
#if defined(LANGEXPORT_SEPARATE_COMPILATION)
#define LANGEXPORT_DECL
#define LANGEXPORT_TEMPLATE_DECL
#else
#define LANGEXPORT_HEADER_ONLY 1
#define LANGEXPORT_DECL inline
#define LANGEXPORT_TEMPLATE_DECL template <class...>
#endif

// For small functions of a loop. An object whose functions are all inlined stays in registers.
#if defined(_MSC_VER)
#define LANGEXPORT_ALWAYS_INLINE __forceinline
#else
#define LANGEXPORT_ALWAYS_INLINE [[gnu::always_inline]] inline
#endif

// A program has units of one kind only. One symbol is thread-local in the units of one kind and not in those of the
// other, and linkers reject that with a message that shows its name.
#if defined(_MSC_VER)
#if defined(LANGEXPORT_HEADER_ONLY)
#pragma detect_mismatch("langexport", "without LANGEXPORT_SEPARATE_COMPILATION")
#else
#pragma detect_mismatch("langexport", "with LANGEXPORT_SEPARATE_COMPILATION")
#endif
#else
extern "C" {
#if defined(LANGEXPORT_HEADER_ONLY)
[[gnu::used]] inline constinit char
    langexport_defines_LANGEXPORT_SEPARATE_COMPILATION_in_some_files_only = 0;
#else
extern constinit thread_local char
    langexport_defines_LANGEXPORT_SEPARATE_COMPILATION_in_some_files_only;
#endif
}
#if !defined(LANGEXPORT_HEADER_ONLY)
namespace langexport {
inline namespace v0 {
namespace detail {
[[gnu::used]] inline const char* compilation_mode() noexcept {
    return &langexport_defines_LANGEXPORT_SEPARATE_COMPILATION_in_some_files_only;
}
} // namespace detail
} // namespace v0
} // namespace langexport
#endif
#endif
/// @endcond

#endif
