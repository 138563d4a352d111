#ifndef LANGEXPORT_REPORT_IMPL_JSON_IN_HPP
#define LANGEXPORT_REPORT_IMPL_JSON_IN_HPP

#include <langexport/error.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <string_view>

namespace langexport {
inline namespace v0 {
namespace detail {

// The JSON value of a line; null, with an error, if the line is not JSON.
inline boost::json::value json_in(std::string_view line, error_code& failure) {
    return boost::json::parse(boost::json::string_view(line.data(), line.size()), failure);
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
