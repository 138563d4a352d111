#ifndef LANGEXPORT_TESTING_IMPL_ACCEPTED_CREDENTIALS_HPP
#define LANGEXPORT_TESTING_IMPL_ACCEPTED_CREDENTIALS_HPP

#include <langexport/testing/emulator_options.hpp>
#include <langexport/testing/impl/wire_format.hpp>
#include <langexport/testing/request_record.hpp>
#include <langexport/version.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace langexport {
inline namespace v0 {
namespace testing {
namespace detail {

// The keys and tokens that the service accepts.
class accepted_credentials {
public:
    LANGEXPORT_DECL explicit accepted_credentials(const emulator_options& options);

    const std::vector<std::string>& keys() const noexcept { return keys_; }
    LANGEXPORT_DECL void set_keys(std::vector<std::string> keys);
    // Replaces the keys after this number of requests.
    LANGEXPORT_DECL void set_keys_after(std::uint64_t requests, std::vector<std::string> keys);
    // Replaces the tokens. Their lifetimes begin again.
    LANGEXPORT_DECL void set_tokens(std::vector<std::string> tokens);

    // Called at the beginning of each request. Replaces the keys if the set number of requests has passed. The
    // lifetime of a token begins with the first request that has it.
    LANGEXPORT_DECL void on_request(const header_list& headers, time_point now);
    LANGEXPORT_DECL credential_seen classify(const header_list& headers, time_point now) const;

private:
    credential_seen classify_token(std::string_view token, time_point now) const;

    std::vector<std::string> keys_;
    std::optional<std::pair<std::uint64_t, std::vector<std::string>>> keys_to_come_;
    std::vector<std::string> tokens_;
    bool do_tokens_expire_;
    std::chrono::nanoseconds token_lifetime_;
    std::map<std::string, time_point, std::less<>> first_uses_; // of tokens that expire
};

// Whether the service processes a request with this credential.
constexpr bool is_accepted(credential_seen credential) noexcept {
    return credential != credential_seen::none && credential != credential_seen::invalid;
}

} // namespace detail
} // namespace testing
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/testing/impl/accepted_credentials.ipp>
#endif

#endif
