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

/// A member that is not the same in two objects.
class member_change {
public:
    member_change(std::string name, std::string old_json, std::string new_json)
        : member(std::move(name)), before(std::move(old_json)), after(std::move(new_json)) {}

    std::string member; ///< Its name; of the project as a whole its path: `metadata.description`.
    std::string before; ///< What it was, as JSON; empty: absent. Lists of objects are sorted.
    std::string after;  ///< What it became, in the same way.
};

/// A class, entity or intent that is not the same in two exports.
class category_change {
public:
    category_change(category_role what, std::string name) : role(what), category(std::move(name)) {}

    category_role role;                 ///< What the category is.
    std::string category;               ///< Its name.
    std::vector<member_change> members; ///< What is said of it: for one that is in both.
};

/// A document, utterance, answer or group of synonyms that is not the same in two exports.
class item_change {
public:
    item_change(std::string list_name, std::string item_name)
        : list(std::move(list_name)), item(std::move(item_name)) {}

    std::string list; ///< The list it is in: `documents`, `utterances`, `qnas` or `synonyms`.
    std::string item; ///< A document's location, an utterance's text, an answer's id, the synonyms.
    /// What tells it from others of the same name: its language, its dataset or both, such as
    /// `de, Train`; empty if there is no other one, or nothing to tell it by.
    std::string qualifier;
    std::vector<item_label> removed_labels; ///< Labels that are gone.
    std::vector<item_label> added_labels;   ///< Labels that are new.
    std::vector<member_change> members;     ///< What else is not the same.

    /// Whether its labels are not the same.
    bool is_relabelled() const noexcept { return !removed_labels.empty() || !added_labels.empty(); }
};

/// What is not the same in two exports. All lists are in the order of the names of
/// what they are about, first by list or role.
class project_difference {
public:
    project_difference() = default;

    std::vector<member_change> members;              ///< Of the project as a whole.
    std::vector<category_change> removed_categories; ///< Only in the first.
    std::vector<category_change> added_categories;   ///< Only in the second.
    std::vector<category_change> changed_categories; ///< In both, described in another way.
    std::vector<item_change> removed_items;          ///< Only in the first.
    std::vector<item_change> added_items;            ///< Only in the second.
    std::vector<item_change> changed_items;          ///< In both, relabelled or changed otherwise.

    /// Whether both are the same.
    LANGEXPORT_DECL bool is_empty() const noexcept;
};

/// Compares two exports, usually of one project.
///
/// Items that are equal belong together. Of the others these do, in this order:
///   - documents of the same location and utterances of the same text: first those of the same language
///     and dataset, then of the same language, then the others. A document without a location and an
///     utterance without a text belong to no other one;
///   - answers of the same questions, then those that share a question, then those of the same answer:
///     where several do, those of the same id first. If not, those of the same id, unless most ids have
///     changed, as they do when a knowledge base is imported. Follow-up prompts that lead to the same
///     answer by its new id are the same;
///   - synonyms of the same words, and categories of the same name.
///
/// Everything is compared, what this version has no name for too. The order of documents, labels and
/// other lists of objects is no difference, nor is that of members; a member that is empty or null is
/// the same as one that is absent. Numbers are compared by their value, exactly.
LANGEXPORT_DECL project_difference compare(const project_file& before, const project_file& after);

/// A difference for people, a line each: `+` added, `-` removed, `~` changed, what changed in it below that,
/// indented, and the totals in the last two lines. Empty where there is none.
///
/// Long texts are cut to some hundred bytes around the part that differs. Characters of it that cannot be
/// seen, or that look like others, are written as `\u00a0`.
LANGEXPORT_DECL std::string to_text(const project_difference& difference);

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/document/impl/project_difference.ipp>
#include <langexport/document/impl/project_difference_text.ipp>
#endif

#endif
