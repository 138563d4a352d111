#ifndef LANGEXPORT_DOCUMENT_PROJECT_SUMMARY_HPP
#define LANGEXPORT_DOCUMENT_PROJECT_SUMMARY_HPP

#include <langexport/document/project_data.hpp>
#include <langexport/document/text_offset.hpp>
#include <langexport/version.hpp>

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace langexport {
inline namespace v0 {

/// The role of a category.
enum class category_role {
    document_class, ///< The class of a document.
    entity,         ///< The entity that a part of a text names.
    intent,         ///< The intent of an utterance.
    sentiment,      ///< The sentiment of a part of a text.
    source          ///< The source of an answer of a knowledge base.
};

/// "class", "entity", "intent", "sentiment" or "source".
LANGEXPORT_DECL std::string_view to_string(category_role role) noexcept;

/// One label of a document or an utterance, for all kinds of project.
class item_label {
public:
    /// @param label_role  The role of the category.
    /// @param name        Its name.
    /// @param marked      The part of the text; nothing for a label of the whole item.
    item_label(category_role label_role, std::string name,
               std::optional<text_span> marked = std::nullopt)
        : role(label_role), category(std::move(name)), span(marked) {}

    category_role role;            ///< The role of the category.
    std::string category;          ///< Its name.
    std::optional<text_span> span; ///< The part of the text; nothing for a label of the whole item.
    std::string entity_role;       ///< The role of the entity in the text, for LUIS; may be empty.

    /// Whether all members are equal.
    friend bool operator==(const item_label&, const item_label&) = default;
    /// Orders labels by role, category, position and the entity's role.
    LANGEXPORT_DECL friend std::strong_ordering operator<=>(const item_label& a,
                                                            const item_label& b) noexcept;
};

/// The labels of a document: its class or classes, the entities of all its regions, its sentiments,
/// in the order of the file.
LANGEXPORT_DECL std::vector<item_label> labels_of(const project_document& document);
/// The labels of an utterance: its intent and its entities.
LANGEXPORT_DECL std::vector<item_label> labels_of(const project_utterance& utterance);
/// The labels of an utterance of LUIS. Labels inside a label follow it.
LANGEXPORT_DECL std::vector<item_label> labels_of(const luis_utterance& utterance);
/// The label of an answer: its source.
LANGEXPORT_DECL std::vector<item_label> labels_of(const question_answer& answer);

/// The uses of a label. An item is a document, an utterance or an answer.
class label_count {
public:
    /// Both counts are 0.
    label_count() = default;

    std::uint64_t items = 0;  ///< Items that have the label at least once.
    std::uint64_t labels = 0; ///< Labels; more than items if an item has a label several times.
};

/// The uses of a category.
class category_count {
public:
    /// @param counted_role  The role of the category.
    /// @param name          Its name.
    category_count(category_role counted_role, std::string name)
        : role(counted_role), category(std::move(name)) {}

    category_role role;   ///< The role of the category.
    std::string category; ///< Its name.
    /// Whether the project declares it, at any depth. (Sentiments and sources are not declared.)
    bool is_declared = false;
    /// Its uses in each dataset (`Train`, `Test`; empty for items without a dataset). Datasets without a
    /// use are absent.
    std::map<std::string, label_count, std::less<>> datasets;

    /// Its uses in all datasets.
    LANGEXPORT_DECL label_count total() const noexcept;
};

/// The counts of a project.
class project_counts {
public:
    /// All counts are 0.
    project_counts() = default;

    /// The categories: first the declared ones in the order of the file, then those that are only used.
    /// Entities of LUIS that need no labels (closed lists, prebuilt ones, patterns, …) are listed only
    /// if they are used.
    std::vector<category_count> categories;
    /// Items in each dataset, and their labels. The summary of a document counts as a label.
    std::map<std::string, label_count, std::less<>> datasets;
    std::uint64_t items = 0; ///< All items.
    /// Whether this version knows the labels of projects of this kind.
    bool knows_labels = false;
    std::uint64_t unlabeled = 0; ///< Items without a label; 0 if `knows_labels` is false.
};

/// Counts items and labels by category and dataset, in one pass. In a file of an unknown kind, all
/// elements of lists that are called `documents`, `utterances` or `qnas` count as items.
///
/// @param file  The project.
/// @return      The counts.
LANGEXPORT_DECL project_counts count_labels(const project_file& file);

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/document/impl/project_summary.ipp>
#endif

#endif
