#ifndef LANGEXPORT_TESTS_CONTRACT_SET_OF_HPP
#define LANGEXPORT_TESTS_CONTRACT_SET_OF_HPP

#include <initializer_list>

namespace langexport_tests::contract {

/// A set of enumerators, of an enumeration that has less than 32.
template <class Enum>
class set_of {
public:
    constexpr set_of(Enum one) : bits_(1U << static_cast<unsigned>(one)) {}
    /// The union of sets.
    constexpr set_of(std::initializer_list<set_of> sets) {
        for (const set_of& s : sets)
            bits_ |= s.bits_;
    }

    static constexpr set_of all() {
        set_of every{};
        every.bits_ = ~0U;
        return every;
    }

    constexpr bool contains(Enum one) const { return (bits_ & set_of(one).bits_) != 0; }

private:
    unsigned bits_ = 0;
};

} // namespace langexport_tests::contract

#endif
