#ifndef LANGEXPORT_VERSION_HPP
#define LANGEXPORT_VERSION_HPP

/// @file
/// The version of the library, and the choice between inline and separate compilation.

#include <boost/version.hpp>

/// The first part of the version.
#define LANGEXPORT_VERSION_MAJOR 0
/// The second part of the version.
#define LANGEXPORT_VERSION_MINOR 1
/// The third part of the version.
#define LANGEXPORT_VERSION_PATCH 0

/// The version as text, "major.minor". The User-Agent of every request names it.
#define LANGEXPORT_VERSION_STRING "0.1"

#if (defined(_MSVC_LANG) && _MSVC_LANG < 202002L) || (!defined(_MSVC_LANG) && __cplusplus < 202002L)
#error "langexport needs C++20 or newer: compile with -std=c++20"
#endif

#if BOOST_VERSION < 108100
#error "langexport needs Boost 1.81 or newer (Debian 12: apt-get install libboost1.81-dev)"
#endif

// Where the non-template functions are compiled. By default they are inline and every translation
// unit has them. A program that defines LANGEXPORT_SEPARATE_COMPILATION everywhere includes
// <langexport/src.hpp> in exactly one translation unit; the others then compile declarations only.
/// @cond
#if defined(LANGEXPORT_SEPARATE_COMPILATION)
#define LANGEXPORT_DECL
#else
#define LANGEXPORT_HEADER_ONLY 1
#define LANGEXPORT_DECL inline
#endif
/// @endcond

#endif
