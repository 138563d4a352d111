#ifndef LANGEXPORT_DETAIL_TRANSPORT_IMPL_FAILED_ADDRESSES_IPP
#define LANGEXPORT_DETAIL_TRANSPORT_IMPL_FAILED_ADDRESSES_IPP

#include <langexport/detail/transport/failed_addresses.hpp>

#include <algorithm>

namespace langexport {
inline namespace v0 {
namespace detail {

// The result begins with the family of the first address.
inline std::vector<failed_addresses::address>
alternate_families(const std::vector<failed_addresses::address>& found) {
    std::vector<failed_addresses::address> first, second, result;
    for (const auto& each : found)
        (each.protocol() == found.front().protocol() ? first : second).push_back(each);
    for (std::size_t i = 0; i < (std::max)(first.size(), second.size()); ++i) {
        if (i < first.size())
            result.push_back(first[i]);
        if (i < second.size())
            result.push_back(second[i]);
    }
    return result;
}

LANGEXPORT_DECL void failed_addresses::add(const address& failed, steady_time now) {
    remove(failed, (steady_time::max)());
    if (known_.size() == capacity)
        known_.erase(known_.begin());
    known_.push_back(failure{failed, now});
}

LANGEXPORT_DECL void failed_addresses::remove(const address& good, steady_time began) {
    std::erase_if(known_,
                  [&](const failure& each) { return each.where == good && each.at < began; });
}

// min() if it has not failed, or too long ago.
LANGEXPORT_DECL steady_time failed_addresses::failed_at(const address& peer,
                                                        steady_time now) const noexcept {
    for (const failure& each : known_)
        if (each.where == peer && now < each.at + memory)
            return each.at;
    return (steady_time::min)();
}

LANGEXPORT_DECL bool failed_addresses::has_good_address(const std::vector<address>& found,
                                                        steady_time now) const noexcept {
    return std::any_of(found.begin(), found.end(), [&](const address& each) {
        return failed_at(each, now) == (steady_time::min)();
    });
}

LANGEXPORT_DECL void failed_addresses::remove_failed(std::vector<address>& addresses,
                                                     steady_time now) const {
    std::erase_if(addresses, [&](const address& each) {
        return failed_at(each, now) != (steady_time::min)();
    });
}

LANGEXPORT_DECL std::vector<failed_addresses::address>
failed_addresses::order(const std::vector<address>& found, steady_time now) const {
    std::vector<address> result = alternate_families(found);
    std::stable_sort(result.begin(), result.end(), [&](const address& a, const address& b) {
        return failed_at(a, now) < failed_at(b, now);
    });
    return result;
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
