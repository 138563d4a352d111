#ifndef LANGEXPORT_DOCUMENT_IMPL_PROJECT_DIFFERENCE_IPP
#define LANGEXPORT_DOCUMENT_IMPL_PROJECT_DIFFERENCE_IPP

#include <langexport/detail/base/text.hpp>
#include <langexport/detail/json/decimal.hpp>
#include <langexport/document/impl/comparable.hpp>
#include <langexport/document/impl/item_identity.hpp>
#include <langexport/document/impl/item_pairs.hpp>
#include <langexport/document/impl/project_schema.hpp>
#include <langexport/document/impl/project_writer.hpp>
#include <langexport/document/project_difference.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <set>
#include <string_view>

namespace langexport {
inline namespace v0 {
namespace detail {

// A member of a typed object, or a member without a name in its class.
class found_member {
public:
    found_member(const object_schema& schema, const void* owner, std::string_view name,
                 const member_schema* known) {
        if (known && !is_empty(*known, owner)) {
            text = comparable(*known, owner);
            json = text.empty() ? std::string() : fixed_json(*known, owner);
            return;
        }
        const boost::json::value* const value = base_in(schema, owner).other.if_contains(name);
        if (!value || value->is_null() || hides_other(schema, owner, name))
            return;
        text = comparable(*value);
        json = fixed_json(*value);
    }

    std::string text; // for the comparison; empty: absent
    std::string json;
};

// Finds the members that differ. Those for which `is_reported` is true are left out, because the
// difference reports them elsewhere.
template <class IsReported>
void find_changes(const object_schema& schema, const void* before, const void* after,
                  const std::string& prefix, IsReported is_reported,
                  std::vector<member_change>& found) {
    const auto look_at = [&](std::string_view name, const member_schema* known) {
        found_member old_one(schema, before, name, known);
        found_member new_one(schema, after, name, known);
        if (old_one.text != new_one.text)
            found.emplace_back(prefix + std::string(name), aligned_json(old_one.json),
                               aligned_json(new_one.json));
    };
    std::set<std::string> names; // of members that are not in the tables
    for (const void* object : {before, after}) {
        for (const auto& member : base_in(schema, object).other)
            names.emplace(member.key());
    }
    for (const member_schema& member : schema.members) {
        if (is_reported(member))
            continue; // A member with another type is not in the tables.
        names.erase(std::string(member.name));
        look_at(member.name, &member);
    }
    for (const std::string& name : names)
        look_at(name, nullptr);
}

inline bool never(const member_schema&) noexcept {
    return false;
}
inline bool is_list(const member_schema& member) noexcept {
    return member.kind == member_kind::objects;
}
// Whether this member holds labels of an item.
inline bool carries_labels(const member_schema& member) noexcept {
    return member.kind == member_kind::object || is_list(member) || member.name == "intent" ||
           member.name == "source";
}

template <class Item>
std::vector<item_label> sorted_labels(const Item& item) {
    std::vector<item_label> labels;
    if constexpr (requires { labels_of(item); })
        labels = labels_of(item);
    std::sort(labels.begin(), labels.end());
    return labels;
}

// Maps new ids of answers to the old ones.
using known_ids = std::map<std::uint64_t, std::uint64_t>;

inline void translate_ids(boost::json::value& value, const known_ids& old_ids) {
    if (auto* const list = value.if_array()) {
        for (auto& element : *list)
            translate_ids(element, old_ids);
    } else if (auto* const object = value.if_object()) {
        for (auto& member : *object) {
            boost::system::error_code no_id;
            if (member.key() == "qnaId" && member.value().is_number()) {
                const auto id = member.value().to_number<std::uint64_t>(no_id);
                const auto known = no_id ? old_ids.end() : old_ids.find(id);
                if (known != old_ids.end())
                    member.value() = known->second;
            } else {
                translate_ids(member.value(), old_ids);
            }
        }
    }
}

// Returns an answer whose follow-up prompts use the old ids of the others.
inline question_answer with_old_ids(const question_answer& answer, const known_ids& old_ids) {
    question_answer result = answer;
    for (auto& member : result.dialog)
        translate_ids(member.value(), old_ids);
    return result;
}

inline void find_item_changes(const object_schema& schema, const question_answer& before,
                              const question_answer& after, const known_ids& old_ids,
                              item_change& change) {
    const auto is_reported = change.is_relabeled() ? carries_labels : never;
    const question_answer translated = with_old_ids(after, old_ids);
    find_changes(schema, &before, &translated, "", is_reported, change.members);
    for (member_change& member : change.members) {
        if (member.member == "dialog" && !after.dialog.empty())
            member.after = fixed_json(after.dialog); // with its own ids
    }
}

template <class Item>
void find_item_changes(const object_schema& schema, const Item& before, const Item& after,
                       const known_ids&, item_change& change) {
    const auto is_reported = change.is_relabeled() ? carries_labels : never;
    find_changes(schema, &before, &after, "", is_reported, change.members);
}

template <class Change>
void sort_changes(std::vector<Change>& changes, std::size_t first, std::string Change::*name) {
    std::stable_sort(changes.begin() + static_cast<std::ptrdiff_t>(first), changes.end(),
                     [&](const Change& a, const Change& b) { return a.*name < b.*name; });
}

inline void compare_categories(category_role role, const object_schema& schema,
                               const std::vector<asset_category>& before,
                               const std::vector<asset_category>& after,
                               project_difference& result) {
    item_pairs<asset_category> pairs(schema, before, after);
    pair_items(pairs, project_languages());
    const std::size_t first_removed = result.removed_categories.size();
    const std::size_t first_added = result.added_categories.size();
    const std::size_t first_changed = result.changed_categories.size();
    for (const asset_category* category : pairs.removed)
        result.removed_categories.emplace_back(role, category->category);
    for (const asset_category* category : pairs.added)
        result.added_categories.emplace_back(role, category->category);
    for (const auto& [old_one, new_one] : pairs.changed)
        find_changes(schema, old_one, new_one, "", never,
                     result.changed_categories.emplace_back(role, old_one->category).members);
    sort_changes(result.removed_categories, first_removed, &category_change::category);
    sort_changes(result.added_categories, first_added, &category_change::category);
    sort_changes(result.changed_categories, first_changed, &category_change::category);
}

template <class Item>
void compare_items(const char* list, const object_schema& schema, const std::vector<Item>& before,
                   const std::vector<Item>& after, const project_languages& languages,
                   project_difference& result) {
    item_pairs<Item> pairs(schema, before, after);
    pair_items(pairs, languages);
    known_ids old_ids;
    const auto qualifier_of = [&] {
        if constexpr (requires(const Item& item) { item.language; })
            return item_qualifiers<Item>(before, after, pairs);
        else
            return [](const Item&) { return std::string(); };
    }();
    if constexpr (requires(const Item& item) { item.questions; }) {
        for (const auto& [old_one, new_one] : pairs.changed)
            old_ids[new_one->id] = old_one->id;
    }
    const std::size_t first_removed = result.removed_items.size();
    const std::size_t first_added = result.added_items.size();
    const std::size_t first_changed = result.changed_items.size();
    const auto add = [&](std::vector<item_change>& changes, const Item& item) -> item_change& {
        item_change& change = changes.emplace_back(list, name_of(item));
        change.qualifier = qualifier_of(item);
        return change;
    };
    for (const Item* item : pairs.removed)
        add(result.removed_items, *item).removed_labels = sorted_labels(*item);
    for (const Item* item : pairs.added)
        add(result.added_items, *item).added_labels = sorted_labels(*item);
    for (const auto& [old_one, new_one] : pairs.changed) {
        item_change& change = add(result.changed_items, *old_one);
        const auto old_labels = sorted_labels(*old_one), new_labels = sorted_labels(*new_one);
        std::set_difference(old_labels.begin(), old_labels.end(), new_labels.begin(),
                            new_labels.end(), std::back_inserter(change.removed_labels));
        std::set_difference(new_labels.begin(), new_labels.end(), old_labels.begin(),
                            old_labels.end(), std::back_inserter(change.added_labels));
        find_item_changes(schema, *old_one, *new_one, old_ids, change);
        // Only the ids in prompts differ, which is no change.
        if (!change.is_relabeled() && change.members.empty())
            result.changed_items.pop_back();
    }
    sort_changes(result.removed_items, first_removed, &item_change::item);
    sort_changes(result.added_items, first_added, &item_change::item);
    sort_changes(result.changed_items, first_changed, &item_change::item);
}

// The comparison above uses rounded numbers. This one uses their exact values.
inline void compare_rounded(const std::vector<rounded_number>& before,
                            const std::vector<rounded_number>& after, project_difference& result) {
    using numbers = std::multimap<std::pair<std::string, std::string>, const rounded_number*>;
    const auto by_member = [](const std::vector<rounded_number>& list) {
        numbers found;
        for (const rounded_number& number : list) {
            std::string member; // without list indices: the order of a list is not a difference
            bool is_place = false;
            for (const char c : number.place) {
                is_place = is_place || c == '[';
                member.append(is_place ? 0u : 1u, c);
                is_place = is_place && c != ']';
            }
            found.emplace(std::pair(std::move(member), decimal(number.text).text()), &number);
        }
        return found;
    };
    const numbers old_ones = by_member(before);
    numbers unmatched = by_member(after);
    std::vector<const rounded_number*> gone;
    for (const auto& [key, number] : old_ones) {
        const auto same = unmatched.find(key);
        if (same == unmatched.end())
            gone.push_back(number);
        else
            unmatched.erase(same);
    }
    for (const rounded_number* number : gone) {
        member_change& change = result.members.emplace_back(number->place, number->text, "");
        const auto now = std::find_if(unmatched.begin(), unmatched.end(), [&](const auto& other) {
            return other.second->place == number->place;
        });
        if (now == unmatched.end())
            continue;
        change.after = now->second->text;
        unmatched.erase(now);
    }
    for (const auto& [key, number] : unmatched)
        result.members.emplace_back(number->place, "", number->text);
}

} // namespace detail

LANGEXPORT_DECL bool project_difference::is_empty() const noexcept {
    return members.empty() && removed_categories.empty() && added_categories.empty() &&
           changed_categories.empty() && removed_items.empty() && added_items.empty() &&
           changed_items.empty();
}

LANGEXPORT_DECL project_difference compare(const project_file& before, const project_file& after) {
    using namespace detail;
    project_difference result;
    const auto is_part = [](const member_schema& member) {
        return member.kind == member_kind::object || is_list(member);
    };
    find_changes(project_file_schema, &before, &after, "", is_part, result.members);
    find_changes(project_metadata_schema, &before.metadata, &after.metadata, "metadata.", never,
                 result.members);
    find_changes(project_assets_schema, &before.assets, &after.assets, "assets.", is_list,
                 result.members);
    compare_rounded(before.rounded_numbers, after.rounded_numbers, result);
    const project_assets &a = before.assets, &b = after.assets;
    const luis_application &c = before.luis, &d = after.luis;
    const object_schema &of_assets = asset_category_schema, &of_luis = luis_category_schema;
    compare_categories(category_role::document_class, of_assets, a.classes, b.classes, result);
    compare_categories(category_role::intent, of_assets, a.intents, b.intents, result);
    compare_categories(category_role::intent, of_luis, c.intents, d.intents, result);
    compare_categories(category_role::entity, of_assets, a.entities, b.entities, result);
    compare_categories(category_role::entity, of_luis, c.entities, d.entities, result);
    const project_languages languages{before.language(), after.language()};
    const auto items = [&](const char* list, const object_schema& schema, const auto& old_list,
                           const auto& new_list) {
        compare_items(list, schema, old_list, new_list, languages, result);
    };
    items("documents", project_document_schema, a.documents, b.documents);
    items("utterances", project_utterance_schema, a.utterances, b.utterances);
    items("utterances", luis_utterance_schema, c.utterances, d.utterances);
    items("qnas", question_answer_schema, a.qnas, b.qnas);
    items("synonyms", synonym_group_schema, a.synonyms, b.synonyms);
    return result;
}

} // namespace v0
} // namespace langexport

#endif
