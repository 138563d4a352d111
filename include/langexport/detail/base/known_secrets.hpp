#ifndef LANGEXPORT_DETAIL_BASE_KNOWN_SECRETS_HPP
#define LANGEXPORT_DETAIL_BASE_KNOWN_SECRETS_HPP

#include <langexport/detail/base/secret.hpp>
#include <langexport/detail/base/secret_redactor.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace langexport {
inline namespace v0 {
namespace detail {

// The secrets that a client uses or used recently: a response may echo the secret of an earlier request.
class known_secrets {
public:
    // `line`: the header line with the secret. The oldest secret is dropped if there are too many.
    void add(secret_bytes line) {
        std::erase(lines_, line);
        if (lines_.size() == most)
            lines_.erase(lines_.begin());
        lines_.push_back(std::move(line));
        is_redactor_due_ = true;
    }

    // Adds a secret that is not part of a header line, and is never dropped. Ignores an empty one.
    void keep(std::string_view secret) {
        if (secret.empty())
            return;
        append(kept_.emplace_back(), secret);
        is_redactor_due_ = true;
    }

    // Replaces parts of the secrets in a text by `[redacted]`.
    void redact(std::string& text) const {
        if (!text.empty())
            redactor().redact(text);
    }
    // Whether a text that is sent or stored contains a whole secret.
    bool is_in(std::string_view text) const { return !text.empty() && redactor().is_in(text); }

private:
    // Large enough that no response in progress can echo a dropped secret.
    static constexpr std::size_t most = 32;

    const secret_redactor& redactor() const {
        if (is_redactor_due_) {
            redactor_ = secret_redactor();
            for (const secret_bytes& secret : kept_)
                redactor_.add(view(secret));
            for (const secret_bytes& line : lines_)
                redactor_.add(secret_of(line));
            is_redactor_due_ = false;
        }
        return redactor_;
    }

    std::vector<secret_bytes> kept_;
    std::vector<secret_bytes> lines_;  // the oldest first
    mutable secret_redactor redactor_; // created when it is needed
    mutable bool is_redactor_due_ = true;
};

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
