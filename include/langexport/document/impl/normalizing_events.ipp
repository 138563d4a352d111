#ifndef LANGEXPORT_DOCUMENT_IMPL_NORMALIZING_EVENTS_IPP
#define LANGEXPORT_DOCUMENT_IMPL_NORMALIZING_EVENTS_IPP

#include <langexport/detail/base/text.hpp>
#include <langexport/detail/json/json_order.hpp>
#include <langexport/document/impl/normalizing_events.hpp>
#include <langexport/document/impl/project_writer.hpp>

#include <algorithm>
#include <iterator>
#include <numeric>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

inline constexpr std::size_t normalized_piece = 64 * 1024;

// Whether an object or array has one line for each member or element: the file, its metadata, its
// assets, and the lists in them. `open` is the number of values around it; `broken` of them are objects
// in lines.
constexpr bool is_in_lines(bool is_array, std::size_t open, std::size_t broken) noexcept {
    return open == broken && (open < 2 || (open == 2 && is_array));
}

LANGEXPORT_DECL std::vector<std::string> normalizing_events::extract() {
    line_ += '\n';
    spill();
    return std::move(done_);
}

LANGEXPORT_DECL std::string normalizing_events::path() const {
    std::string path;
    for (const level& at : levels_) {
        if (at.count == 0)
            continue;
        if (at.is_array)
            path += '[' + std::to_string(at.count - 1) + ']';
        else
            path.append(path.empty() ? "" : ".")
                .append(one_printable_line(members_[at.first + at.count - 1].name, 60));
    }
    return path;
}

LANGEXPORT_DECL void normalizing_events::begin(bool is_array) {
    begin_value(!is_array);
    level opened;
    if (levels_.empty())
        opened.schema = is_array ? nullptr : &project_file_schema;
    else
        opened.schema = top().is_array && !is_array ? top().schema : top().inner;
    opened.first = is_array ? elements_.size() : member_count_;
    opened.is_array = is_array;
    opened.is_in_lines = is_in_lines(is_array, levels_.size(), broken_);
    broken_ += opened.is_in_lines && !is_array ? 1u : 0u;
    levels_.push_back(opened);
}

LANGEXPORT_DECL bool normalizing_events::on_object_begin(error_code&) {
    begin(false);
    if (!top().is_in_lines)
        line_ += '{';
    return true;
}

LANGEXPORT_DECL bool normalizing_events::on_object_end(std::size_t, error_code&) {
    const level object = top();
    if (object.is_in_lines) {
        write_in_lines(object);
        --broken_;
    } else {
        sort_line(object);
        line_ += '}';
    }
    levels_.pop_back();
    member_count_ = object.first;
    end_value();
    return true;
}

LANGEXPORT_DECL bool normalizing_events::on_array_begin(error_code&) {
    begin(true);
    if (!is_sorting || !top().is_in_lines)
        line_ += '[';
    return true;
}

LANGEXPORT_DECL bool normalizing_events::on_array_end(std::size_t, error_code&) {
    const level array = top();
    levels_.pop_back();
    if (is_sorting && array.is_in_lines)
        write_rows(array);
    else if (is_sorting)
        sort_elements(array);
    if (array.is_in_lines && array.count > 0)
        break_line(levels_.size());
    line_ += ']';
    end_value();
    return true;
}

LANGEXPORT_DECL bool normalizing_events::on_key(text_view rest, std::size_t, error_code&) {
    const std::string_view name = whole_text(rest);
    level& object = top();
    if (!object.is_in_lines && object.count > 0)
        line_ += ',';
    ++object.count;
    member& added = add_member();
    added.name = name;
    added.begin = line_.size();
    added.rank = member_order::unknown;
    object.inner = nullptr;
    if (object.schema) {
        const auto members = object.schema->members;
        for (unsigned i = 0; i < members.size(); ++i) {
            if (members[i].name == name) {
                added.rank = i;
                object.inner = members[i].inner;
            }
        }
    }
    forget_text();
    if (!object.is_in_lines) {
        append_json_text(line_, added.name);
        line_ += ':';
    }
    return true;
}

LANGEXPORT_DECL bool normalizing_events::on_string(text_view rest, std::size_t, error_code&) {
    begin_value(false);
    append_json_text(line_, whole_text(rest));
    forget_text();
    end_value();
    return true;
}

LANGEXPORT_DECL bool normalizing_events::write_number(text_view rest) {
    const bool is_written = write_word(whole_text(rest));
    forget_text();
    return is_written;
}

LANGEXPORT_DECL bool normalizing_events::write_word(std::string_view word) {
    begin_value(false);
    line_ += word;
    end_value();
    return true;
}

LANGEXPORT_DECL void normalizing_events::begin_value(bool is_object) {
    if (levels_.empty() || !top().is_array)
        return;
    level& array = top();
    array.has_only_objects = array.has_only_objects && is_object;
    const bool is_first = array.count++ == 0;
    if (is_sorting && array.is_in_lines)
        return; // The value becomes one of the rows.
    line_ += is_first ? "" : ",";
    if (!array.is_in_lines) {
        if (is_sorting)
            elements_.push_back({line_.size(), 0});
        return;
    }
    break_line(levels_.size());
    if (line_.size() >= normalized_piece)
        spill();
}

