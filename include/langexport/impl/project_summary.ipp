#ifndef LANGEXPORT_IMPL_PROJECT_SUMMARY_IPP
#define LANGEXPORT_IMPL_PROJECT_SUMMARY_IPP

#include <langexport/project_summary.hpp>

#include <array>
#include <cstddef>
#include <unordered_map>

namespace langexport {
inline namespace v0 {
namespace detail {

class label_counter {
public:
    void declare(category_role role, const std::vector<asset_category>& categories) {
        for (const asset_category& declared : categories)
            category(role, declared.category).is_declared = true;
    }

    template <class Item>
    void count(const Item& item, const std::string& dataset) {
        const std::vector<item_label> labels = labels_of(item);
        label_count& all = result_.datasets[dataset];
        ++result_.items;
        ++all.items;
        all.labels += labels.size();
        result_.unlabelled += labels.empty() ? 1 : 0;
        for (const item_label& label : labels) {
            const std::size_t index = index_of(label.role, label.category);
            label_count& uses = result_.categories[index].datasets[dataset];
            ++uses.labels;
            uses.items += last_item_[index] == result_.items ? 0 : 1;
            last_item_[index] = result_.items;
        }
    }

    project_counts result() && { return std::move(result_); }

private:
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
    std::vector<std::uint64_t> last_item_; // the number of the item that used a category last
};

} // namespace detail

LANGEXPORT_DECL std::string_view to_string(category_role role) noexcept {
    switch (role) {
    case category_role::document_class:
        return "class";
    case category_role::entity:
        return "entity";
    case category_role::intent:
        return "intent";
    case category_role::sentiment:
        return "sentiment";
    case category_role::source:
        break;
    }
    return "source";
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
    if (!a.span || a.span->offset != b.span->offset)
        return a.span ? a.span->offset <=> b.span->offset : std::strong_ordering::equal;
    return a.span->length <=> b.span->length;
}

LANGEXPORT_DECL std::vector<item_label> labels_of(const project_document& document) {
    std::vector<item_label> labels;
    if (!document.single_class.category.empty())
        labels.emplace_back(category_role::document_class, document.single_class.category);
    for (const category_reference& reference : document.classes)
        labels.emplace_back(category_role::document_class, reference.category);
    for (const labelled_region& region : document.entities) {
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
        labels.emplace_back(category_role::entity, label.entity, label.span());
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
    counter.declare(category_role::entity, file.luis.entities);
    for (const project_document& document : file.assets.documents)
        counter.count(document, document.dataset);
    for (const project_utterance& utterance : file.assets.utterances)
        counter.count(utterance, utterance.dataset);
    for (const luis_utterance& utterance : file.luis.utterances)
        counter.count(utterance, std::string());
    for (const question_answer& answer : file.assets.qnas)
        counter.count(answer, std::string());
    return std::move(counter).result();
}

} // namespace v0
} // namespace langexport

#endif
