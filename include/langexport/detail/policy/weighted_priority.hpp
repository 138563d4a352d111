#ifndef LANGEXPORT_DETAIL_POLICY_WEIGHTED_PRIORITY_HPP
#define LANGEXPORT_DETAIL_POLICY_WEIGHTED_PRIORITY_HPP

#include <array>
#include <cstddef>

namespace langexport {
inline namespace v0 {
namespace detail {

// Selects the line whose request is sent next: the first one, but no line is passed over too often in a row.
class weighted_priority {
public:
    static constexpr std::size_t lines = 3;
    static constexpr unsigned most_passed_over = 9; // a line that waits gets every tenth request

    using line_set = std::array<bool, lines>;

    // At least one line must wait.
    std::size_t next(const line_set& waiting) const noexcept {
        std::size_t first = lines;
        for (std::size_t line = 0; line < lines; ++line) {
            if (!waiting[line])
                continue;
            if (passed_over_[line] >= most_passed_over)
                return line;
            if (first == lines)
                first = line;
        }
        return first;
    }

    // Called when a request of that line was sent.
    void on_sent(std::size_t sent_line, const line_set& waiting) noexcept {
        passed_over_[sent_line] = 0;
        for (std::size_t line = sent_line + 1; line < lines; ++line)
            passed_over_[line] = waiting[line] ? passed_over_[line] + 1 : 0;
    }

private:
    std::array<unsigned, lines> passed_over_{};
};

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
