#ifndef LANGEXPORT_DOCUMENT_IMPL_PROJECT_SUMMARY_IPP
#define LANGEXPORT_DOCUMENT_IMPL_PROJECT_SUMMARY_IPP

#include <langexport/detail/base/name_table.hpp>
#include <langexport/document/project_summary.hpp>

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include <array>
#include <cstddef>
#include <unordered_map>
#include <unordered_set>

namespace langexport {
inline namespace v0 {
namespace detail {

class label_counter {
public:
    void declare(category_role role, const std::vector<asset_category>& categories) {
        for (const asset_category& declared : categories)
            category(role, declared.category).is_declared = true;
    }

    // The entities of LUIS that are learned from labels, and their parts.
    void declare_luis_entities(const std::vector<asset_category>& entities) {
        for (const asset_category& entity : entities) {
            category(category_role::entity, entity.category).is_declared = true;
            if (const auto* children = entity.other.if_contains("children"))
                visit_luis_names(*children, entity.category, entity.category,
                                 [&](std::string name, bool is_short) {
                                     if (is_short)
                                         category(category_role::entity, name).is_declared = true;
                                     else
                                         others_.insert(std::move(name));
                                 });
        }
    }

    // The entities of LUIS of other kinds.
    void declare_other_luis_entities(const boost::json::object& lists) {
        for (const char* list : {"closedLists", "prebuiltEntities", "regex_entities",
                                 "regexEntities", "regex_features", "patternAnyEntities",
                                 "composites", "hierarchicals", "bing_entities"}) {
            if (const auto* entities = lists.if_contains(list))
                visit_luis_names(*entities, "", "",
                                 [&](std::string name, bool) { others_.insert(std::move(name)); });
        }
    }

    template <class Item>
    void count(const Item& item, const std::string& dataset) {
        const std::vector<item_label> labels = labels_of(item);
        std::size_t size = labels.size();
        if constexpr (requires { item.summary_location; })
            size += item.summary_location.empty() ? 0u : 1u;
        label_count& all = result_.datasets[dataset];
        ++result_.items;
        ++all.items;
        all.labels += size;
        result_.unlabeled += size == 0 ? 1 : 0;
        for (const item_label& label : labels) {
            const std::size_t index = index_of(label.role, label.category);
            label_count& uses = result_.categories[index].datasets[dataset];
            ++uses.labels;
            uses.items += last_item_[index] == result_.items ? 0 : 1;
            last_item_[index] = result_.items;
        }
    }

    // Counts items of which only the number is known.
    void count_unknown(const boost::json::object& lists) {
        for (const char* list : {"documents", "utterances", "qnas"}) {
            const auto* const items = lists.if_contains(list);
            if (!items || !items->is_array() || items->get_array().empty())
                continue;
            result_.items += items->get_array().size();
            result_.datasets[""].items += items->get_array().size();
        }
    }

    project_counts result(bool knows_labels) && {
        for (category_count& used : result_.categories) {
            if (used.role == category_role::entity && others_.count(used.category) != 0)
                used.is_declared = true;
        }
        result_.knows_labels = knows_labels;
        result_.unlabeled = knows_labels ? result_.unlabeled : 0;
        return std::move(result_);
    }

private:
    // Calls `found` for the names in a list of LUIS entities (texts or objects) and of their parts. A
    // part has its own name, and further ones with its parent's name or its whole path in front:
    // `Order::Size`.
    template <class Found>
    static void visit_luis_names(const boost::json::value& list, const std::string& whole,
                                 const std::string& all_wholes, Found found) {
        if (!list.is_array())
            return;
        for (const boost::json::value& entity : list.get_array()) {
            const auto* const object = entity.if_object();
            const auto* const member = object ? object->if_contains("name") : &entity;
            if (!member || !member->is_string())
                continue;
            const std::string name(member->get_string().data(), member->get_string().size());
            found(name, true);
            const std::string path = all_wholes.empty() ? name : all_wholes + "::" + name;
            if (!whole.empty()) {
                found(whole + "::" + name, false);
                found(path, false);
            }
            if (const auto* children = object ? object->if_contains("children") : nullptr)
                visit_luis_names(*children, name, path, found);
        }
    }

    category_count& category(category_role role, const std::string& name) {
        return result_.categories[index_of(role, name)];
    }

    std::size_t index_of(category_role role, const std::string& name) {
        auto& names = indices_[static_cast<std::size_t>(role)];
        const auto [known, is_new] = names.try_emplace(name, result_.categories.size());
        if (is_new) {
            result_.categories.emplace_back(role, name);
            last_item_.push_back(0);
        }
        return known->second;
    }

    project_counts result_;
    std::array<std::unordered_map<std::string, std::size_t>, 5> indices_;
    std::unordered_set<std::string> others_; // names of entities that need no labels
    std::vector<std::uint64_t> last_item_;   // the item that used a category last
};

// The text of a member; empty if the object has no text of that name.
inline std::string text_in(const boost::json::object& object, std::string_view name) {
    const auto* const value = object.if_contains(name);
    if (!value || !value->is_string())
        return {};
    return std::string(value->get_string().data(), value->get_string().size());
}

inline std::uint64_t count_in(const boost::json::object& object, std::string_view name) {
    const auto* const value = object.if_contains(name);
    boost::system::error_code none;
    const std::uint64_t count =
        value && value->is_number() ? value->to_number<std::uint64_t>(none) : 0;
    return none ? 0 : count;
}

// Adds a label of LUIS and the labels inside it.
inline void add_luis_label(const luis_label& label, std::vector<item_label>& labels) {
    item_label& added = labels.emplace_back(category_role::entity, label.entity, label.span());
    added.entity_role = text_in(label.other, "role");
    const auto* const children = label.other.if_contains("children");
    if (!children || !children->is_array())
        return;
    for (const boost::json::value& child : children->get_array()) {
        if (!child.is_object())
            continue;
        luis_label inner;
        inner.entity = text_in(child.get_object(), "entity");
        inner.start_pos = count_in(child.get_object(), "startPos");
        inner.end_pos = count_in(child.get_object(), "endPos");
        inner.other = child.get_object();
        add_luis_label(inner, labels);
    }
}

} // namespace detail

namespace detail {
inline constexpr named_value<category_role> category_role_names[] = {
    {category_role::document_class, "class"},
    {category_role::entity, "entity"},
    {category_role::intent, "intent"},
    {category_role::sentiment, "sentiment"},
    {category_role::source, "source"}};
} // namespace detail

LANGEXPORT_DECL std::string_view to_string(category_role role) noexcept {
    return detail::name_in(detail::category_role_names, role);
}

LANGEXPORT_DECL std::strong_ordering operator<=>(const item_label& a,
                                                 const item_label& b) noexcept {
    if (a.role != b.role)
        return a.role <=> b.role;
    const int names = a.category.compare(b.category);
    if (names != 0)
        return names <=> 0;
    if (a.span.has_value() != b.span.has_value())
        return a.span.has_value() <=> b.span.has_value();
    if (a.span && a.span->offset != b.span->offset)
        return a.span->offset <=> b.span->offset;
    if (a.span && a.span->length != b.span->length)
        return a.span->length <=> b.span->length;
    return a.entity_role.compare(b.entity_role) <=> 0;
}

LANGEXPORT_DECL std::vector<item_label> labels_of(const project_document& document) {
    std::vector<item_label> labels;
    if (!document.single_class.category.empty())
        labels.emplace_back(category_role::document_class, document.single_class.category);
    for (const category_reference& reference : document.classes)
        labels.emplace_back(category_role::document_class, reference.category);
    for (const labeled_region& region : document.entities) {
        for (const text_label& label : region.labels)
            labels.emplace_back(category_role::entity, label.category, label.span());
    }
    for (const text_label& label : document.sentiment_spans)
        labels.emplace_back(category_role::sentiment, label.category, label.span());
    return labels;
}

LANGEXPORT_DECL std::vector<item_label> labels_of(const project_utterance& utterance) {
    std::vector<item_label> labels;
    if (!utterance.intent.empty())
        labels.emplace_back(category_role::intent, utterance.intent);
    for (const text_label& label : utterance.entities)
        labels.emplace_back(category_role::entity, label.category, label.span());
    return labels;
}

LANGEXPORT_DECL std::vector<item_label> labels_of(const luis_utterance& utterance) {
    std::vector<item_label> labels;
    if (!utterance.intent.empty())
        labels.emplace_back(category_role::intent, utterance.intent);
    for (const luis_label& label : utterance.entities)
        detail::add_luis_label(label, labels);
    return labels;
}

LANGEXPORT_DECL std::vector<item_label> labels_of(const question_answer& answer) {
    std::vector<item_label> labels;
    if (!answer.source.empty())
        labels.emplace_back(category_role::source, answer.source);
    return labels;
}

LANGEXPORT_DECL label_count category_count::total() const noexcept {
    label_count sum;
    for (const auto& [dataset, count] : datasets) {
        sum.items += count.items;
        sum.labels += count.labels;
    }
    return sum;
}

LANGEXPORT_DECL project_counts count_labels(const project_file& file) {
    detail::label_counter counter;
    counter.declare(category_role::document_class, file.assets.classes);
    counter.declare(category_role::intent, file.assets.intents);
    counter.declare(category_role::entity, file.assets.entities);
    counter.declare(category_role::intent, file.luis.intents);
    counter.declare_luis_entities(file.luis.entities);
    counter.declare_other_luis_entities(file.other);
    for (const project_document& document : file.assets.documents)
        counter.count(document, document.dataset);
    for (const project_utterance& utterance : file.assets.utterances)
        counter.count(utterance, utterance.dataset);
    for (const luis_utterance& utterance : file.luis.utterances)
        counter.count(utterance, std::string());
    for (const question_answer& answer : file.assets.qnas)
        counter.count(answer, std::string());
    const bool knows_labels = file.kind() != project_kind::unknown;
    if (!knows_labels) {
        counter.count_unknown(file.other);
        counter.count_unknown(file.assets.other);
    }
    return std::move(counter).result(knows_labels);
}

} // namespace v0
} // namespace langexport

#endif
