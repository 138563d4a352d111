#ifndef LANGEXPORT_DOCUMENT_IMPL_ITEM_PAIRS_HPP
#define LANGEXPORT_DOCUMENT_IMPL_ITEM_PAIRS_HPP

#include <langexport/document/impl/comparable.hpp>
#include <langexport/version.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
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
        items old_items = all_of(before), new_items = all_of(after);
        drop_same(schema, old_items, new_items);
        const auto old_ones = sorted(schema, old_items), new_ones = sorted(schema, new_items);
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
    static items all_of(const std::vector<Item>& list) {
        items result;
        result.reserve(list.size());
        for (const Item& item : list)
            result.push_back(&item);
        return result;
    }

    // Removes pairs of items that are the same. This is much faster than comparable texts, and finds nearly all items that
    // are equal in two exports.
    static void drop_same(const object_schema& schema, items& before, items& after) {
        const auto are_same = [&](const Item* a, const Item* b) { return is_same(schema, a, b); };
        drop_aligned(before, after, are_same);
        auto candidates = digests(schema, before);
        auto candidate = candidates.begin();
        for (const auto& [sum, item] : digests(schema, after)) {
            while (candidate != candidates.end() && candidate->first < sum)
                ++candidate;
            constexpr int most = 8; // different items with the same digest, which are rare
            auto same = candidate;
            for (int i = 0; i < most && same != candidates.end() && same->first == sum; ++i) {
                if (are_same(*same->second, *item)) {
                    *same->second = *item = nullptr;
                    std::swap(*same, *candidate++); // one that was skipped stays a candidate
                    break;
                }
                ++same;
            }
        }
        std::erase(before, nullptr);
        std::erase(after, nullptr);
    }

    // Does this for items in the same order, with some items between them that are in one list only.
    template <class AreSame>
    static void drop_aligned(items& before, items& after, AreSame are_same) {
        constexpr std::size_t most = 4; // of such items in a row
        std::size_t i = 0, j = 0;
        while (i < before.size() && j < after.size()) {
            std::size_t skipped = 0;
            for (; skipped <= most; ++skipped) {
                if (i + skipped < before.size() && are_same(before[i + skipped], after[j])) {
                    i += skipped;
                    break;
                }
                if (j + skipped < after.size() && are_same(before[i], after[j + skipped])) {
                    j += skipped;
                    break;
                }
            }
            if (skipped <= most)
                before[i] = after[j] = nullptr;
            ++i;
            ++j;
        }
        std::erase(before, nullptr);
        std::erase(after, nullptr);
    }

    using place = const Item**; // in a list of items
    static std::vector<std::pair<std::uint64_t, place>> digests(const object_schema& schema,
                                                                items& list) {
        std::vector<std::pair<std::uint64_t, place>> result;
        result.reserve(list.size());
        for (const Item*& item : list)
            result.emplace_back(digest(schema, item), &item);
        std::sort(result.begin(), result.end());
        return result;
    }

    static std::vector<std::pair<std::string, const Item*>> sorted(const object_schema& schema,
                                                                   const items& list) {
        std::vector<std::pair<std::string, const Item*>> result;
        result.reserve(list.size());
        for (const Item* const item : list)
            result.emplace_back(comparable(schema, item), item);
        std::stable_sort(result.begin(), result.end(),
                         [](const auto& a, const auto& b) { return a.first < b.first; });
        return result;
    }
};

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
