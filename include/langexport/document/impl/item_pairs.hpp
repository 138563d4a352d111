#ifndef LANGEXPORT_DOCUMENT_IMPL_ITEM_PAIRS_HPP
#define LANGEXPORT_DOCUMENT_IMPL_ITEM_PAIRS_HPP

#include <langexport/document/impl/comparable.hpp>
#include <langexport/version.hpp>

#include <algorithm>
#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace langexport {
inline namespace v0 {
namespace detail {

// Pairs the items of two lists. Equal items are left out; the others are paired by several keys in turn,
// the strictest first. The order of the lists has no influence.
template <class Item>
class item_pairs {
public:
    using items = std::vector<const Item*>;

    item_pairs(const object_schema& schema, const std::vector<Item>& before,
               const std::vector<Item>& after) {
        const auto old_ones = sorted(schema, before), new_ones = sorted(schema, after);
        auto old_one = old_ones.begin();
        auto new_one = new_ones.begin();
        while (old_one != old_ones.end() || new_one != new_ones.end()) {
            if (new_one == new_ones.end() ||
                (old_one != old_ones.end() && old_one->first < new_one->first)) {
                removed.push_back(old_one++->second);
            } else if (old_one == old_ones.end() || new_one->first < old_one->first) {
                added.push_back(new_one++->second);
            } else {
                ++old_one;
                ++new_one;
            }
        }
    }

    // Pairs items that share a key. `old_keys(item)` and `new_keys(item)` return a list of keys, the
    // most important one first. Empty keys are ignored.
    template <class OldKeys, class NewKeys>
    void pair_by(OldKeys old_keys, NewKeys new_keys) {
        std::map<std::string, std::vector<std::size_t>> waiting; // in reverse order
        for (std::size_t i = removed.size(); i-- > 0;) {
            for (std::string& key : old_keys(*removed[i])) {
                if (!key.empty())
                    waiting[std::move(key)].push_back(i);
            }
        }
        for (const Item*& item : added) {
            for (const std::string& key : new_keys(*item)) {
                const auto found = waiting.find(key);
                if (found == waiting.end())
                    continue;
                std::vector<std::size_t>& those = found->second;
                while (!those.empty() && !removed[those.back()])
                    those.pop_back();
                if (those.empty())
                    continue;
                changed.emplace_back(removed[those.back()], item);
                removed[those.back()] = nullptr;
                item = nullptr;
                break;
            }
        }
        const auto is_paired = [](const Item* item) { return !item; };
        std::erase_if(removed, is_paired);
        std::erase_if(added, is_paired);
    }
    template <class Keys>
    void pair_by(Keys keys) {
        pair_by(keys, keys);
    }

    items removed; // only in the first list
    items added;   // only in the second list
    std::vector<std::pair<const Item*, const Item*>> changed;

private:
    static std::vector<std::pair<std::string, const Item*>> sorted(const object_schema& schema,
                                                                   const std::vector<Item>& list) {
        std::vector<std::pair<std::string, const Item*>> result;
        result.reserve(list.size());
        for (const Item& item : list)
            result.emplace_back(comparable(schema, &item), &item);
        std::stable_sort(result.begin(), result.end(),
                         [](const auto& a, const auto& b) { return a.first < b.first; });
        return result;
    }
};

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