LANGEXPORT_DECL void normalizing_events::end_value() {
    if (is_sorting && !levels_.empty() && top().is_array) {
        if (top().is_in_lines)
            rows_.push_back(std::exchange(line_, std::string()));
        else
            elements_.back().end = line_.size();
    }
    if (!is_in_broken_object())
        return;
    spill();
    members_[member_count_ - 1].value = std::move(done_);
    done_.clear();
}

// Sorts the elements of an array in one line that is about to end.
LANGEXPORT_DECL void normalizing_events::sort_elements(const level& array) {
    const auto first = elements_.begin() + static_cast<std::ptrdiff_t>(array.first);
    const std::string_view line = line_;
    const auto text_of = [&](const element& one) {
        return line.substr(one.begin, one.end - one.begin);
    };
    const auto is_before = [&](const element& a, const element& b) {
        return is_before_in_order(text_of(a), text_of(b));
    };
    if (array.has_only_objects && !std::is_sorted(first, elements_.end(), is_before)) {
        const std::size_t begin = first->begin;
        std::sort(first, elements_.end(), is_before);
        sorted_.clear();
        for (auto one = first; one != elements_.end(); ++one)
            sorted_.append(sorted_.empty() ? "" : ",").append(text_of(*one));
        line_.replace(begin, std::string::npos, sorted_);
    }
    elements_.erase(first, elements_.end());
}

// Writes the elements of an array in lines that is about to end.
LANGEXPORT_DECL void normalizing_events::write_rows(const level& array) {
    if (array.has_only_objects)
        std::sort(rows_.begin(), rows_.end(), is_before_in_order);
    line_ += '[';
    for (std::size_t i = 0; i < rows_.size(); ++i) {
        line_ += i > 0 ? "," : "";
        break_line(levels_.size() + 1);
        if (line_.size() >= normalized_piece)
            spill();
        line_ += std::exchange(rows_[i], std::string());
    }
    rows_.clear();
}

LANGEXPORT_DECL void normalizing_events::break_line(std::size_t depth) {
    line_.append(1, '\n').append(2 * depth, ' ');
}

LANGEXPORT_DECL void normalizing_events::spill() {
    if (!line_.empty())
        done_.push_back(std::move(line_));
    line_.clear();
}

LANGEXPORT_DECL normalizing_events::member& normalizing_events::add_member() {
    if (member_count_ == members_.size())
        members_.emplace_back();
    return members_[member_count_++];
}

// Returns the sorted order of an object's members, as indices; empty if they are sorted already.
LANGEXPORT_DECL std::vector<std::size_t> normalizing_events::order_of(const level& object) const {
    const auto is_before = [](const member& a, const member& b) {
        return a.rank != b.rank ? a.rank < b.rank : a.name < b.name;
    };
    std::vector<std::size_t> order;
    const auto first = members_.begin() + static_cast<std::ptrdiff_t>(object.first);
    if (std::is_sorted(first, first + static_cast<std::ptrdiff_t>(object.count), is_before))
        return order;
    order.resize(object.count);
    std::iota(order.begin(), order.end(), object.first);
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return is_before(members_[a], members_[b]);
    });
    return order;
}

LANGEXPORT_DECL void normalizing_events::sort_line(const level& object) {
    const std::vector<std::size_t> order = order_of(object);
    if (order.empty())
        return;
    sorted_.clear();
    for (const std::size_t at : order) {
        const bool is_last = at + 1 == member_count_;
        const std::size_t end = is_last ? line_.size() : members_[at + 1].begin - 1;
        sorted_.append(sorted_.empty() ? "" : ",");
        sorted_.append(line_, members_[at].begin, end - members_[at].begin);
    }
    line_.replace(members_[object.first].begin, std::string::npos, sorted_);
}

LANGEXPORT_DECL void normalizing_events::write_in_lines(const level& object) {
    const std::size_t depth = levels_.size();
    bool is_first = true;
    line_ += '{';
    const std::vector<std::size_t> order = order_of(object);
    for (std::size_t i = 0; i < object.count; ++i) {
        member& one = members_[order.empty() ? object.first + i : order[i]];
        line_.append(std::exchange(is_first, false) ? "" : ",");
        break_line(depth);
        append_json_text(line_, one.name);
        line_ += ": ";
        if (one.value.size() == 1 && line_.size() + one.value[0].size() < normalized_piece) {
            line_ += one.value[0];
        } else {
            spill();
            done_.insert(done_.end(), std::make_move_iterator(one.value.begin()),
                         std::make_move_iterator(one.value.end()));
        }
        one.value = pieces();
    }
    if (object.count > 0)
        break_line(depth - 1);
    line_ += '}';
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
