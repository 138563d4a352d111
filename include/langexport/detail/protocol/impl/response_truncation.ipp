#ifndef LANGEXPORT_DETAIL_PROTOCOL_IMPL_RESPONSE_TRUNCATION_IPP
#define LANGEXPORT_DETAIL_PROTOCOL_IMPL_RESPONSE_TRUNCATION_IPP

#include <langexport/detail/json/json_completeness.hpp>
#include <langexport/detail/protocol/response_truncation.hpp>

namespace langexport {
inline namespace v0 {
namespace detail {

LANGEXPORT_DECL std::optional<std::string> describe_truncation(const response_message& response,
                                                               request_kind kind, bool is_secure) {
    if (!response.may_be_cut || kind == request_kind::submission || response.status != 200)
        return std::nullopt;
    if (!is_secure && (response.streamed_check ? response.streamed_check->is_whole_json()
                                               : is_whole_json(response.body)))
        return std::nullopt;
    return "after " + std::to_string(response.body_size) + " bytes of its body" +
           (is_secure ? "; TLS ended without close_notify" : "; the connection ended");
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
