#ifndef LANGEXPORT_TESTS_HEADERS_SHARED_LIBRARIES_PLUGIN_HPP
#define LANGEXPORT_TESTS_HEADERS_SHARED_LIBRARIES_PLUGIN_HPP

#include <langexport/error.hpp>

#include <boost/asio/io_context.hpp>

#include <cstddef>
#include <string>

#define LANGEXPORT_TESTS_EXPORTED __attribute__((visibility("default")))

// What each of the two shared libraries offers; everything else in them is hidden.
#define LANGEXPORT_TESTS_PLUGIN(name)                                                              \
    namespace name {                                                                               \
    LANGEXPORT_TESTS_EXPORTED langexport::error_code make_code(langexport::errc code);             \
    LANGEXPORT_TESTS_EXPORTED boost::system::error_condition make_transient();                     \
    LANGEXPORT_TESTS_EXPORTED bool is_throttled(const langexport::error_code& code);               \
    LANGEXPORT_TESTS_EXPORTED bool is_transient(const langexport::error_code& code);               \
    LANGEXPORT_TESTS_EXPORTED void throw_throttled();                                              \
    /* Exports a project by a client of its own; returns what the quota of submissions has left. */ \
    LANGEXPORT_TESTS_EXPORTED std::size_t left_after_export(                                       \
        boost::asio::io_context& context, const std::string& endpoint, const std::string& key);    \
    }

LANGEXPORT_TESTS_PLUGIN(first_plugin)
LANGEXPORT_TESTS_PLUGIN(second_plugin)

#endif
