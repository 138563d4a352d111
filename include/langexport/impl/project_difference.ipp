#ifndef LANGEXPORT_IMPL_PROJECT_DIFFERENCE_IPP
#define LANGEXPORT_IMPL_PROJECT_DIFFERENCE_IPP

#include <langexport/detail/project_schema.hpp>
#include <langexport/detail/project_writer.hpp>
#include <langexport/detail/text.hpp>
#include <langexport/project_difference.hpp>

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

LANGEXPORT_DECL std::string comparable(const object_schema& schema, const void* object);

// A member as a text that is the same for members that count as the same.
inline std::string comparable(const member_schema& member, const void* owner) {
    if (member.kind == member_kind::object)
        return comparable(*member.inner, address_in(member, owner));
    if (member.kind != member_kind::objects)
        return fixed_json(member, owner);
    const void* const list = address_in(member, owner);
    std::vector<std::string> elements;
    for (std::size_t i = 0; i < member.size(list); ++i)
        elements.push_back(comparable(*member.inner, member.element(list, i)));
    std::sort(elements.begin(), elements.end());
    std::string text = "[";
    for (const std::string& element : elements)
        text.append(element).append(",");
    return text += ']';
}

LANGEXPORT_DECL std::string comparable(const object_schema& schema, const void* object) {
    std::string text = "{";
    for (const member_schema& member : schema.members) {
        if (!is_empty(member, object))
            text.append(member.name).append(":").append(comparable(member, object)).append(",");
    }
    const project_object& base = base_in(schema, object);
    for (const auto& member : base.other) {
        if (!hides_other(schema, object, member.key()))
            return text + fixed_json(base.other) + '}';
    }
    return text += '}';
}

inline std::string other_json(const object_schema& schema, const void* object,
                              std::string_view name) {
    const boost::json::value* value = base_in(schema, object).other.if_contains(name);
    return value && !hides_other(schema, object, name) ? fixed_json(*value) : std::string();
}

// The members that differ, without those that `is_told` otherwise.
template <class IsTold>
void find_changes(const object_schema& schema, const void* before, const void* after,
                  const std::string& prefix, IsTold is_told, std::vector<member_change>& found) {
    std::set<std::string> names; // of what is not in the tables, and of nulls
    for (const void* object : {before, after}) {
        for (const auto& member : base_in(schema, object).other)
            names.emplace(member.key());
    }
    const auto json_of = [](const member_schema& member, const void* object) {
        return is_empty(member, object) ? std::string() : fixed_json(member, object);
    };
    for (const member_schema& member : schema.members) {
        if (is_told(member))
            continue;
        const auto text_of = [&](const void* object) {
            return is_empty(member, object) ? std::string() : comparable(member, object);
        };
        if (text_of(before) != text_of(after))
            found.emplace_back(prefix + std::string(member.name), json_of(member, before),
                               json_of(member, after));
    }
    for (const std::string& name : names) {
        std::string old_json = other_json(schema, before, name);
        std::string new_json = other_json(schema, after, name);
        if (old_json != new_json)
            found.emplace_back(prefix + name, std::move(old_json), std::move(new_json));
    }
}

inline bool never(const member_schema&) noexcept {
    return false;
}
inline bool is_list(const member_schema& member) noexcept {
    return member.kind == member_kind::objects;
}
// In an item of which the labels differ.
inline bool carries_labels(const member_schema& member) noexcept {
    return member.kind == member_kind::object || is_list(member) || member.name == "intent" ||
           member.name == "source";
}

template <class Item>
std::string key_of(const Item& item) {
    if constexpr (requires { item.location; })
        return item.location;
    else if constexpr (requires { item.text; })
        return item.text;
    else if constexpr (requires { item.alterations; }) {
        std::string words;
        for (const std::string& word : item.alterations)
            words.append(words.empty() ? "" : ", ").append(word);
        return words;
    } else if constexpr (requires { item.id; })
        return std::to_string(item.id);
    else
        return item.category;
}

template <class Item>
std::vector<item_label> sorted_labels(const Item& item) {
    std::vector<item_label> labels;
    if constexpr (requires { labels_of(item); })
        labels = labels_of(item);
    std::sort(labels.begin(), labels.end());
    return labels;
}

