#ifndef LANGEXPORT_REPORT_IMPL_MANIFEST_IPP
#define LANGEXPORT_REPORT_IMPL_MANIFEST_IPP

#include <langexport/detail/base/text.hpp>
#include <langexport/detail/base/timestamp.hpp>
#include <langexport/error.hpp>
#include <langexport/file/atomic_file.hpp>
#include <langexport/file/read_file.hpp>
#include <langexport/report/impl/json_in.hpp>
#include <langexport/report/impl/report_line.ipp>
#include <langexport/report/manifest.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <initializer_list>
#include <set>
#include <tuple>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

inline auto manifest_key(const manifest_entry& entry) noexcept {
    return std::tuple<std::string_view, std::string_view, std::string_view>(
        entry.name, entry.surface, entry.format);
}

// What is wrong with the name of a file in a manifest; empty if it is a name in the same folder.
inline std::string what_is_wrong_with_file(std::string_view file) {
    if (file.empty())
        return "is missing";
    const bool is_path = file.find_first_of("/\\:") != std::string_view::npos;
    if (is_path || file.starts_with('.') || file.size() > 255 ||
        std::any_of(file.begin(), file.end(), [](char c) { return is_control(c); }))
        return "is not the name of a visible file in the same folder";
    return equal_ignoring_case(file, manifest::usual_name) ? "is the manifest itself" : "";
}

inline bool is_sha256(std::string_view text) {
    return text.size() == 64 && std::all_of(text.begin(), text.end(),
                                            [](char c) { return is_hex(c) && to_lower(c) == c; });
}

// What is wrong with an entry: the field and the reason. Empty: nothing.
inline std::string what_is_wrong_with(const manifest_entry& entry) {
    if (entry.name.empty())
        return "\"name\" is missing";
    if (entry.surface.empty())
        return "\"surface\" is missing";
    if (const std::string why = what_is_wrong_with_file(entry.file); !why.empty())
        return "\"file\" " + why;
    if (!is_sha256(entry.sha256))
        return "\"sha256\" is not 64 hexadecimal digits in lower case";
    if (entry.exported_at < manifest_entry::time_point())
        return "\"exported_at\" is before 1970";
    const std::initializer_list<std::string_view> texts = {
        entry.name,        entry.surface, entry.kind,     entry.format,
        entry.api_version, entry.file,    entry.container};
    const auto is_broken = [](std::string_view text) {
        return find_invalid_utf8(text) != std::string_view::npos;
    };
    if (std::any_of(texts.begin(), texts.end(), is_broken) ||
        std::any_of(entry.references.begin(), entry.references.end(), is_broken))
        return "a text is not UTF-8";
    return {};
}

inline boost::json::value text_or_null(std::string_view text) {
    return text.empty() ? boost::json::value(nullptr) : boost::json::value(text);
}

// Years from 1970 to 9999 have a text.
inline boost::json::value time_or_null(const std::optional<manifest_entry::time_point>& time) {
    if (!time || *time < manifest_entry::time_point())
        return nullptr;
    return boost::json::value(format_utc(*time));
}

inline boost::json::object to_json_object(const manifest_entry& entry) {
    boost::json::object line;
    line.emplace("name", entry.name);
    line.emplace("surface", entry.surface);
    line.emplace("kind", text_or_null(entry.kind));
    line.emplace("format", text_or_null(entry.format));
    line.emplace("api_version", text_or_null(entry.api_version));
    line.emplace("file", entry.file);
    line.emplace("bytes", entry.bytes);
    line.emplace("sha256", entry.sha256);
    line.emplace("exported_at", format_utc(entry.exported_at));
    line.emplace("last_modified", time_or_null(entry.last_modified));
    line.emplace("last_trained", time_or_null(entry.last_trained));
    line.emplace("last_deployed", time_or_null(entry.last_deployed));
    line.emplace("container", text_or_null(entry.container));
    if (entry.documents)
        line.emplace("documents", *entry.documents);
    else
        line.emplace("documents", nullptr);
    boost::json::array references;
    for (const std::string& project : entry.references)
        references.emplace_back(project);
    line.emplace("references", std::move(references));
    return line;
}

// A time in a manifest; nothing if it is null or absent.
inline std::optional<manifest_entry::time_point> time_in(const report_fields& fields,
                                                         std::string_view name) {
    const std::string text = fields.text(name);
    if (text.empty())
        return std::nullopt;
    const auto time = parse_utc(text);
    if (!time)
        fields.reject(name, "a time such as 2026-01-31T23:59:59.999Z");
    return time;
}

inline std::vector<std::string> references_in(const report_fields& fields) {
    std::vector<std::string> names;
    const boost::json::value* found = fields.find("references");
    if (!found)
        return names;
    if (!found->is_array())
        fields.reject("references", "an array");
    for (const boost::json::value& name : found->get_array()) {
        if (!name.is_string())
            fields.reject("references", "an array of names");
        names.emplace_back(name.get_string());
    }
    return names;
}

