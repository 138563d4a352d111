#ifndef LANGEXPORT_SERVICE_ERROR_HPP
#define LANGEXPORT_SERVICE_ERROR_HPP

#include <langexport/detail/base/text.hpp>
#include <langexport/version.hpp>

#include <algorithm>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace langexport {
inline namespace v0 {

/// An error or a warning in the service's words: a code, a message, and nested errors.
class service_error {
public:
    std::string code; ///< The service's code word, e.g. `ProjectNotFound`; empty if it sent none.
    std::string message; ///< The service's sentence for people; empty if it sent none.
    std::string target;  ///< What the error is about; usually empty.

    /// Errors that led to this one (`details`), in the order of the response.
    std::vector<service_error> details;
    /// The chain of `innererror`, outermost first: ever more specific codes.
    std::vector<service_error> inner;
    /// Name and value pairs of an inner error (its `details` map).
    std::vector<std::pair<std::string, std::string>> properties;

    /// Whether the service said nothing at all.
    bool empty() const noexcept {
        return code.empty() && message.empty() && details.empty() && inner.empty();
    }

    /// Whether this error, or a nested one, has this code, in upper or lower case.
    bool has_code(std::string_view wanted) const {
        const auto has_it = [wanted](const service_error& one) { return one.has_code(wanted); };
        return detail::equal_ignoring_case(code, wanted) ||
               std::any_of(details.begin(), details.end(), has_it) ||
               std::any_of(inner.begin(), inner.end(), has_it);
    }

    /// The most specific code: that of the innermost error that has one, else `code`.
    std::string_view most_specific_code() const noexcept {
        for (auto it = inner.rbegin(); it != inner.rend(); ++it)
            if (!it->code.empty())
                return it->code;
        return code;
    }
};

} // namespace v0
} // namespace langexport

#endif
