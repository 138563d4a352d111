#ifndef LANGEXPORT_TESTING_IMPL_RESPONSE_MAKER_HPP
#define LANGEXPORT_TESTING_IMPL_RESPONSE_MAKER_HPP

#include <langexport/testing/emulator_options.hpp>
#include <langexport/testing/impl/route.hpp>
#include <langexport/testing/impl/wire_format.hpp>
#include <langexport/testing/service_message.hpp>
#include <langexport/version.hpp>

#include <boost/json/object.hpp>

#include <string>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace testing {
namespace detail {

// A request that the model is processing.
class call {
public:
    call(service_request r, route w, time_point t)
        : request(std::move(r)), where(std::move(w)), now(t) {}

    service_request request;
    route where;
    time_point now;
    std::string link_origin; // an origin for the response's links, instead of the usual one
};

// Creates responses with the headers of the service.
class response_maker {
public:
    explicit response_maker(const emulator_options& options)
        : region_(options.region), echo_(options.echo_client_request_id), ids_(options.seed) {}

    // A successful response without a body.
    LANGEXPORT_DECL service_response good(const call& c, unsigned status);
    // The same with a body.
    LANGEXPORT_DECL service_response good(const call& c, unsigned status, std::string content_type,
                                          std::string body);
    // The same with JSON in the layout of the surface.
    LANGEXPORT_DECL service_response good(const call& c, const boost::json::object& body);
    // The service rejects the request with an error object. For projects the response is chunked and
    // must not be cached.
    LANGEXPORT_DECL service_response error_response(const call& c, unsigned status,
                                                    const error_entry& error);
    // The gateway rejects the request, which does not reach the service.
    LANGEXPORT_DECL service_response gateway_error(const call& c, unsigned status,
                                                   const error_entry& error);
    // A response that a test defined.
    LANGEXPORT_DECL service_response made_up(const call& c, const canned_response& canned);

    id_source& ids() noexcept { return ids_; }

private:
    LANGEXPORT_DECL void add_service_headers(const call& c, header_list& headers);
    LANGEXPORT_DECL void add_gateway_warning(header_list& headers) const;

    std::string region_;
    bool echo_;
    id_source ids_;
};

// Adds or replaces a field; an empty value removes it.
LANGEXPORT_DECL void set_header(header_list& headers, const std::string& name,
                                const std::string& value);

} // namespace detail
} // namespace testing
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/testing/impl/response_maker.ipp>
#endif

#endif