inline manifest_entry read_manifest_entry(const boost::json::value& from) {
    const report_fields fields(from, "it");
    manifest_entry entry;
    entry.name = fields.text("name");
    entry.surface = fields.text("surface");
    entry.kind = fields.text("kind");
    entry.format = fields.text("format");
    entry.api_version = fields.text("api_version");
    entry.file = fields.text("file");
    const auto bytes = fields.number<std::uint64_t>("bytes");
    if (!bytes)
        fields.reject("bytes", "the size of the file");
    entry.bytes = *bytes;
    entry.sha256 = fields.text("sha256");
    const auto exported_at = time_in(fields, "exported_at");
    if (!exported_at)
        fields.reject("exported_at", "a time such as 2026-01-31T23:59:59.999Z");
    entry.exported_at = *exported_at;
    entry.last_modified = time_in(fields, "last_modified");
    entry.last_trained = time_in(fields, "last_trained");
    entry.last_deployed = time_in(fields, "last_deployed");
    entry.container = fields.text("container");
    entry.documents = fields.number<std::uint64_t>("documents");
    entry.references = references_in(fields);
    return entry;
}

// Adds entries, and remembers which files and projects occurred.
class manifest_reader {
public:
    void add(const boost::json::value& from, std::size_t number) {
        const std::string place = "entry " + std::to_string(number) + " of the manifest: ";
        manifest_entry entry;
        try {
            entry = read_manifest_entry(from);
        } catch (const export_error& error) {
            reject_report(place + error.diagnostics().detail);
        }
        if (const std::string why = what_is_wrong_with(entry); !why.empty())
            reject_report(place + why);
        if (!files_.insert(to_lower(entry.file)).second)
            reject_report(place + "another entry names the file '" + entry.file + "', too");
        if (!projects_.insert(std::array{entry.name, entry.surface, entry.format}).second)
            reject_report(place + "another entry is about the project '" + entry.name + "', too");
        entries.push_back(std::move(entry));
    }

    std::vector<manifest_entry> entries;

private:
    std::set<std::string> files_;
    std::set<std::array<std::string, 3>> projects_;
};

inline const boost::json::array& projects_in(const report_fields& fields) {
    const boost::json::value* found = fields.find("projects");
    if (!found || !found->is_array())
        fields.reject("projects", "an array");
    return found->get_array();
}

inline void check_manifest_version(const report_fields& fields) {
    const auto version = fields.number<std::uint32_t>("version");
    if (!version)
        reject_report("it has no \"version\", as manifests have");
    if (*version != 1)
        reject_report("it is of version " + std::to_string(*version) +
                      "; this program reads version 1: use a newer one");
}

} // namespace detail

LANGEXPORT_DECL manifest manifest::parse(std::string_view text) {
    error_code failure;
    const boost::json::value whole = detail::json_in(text, failure);
    if (failure)
        detail::reject_report("it is not JSON: " + failure.message());
    const detail::report_fields fields(whole, "it");
    detail::check_manifest_version(fields);
    manifest result;
    result.resource = fields.text("resource");
    detail::manifest_reader reader;
    std::size_t number = 0;
    for (const boost::json::value& entry : detail::projects_in(fields))
        reader.add(entry, ++number);
    result.projects_ = std::move(reader.entries);
    std::sort(result.projects_.begin(), result.projects_.end(),
              [](const manifest_entry& a, const manifest_entry& b) {
                  return detail::manifest_key(a) < detail::manifest_key(b);
              });
    return result;
}

LANGEXPORT_DECL manifest manifest::read(const std::filesystem::path& file) {
    const std::string text = read_file(file);
    try {
        return parse(text);
    } catch (const export_error& error) {
        detail::throw_error(errc::invalid_request,
                            "the manifest '" + file.string() +
                                "' cannot be used: " + error.diagnostics().detail);
    }
}

LANGEXPORT_DECL std::string manifest::to_json() const {
    std::string text =
        "{\"version\":1,\"resource\":" + boost::json::serialize(detail::text_or_null(resource)) +
        ",\"projects\":[";
    for (const manifest_entry& entry : projects_)
        text.append(&entry == &projects_.front() ? "\n" : ",\n")
            .append(boost::json::serialize(detail::to_json_object(entry)));
    return text.append(projects_.empty() ? "]}\n" : "\n]}\n");
}

LANGEXPORT_DECL bool manifest::write(const std::filesystem::path& file,
                                     const std::filesystem::path& temporary_folder) const {
    file_options options;
    options.keep_unchanged = true;
    options.temporary_folder = temporary_folder;
    atomic_file output(file, options);
    output.write(to_json());
    return output.commit();
}

LANGEXPORT_DECL const manifest_entry* manifest::find(std::string_view name,
                                                     std::string_view surface,
                                                     std::string_view format) const noexcept {
    const std::tuple key(name, surface, format);
    const auto found = std::lower_bound(projects_.begin(), projects_.end(), key,
                                        [](const manifest_entry& one, const auto& other) {
                                            return detail::manifest_key(one) < other;
                                        });
    return found != projects_.end() && detail::manifest_key(*found) == key ? &*found : nullptr;
}

LANGEXPORT_DECL void manifest::set(manifest_entry entry) {
    if (const std::string why = detail::what_is_wrong_with(entry); !why.empty())
        detail::reject_report("an entry of the manifest: " + why);
    std::erase_if(projects_, [&](const manifest_entry& one) {
        return one.is_about_same(entry) || detail::equal_ignoring_case(one.file, entry.file);
    });
    const auto place =
        std::lower_bound(projects_.begin(), projects_.end(), entry,
                         [](const manifest_entry& a, const manifest_entry& b) {
                             return detail::manifest_key(a) < detail::manifest_key(b);
                         });
    projects_.insert(place, std::move(entry));
}

LANGEXPORT_DECL bool manifest::remove(const manifest_entry& entry) noexcept {
    return std::erase_if(projects_,
                         [&](const manifest_entry& one) { return one.is_about_same(entry); }) > 0;
}

} // namespace v0
} // namespace langexport

#endif
