#ifndef LANGEXPORT_DETAIL_TRANSPORT_IMPL_TRANSFER_CODINGS_HPP
#define LANGEXPORT_DETAIL_TRANSPORT_IMPL_TRANSFER_CODINGS_HPP

#include <langexport/detail/base/text.hpp>
#include <langexport/version.hpp>

#include <algorithm>
#include <string>
#include <string_view>

namespace langexport {
inline namespace v0 {
namespace detail {

// The encodings of a body in transit: the values of its Transfer-Encoding fields.
class transfer_codings {
public:
    void clear() noexcept { all_.clear(); }

    // The value of one field.
    void add(std::string_view list) {
        for (std::size_t end = 0; end != std::string_view::npos;) {
            end = list.find(',');
            const std::string_view coding = trim(list.substr(0, end));
            list.remove_prefix(end == std::string_view::npos ? list.size() : end + 1);
            if (!coding.empty())
                all_.append(all_.empty() ? "" : ", ").append(coding);
        }
    }

    // The values of all these fields of a header, which the parser may have rejected before it reached them.
    void add_all(std::string_view header) {
        constexpr std::string_view name = "transfer-encoding:";
        while (!header.empty()) {
            const std::string_view line = header.substr(0, header.find('\n'));
            if (equal_ignoring_case(line.substr(0, name.size()), name))
                add(line.substr(name.size()));
            header.remove_prefix((std::min)(line.size() + 1, header.size()));
        }
    }

    // Whether a parser that supports `chunked` decodes all of them. `is_chunked` is true if it decodes the body.
    bool are_known(bool is_chunked) const noexcept {
        return all_.empty() || equal_ignoring_case(all_, "identity") ||
               (equal_ignoring_case(all_, "chunked") && is_chunked);
    }

    // Describes the fault, for a message.
    std::string describe() const {
        if (are_known(true))
            return "more than one Transfer-Encoding, or a Content-Length beside it";
        // As in the message about a content encoding: a long value is not shown.
        const std::string shown = all_.size() <= 40 ? "'" + one_printable_line(all_) + "'"
                                                    : "of " + count_of(all_.size(), "character");
        return "the transfer coding " + shown + "; only 'chunked' is supported";
    }

private:
    std::string all_;
};

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
