#ifndef LANGEXPORT_DOCUMENT_IMPL_MEMBER_ORDER_HPP
#define LANGEXPORT_DOCUMENT_IMPL_MEMBER_ORDER_HPP

#include <langexport/version.hpp>

#include <cstddef>
#include <cstdint>

namespace langexport {
inline namespace v0 {
namespace detail {

// Remembers the order of a parsed object's members, and which empty members to write again. Known
// members are numbers below `unknown`. All unknown members share that number; they have an order of
// their own.
//
// Every label has one, so it is small: it keeps the positions of the first sixteen members.
class member_order {
public:
    static constexpr unsigned unknown = 15;

    void add(unsigned member) noexcept {
        if (member != unknown)
            present_ = static_cast<std::uint16_t>(present_ | (1u << member));
        if (count_ < max_places)
            places_ |= std::uint64_t{member} << (4 * count_++);
    }

    // Do not write this member again once it is empty.
    void forget(unsigned member) noexcept {
        present_ = static_cast<std::uint16_t>(present_ & ~(1u << member));
    }

    // Undoes the last `add`. Only for known members.
    void take_back(unsigned member) noexcept {
        forget(member);
        if (count_ > 0 && at(count_ - 1u) == member)
            places_ &= ~(std::uint64_t{unknown} << (4 * --count_));
    }

    bool has(unsigned member) const noexcept { return (present_ >> member & 1u) != 0; }

    // False for an object that a program created.
    bool is_parsed() const noexcept { return is_parsed_; }
    void set_parsed() noexcept { is_parsed_ = true; }

    std::size_t size() const noexcept { return count_; }
    unsigned at(std::size_t place) const noexcept {
        return static_cast<unsigned>(places_ >> (4 * place) & 15u);
    }

private:
    static constexpr unsigned max_places = 16;

    std::uint64_t places_ = 0;
    std::uint16_t present_ = 0;
    std::uint8_t count_ = 0;
    bool is_parsed_ = false;
};

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
