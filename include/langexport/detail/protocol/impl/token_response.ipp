#ifndef LANGEXPORT_DETAIL_PROTOCOL_IMPL_TOKEN_RESPONSE_IPP
#define LANGEXPORT_DETAIL_PROTOCOL_IMPL_TOKEN_RESPONSE_IPP

#include <langexport/detail/base/text.hpp>
#include <langexport/detail/json/json_reader.hpp>
#include <langexport/detail/json/parsed_text.hpp>
#include <langexport/detail/protocol/retry_after.hpp>
#include <langexport/detail/protocol/token_response.hpp>

#include <algorithm>
#include <cstddef>

namespace langexport {
inline namespace v0 {
namespace detail {

inline constexpr std::size_t token_response_depth = 16;
inline constexpr std::size_t longest_trace_id = 200;

// Stores the relevant members of the outermost object. The parser passes a string without escapes as a
// view of its input, so a token is copied into memory that is wiped, and nowhere else.
//
// The class has one function for each kind of event, as the parser requires.
class token_events : public parsed_text {
public:
    static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);

    token_response read;
    std::string wrong; // the error of a member

    std::string path() const { return {}; }

    bool on_object_begin(error_code&) { return begin_level(false); }
    bool on_object_end(std::size_t, error_code&) { return end_level(); }
    bool on_array_begin(error_code&) { return begin_level(true); }
    bool on_array_end(std::size_t, error_code&) { return end_level(); }

    bool on_key(text_view rest, std::size_t, error_code&) {
        const std::string_view name = whole_text(rest);
        if (depth_ == 1)
            member_ = member_of(name);
        forget_text();
        return true;
    }
    bool on_string(text_view rest, std::size_t, error_code&) {
        take_text(whole_text(rest));
        forget_text();
        return true;
    }
    bool on_int64(std::int64_t number, text_view rest, error_code&) {
        see(rest);
        forget_text();
        return take_number(number < 0 ? std::nullopt
                                      : std::optional(static_cast<std::uint64_t>(number)));
    }
    bool on_uint64(std::uint64_t number, text_view rest, error_code&) {
        see(rest);
        forget_text();
        return take_number(number);
    }
    bool on_double(double number, text_view rest, error_code&) {
        constexpr double most = 1e15;
        see(rest);
        forget_text();
        const bool is_known = number >= 0 && number <= most;
        return take_number(is_known ? std::optional(static_cast<std::uint64_t>(number))
                                    : std::nullopt);
    }
    bool on_bool(bool, error_code&) { return reject_value("a boolean"); }
    bool on_null(error_code&) {
        member_ = member::other;
        return true;
    }

    bool is_object() const noexcept { return is_object_; }

private:
    enum class member { other, token, type, expires_in, expires_on, trace_id, correlation_id };

    static member member_of(std::string_view name) noexcept {
        return name == "access_token"     ? member::token
               : name == "token_type"     ? member::type
               : name == "expires_in"     ? member::expires_in
               : name == "expires_on"     ? member::expires_on
               : name == "trace_id"       ? member::trace_id
               : name == "correlation_id" ? member::correlation_id
                                          : member::other;
    }
    static const char* field_name(member field) noexcept {
        return field == member::token        ? "access_token"
               : field == member::type       ? "token_type"
               : field == member::expires_in ? "expires_in"
               : field == member::expires_on ? "expires_on"
                                             : nullptr;
    }

    bool begin_level(bool is_array) {
        reject_value(is_array ? "an array" : "an object");
        if (depth_++ == 0)
            is_object_ = !is_array;
        return true;
    }
    bool end_level() noexcept {
        --depth_;
        return true;
    }

    void take_text(std::string_view text) {
        if (depth_ != 1)
            return;
        switch (std::exchange(member_, member::other)) {
        case member::token:
            read.token.clear();
            append(read.token, text);
            break;
        case member::type:
            read.type = text.substr(0, longest_trace_id);
            break;
        case member::expires_in:
            take_time(read.expires_in, parse_decimal(trim(text)), member::expires_in);
            break;
        case member::expires_on:
            take_time(read.expires_on, parse_decimal(trim(text)), member::expires_on);
            break;
        case member::trace_id:
            read.trace_id = cut_utf8(text, longest_trace_id);
            has_trace_id_ = true;
            break;
        case member::correlation_id:
            if (!has_trace_id_)
                read.trace_id = cut_utf8(text, longest_trace_id);
            break;
        case member::other:
            break;
        }
    }
    bool take_number(std::optional<std::uint64_t> number) {
        if (depth_ != 1)
            return true;
        const member to = member_;
        if (to == member::expires_in || to == member::expires_on)
            take_time(to == member::expires_in ? read.expires_in : read.expires_on, number, to);
        else
            reject_value("a number");
        member_ = member::other;
        return true;
    }
    void take_time(std::optional<std::uint64_t>& into, std::optional<std::uint64_t> number,
                   member from) {
        into = number;
        if (!number)
            wrong = std::string("field '") + field_name(from) + "' is not a number of seconds";
    }
    bool reject_value(const char* kind) {
        const member to = depth_ == 1 ? std::exchange(member_, member::other) : member::other;
        if (const char* name = field_name(to))
            wrong = std::string("field '") + name + "' is " + kind;
        return true;
    }

    std::size_t depth_ = 0;
    member member_ = member::other;
    bool is_object_ = false;
    bool has_trace_id_ = false;
};

LANGEXPORT_DECL bool read_token_response(std::string_view body, token_response& issued,
                                         std::string& why) {
    why.clear();
    if (trim(body).empty())
        return why = "it is empty", false;
    json_reader<token_events> reader(token_response_depth);
    try {
        reader.write(body);
        reader.finish();
    } catch (const export_error& error) {
        why = "it is not JSON: " + error.diagnostics().detail;
        return false;
    }
    token_events& events = reader.events();
    issued = std::move(events.read);
    if (!events.is_object())
        why = "it is not an object";
    else
        why = events.wrong;
    return why.empty();
}

LANGEXPORT_DECL bool is_usable(const token_response& issued, std::string& why) {
    why.clear();
    if (issued.token.empty())
        why = "it has no access_token";
    else if (!issued.type.empty() && !equal_ignoring_case(issued.type, "Bearer"))
        why = "its token_type is not Bearer";
    else if (!issued.expires_in && !issued.expires_on)
        why = "it does not say when the token expires";
    return why.empty();
}

LANGEXPORT_DECL std::chrono::system_clock::time_point
expiry_of(const token_response& issued, const response_message& response, token_issuer issuer,
          std::chrono::system_clock::time_point now) noexcept {
    constexpr std::uint64_t longest_life = 366 * 24 * 3600;
    const bool is_absolute =
        issued.expires_on && (issuer == token_issuer::managed_identity || !issued.expires_in);
    if (!is_absolute)
        return now + std::chrono::seconds((std::min)(*issued.expires_in, longest_life));
    const auto since_epoch =
        std::chrono::floor<std::chrono::seconds>(date_of(response, now)).time_since_epoch();
    const auto date =
        static_cast<std::uint64_t>((std::max<std::chrono::seconds::rep>)(since_epoch.count(), 0));
    const std::uint64_t end = *issued.expires_on;
    return now + std::chrono::seconds((std::min)(end - (std::min)(end, date), longest_life));
}

LANGEXPORT_DECL bool may_pass(token_issuer issuer, unsigned status,
                              std::string_view error) noexcept {
    if (status == 408 || status == 429 || status >= 500)
        return true;
    if (issuer == token_issuer::managed_identity && (status == 404 || status == 410))
        return true;
    return equal_ignoring_case(error, "temporarily_unavailable") ||
           equal_ignoring_case(error, "server_error");
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
