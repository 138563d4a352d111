#ifndef LANGEXPORT_EXAMPLES_TOOL_EMULATOR_FAULTS_HPP
#define LANGEXPORT_EXAMPLES_TOOL_EMULATOR_FAULTS_HPP

// Faults as options name them: "status:1/3:503+2s" is a 503 with Retry-After for one poll in three.

#include "emulator_values.hpp"

#include <langexport/detail/base/name_table.hpp>
#include <langexport/testing/emulator.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace emulator_program {

// A fault, and the requests or connections that it applies to.
template <class Fault>
class fault_rule {
public:
    fault_rule(testing::call_kind k, testing::occurrences w, Fault f)
        : kind(k), which(w), fault(std::move(f)) {}

    testing::call_kind kind; // only for requests
    testing::occurrences which;
    Fault fault;
};

using request_fault = fault_rule<testing::canned_response>;
using broken_connection = fault_rule<testing::connection_fault>;

using langexport::detail::named_value;

// How something ends early, in the words of options. That of `close` depends on what is closed.
constexpr std::array<named_value<testing::early_end>, 3>
early_end_names(std::string_view close) noexcept {
    using testing::early_end;
    return {{{early_end::close, close}, {early_end::reset, "reset"}, {early_end::stall, "stall"}}};
}

inline usage_error bad_fault(const std::string& option, const std::string& text,
                             const std::string& why) {
    return usage_error(option + ": '" + text + "' " + why);
}

inline testing::call_kind to_request_kind(const std::string& option, const std::string& word) {
    using testing::call_kind;
    static constexpr named_value<call_kind> table[] = {{call_kind::any, "any"},
                                                       {call_kind::submission, "submission"},
                                                       {call_kind::import_submission, "import"},
                                                       {call_kind::status, "status"},
                                                       {call_kind::result, "result"},
                                                       {call_kind::listing, "listing"},
                                                       {call_kind::metadata, "metadata"},
                                                       {call_kind::other, "other"}};
    return to_value(option, word, table);
}

// "3", "2-4", "5-", "1/10" or "all"
inline testing::occurrences to_occurrences(const std::string& option, const std::string& text) {
    using testing::occurrences;
    const auto number = [&](const std::string& digits) {
        const auto value = to_number<std::uint64_t>(option, digits);
        if (value == 0)
            throw bad_fault(option, text, "counts from 1");
        return value;
    };
    if (text == "all")
        return occurrences::always();
    if (text.starts_with("1/"))
        return occurrences::one_in(number(text.substr(2)));
    const std::size_t dash = text.find('-');
    if (dash == std::string::npos)
        return occurrences(number(text));
    const std::uint64_t first = number(text.substr(0, dash));
    if (dash + 1 == text.size())
        return occurrences::from(first);
    const std::uint64_t last = number(text.substr(dash + 1));
    if (last < first)
        throw bad_fault(option, text, "ends before it begins");
    return occurrences::between(first, last);
}

// "503", "429+5s", "429@0" or "429+5s@1000"
inline testing::canned_response to_error_response(const std::string& option,
                                                  const std::string& text) {
    const std::size_t at = text.find('@');
    const std::size_t plus = text.find('+');
    const std::string status = text.substr(0, (std::min)(plus, at));
    const auto number = to_number<unsigned>(option, status);
    if (number < 400 || number > 599)
        throw bad_fault(option, text, "is not a status from 400 to 599");
    testing::canned_response response(number,
                                      R"({"error":{"code":")" + status +
                                          R"(","message":"This is a fault set by --fault."}})");
    if (plus < at)
        response.retry_after = to_duration(option, text.substr(plus + 1, at - plus - 1));
    if (at != std::string::npos)
        response.early_after = to_number<std::uint64_t>(option, text.substr(at + 1));
    return response;
}

inline testing::canned_response to_response(const std::string& option, const std::string& text) {
    using testing::canned_response;
    using testing::malformation;
    if (!text.empty() && text.front() >= '0' && text.front() <= '9')
        return to_error_response(option, text);
    const std::size_t equals = text.find('=');
    const std::string word = text.substr(0, equals);
    if (equals != std::string::npos) {
        const std::string value = text.substr(equals + 1);
        if (word == "delay")
            return canned_response::after(to_duration(option, value));
        if (word == "cut-request" || word == "reset-request")
            return canned_response::cut_request_after(
                to_number<std::uint64_t>(option, value),
                word == "cut-request" ? testing::early_end::close : testing::early_end::reset);
        const testing::early_end end = to_value(option, word, early_end_names("cut"));
        return canned_response::cut_body_after(to_number<std::uint64_t>(option, value), end);
    }
    if (word == "lost")
        return canned_response::no_response(true);
    static constexpr named_value<malformation> forms[] = {{malformation::no_json, "html"},
                                                          {malformation::half_json, "half-json"},
                                                          {malformation::wrong_json, "wrong-json"},
                                                          {malformation::no_body, "no-body"},
                                                          {malformation::no_http, "no-http"}};
    return canned_response::malformed(to_value(option, word, forms));
}

// "KIND:WHICH:WHAT"
inline request_fault to_request_fault(const std::string& option, const std::string& text) {
    const std::vector<std::string> parts = split(text, ':');
    if (parts.size() != 3)
        throw bad_fault(option, text, "is not KIND:WHICH:WHAT, such as status:2:503");
    return request_fault(to_request_kind(option, parts[0]), to_occurrences(option, parts[1]),
                         to_response(option, parts[2]));
}

// "WHICH:WHAT"
inline broken_connection to_connection_fault(const std::string& option, const std::string& text) {
    using testing::connection_fault;
    const std::vector<std::string> parts = split(text, ':');
    if (parts.size() != 2)
        throw bad_fault(option, text, "is not WHICH:WHAT, such as 1:reset");
    const testing::early_end end = to_value(option, parts[1], early_end_names("close"));
    return broken_connection(testing::call_kind::any, to_occurrences(option, parts[0]),
                             connection_fault::at_accept(end));
}

} // namespace emulator_program

#endif
