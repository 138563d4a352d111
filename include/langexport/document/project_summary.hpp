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

/// What a category is.
enum class category_role {
    document_class, ///< The class of a document.
    entity,         ///< What a part of a text is.
    intent,         ///< What an utterance means.
    sentiment,      ///< What a part of a text expresses.
    source          ///< Where an answer of a knowledge base comes from.
};

/// "class", "entity", "intent", "sentiment" or "source".
LANGEXPORT_DECL std::string_view to_string(category_role role) noexcept;

/// One label of a document or an utterance, whatever the kind of project.
class item_label {
public:
    item_label(category_role what, std::string name, std::optional<text_span> where = std::nullopt)
        : role(what), category(std::move(name)), span(where) {}

    category_role role;            ///< What the category is.
    std::string category;          ///< Its name.
    std::optional<text_span> span; ///< The part of the text; nothing for a label of all of it.
    std::string entity_role;       ///< The role that the entity has there, of LUIS; may be empty.

    friend bool operator==(const item_label&, const item_label&) = default;
    /// By role, category, place and the entity's role.
    LANGEXPORT_DECL friend std::strong_ordering operator<=>(const item_label& a,
                                                            const item_label& b) noexcept;
};

/// The labels of a document: its class or classes, the entities of all its regions, its sentiments,
/// in the order of the file.
LANGEXPORT_DECL std::vector<item_label> labels_of(const project_document& document);
/// The labels of an utterance: its intent and its entities.
LANGEXPORT_DECL std::vector<item_label> labels_of(const project_utterance& utterance);
/// The same of an utterance of LUIS, with the labels inside of labels, each behind the one it is in.
LANGEXPORT_DECL std::vector<item_label> labels_of(const luis_utterance& utterance);
/// The label of an answer: its source.
LANGEXPORT_DECL std::vector<item_label> labels_of(const question_answer& answer);

/// How many there are. An item is a document, an utterance or an answer.
class label_count {
public:
    label_count() = default;

    std::uint64_t items = 0;  ///< Items that have the label at least once.
    std::uint64_t labels = 0; ///< Labels; more than items where a category is labelled repeatedly.
};

/// How often a category is used.
class category_count {
public:
    category_count(category_role what, std::string name) : role(what), category(std::move(name)) {}

    category_role role;   ///< What the category is.
    std::string category; ///< Its name.
    /// Whether the project lists it, at any depth. (Sentiments and sources are not listed.)
    bool is_declared = false;
    /// Its uses in each dataset (`Train`, `Test`; empty: those that name none). Those without a use
    /// are absent.
    std::map<std::string, label_count, std::less<>> datasets;

    /// Its uses in all datasets.
    LANGEXPORT_DECL label_count total() const noexcept;
};

/// What is in a project, counted.
class project_counts {
public:
    project_counts() = default;

    /// The categories: those that are declared in the order of the file, then those that are only
    /// used. Entities of LUIS that need no labels (closed lists, prebuilt ones, patterns, …) are among the
    /// latter.
    std::vector<category_count> categories;
    /// Items in each dataset, and their labels. The summary of a document counts as a label.
    std::map<std::string, label_count, std::less<>> datasets;
    std::uint64_t items = 0; ///< All items.
    /// Whether this version knows what a label is in a project of this kind.
    bool knows_labels = false;
    std::uint64_t unlabelled = 0; ///< Items without a label; 0 if `knows_labels` is false.
};

/// Counts items and labels by category and dataset. One pass. In a file of an unknown kind elements of
/// lists that are called `documents`, `utterances` or `qnas` count as items, whatever they are.
LANGEXPORT_DECL project_counts count_labels(const project_file& file);

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/document/impl/project_summary.ipp>
#endif

#endif
