#ifndef LANGEXPORT_TESTS_HEADERS_SHARED_LIBRARIES_PLUGIN_HPP
#define LANGEXPORT_TESTS_HEADERS_SHARED_LIBRARIES_PLUGIN_HPP

#include <langexport/error.hpp>

#include <boost/asio/io_context.hpp>

#include <cstddef>
#include <string>

// What each of the two shared libraries offers; everything else in them is hidden.
class plugin {
public:
    virtual langexport::error_code make_code(langexport::errc code) const = 0;
    virtual boost::system::error_condition make_transient() const = 0;
    virtual bool is_throttled(const langexport::error_code& code) const = 0;
    virtual bool is_transient(const langexport::error_code& code) const = 0;
    virtual void throw_throttled() const = 0;
    // Exports a project by a client of its own; returns the remaining quota of submissions.
    virtual std::size_t left_after_export(boost::asio::io_context& context,
                                          const std::string& endpoint,
                                          const std::string& key) const = 0;

protected:
    ~plugin() = default;
};

[[gnu::visibility("default")]] const plugin& first_plugin();
[[gnu::visibility("default")]] const plugin& second_plugin();

#endif
