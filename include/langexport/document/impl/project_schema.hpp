#ifndef LANGEXPORT_DOCUMENT_IMPL_PROJECT_SCHEMA_HPP
#define LANGEXPORT_DOCUMENT_IMPL_PROJECT_SCHEMA_HPP

#include <langexport/document/impl/list_functions.hpp>
#include <langexport/document/impl/member_order.hpp>
#include <langexport/document/project_data.hpp>
#include <langexport/version.hpp>

#include <boost/json/object.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// Describes the classes of a project as tables. The parser, the writer and the comparison iterate over
// them. A member's address comes from its member pointer, so that its type is always right.

namespace langexport {
inline namespace v0 {
namespace detail {

enum class member_kind : unsigned char {
    text,        // std::string
    count,       // std::uint64_t
    flag,        // std::optional<bool>
    texts,       // std::vector<std::string>
    json_object, // boost::json::object
    object,      // a project_object
    objects      // a vector of project_objects
};

// Whether an empty member is written always, or only if the parsed file contained it empty. A program
// that empties such a member removes it.
enum class presence : bool { if_not_empty, always };

struct object_schema;

struct member_schema {
    std::string_view name;
    member_kind kind;
    presence written;
    void* (*address)(void* owner);
    void (*reset)(void* value); // makes the value at this address empty
    const object_schema* inner = nullptr;
    // Only for vectors of objects.
    std::size_t (*size)(const void* list) = nullptr;
    std::size_t (*memory)(const void* list) = nullptr; // of the elements themselves
    const void* (*element)(const void* list, std::size_t index) = nullptr;
    void (*reserve)(void* list, std::size_t count) = nullptr;
    void* (*append)(void* list) = nullptr;
    void (*remove_last)(void* list) = nullptr;
    std::shared_ptr<void> (*detach)(void* list, std::size_t room) = nullptr;
    void (*join)(void* list, list_parts& before) = nullptr;
};

struct object_schema {
    std::span<const member_schema> members;
    project_object& (*base)(void* object);
    bool has_lists; // in it or in its objects
};

class member_access {
public:
    static member_order& order(project_object& object) noexcept { return object.order_; }
    static const member_order& order(const project_object& object) noexcept {
        return object.order_;
    }
};

template <class T>
struct member_pointer;
template <class Owner, class Type>
struct member_pointer<Type Owner::*> {
    using owner = Owner;
    using type = Type;
};

template <class T>
inline constexpr std::optional<member_kind> kind_of;
template <>
inline constexpr std::optional<member_kind> kind_of<std::string> = member_kind::text;
template <>
inline constexpr std::optional<member_kind> kind_of<std::uint64_t> = member_kind::count;
template <>
inline constexpr std::optional<member_kind> kind_of<std::optional<bool>> = member_kind::flag;
template <>
inline constexpr std::optional<member_kind> kind_of<std::vector<std::string>> = member_kind::texts;
template <>
inline constexpr std::optional<member_kind> kind_of<boost::json::object> = member_kind::json_object;

template <auto Member>
void* address_of(void* owner) {
    return &(static_cast<typename member_pointer<decltype(Member)>::owner*>(owner)->*Member);
}

template <auto Member>
void reset(void* value) {
    using type = typename member_pointer<decltype(Member)>::type;
    *static_cast<type*>(value) = type();
}

template <auto Member>
constexpr member_schema scalar(std::string_view name, presence written = presence::if_not_empty) {
    constexpr auto kind = kind_of<typename member_pointer<decltype(Member)>::type>;
    static_assert(kind.has_value());
    return {name, *kind, written, &address_of<Member>, &reset<Member>};
}

template <auto Member>
constexpr member_schema object(std::string_view name, const object_schema& inner,
                               presence written = presence::if_not_empty) {
    return {name, member_kind::object, written, &address_of<Member>, &reset<Member>, &inner};
}

template <auto Member>
constexpr member_schema objects(std::string_view name, const object_schema& inner,
                                presence written = presence::if_not_empty) {
    using list = typename member_pointer<decltype(Member)>::type;
    return {name,
            member_kind::objects,
            written,
            &address_of<Member>,
            &reset<Member>,
            &inner,
            &size_of<list>,
            &memory_of<list>,
            &element_of<list>,
            &reserve_in<list>,
            &append_to<list>,
            &remove_last_of<list>,
            &detach_from<list>,
            &join_to<list>};
}

template <class T>
project_object& base_of(void* object) {
    return *static_cast<T*>(object);
}

template <class T, std::size_t Count>
constexpr object_schema schema(const member_schema (&members)[Count]) {
    static_assert(Count < member_order::unknown);
    const auto has_lists = [](const member_schema& member) {
        return member.kind == member_kind::objects || member.kind == member_kind::texts ||
               (member.inner && member.inner->has_lists);
    };
    return {members, &base_of<T>, std::any_of(members, members + Count, has_lists)};
}

// Each table has the order in which the service writes the members. Normalized files use it, too.

inline constexpr member_schema asset_category_members[] = {
    scalar<&asset_category::category>("category", presence::always),
    scalar<&asset_category::description>("description"),
    scalar<&asset_category::composition_setting>("compositionSetting"),
};
inline constexpr object_schema asset_category_schema =
    schema<asset_category>(asset_category_members);

inline constexpr member_schema category_reference_members[] = {
    scalar<&category_reference::category>("category"),
};
inline constexpr object_schema category_reference_schema =
    schema<category_reference>(category_reference_members);

inline constexpr member_schema text_label_members[] = {
    scalar<&text_label::category>("category", presence::always),
    scalar<&text_label::offset>("offset", presence::always),
    scalar<&text_label::length>("length", presence::always),
};
inline constexpr object_schema text_label_schema = schema<text_label>(text_label_members);

inline constexpr member_schema labeled_region_members[] = {
    scalar<&labeled_region::region_offset>("regionOffset", presence::always),
    scalar<&labeled_region::region_length>("regionLength", presence::always),
    objects<&labeled_region::labels>("labels", text_label_schema, presence::always),
};
inline constexpr object_schema labeled_region_schema =
    schema<labeled_region>(labeled_region_members);

inline constexpr member_schema project_document_members[] = {
    scalar<&project_document::location>("location", presence::always),
    scalar<&project_document::language>("language"),
    scalar<&project_document::dataset>("dataset"),
    object<&project_document::single_class>("class", category_reference_schema),
    objects<&project_document::classes>("classes", category_reference_schema),
    objects<&project_document::entities>("entities", labeled_region_schema),
    objects<&project_document::sentiment_spans>("sentimentSpans", text_label_schema),
    scalar<&project_document::summary_location>("summaryLocation"),
};
inline constexpr object_schema project_document_schema =
    schema<project_document>(project_document_members);

inline constexpr member_schema project_utterance_members[] = {
    scalar<&project_utterance::text>("text", presence::always),
    scalar<&project_utterance::language>("language"),
    scalar<&project_utterance::intent>("intent", presence::always),
    objects<&project_utterance::entities>("entities", text_label_schema, presence::always),
    scalar<&project_utterance::dataset>("dataset"),
};
inline constexpr object_schema project_utterance_schema =
    schema<project_utterance>(project_utterance_members);

inline constexpr member_schema question_answer_members[] = {
    scalar<&question_answer::id>("id", presence::always),
    scalar<&question_answer::answer>("answer", presence::always),
    scalar<&question_answer::source>("source"),
    scalar<&question_answer::questions>("questions", presence::always),
    scalar<&question_answer::metadata>("metadata"),
    scalar<&question_answer::dialog>("dialog"),
};
inline constexpr object_schema question_answer_schema =
    schema<question_answer>(question_answer_members);

inline constexpr member_schema synonym_group_members[] = {
    scalar<&synonym_group::alterations>("alterations", presence::always),
};
inline constexpr object_schema synonym_group_schema = schema<synonym_group>(synonym_group_members);

inline constexpr member_schema project_assets_members[] = {
    scalar<&project_assets::kind_text>("projectKind"),
    objects<&project_assets::classes>("classes", asset_category_schema),
    objects<&project_assets::intents>("intents", asset_category_schema),
    objects<&project_assets::entities>("entities", asset_category_schema),
    objects<&project_assets::documents>("documents", project_document_schema),
    objects<&project_assets::utterances>("utterances", project_utterance_schema),
    objects<&project_assets::synonyms>("synonyms", synonym_group_schema),
    objects<&project_assets::qnas>("qnas", question_answer_schema),
};
inline constexpr object_schema project_assets_schema =
    schema<project_assets>(project_assets_members);

inline constexpr member_schema project_metadata_members[] = {
    scalar<&project_metadata::kind_text>("projectKind"),
    scalar<&project_metadata::project_name>("projectName", presence::always),
    scalar<&project_metadata::storage_input_container_name>("storageInputContainerName"),
    scalar<&project_metadata::multilingual>("multilingual"),
    scalar<&project_metadata::description>("description"),
    scalar<&project_metadata::language>("language"),
    scalar<&project_metadata::settings>("settings"),
};
inline constexpr object_schema project_metadata_schema =
    schema<project_metadata>(project_metadata_members);

inline constexpr member_schema luis_category_members[] = {
    scalar<&asset_category::category>("name", presence::always),
};
inline constexpr object_schema luis_category_schema = schema<asset_category>(luis_category_members);

inline constexpr member_schema luis_label_members[] = {
    scalar<&luis_label::entity>("entity", presence::always),
    scalar<&luis_label::start_pos>("startPos", presence::always),
    scalar<&luis_label::end_pos>("endPos", presence::always),
};
inline constexpr object_schema luis_label_schema = schema<luis_label>(luis_label_members);

inline constexpr member_schema luis_utterance_members[] = {
    scalar<&luis_utterance::text>("text", presence::always),
    scalar<&luis_utterance::intent>("intent", presence::always),
    objects<&luis_utterance::entities>("entities", luis_label_schema, presence::always),
};
inline constexpr object_schema luis_utterance_schema =
    schema<luis_utterance>(luis_utterance_members);

// The members of an application of LUIS are members of the file itself.
template <auto Member>
void* address_in_luis(void* owner) {
    return address_of<Member>(&static_cast<project_file*>(owner)->luis);
}
template <auto Member>
constexpr member_schema in_luis(member_schema member) {
    member.address = &address_in_luis<Member>;
    return member;
}
template <auto Member>
constexpr member_schema luis_scalar(std::string_view name) {
    return in_luis<Member>(scalar<Member>(name));
}
template <auto Member>
constexpr member_schema luis_objects(std::string_view name, const object_schema& inner) {
    return in_luis<Member>(objects<Member>(name, inner));
}

inline constexpr member_schema project_file_members[] = {
    scalar<&project_file::project_file_version>("projectFileVersion"),
    scalar<&project_file::string_index_type>("stringIndexType"),
    object<&project_file::metadata>("metadata", project_metadata_schema, presence::always),
    object<&project_file::assets>("assets", project_assets_schema, presence::always),
    luis_scalar<&luis_application::schema_version>("luis_schema_version"),
    luis_scalar<&luis_application::version_id>("versionId"),
    luis_scalar<&luis_application::name>("name"),
    luis_scalar<&luis_application::description>("desc"),
    luis_scalar<&luis_application::culture>("culture"),
    luis_objects<&luis_application::intents>("intents", luis_category_schema),
    luis_objects<&luis_application::entities>("entities", luis_category_schema),
    luis_objects<&luis_application::utterances>("utterances", luis_utterance_schema),
};
inline constexpr object_schema project_file_schema = schema<project_file>(project_file_members);

template <class T>
T& member_of(const member_schema& member, void* owner) {
    return *static_cast<T*>(member.address(owner));
}
// Each table entry has one function for const and other objects. Const objects are not changed.
template <class T>
const T& member_of(const member_schema& member, const void* owner) {
    return *static_cast<const T*>(member.address(const_cast<void*>(owner)));
}
inline const void* address_in(const member_schema& member, const void* owner) {
    return member.address(const_cast<void*>(owner));
}
inline const project_object& base_in(const object_schema& schema, const void* object) {
    return schema.base(const_cast<void*>(object));
}

// The value that a member of this kind has, or an element of it, for messages.
LANGEXPORT_DECL const char* expected_kind(member_kind kind, bool is_element) noexcept;

LANGEXPORT_DECL bool is_empty(const member_schema& member, const void* owner) noexcept;
LANGEXPORT_DECL bool is_empty(const object_schema& schema, const void* object) noexcept;

// Whether a member of an object is written.
LANGEXPORT_DECL bool is_written(const object_schema& schema, const void* object,
                                unsigned index) noexcept;
// Whether a written known member has this name. If so, a member of this name in `other` is not written.
LANGEXPORT_DECL bool hides_other(const object_schema& schema, const void* object,
                                 std::string_view name) noexcept;

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/document/impl/project_schema.ipp>
#endif

#endif
