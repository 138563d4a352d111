#ifndef LANGEXPORT_DOCUMENT_PROJECT_DIFFERENCE_HPP
#define LANGEXPORT_DOCUMENT_PROJECT_DIFFERENCE_HPP

#include <langexport/document/project_data.hpp>
#include <langexport/document/project_summary.hpp>
#include <langexport/version.hpp>

#include <string>
#include <utility>
#include <vector>

namespace langexport {
inline namespace v0 {

/// A member that differs between two objects.
class member_change {
public:
    /// @param name      Its name.
    /// @param old_json  Its old value.
    /// @param new_json  Its new value.
    member_change(std::string name, std::string old_json, std::string new_json)
        : member(std::move(name)), before(std::move(old_json)), after(std::move(new_json)) {}

    std::string member; ///< Its name; for the project as a whole its path: `metadata.description`.
    std::string before; ///< Its old value as JSON; empty: absent. Lists of objects are sorted.
    std::string after;  ///< Its new value, in the same form.
};

/// A class, entity or intent that differs between two exports.
class category_change {
public:
    /// @param changed_role  The role of the category.
    /// @param name          Its name.
    category_change(category_role changed_role, std::string name)
        : role(changed_role), category(std::move(name)) {}

    category_role role;                 ///< The role of the category.
    std::string category;               ///< Its name.
    std::vector<member_change> members; ///< Its members that differ, if it is in both exports.
};

/// A document, utterance, answer or group of synonyms that differs between two exports.
class item_change {
public:
    /// @param list_name  The list.
    /// @param item_name  The item.
    item_change(std::string list_name, std::string item_name)
        : list(std::move(list_name)), item(std::move(item_name)) {}

    std::string list; ///< The list it is in: `documents`, `utterances`, `qnas` or `synonyms`.
    std::string item; ///< A document's location, an utterance's text, an answer's id, the synonyms.
    /// Distinguishes the item from other items of the same name: its language, its dataset or both, such
    /// as `de, Train`. Empty if the name is unique, or if the items do not differ in either.
    std::string qualifier;
    std::vector<item_label> removed_labels; ///< Labels that were removed.
    std::vector<item_label> added_labels;   ///< Labels that were added.
    std::vector<member_change> members;     ///< Other members that differ.

    /// Whether its labels differ.
    bool is_relabeled() const noexcept { return !removed_labels.empty() || !added_labels.empty(); }
};

/// The differences between two exports. All lists are sorted by name, first by list or role.
class project_difference {
public:
    /// No difference.
    project_difference() = default;

    std::vector<member_change> members;              ///< Members of the project as a whole.
    std::vector<category_change> removed_categories; ///< Only in the first export.
    std::vector<category_change> added_categories;   ///< Only in the second export.
    std::vector<category_change> changed_categories; ///< In both, with different members.
    std::vector<item_change> removed_items;          ///< Only in the first export.
    std::vector<item_change> added_items;            ///< Only in the second export.
    std::vector<item_change> changed_items;          ///< In both, with different labels or members.

    /// Whether there is no difference.
    LANGEXPORT_DECL bool is_empty() const noexcept;
};

/// Compares two exports, usually of one project.
///
/// Equal items match. The remaining items match in this order:
///   - documents of the same location and utterances of the same text: first those of the same language
///     and dataset, then of the same language, then the others. A document without a location and an
///     utterance without a text match nothing;
///   - answers of the same questions, then those that share a question, then those of the same answer:
///     if there are several, those of the same id first. Then those of the same id, unless most ids have
///     changed, as they do when a knowledge base is imported. Follow-up prompts that lead to the same
///     answer by its new id are equal;
///   - synonyms of the same words, and categories of the same name.
///
/// Everything is compared, including members that have no name in this version. The order of documents,
/// labels, other lists of objects, and members is not a difference. A member that is empty or null
/// equals an absent one. Numbers are compared by their exact value.
///
/// @param before  The first export.
/// @param after   The second export.
/// @return        The differences.
LANGEXPORT_DECL project_difference compare(const project_file& before, const project_file& after);

/// Formats a difference for people, one line for each change: `+` added, `-` removed, `~` changed, with
/// its details indented below it. The last two lines are totals. Empty if there is no difference.
///
/// Long texts are truncated to some hundred bytes around the part that differs. Invisible characters in
/// that part, and characters that look like others, are written as escapes such as `\u00a0`.
///
/// @param difference  The differences.
/// @return            The text.
LANGEXPORT_DECL std::string to_text(const project_difference& difference);

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/document/impl/project_difference.ipp>
#include <langexport/document/impl/project_difference_text.ipp>
#endif

#endif
