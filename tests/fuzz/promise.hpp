#ifndef LANGEXPORT_TESTS_FUZZ_PROMISE_HPP
#define LANGEXPORT_TESTS_FUZZ_PROMISE_HPP

#include <langexport/detail/base/text.hpp>
#include <langexport/error.hpp>

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

namespace langexport_tests::fuzz {

/// Ends the process if something that always holds does not. `seen` is printed.
inline void promise(bool is_kept, const char* claim, const std::string& seen = {}) {
    if (is_kept)
        return;
    std::fprintf(stderr, "a promise was broken: %s\n%s\n", claim, seen.c_str());
    std::abort();
}

/// A text for people is short and valid UTF-8.
inline void promise_words(std::string_view text, std::size_t most) {
    promise(text.size() <= most, "the text is short", std::string(text));
    promise(langexport::detail::find_invalid_utf8(text) == std::string_view::npos,
            "the text is UTF-8", std::string(text));
}

/// The result of a call of the public interface; nothing if it rejects its input.
template <class Function>
auto result_of(Function call) -> std::optional<decltype(call())> {
    try {
        return call();
    } catch (const langexport::export_error& error) {
        promise_words(error.what(), 1200);
        return std::nullopt;
    }
}

} // namespace langexport_tests::fuzz

#endif
