#ifndef LANGEXPORT_TESTS_EXAMPLES_TOOL_RESTORE_BENCH_HPP
#define LANGEXPORT_TESTS_EXAMPLES_TOOL_RESTORE_BENCH_HPP

#include "examples/tool/restore_options.hpp"
#include "examples/tool/run_bench.hpp"

#include <langexport/report/file_digest.hpp>
#include <langexport/report/manifest.hpp>

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace langexport_tests {

/// A document that the service accepts, of a text project or of a conversation.
inline std::string document_of(const std::string& name,
                               const std::string& kind = "CustomHealthcare",
                               const std::string& assets = {}) {
    return R"({"projectFileVersion":"2023-04-01","stringIndexType":"Utf16CodeUnit","metadata":{)"
           R"("projectKind":")" +
           kind + R"(","projectName":")" + name +
           R"(","language":"en"},"assets":{"projectKind":")" + kind + '"' + assets + "}}";
}

/// An orchestration that leads to one project.
inline std::string orchestration_of(const std::string& name, const std::string& target) {
    return document_of(name, "Orchestration",
                       R"(,"intents":[{"category":"A","orchestration":{"targetProjectKind":)"
                       R"("Conversation","conversationOrchestration":{"projectName":")" +
                           target + R"("}}}])");
}

/// A folder of exported projects.
class restore_files : public run_files {
public:
    restore_files() {
        std::filesystem::create_directory(out());
        restored.folder = out();
    }

    /// Adds a project, and writes the manifest.
    langexport::manifest_entry& add(const std::string& name,
                                    const std::string& surface = "analyze-text",
                                    std::string document = {},
                                    std::vector<std::string> references = {}) {
        langexport::manifest_entry entry;
        entry.name = name;
        entry.surface = surface;
        entry.format = surface == "analyze-conversations" ? "Conversation" : "";
        entry.file = name + ".json";
        entry.references = std::move(references);
        if (document.empty())
            document =
                document_of(name, surface == "analyze-text" ? "CustomHealthcare" : "Conversation");
        write_content(out() / entry.file, document);
        const langexport::file_digest digest = langexport::digest_of(out() / entry.file);
        entry.bytes = digest.bytes;
        entry.sha256 = digest.sha256;
        entries.push_back(entry);
        write_manifest();
        return entries.back();
    }
    void write_manifest() const {
        langexport::manifest all;
        all.resource = "https://old.example";
        for (const langexport::manifest_entry& entry : entries)
            all.set(entry);
        all.write(out() / langexport::manifest::usual_name);
    }
    std::filesystem::path restore_journal() const { return out() / ".langexport/restore.jsonl"; }
    /// The settings of a restore to a resource.
    tool::restore_settings settings_for(const std::string& endpoint) {
        restored.run = set;
        restored.run.resources = {resource(endpoint)};
        return restored;
    }

    std::vector<langexport::manifest_entry> entries;
    tool::restore_settings restored;
};

} // namespace langexport_tests

#endif
