#ifndef LANGEXPORT_TESTING_IMPL_IMPORTED_DOCUMENT_IPP
#define LANGEXPORT_TESTING_IMPL_IMPORTED_DOCUMENT_IPP

#include <langexport/detail/json/json_reader.hpp>
#include <langexport/detail/json/parsed_text.hpp>
#include <langexport/error.hpp>
#include <langexport/testing/impl/imported_document.hpp>
#include <langexport/testing/impl/wire_format.hpp>

#include <cstddef>
#include <cstdint>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace testing {
namespace detail {

// Receives the parser's events. It keeps the relevant members of the document, its metadata and its assets,
// and skips all others.
class document_events : public langexport::detail::parsed_text {
public:
    static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);

    imported_document read;

    std::string path() const { return std::string(); }

    bool on_object_begin(error_code&) {
        if (depth_ == 0)
            read.is_object = true;
        else if (depth_ == 1)
            begin_section();
        ++depth_;
        return true;
    }
    bool on_object_end(std::size_t, error_code&) { return end_level(); }
    bool on_array_begin(error_code&) {
        ++depth_;
        return true;
    }
    bool on_array_end(std::size_t, error_code&) { return end_level(); }

    bool on_key(text_view rest, std::size_t, error_code&) {
        const std::string_view name = whole_text(rest);
        if (depth_ == 1 || depth_ == 2)
            member_ = name;
        forget_text();
        return true;
    }
    bool on_string(text_view rest, std::size_t, error_code&) {
        const std::string_view value = whole_text(rest);
        if (std::string* const place = find_place())
            *place = utf8_text(std::string(value));
        forget_text();
        return true;
    }
    bool on_int64(std::int64_t, text_view, error_code&) { return skip_number(); }
    bool on_uint64(std::uint64_t, text_view, error_code&) { return skip_number(); }
    bool on_double(double, text_view, error_code&) { return skip_number(); }
    bool on_bool(bool value, error_code&) {
        const bool is_member = depth_ == 2 && section_ == section::metadata &&
                               (member_ == "multilingual" || member_ == "multilingualResource");
        if (is_member)
            read.is_multilingual = value;
        return true;
    }
    bool on_null(error_code&) { return true; }

private:
    enum class section { other, metadata, assets };

    void begin_section() {
        section_ = member_ == "metadata" ? section::metadata
                   : member_ == "assets" ? section::assets
                                         : section::other;
        read.has_assets = read.has_assets || section_ == section::assets;
    }
    bool end_level() noexcept {
        if (--depth_ == 1)
            section_ = section::other;
        return true;
    }
    bool skip_number() noexcept {
        forget_text();
        return true;
    }

    // The place of the current member's value; null if it is not kept.
    std::string* find_place() {
        struct row {
            std::size_t depth;
            section in;
            std::string_view name;
            std::string* place;
        };
        const row rows[] = {
            {1, section::other, "stringIndexType", &read.string_index_type},
            {1, section::other, "luis_schema_version", &read.luis_version},
            {1, section::other, "culture", &read.language},
            {1, section::other, "desc", &read.description},
            {2, section::metadata, "projectKind", &read.kind},
            {2, section::metadata, "language", &read.language},
            {2, section::metadata, "description", &read.description},
            {2, section::metadata, "storageInputContainerName", &read.container},
            {2, section::assets, "projectKind", &read.kind_of_assets},
        };
        if (depth_ > 2)
            return nullptr;
        for (const row& each : rows)
            if (each.depth == depth_ && each.in == section_ && each.name == member_)
                return each.place;
        return nullptr;
    }

    std::size_t depth_ = 0;
    section section_ = section::other; // of the members at depth 2
    std::string member_;               // the current one at depth 1 or 2
};

LANGEXPORT_DECL imported_document read_document(std::string_view json) {
    constexpr std::size_t piece = 64 * 1024;
    constexpr std::size_t max_depth = 64;
    langexport::detail::json_reader<document_events> reader(max_depth);
    try {
        for (std::size_t at = 0; at < json.size(); at += piece)
            reader.write(json.substr(at, piece));
        reader.finish();
        reader.events().read.is_empty = false;
        return std::move(reader.events().read);
    } catch (const export_error&) { // not JSON
        imported_document read;
        read.is_empty = json.empty();
        return read;
    }
}

} // namespace detail
} // namespace testing
} // namespace v0
} // namespace langexport

#endif
