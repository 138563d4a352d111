#ifndef LANGEXPORT_DETAIL_ENGINE_IMPL_ENGINE_SETTINGS_IPP
#define LANGEXPORT_DETAIL_ENGINE_IMPL_ENGINE_SETTINGS_IPP

#include <langexport/detail/engine/engine_settings.hpp>

#include <string>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

inline std::vector<origin> parse_backends(const client_params& params) {
    std::vector<origin> result;
    for (const std::string& backend : params.gateway_backends) {
        split_url parts;
        std::string why;
        if (parse_url(backend, parts, why))
            result.push_back(std::move(parts.origin));
    }
    return result;
}

inline client_params checked(client_params params) {
    validate(params);
    params.observer.reset();
    return params;
}

LANGEXPORT_DECL engine_settings::engine_settings(asio::any_io_executor client_executor,
                                                 strand_type client_strand,
                                                 client_params client_settings)
    : executor(std::move(client_executor)), erased_executor(executor),
      strand(std::move(client_strand)), params(checked(std::move(client_settings))),
      endpoint(langexport::endpoint::parse(params.endpoint, params.allow_insecure_http)),
      backends(parse_backends(params)) {}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