// Items of two lists, by their keys. Calls `removed(key, item)`, `added(key, item)` and
// `changed(key, item, item)`, in the order of the keys.
template <class Item, class Removed, class Added, class Changed>
void match_items(const object_schema& schema, const std::vector<Item>& before,
                 const std::vector<Item>& after, Removed removed, Added added, Changed changed) {
    using items = std::vector<const Item*>;
    std::map<std::string, std::pair<items, items>> keys;
    for (const Item& item : before)
        keys[key_of(item)].first.push_back(&item);
    for (const Item& item : after)
        keys[key_of(item)].second.push_back(&item);
    for (auto& [key, both] : keys) {
        auto& [old_items, new_items] = both;
        // What is equal goes together; it is only compared in its order where that leaves something.
        std::multimap<std::string, const Item*> unmatched;
        for (const Item* item : old_items)
            unmatched.emplace(comparable(schema, item), item);
        items left;
        for (const Item* item : new_items) {
            const auto equal = unmatched.find(comparable(schema, item));
            if (equal == unmatched.end())
                left.push_back(item);
            else
                unmatched.erase(equal);
        }
        auto old_item = unmatched.begin();
        auto new_item = left.begin();
        for (; old_item != unmatched.end() && new_item != left.end(); ++old_item, ++new_item)
            changed(key, *old_item->second, **new_item);
        for (; old_item != unmatched.end(); ++old_item)
            removed(key, *old_item->second);
        for (; new_item != left.end(); ++new_item)
            added(key, **new_item);
    }
}

inline void compare_categories(category_role role, const object_schema& schema,
                               const std::vector<asset_category>& before,
                               const std::vector<asset_category>& after,
                               project_difference& result) {
    match_items(
        schema, before, after,
        [&](const std::string& key, const asset_category&) {
            result.removed_categories.emplace_back(role, key);
        },
        [&](const std::string& key, const asset_category&) {
            result.added_categories.emplace_back(role, key);
        },
        [&](const std::string& key, const asset_category& a, const asset_category& b) {
            category_change& change = result.changed_categories.emplace_back(role, key);
            find_changes(schema, &a, &b, "", never, change.members);
        });
}

template <class Item>
void compare_items(const char* list, const object_schema& schema, const std::vector<Item>& before,
                   const std::vector<Item>& after, project_difference& result) {
    match_items(
        schema, before, after,
        [&](const std::string& key, const Item& item) {
            result.removed_items.emplace_back(list, key).removed_labels = sorted_labels(item);
        },
        [&](const std::string& key, const Item& item) {
            result.added_items.emplace_back(list, key).added_labels = sorted_labels(item);
        },
        [&](const std::string& key, const Item& a, const Item& b) {
            item_change& change = result.changed_items.emplace_back(list, key);
            const auto old_labels = sorted_labels(a), new_labels = sorted_labels(b);
            std::set_difference(old_labels.begin(), old_labels.end(), new_labels.begin(),
                                new_labels.end(), std::back_inserter(change.removed_labels));
            std::set_difference(new_labels.begin(), new_labels.end(), old_labels.begin(),
                                old_labels.end(), std::back_inserter(change.added_labels));
            const auto is_told = change.is_relabelled() ? carries_labels : never;
            find_changes(schema, &a, &b, "", is_told, change.members);
        });
}

inline std::string shown(const std::string& json) {
    return json.empty() ? std::string("(absent)") : one_printable_line(json, 100);
}

inline std::string shown(const item_label& label) {
    std::string text(to_string(label.role));
    text.append(" ").append(one_printable_line(label.category, 100));
    if (label.span)
        text +=
            " at " + std::to_string(label.span->offset) + '+' + std::to_string(label.span->length);
    return text;
}

inline std::string_view singular(std::string_view list) noexcept {
    return list == "documents"    ? "document"
           : list == "utterances" ? "utterance"
           : list == "qnas"       ? "answer"
                                  : "synonyms";
}

inline void tell(const member_change& change, std::string& text) {
    text += one_printable_line(change.member, 100) + ": " + shown(change.before) + " -> " +
            shown(change.after);
}

