#ifndef LANGEXPORT_TESTS_LIVE_RECORDING_HPP
#define LANGEXPORT_TESTS_LIVE_RECORDING_HPP

#include <boost/json/object.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace langexport_tests {

/// One request and its response, as they were.
class exchange_seen {
public:
    std::string method;
    std::string target;
    std::string request_body;
    unsigned status = 0;
    std::vector<std::pair<std::string, std::string>> headers; ///< In the order in which they came.
    std::string body;

    /// A header field's value; empty if there is none. The name counts in any case.
    std::string header(std::string_view name) const;
};

/// A text as one segment of a URL's path.
std::string path_segment(std::string_view text);

bool is_same_in_any_case(std::string_view a, std::string_view b);

/// What a recording must not show.
class private_words {
public:
    std::string key;
    std::string host;
    std::vector<std::string> projects; ///< Names, before any encoding.
};

/// The messages without key, host, names of projects and texts of documents: strings are replaced by their
/// sizes, a list by its first element.
boost::json::object recording_of(const std::vector<exchange_seen>& seen,
                                 const private_words& words);

} // namespace langexport_tests

#endif
