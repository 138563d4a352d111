#ifndef LANGEXPORT_TESTING_IMPL_ACCEPTED_CREDENTIALS_IPP
#define LANGEXPORT_TESTING_IMPL_ACCEPTED_CREDENTIALS_IPP

#include <langexport/testing/impl/accepted_credentials.hpp>

#include <algorithm>

namespace langexport {
inline namespace v0 {
namespace testing {
namespace detail {

// Empty if the authentication scheme is not Bearer.
inline std::string_view token_of(std::string_view authorization) {
    constexpr std::string_view scheme = "Bearer ";
    return equal_ignoring_case(authorization.substr(0, scheme.size()), scheme)
               ? authorization.substr(scheme.size())
               : std::string_view();
}

LANGEXPORT_DECL accepted_credentials::accepted_credentials(const emulator_options& options)
    : keys_(options.keys), tokens_(options.bearer_tokens),
      do_tokens_expire_(options.bearer_token_lifetime.count() > 0),
      token_lifetime_(scaled(options.bearer_token_lifetime, options.time_scale)) {}

LANGEXPORT_DECL void accepted_credentials::set_keys(std::vector<std::string> keys) {
    keys_ = std::move(keys);
    keys_to_come_.reset();
}

LANGEXPORT_DECL void accepted_credentials::set_keys_after(std::uint64_t requests,
                                                          std::vector<std::string> keys) {
    keys_to_come_.emplace(requests, std::move(keys));
}

LANGEXPORT_DECL void accepted_credentials::set_tokens(std::vector<std::string> tokens) {
    tokens_ = std::move(tokens);
    first_uses_.clear();
}

LANGEXPORT_DECL void accepted_credentials::on_request(const header_list& headers, time_point now) {
    if (keys_to_come_ && keys_to_come_->first == 0)
        set_keys(std::move(keys_to_come_->second));
    else if (keys_to_come_)
        --keys_to_come_->first;
    if (!do_tokens_expire_)
        return;
    const std::string_view token = token_of(find_header(headers, "Authorization"));
    if (classify_token(token, now) == credential_seen::bearer)
        first_uses_.try_emplace(std::string(token), now);
}

LANGEXPORT_DECL credential_seen accepted_credentials::classify(const header_list& headers,
                                                               time_point now) const {
    const std::string_view key = find_header(headers, "Ocp-Apim-Subscription-Key");
    if (!key.empty()) {
        const auto place = std::find(keys_.begin(), keys_.end(), key);
        if (place == keys_.end())
            return credential_seen::invalid;
        return place == keys_.begin() ? credential_seen::first_key : credential_seen::second_key;
    }
    const std::string_view authorization = find_header(headers, "Authorization");
    if (authorization.empty())
        return credential_seen::none;
    return classify_token(token_of(authorization), now);
}

LANGEXPORT_DECL credential_seen accepted_credentials::classify_token(std::string_view token,
                                                                     time_point now) const {
    if (token.empty() || std::find(tokens_.begin(), tokens_.end(), token) == tokens_.end())
        return credential_seen::invalid;
    const auto first_use = first_uses_.find(token);
    const bool is_expired =
        first_use != first_uses_.end() && now - first_use->second >= token_lifetime_;
    return is_expired ? credential_seen::invalid : credential_seen::bearer;
}

} // namespace detail
} // namespace testing
} // namespace v0
} // namespace langexport

#endif
