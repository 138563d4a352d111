// Readers of files: accepted input is the same after writing and reading.

#include "examples/tool/backup_config.hpp"
#include "examples/tool/project_outline.hpp"
#include "examples/tool/run_metrics.hpp"

#include "fuzz/promise.hpp"
#include "fuzz/targets.hpp"

#include <langexport/detail/base/text.hpp>
#include <langexport/document/impl/usual_elements.hpp>
#include <langexport/document/json_normalizer.hpp>
#include <langexport/document/misplaced_label.hpp>
#include <langexport/document/project_difference.hpp>
#include <langexport/document/project_file.hpp>
#include <langexport/error.hpp>
#include <langexport/report/export_report.hpp>
#include <langexport/report/manifest.hpp>

#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace langexport_tests::fuzz {

using namespace langexport;
using namespace tool;

// The first byte is the size of the pieces.
void read_project(std::string_view text) {
    if (text.empty())
        return;
    const std::size_t size = static_cast<unsigned char>(text.front()) % 32 + 1;
    text.remove_prefix(1);
    const auto file = result_of([&] { return parse_project_file(text); });
    const auto same = result_of([&] {
        project_file_parser parser(64);
        for (std::size_t at = 0; at < text.size(); at += size)
            parser.write(text.substr(at, size));
        return parser.finish();
    });
    promise(file.has_value() == same.has_value(), "pieces are taken as the whole is");
    const auto by_events = result_of([&] {
        project_file_parser parser(detail::usual_elements::max_depth + 2);
        parser.write(text);
        return parser.finish();
    });
    promise(!by_events || (file && to_json(*by_events) == to_json(*file)),
            "elements of the usual form are read as all others are");
    const auto lines = result_of([&] { return normalize(text); });
    promise(lines || !file, "what is a project has a normal form");
    promise(!lines || normalize(*lines) == *lines, "what is normal stays as it is");
    promise(!lines || detail::find_invalid_utf8(*lines) == std::string_view::npos,
            "what is normal is UTF-8");
    if (!file)
        return;
    promise(compare(*file, parse_project_file(*lines)).is_empty(), "a normal form loses nothing");
    const std::string written = to_json(*file);
    promise(written == to_json(*same), "pieces are read as the whole is");
    promise(detail::find_invalid_utf8(written) == std::string_view::npos, "JSON is UTF-8");
    const auto again = parse_project_file(written);
    promise(to_json(again) == written, "a project is written the same again");
    promise(compare(*file, again).is_empty(), "a project that was written is the same project");
    const std::string normal = normalize(*file);
    promise(normalize(normal) == normal, "what is normalized stays as it is");
    promise(compare(*file, parse_project_file(normal)).is_empty(), "normalizing loses nothing");
    for (const misplaced_label& label : find_misplaced_labels(*file))
        promise(!label.why.empty() && label.label.span,
                "a misplaced label has a place and a reason");
    const auto counts = count_labels(*file);
    promise(counts.unlabeled <= counts.items, "no more items are unlabeled than there are");
    project_file other = again;
    if (!other.assets.documents.empty())
        other.assets.documents.pop_back();
    other.metadata.description += 'x';
    const auto difference = compare(*file, other);
    promise(!difference.is_empty(), "a change is found");
    promise(detail::find_invalid_utf8(to_text(difference)) == std::string_view::npos,
            "a difference is UTF-8");
}

// The first byte is the size of the pieces, and whether lists are sorted.
void normalize_json(std::string_view text) {
    if (text.empty())
        return;
    const auto seed = static_cast<unsigned char>(text.front());
    text.remove_prefix(1);
    normalizing_options options;
    options.sort_items = seed >= 128;
    std::string whole_error, error;
    const auto normal_of = [&](std::size_t size, std::string& why) -> std::optional<std::string> {
        try {
            json_normalizer normalizer(options);
            for (std::size_t at = 0; at < text.size(); at += size)
                normalizer.write(text.substr(at, size));
            std::string all;
            for (const std::string& part : normalizer.finish())
                all += part;
            promise(normalizer.size() == text.size() || normalizer.size() == 0,
                    "the size is that of the text");
            return all;
        } catch (const export_error& failed) {
            why = failed.what();
            promise_words(why, 1200);
            return std::nullopt;
        }
    };
    const auto whole = normal_of(std::max<std::size_t>(text.size(), 1), whole_error);
    const auto pieces = normal_of(seed % 16 + 1, error);
    promise(whole == pieces, "pieces are taken as the whole is", whole.value_or(whole_error));
    // Boost.JSON counts an incomplete escape up to the end of its piece.
    for (std::string* text_of_error : {&whole_error, &error})
        std::erase_if(*text_of_error, [](char c) { return detail::is_digit(c); });
    promise(whole_error == error, "a failure is the same in pieces", whole_error + "\n" + error);
    if (!whole)
        return;
    promise(normalize(*whole, options) == *whole, "what is normal stays as it is", *whole);
    promise(detail::find_invalid_utf8(*whole) == std::string_view::npos, "what is normal is UTF-8");
}

