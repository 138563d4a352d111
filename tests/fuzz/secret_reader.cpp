// Secrets in shown text: no text keeps eight consecutive characters of a secret.

#include "fuzz/promise.hpp"
#include "fuzz/targets.hpp"

#include <langexport/detail/base/secret_redactor.hpp>
#include <langexport/detail/base/text.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace langexport_tests::fuzz {

namespace {

using namespace langexport::detail;

constexpr std::string_view secret = "e58b081006f7e3dfC967a64cb14028d5";
constexpr std::size_t least = 8;

std::string escaped(std::string_view text, std::string_view before) {
    constexpr char digits[] = "0123456789ABCDEF";
    std::string result;
    for (const char c : text)
        (result.append(before) += digits[static_cast<unsigned char>(c) >> 4]) +=
            digits[static_cast<unsigned char>(c) & 15];
    return result;
}

// A part of the secret in one of its forms.
std::string encoded_part(unsigned position, unsigned form) {
    const std::size_t begin = position % (secret.size() - least);
    std::string part(secret.substr(begin, least + position % 13));
    switch (form % 9) {
    case 0:
        return part;
    case 1:
        return to_lower(part);
    case 2:
        return escaped(part, "%");
    case 3:
        return escaped(part, "%25");
    case 4:
        return escaped(part, "\\u00");
    case 5:
        return base64url_encode(part);
    case 6:
        return base64url_encode("ab" + part + "c").insert(7, "\r\n");
    case 7:
        return part.insert(part.size() / 2, 1, static_cast<char>(form % 0x21));
    default:
        return escaped(base64url_encode("x" + part), "%");
    }
}

// The readings below are simple, and share nothing with the redactor's own.
std::string without_blanks(std::string_view text) {
    std::string result = to_lower(text);
    std::erase_if(result, [](char c) { return (c >= 0 && c <= ' ') || c == '\x7f'; });
    return result;
}

bool has_part(std::string_view text) {
    const std::string seen = without_blanks(text);
    for (std::size_t at = 0; at + least <= secret.size(); ++at)
        if (seen.find(to_lower(secret.substr(at, least))) != std::string::npos)
            return true;
    return false;
}

bool has_part_in_base64(std::string_view text) {
    std::string kept(text);
    std::erase_if(kept, [](char c) { return (c >= 0 && c <= ' ') || c == '\x7f'; });
    constexpr std::string_view digits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    for (std::size_t begin = 0; begin < kept.size();) {
        const std::size_t end = std::min(kept.find_first_not_of(digits, begin), kept.size());
        for (std::size_t phase = 0; phase < 4 && begin + phase < end; ++phase) {
            const std::size_t size = (end - begin - phase) / 4 * 4;
            const auto bytes = base64url_decode(kept.substr(begin + phase, size));
            if (bytes && has_part(*bytes))
                return true;
        }
        begin = end + 1;
    }
    return false;
}

} // namespace

void hide_secrets(std::string_view input) {
    secret_redactor redactor;
    redactor.add(secret);
    std::string text;
    for (std::size_t at = 0; at < std::min<std::size_t>(input.size(), 128); ++at)
        if (static_cast<unsigned char>(input[at]) > 127 && at + 1 < input.size()) {
            const auto where = static_cast<unsigned char>(input[at]);
            text += encoded_part(where, static_cast<unsigned char>(input[++at]));
        } else
            text += input[at];
    std::string shown = text;
    redactor.redact(shown);
    promise(shown == text || shown.find("[redacted]") != std::string::npos, "a change is shown",
            text);
    std::string reading = shown;
    for (int i = 0; i < 3; ++i) {
        promise(!has_part(reading), "nothing is left", text);
        promise(!has_part_in_base64(reading), "nothing is left in base64", text);
        reading = percent_decode(reading);
    }
    std::string again = shown;
    redactor.redact(again);
    promise(again == shown, "what was hidden stays so", text);
    promise(!redactor.is_in(shown), "no whole secret is left", text);
}

} // namespace langexport_tests::fuzz
