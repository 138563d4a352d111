#ifndef LANGEXPORT_DOCUMENT_IMPL_MEMBER_ORDER_HPP
#define LANGEXPORT_DOCUMENT_IMPL_MEMBER_ORDER_HPP

#include <langexport/version.hpp>

#include <cstddef>
#include <cstdint>

namespace langexport {
inline namespace v0 {
namespace detail {

// What is kept of an object that was parsed besides the values of its members: in which order they
// came, and which known ones are to be written again although they are empty. Known members are
// numbers below `unknown`; the unknown ones, which have an order of their own, all share that
// one number.
//
// There is one for every label, so it is small: the places of the first sixteen members are kept.
class member_order {
public:
    static constexpr unsigned unknown = 15;

    void add(unsigned member) noexcept {
        if (member != unknown)
            present_ = static_cast<std::uint16_t>(present_ | (1u << member));
        if (count_ < max_places)
            places_ |= std::uint64_t{member} << (4 * count_++);
    }

    // A member that is to be written no more once it is empty.
    void forget(unsigned member) noexcept {
        present_ = static_cast<std::uint16_t>(present_ & ~(1u << member));
    }

    // Undoes the last `add`, which was of a known member.
    void take_back(unsigned member) noexcept {
        forget(member);
        if (count_ > 0 && at(count_ - 1u) == member)
            places_ &= ~(std::uint64_t{unknown} << (4 * --count_));
    }

    bool has(unsigned member) const noexcept { return (present_ >> member & 1u) != 0; }

    // Otherwise a program made the object.
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
