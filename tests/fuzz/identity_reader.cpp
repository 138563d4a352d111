// Responses of an issuer of tokens, and the output of a command that gets a token.

#include "examples/tool/token_command.hpp"
#include "fuzz/promise.hpp"
#include "fuzz/targets.hpp"

#include <langexport/credential.hpp>
#include <langexport/detail/base/secret.hpp>
#include <langexport/detail/protocol/token_response.hpp>

#include <boost/json/parse.hpp>

#include <chrono>
#include <string>
#include <string_view>

namespace langexport_tests::fuzz {

using namespace langexport;

namespace {

// The token as a parser of complete documents reads it; empty if there is not exactly one token.
std::string token_in(std::string_view text) {
    boost::system::error_code failed;
    const boost::json::value document = boost::json::parse(text, failed);
    const auto* object = failed ? nullptr : document.if_object();
    const auto* token = object ? object->if_contains("access_token") : nullptr;
    return token && token->is_string() ? std::string(std::string_view(token->get_string()))
                                       : std::string();
}

} // namespace

void read_identity(std::string_view text) {
    const std::chrono::system_clock::time_point now{std::chrono::seconds(1'800'000'000)};
    detail::token_response read;
    std::string why;
    const bool is_readable = detail::read_token_response(text, read, why);
    promise(is_readable == why.empty(), "a rejection has a reason", why);
    promise_words(why, 700);
    promise(read.trace_id.size() <= 200, "what is kept of a trace id is short");
    if (!is_readable || !detail::is_usable(read, why))
        return promise(!why.empty(), "a rejection has a reason");
    const std::string token(view(read.token));
    const std::string other = token_in(text);
    promise(other.empty() || other == token, "the token is the one that is written there", other);
    for (const auto issuer :
         {detail::token_issuer::authority, detail::token_issuer::managed_identity}) {
        const auto end = detail::expiry_of(read, detail::response_message(), issuer, now);
        promise(end >= now && end <= now + std::chrono::hours(366 * 24),
                "a token's life is bounded");
    }
    result_of([&] { return access_token(token, now); });
}

void read_command(std::string_view text) {
    const std::chrono::system_clock::time_point now{std::chrono::seconds(1'800'000'000)};
    const auto token =
        result_of([&] { return tool::read_command_token(text, now, "the command"); });
    if (!token)
        return;
    promise(!token->empty(), "there is a token");
    promise(token->expires() < now + std::chrono::hours(24 * 366 * 175), "its end is a time");
}

} // namespace langexport_tests::fuzz
