#ifndef LANGEXPORT_TESTING_IMPL_ERROR_JSON_IPP
#define LANGEXPORT_TESTING_IMPL_ERROR_JSON_IPP

#include <langexport/testing/impl/error_json.hpp>
#include <langexport/testing/impl/wire_format.hpp>

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <utility>

namespace langexport {
inline namespace v0 {
namespace testing {
namespace detail {

LANGEXPORT_DECL boost::json::object to_json(const error_entry& error) {
    boost::json::object object;
    object.emplace("code", error.code);
    object.emplace("message", utf8_text(error.message));
    if (!error.target.empty())
        object.emplace("target", error.target);
    if (!error.details.empty())
        object.emplace("details", to_json(error.details));
    if (!error.inner_code.empty() || !error.inner_message.empty()) {
        boost::json::object inner;
        if (!error.inner_code.empty())
            inner.emplace("code", error.inner_code);
        if (!error.inner_message.empty())
            inner.emplace("message", utf8_text(error.inner_message));
        object.emplace("innererror", std::move(inner));
    }
    return object;
}

LANGEXPORT_DECL boost::json::array to_json(const std::vector<error_entry>& errors) {
    boost::json::array array;
    for (const error_entry& error : errors)
        array.emplace_back(to_json(error));
    return array;
}

LANGEXPORT_DECL boost::json::object error_object(const error_entry& error) {
    boost::json::object body;
    body.emplace("error", to_json(error));
    return body;
}

LANGEXPORT_DECL std::string error_body(const error_entry& error) {
    return boost::json::serialize(error_object(error));
}

} // namespace detail
} // namespace testing
} // namespace v0
} // namespace langexport

#endif