// What is not the same in something that is in both: a line for each.
inline void tell_details(const std::vector<member_change>& members, std::string& text) {
    for (const member_change& member : members) {
        text += "    ~ ";
        tell(member, text);
        text += '\n';
    }
}

inline void tell(char sign, const category_change& change, std::string& text) {
    text.append({sign, ' '}).append(to_string(change.role)).append(" ");
    text.append(one_printable_line(change.category, 100)).append("\n");
    tell_details(change.members, text);
}

// Of an item that is only in one of the two its labels, but not all of many.
inline void tell_labels(const std::vector<item_label>& labels, std::string& text) {
    constexpr std::size_t most = 3;
    const char* separator = ": ";
    for (std::size_t i = 0; i < std::min(labels.size(), most); ++i) {
        text.append(separator).append(shown(labels[i]));
        separator = "; ";
    }
    if (labels.size() > most)
        text += " and " + std::to_string(labels.size() - most) + " more";
}

inline void tell(char sign, const item_change& change, std::string& text) {
    text.append({sign, ' '}).append(singular(change.list)).append(" ");
    text += one_printable_line(change.item, 100);
    if (sign != '~') {
        tell_labels(sign == '-' ? change.removed_labels : change.added_labels, text);
        text += '\n';
        return;
    }
    text += '\n';
    for (const item_label& label : change.removed_labels)
        text.append("    - ").append(shown(label)).append("\n");
    for (const item_label& label : change.added_labels)
        text.append("    + ").append(shown(label)).append("\n");
    tell_details(change.members, text);
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
    const project_assets &a = before.assets, &b = after.assets;
    const luis_application &c = before.luis, &d = after.luis;
    const object_schema &of_assets = asset_category_schema, &of_luis = luis_category_schema;
    compare_categories(category_role::document_class, of_assets, a.classes, b.classes, result);
    compare_categories(category_role::intent, of_assets, a.intents, b.intents, result);
    compare_categories(category_role::intent, of_luis, c.intents, d.intents, result);
    compare_categories(category_role::entity, of_assets, a.entities, b.entities, result);
    compare_categories(category_role::entity, of_luis, c.entities, d.entities, result);
    compare_items("documents", project_document_schema, a.documents, b.documents, result);
    compare_items("utterances", project_utterance_schema, a.utterances, b.utterances, result);
    compare_items("utterances", luis_utterance_schema, c.utterances, d.utterances, result);
    compare_items("qnas", question_answer_schema, a.qnas, b.qnas, result);
    compare_items("synonyms", synonym_group_schema, a.synonyms, b.synonyms, result);
    return result;
}

LANGEXPORT_DECL std::string to_text(const project_difference& difference) {
    if (difference.is_empty())
        return {};
    std::string text;
    for (const member_change& change : difference.members) {
        text += "~ ";
        detail::tell(change, text);
        text += '\n';
    }
    for (const category_change& change : difference.removed_categories)
        detail::tell('-', change, text);
    for (const category_change& change : difference.added_categories)
        detail::tell('+', change, text);
    for (const category_change& change : difference.changed_categories)
        detail::tell('~', change, text);
    for (const item_change& change : difference.removed_items)
        detail::tell('-', change, text);
    for (const item_change& change : difference.added_items)
        detail::tell('+', change, text);
    for (const item_change& change : difference.changed_items)
        detail::tell('~', change, text);

    const auto relabelled =
        std::count_if(difference.changed_items.begin(), difference.changed_items.end(),
                      [](const item_change& c) { return c.is_relabelled(); });
    const auto changed = static_cast<std::ptrdiff_t>(difference.changed_items.size()) - relabelled;
    text +=
        "items: " + std::to_string(difference.added_items.size()) + " added, " +
        std::to_string(difference.removed_items.size()) + " removed, " +
        std::to_string(relabelled) + " relabelled, " + std::to_string(changed) +
        " changed otherwise\ncategories: " + std::to_string(difference.added_categories.size()) +
        " added, " + std::to_string(difference.removed_categories.size()) + " removed, " +
        std::to_string(difference.changed_categories.size()) + " changed\n";
    return text;
}

} // namespace v0
} // namespace langexport

#endif