void read_config(std::string_view text) {
    try {
        const backup_config config = backup_config::parse(text, "/folder/backup.json");
        promise(!config.resources.empty(), "a file names a resource");
        for (const backup_resource& resource : config.resources)
            promise(resource.credential.key_file.empty() != resource.credential.key_env.empty(),
                    "there is one key");
    } catch (const export_error& error) {
        promise(error.code() == errc::invalid_configuration, "a file is rejected as such");
        promise(error.diagnostics().detail.starts_with("backup.json:"), "the place is named");
        promise_words(error.diagnostics().detail, 600);
    }
}

void read_report(std::string_view text) {
    const auto report = result_of([&] { return export_report::parse(text); });
    if (!report)
        return;
    promise(report->whole_size() + (report->is_torn() ? 1 : 0) <= text.size(),
            "what is torn lies behind the whole lines");
    const auto whole = export_report::parse(text.substr(0, report->whole_size()));
    promise(!whole.is_torn() && whole.lines().size() == report->lines().size(),
            "what was cut off is whole");
    promise(whole.submissions() == report->submissions(), "no submission is torn");
    std::string written;
    for (const report_line& line : report->lines())
        written.append(line.to_json()).append("\n");
    std::string again;
    const auto read = export_report::parse(written);
    for (const report_line& line : read.lines())
        again.append(line.to_json()).append("\n");
    promise(written == again, "a line is written the same again");
    const auto plan = result_of([&] { return report->plan({"one more"}); });
    std::map<std::string, std::string> projects;
    for (const planned_export& one : plan.value_or(std::vector<planned_export>()))
        promise(projects.emplace(detail::to_lower(one.file_name), one.project).first->second ==
                    one.project,
                "each file has one project");
}

void read_manifest(std::string_view text) {
    const auto all = result_of([&] { return manifest::parse(text); });
    if (!all)
        return;
    const std::string written = all->to_json();
    promise(manifest::parse(written) == *all, "a manifest is read as it was written", written);
    promise(written.ends_with("]}\n"), "a manifest ends with a line end", written);
    manifest again;
    again.resource = all->resource;
    for (const manifest_entry& entry : all->projects()) {
        promise(entry.file.find('/') == std::string::npos && !entry.file.starts_with('.'),
                "a file is in the folder", entry.file);
        promise(all->find(entry.name, entry.surface, entry.format) == &entry, "an entry is found");
        again.set(entry);
    }
    promise(again == *all, "what was read can be added", written);
}

// The metrics of an earlier run. A run that cannot name its resource keeps all of them.
void read_metrics(std::string_view text) {
    run_metrics unnamed;
    unnamed.has_unnamed = true;
    const run_metrics all = with_earlier_resources(unnamed, text);
    const std::string written = metrics_text_of(all, text);
    promise(resources_in(written) == resources_in(text), "a resource is read as it was written",
            written);
    promise(metrics_text_of(all, written) == written, "metrics are written the same again",
            written);
}

// The first byte is the size of the pieces.
void read_outline(std::string_view text) {
    if (text.empty())
        return;
    const std::size_t size = static_cast<unsigned char>(text.front()) % 32 + 1;
    text.remove_prefix(1);
    const auto outline_in = [&](std::size_t piece) {
        outline_reader reader;
        for (std::size_t at = 0; at < text.size(); at += piece)
            reader.write(text.substr(at, piece));
        return reader.finish();
    };
    const project_outline whole = outline_in(std::max<std::size_t>(text.size(), 1));
    const project_outline pieces = outline_in(size);
    promise(whole.documents == pieces.documents && whole.kind == pieces.kind &&
                whole.container == pieces.container && whole.references == pieces.references,
            "pieces are read as the whole is");
    for (const std::string& name : whole.references)
        promise(detail::find_invalid_utf8(name) == std::string_view::npos, "a name is UTF-8");
    promise(detail::find_invalid_utf8(whole.kind + whole.container) == std::string_view::npos,
            "a text is UTF-8");
}

} // namespace langexport_tests::fuzz
