#include <langexport/document/impl/project_schema.hpp>

#include "support/catch.hpp"

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace project_schema_test {

using namespace langexport;
using namespace langexport::detail;

namespace {

// Puts something into a member.
void fill(const member_schema& member, void* owner) {
    switch (member.kind) {
    case member_kind::text:
        member_of<std::string>(member, owner) = "x";
        return;
    case member_kind::count:
        member_of<std::uint64_t>(member, owner) = 1;
        return;
    case member_kind::flag:
        member_of<std::optional<bool>>(member, owner) = false;
        return;
    case member_kind::texts:
        member_of<std::vector<std::string>>(member, owner).emplace_back();
        return;
    case member_kind::json_object:
        member_of<boost::json::object>(member, owner)["x"] = nullptr;
        return;
    case member_kind::object:
        fill(member.inner->members.front(), member.address(owner));
        return;
    case member_kind::objects:
        member.append(member.address(owner));
        return;
    }
}

// Whether only this member of an object has something.
bool is_only_one(const object_schema& schema, const member_schema& member, const void* object) {
    for (const member_schema& each : schema.members)
        if (is_empty(each, object) == (&each == &member))
            return false;
    return true;
}

template <class Object>
void check_schema(const object_schema& schema) {
    std::set<std::string_view> names;
    for (const member_schema& member : schema.members) {
        INFO(member.name);
        CHECK(names.insert(member.name).second);
        Object object;
        CHECK(&schema.base(&object) == &object);
        CHECK(is_empty(schema, &object));
        fill(member, &object);
        CHECK_FALSE(is_empty(schema, &object));
        CHECK(is_only_one(schema, member, &object)); // no two rows name the same member
        member.reset(member.address(&object));
        CHECK(is_empty(schema, &object));
        if (member.kind == member_kind::objects) {
            void* const list = member.address(&object);
            const void* const first = member.append(list);
            CHECK(member.size(list) == 1);
            CHECK(member.element(list, 0) == first);
        }
    }
    Object object;
    object.other["x"] = nullptr;
    CHECK_FALSE(is_empty(schema, &object));
}

} // namespace

TEST_CASE("each row of a table is about one member of its class", "[project_schema]") {
    check_schema<asset_category>(asset_category_schema);
    check_schema<category_reference>(category_reference_schema);
    check_schema<text_label>(text_label_schema);
    check_schema<labeled_region>(labeled_region_schema);
    check_schema<project_document>(project_document_schema);
    check_schema<project_utterance>(project_utterance_schema);
    check_schema<question_answer>(question_answer_schema);
    check_schema<synonym_group>(synonym_group_schema);
    check_schema<project_assets>(project_assets_schema);
    check_schema<project_metadata>(project_metadata_schema);
    check_schema<luis_label>(luis_label_schema);
    check_schema<luis_utterance>(luis_utterance_schema);
    check_schema<project_file>(project_file_schema);
    asset_category category;
    category.category = "x";
    CHECK_FALSE(is_empty(luis_category_schema, &category));
    CHECK(luis_category_schema.members.front().name == "name");
}

TEST_CASE("an object that a program made has the members that are always written",
          "[project_schema]") {
    text_label label;
    for (unsigned index = 0; index < 3; ++index)
        CHECK(is_written(text_label_schema, &label, index));
    project_document document;
    CHECK(is_written(project_document_schema, &document, 0)); // location
    CHECK_FALSE(is_written(project_document_schema, &document, 1));
    document.language = "en";
    CHECK(is_written(project_document_schema, &document, 1));
}

TEST_CASE("an object that was parsed has the members that it had, and those that were filled",
          "[project_schema]") {
    project_document document;
    member_order& order = member_access::order(document);
    order.set_parsed();
    order.add(2);                                                   // an empty dataset
    CHECK_FALSE(is_written(project_document_schema, &document, 0)); // it had no location
    CHECK_FALSE(is_written(project_document_schema, &document, 1));
    CHECK(is_written(project_document_schema, &document, 2));
    order.forget(2);
    CHECK_FALSE(is_written(project_document_schema, &document, 2));
    document.location = "a.txt";
    CHECK(is_written(project_document_schema, &document, 0));
}

TEST_CASE("a member that is written replaces an unknown one of its name", "[project_schema]") {
    project_document document;
    CHECK(hides_other(project_document_schema, &document, "location"));
    CHECK_FALSE(hides_other(project_document_schema, &document, "language"));
    CHECK_FALSE(hides_other(project_document_schema, &document, "unknown"));
    document.language = "en";
    CHECK(hides_other(project_document_schema, &document, "language"));
}

} // namespace project_schema_test
