#include "examples/tool/restore_plan.hpp"

#include "support/catch.hpp"

#include <string>
#include <utility>

namespace restore_plan_test {

using namespace tool;
using namespace langexport_tests;

namespace {

constexpr project_surface text = project_surface::analyze_text,
                          conversation = project_surface::analyze_conversations,
                          answers = project_surface::query_knowledgebases;

class plan_bench {
public:
    planned_restore& add(const std::string& name, project_surface surface = text,
                         texts references = {}) {
        manifest_entry entry;
        entry.name = name;
        entry.surface = to_string(surface);
        entry.references = std::move(references);
        return plan.projects.emplace_back(entry, surface);
    }
    void complete(existing_projects choice = existing_projects::fail) {
        plan.problems.clear();
        tool::complete(plan, there, choice, left_out);
    }
    // The only problem.
    std::string problem(existing_projects choice = existing_projects::fail) {
        complete(choice);
        REQUIRE(plan.problems.size() == 1);
        return plan.problems[0];
    }
    std::string order() const {
        std::string names;
        for (const planned_restore& one : plan.projects)
            names.append(one.entry.name).append(std::to_string(one.phase)).append(" ");
        return names;
    }

    restore_plan plan;
    resource_projects there;
    texts left_out;
};

} // namespace

TEST_CASE("projects that the resource has are a problem, unless an option says what to do",
          "[tool][restore_plan]") {
    plan_bench b;
    b.add("A");
    b.add("B");
    b.add("C", conversation);
    b.there.names[text] = {"A", "C"};
    CHECK_THAT(b.problem(), contains_text("the resource already has 'A' of analyze-text: ") &&
                                contains_text("--if-exists replace") &&
                                contains_text("--if-exists skip"));
    b.complete(existing_projects::replace);
    CHECK(b.plan.problems.empty());
    CHECK(b.plan.projects[0].replaces);
    CHECK_FALSE(b.plan.projects[0].is_skipped);
    CHECK_FALSE(b.plan.projects[2].replaces);
    b.complete(existing_projects::skip);
    CHECK(b.plan.problems.empty());
    CHECK(b.plan.projects[0].is_skipped);
    CHECK_FALSE(b.plan.projects[1].is_skipped);
}

TEST_CASE("a project that this restore has begun does not count as an existing one",
          "[tool][restore_plan]") {
    plan_bench b;
    b.add("A").is_begun = true;
    b.there.names[text] = {"A"};
    for (const existing_projects choice : {existing_projects::fail, existing_projects::skip}) {
        b.complete(choice);
        CHECK(b.plan.problems.empty());
        CHECK_FALSE(b.plan.projects[0].is_skipped);
    }
}

TEST_CASE("a project that this restore has skipped stays skipped", "[tool][restore_plan]") {
    plan_bench b;
    b.add("A").is_skipped = true;
    b.there.names[text] = {"A"};
    b.complete();
    CHECK(b.plan.problems.empty());
    CHECK(b.plan.projects[0].is_skipped);
}

TEST_CASE("a long list of existing projects is shortened", "[tool][restore_plan]") {
    plan_bench b;
    for (const char* name : {"A", "B", "C", "D", "E", "F", "G"}) {
        b.add(name);
        b.there.names[text].insert(name);
    }
    CHECK_THAT(b.problem(), contains_text("'E' of analyze-text and 2 more: "));
}

TEST_CASE("a surface that the resource does not offer is a problem", "[tool][restore_plan]") {
    plan_bench b;
    b.add("A");
    b.there.not_offered = {answers};
    b.complete();
    CHECK(b.plan.problems.empty());
    b.add("FAQ", answers);
    CHECK_THAT(b.problem(), contains_text("does not offer query-knowledgebases (HTTP 404), which "
                                          "'FAQ' of query-knowledgebases needs: check --endpoint"));
}

TEST_CASE("the projects that an orchestration leads to come before it", "[tool][restore_plan]") {
    plan_bench b;
    b.add("All", conversation, {"Orders", "FAQ"});
    b.add("Contracts");
    b.add("FAQ", answers);
    b.add("Orders", conversation);
    b.add("Over all", conversation, {"All"});
    b.complete();
    CHECK(b.plan.problems.empty());
    CHECK(b.order() == "Contracts0 FAQ0 Orders0 All1 Over all2 ");
}

TEST_CASE("orchestrations that lead to each other, or to themselves, are restored",
          "[tool][restore_plan]") {
    plan_bench b;
    b.add("A", conversation, {"B"});
    b.add("B", conversation, {"A"});
    b.add("C", conversation, {"C"});
    b.complete();
    CHECK(b.plan.problems.empty());
    CHECK(b.order() == "C0 A1 B1 ");
}

TEST_CASE("an orchestration without its target is a problem", "[tool][restore_plan]") {
    plan_bench b;
    b.add("All", conversation, {"Orders"});
    b.add("Orders"); // a text project is no target
    CHECK_THAT(b.problem(), contains_text("the orchestration 'All' leads to project 'Orders', "
                                          "which the resource does not have and the folder "
                                          "neither: create it in the resource first, or leave it "
                                          "out: --exclude All"));
    b.left_out = {"Orders"};
    CHECK_THAT(b.problem(), contains_text("--include and --exclude must not leave it out"));
    b.there.names[answers] = {"Orders"};
    b.complete();
    CHECK(b.plan.problems.empty());
    // One that stays as it is has what it needs.
    b.there.names.clear();
    b.there.names[conversation] = {"All"};
    b.complete(existing_projects::skip);
    CHECK(b.plan.problems.empty());
}

TEST_CASE("the lists of targets are read only for an orchestration", "[tool][restore_plan]") {
    plan_bench b;
    b.add("A");
    CHECK(needed_lists(b.plan) == std::set<project_surface>{text});
    b.add("All", conversation, {"Orders"});
    CHECK(needed_lists(b.plan) == std::set<project_surface>{text, conversation, answers});
}

} // namespace restore_plan_test
