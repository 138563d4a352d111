#ifndef LANGEXPORT_DOCUMENT_IMPL_PROJECT_DIFFERENCE_TEXT_IPP
#define LANGEXPORT_DOCUMENT_IMPL_PROJECT_DIFFERENCE_TEXT_IPP

#include <langexport/detail/base/text.hpp>
#include <langexport/document/impl/visible_text.hpp>
#include <langexport/document/project_difference.hpp>

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace langexport {
inline namespace v0 {
namespace detail {

// Writes a difference for people.
class difference_writer {
public:
    explicit difference_writer(const project_difference& difference) {
        for (const member_change& change : difference.members)
            members_.add(change.member);
        for (const auto* changes : {&difference.removed_categories, &difference.added_categories,
                                    &difference.changed_categories}) {
            for (const category_change& change : *changes)
                add(change);
        }
        for (const auto* changes :
             {&difference.removed_items, &difference.added_items, &difference.changed_items}) {
            for (const item_change& change : *changes)
                add(change);
        }
        members_.finish();
        categories_.finish();
        items_.finish();
    }

    void write(const member_change& change) {
        text_ += members_[change.member];
        text_ += ": ";
        constexpr const char* absent = "(absent)";
        if (change.before.empty() || change.after.empty()) {
            text_ += change.before.empty() ? absent : one_printable_line(change.before, 100);
            text_ += " -> ";
            text_ += change.after.empty() ? absent : one_printable_line(change.after, 100);
        } else {
            const auto [before, after] = shown_apart(change.before, change.after);
            text_.append(before).append(" -> ").append(after);
        }
        text_ += '\n';
    }

    void write(char sign, const category_change& change) {
        text_.append({sign, ' '}).append(to_string(change.role)).append(" ");
        text_.append(categories_[change.category]).append("\n");
        write_details(change.members);
    }

    void write(char sign, const item_change& change) {
        text_.append({sign, ' '}).append(singular(change.list)).append(" ");
        text_ += items_[change.item];
        if (!change.qualifier.empty())
            text_ += " (" + one_printable_line(change.qualifier, 60) + ')';
        if (sign != '~') {
            write_few(sign == '-' ? change.removed_labels : change.added_labels);
            text_ += '\n';
            return;
        }
        text_ += '\n';
        for (const item_label& label : change.removed_labels)
            text_.append("    - ").append(shown(label)).append("\n");
        for (const item_label& label : change.added_labels)
            text_.append("    + ").append(shown(label)).append("\n");
        write_details(change.members);
    }

    std::string text() && { return std::move(text_); }
    std::string& text() & { return text_; }

private:
    void add(const category_change& change) {
        categories_.add(change.category);
        add(change.members);
    }
    void add(const item_change& change) {
        items_.add(change.item);
        for (const auto* labels : {&change.removed_labels, &change.added_labels}) {
            for (const item_label& label : *labels) {
                categories_.add(label.category);
                categories_.add(label.entity_role);
            }
        }
        add(change.members);
    }
    void add(const std::vector<member_change>& changes) {
        for (const member_change& change : changes)
            members_.add(change.member);
    }

    static std::string_view singular(std::string_view list) noexcept {
        return list == "documents"    ? "document"
               : list == "utterances" ? "utterance"
               : list == "qnas"       ? "answer"
                                      : "synonyms";
    }

    std::string shown(const item_label& label) const {
        std::string text(to_string(label.role));
        text.append(" ").append(categories_[label.category]);
        if (!label.entity_role.empty())
            text.append(" (role ").append(categories_[label.entity_role]).append(")");
        if (label.span)
            text.append(" at ")
                .append(std::to_string(label.span->offset))
                .append("+")
                .append(std::to_string(label.span->length));
        return text;
    }

    // Writes the labels of an item that is only in one of the two files; at most some of them.
    void write_few(const std::vector<item_label>& labels) {
        constexpr std::size_t most = 3;
        const char* separator = ": ";
        for (std::size_t i = 0; i < labels.size() && i < most; ++i) {
            text_.append(separator).append(shown(labels[i]));
            separator = "; ";
        }
        if (labels.size() > most)
            text_ += " and " + std::to_string(labels.size() - most) + " more";
    }

    // Writes one line for each change of something that is in both files.
    void write_details(const std::vector<member_change>& changes) {
        for (const member_change& change : changes) {
            text_ += "    ~ ";
            write(change);
        }
    }

    shown_names members_;
    shown_names categories_;
    shown_names items_;
    std::string text_;
};

} // namespace detail

LANGEXPORT_DECL std::string to_text(const project_difference& difference) {
    if (difference.is_empty())
        return {};
    detail::difference_writer writer(difference);
    for (const member_change& change : difference.members) {
        writer.text() += "~ ";
        writer.write(change);
    }
    const auto write_all = [&](char sign, const auto& changes) {
        for (const auto& change : changes)
            writer.write(sign, change);
    };
    write_all('-', difference.removed_categories);
    write_all('+', difference.added_categories);
    write_all('~', difference.changed_categories);
    write_all('-', difference.removed_items);
    write_all('+', difference.added_items);
    write_all('~', difference.changed_items);

    const auto relabeled =
        std::count_if(difference.changed_items.begin(), difference.changed_items.end(),
                      [](const item_change& c) { return c.is_relabeled(); });
    const auto changed = static_cast<std::ptrdiff_t>(difference.changed_items.size()) - relabeled;
    std::string text = std::move(writer).text();
    text +=
        "items: " + std::to_string(difference.added_items.size()) + " added, " +
        std::to_string(difference.removed_items.size()) + " removed, " + std::to_string(relabeled) +
        " relabeled, " + std::to_string(changed) +
        " changed otherwise\ncategories: " + std::to_string(difference.added_categories.size()) +
        " added, " + std::to_string(difference.removed_categories.size()) + " removed, " +
        std::to_string(difference.changed_categories.size()) + " changed";
    if (!difference.members.empty())
        text += "; metadata: " + std::to_string(difference.members.size()) + " changed";
    return text += '\n';
}

} // namespace v0
} // namespace langexport

#endif
