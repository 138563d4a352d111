#ifndef LANGEXPORT_DETAIL_BASE_KNOWN_SECRETS_HPP
#define LANGEXPORT_DETAIL_BASE_KNOWN_SECRETS_HPP

#include <langexport/detail/base/secret.hpp>
#include <langexport/detail/base/secret_matcher.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace langexport {
inline namespace v0 {
namespace detail {

// The secrets that a client uses or used lately: a response may echo the one that its request sent a while ago.
class known_secrets {
public:
    // `line`: the line of the header with the secret. The oldest one is forgotten.
    void add(secret_bytes line) {
        std::erase(lines_, line);
        if (lines_.size() == most)
            lines_.erase(lines_.begin());
        lines_.push_back(std::move(line));
        is_matcher_due_ = true;
    }

    // Replaces what a text has of the secrets by `[redacted]`.
    void redact(std::string& text) const {
        if (!text.empty())
            matcher().hide(text);
    }
    // Whether a text that goes into a request or is kept has a whole secret in it.
    bool is_in(std::string_view text) const { return !text.empty() && matcher().is_in(text); }

private:
    // So many that no response in progress can echo one that is forgotten.
    static constexpr std::size_t most = 32;

    const secret_matcher& matcher() const {
        if (is_matcher_due_) {
            matcher_ = secret_matcher();
            for (const secret_bytes& line : lines_)
                matcher_.add(secret_of(line));
            is_matcher_due_ = false;
        }
        return matcher_;
    }

    std::vector<secret_bytes> lines_; // the oldest first
    mutable secret_matcher matcher_;  // made when it is needed
    mutable bool is_matcher_due_ = true;
};

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
