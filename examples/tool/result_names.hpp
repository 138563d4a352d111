#ifndef LANGEXPORT_EXAMPLES_TOOL_RESULT_NAMES_HPP
#define LANGEXPORT_EXAMPLES_TOOL_RESULT_NAMES_HPP

#include "report_lock.hpp"

#include <langexport/detail/base/text.hpp>
#include <langexport/file/file_name.hpp>
#include <langexport/report/export_report.hpp>
#include <langexport/report/report_line.hpp>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace tool {

// The possible extensions of results in this format, the usual one first.
inline std::vector<std::string> extensions_of(const std::string& format) {
    std::vector<std::string> all{langexport::extension_of(format)};
    if (all.front() != ".json") // The service may send a table in a zip archive.
        all.emplace_back(".zip");
    return all;
}

inline std::string with_extension(const std::string& file_name, const std::string& extension) {
    return std::filesystem::path(file_name).replace_extension(extension).string();
}

// Moves a file, unless the target is newer: then it deletes the file.
inline void move_file(const std::filesystem::path& source, const std::filesystem::path& target) {
    std::error_code failure;
    if (!std::filesystem::is_regular_file(symlink_status(source, failure)))
        return;
    const auto age_of_target = last_write_time(target, failure);
    const bool has_target = !failure;
    if (has_target && age_of_target >= last_write_time(source, failure) && !failure)
        remove(source, failure);
    else
        rename(source, target, failure);
}

// The names of the files in a folder, by their lower case.
class names_in_folder {
public:
    explicit names_in_folder(const std::filesystem::path& folder) {
        std::error_code hidden; // An unreadable folder counts as empty.
        for (const auto& entry : std::filesystem::directory_iterator(folder, hidden)) {
            std::string name = entry.path().filename().string();
            std::string lower = langexport::detail::to_lower(name);
            names_.emplace(std::move(lower), std::move(name));
        }
    }

    bool has(const std::string& name) const {
        const auto [begin, end] = names_.equal_range(langexport::detail::to_lower(name));
        return std::any_of(begin, end, [&](const auto& one) { return one.second == name; });
    }
    // Whether a disk that ignores upper and lower case would confuse the name with another one.
    bool has_twin(const std::string& name) const {
        return names_.count(langexport::detail::to_lower(name)) > 0 && !has(name);
    }

private:
    std::multimap<std::string, std::string> names_;
};

// The file of a project. A plain value.
class file_choice {
public:
    std::string name;
    std::vector<std::string> outdated; // files that the new result makes obsolete
    std::vector<std::pair<std::string, std::string>> moves; // of older files, before the run
};

// Chooses the names of the files for the results of a surface, in one format.
class result_names {
public:
    using results = std::map<std::string, langexport::report_line, std::less<>>; // by file name

    // `known` says whose results files contain. Other files contain an older result of the project.
    result_names(const std::filesystem::path& folder, const results& known, std::string surface,
                 std::string format)
        : known_(known), surface_(std::move(surface)), format_(std::move(format)),
          extensions_(extensions_of(format_)), there_(folder) {
        const std::string form = format_.empty() ? "json" : langexport::file_name_of(format_, "");
        if (surface_.empty())
            marks_ = {form};
        else
            marks_ = {surface_, form, surface_ + '~' + form};
    }

    const std::vector<std::string>& extensions() const { return extensions_; }
    std::string marked(std::string name, const std::string& mark) const {
        return name.insert(name.size() - extensions_.front().size(), '~' + mark);
    }
    bool has_twin(const std::string& name) const {
        return has_any(name, [&](const std::string& file) { return there_.has_twin(file); });
    }

    // Chooses the name of a project's file. Changes nothing on the disk.
    //
    // `plain` is its name among the projects of the run, and `mark` distinguishes it from a project of another
    // surface; empty: it needs no mark.
    file_choice choose(const std::string& project, const std::string& plain,
                       const std::string& mark) const {
        file_choice choice;
        choice.name = !mark.empty()     ? marked(plain, mark)
                      : has_twin(plain) ? numbered(project)
                                        : plain;
        follow_older_file(choice, project);
        choose_mark(choice, project, mark.empty());
        return choice;
    }

    // Adds lines of a report to the results in a folder. Lines of files elsewhere are ignored.
    static void add_results(results& known, const std::filesystem::path& folder,
                            const std::vector<langexport::report_line>& lines) {
        const std::filesystem::path own = real_path(folder);
        for (const langexport::report_line& line : lines) {
            const std::filesystem::path file = line.file;
            const std::filesystem::path parent = file.has_parent_path() ? file.parent_path() : ".";
            std::error_code unknown;
            // If the file is not at that path, the folder may have been moved, or the run had another
            // working directory.
            if (real_path(parent) != own && std::filesystem::exists(file, unknown))
                continue;
            const auto [place, is_new] = known.emplace(file.filename().string(), line);
            if (!is_new && place->second.at <= line.at)
                place->second = line;
        }
    }

private:
    template <class Condition>
    bool has_any(const std::string& name, Condition condition) const {
        return std::any_of(extensions_.begin(), extensions_.end(), [&](const std::string& each) {
            return condition(with_extension(name, each));
        });
    }
    bool is_any_there(const std::string& name) const {
        return has_any(name, [&](const std::string& file) { return there_.has(file); });
    }

    std::string numbered(const std::string& project) const {
        return langexport::numbered_file_name_of(project, extensions_.front());
    }
    // Whether a project's file name has a number depends on the other projects of a run. A file of an
    // older run belongs to the same project, with or without a number. It keeps its number, or gets one,
    // so that no file is left over.
    void follow_older_file(file_choice& choice, const std::string& project) const {
        const std::string plain = langexport::file_name_of(project, extensions_.front());
        if (plain == numbered(project) ||
            (choice.name != plain && choice.name != numbered(project)))
            return;
        if (is_any_there(numbered(project)) && !is_any_there(plain))
            choice.name = numbered(project);
        const std::string other = choice.name == plain ? numbered(project) : plain;
        if (other_result_at(other, project))
            return;
        for (const std::string& each : extensions_)
            if (there_.has(with_extension(other, each)))
                choice.moves.emplace_back(with_extension(other, each),
                                          with_extension(choice.name, each));
    }

    // Adds a mark to a project's file name if it needs one, or had one.
    void choose_mark(file_choice& choice, const std::string& project, bool may_have_had_one) const {
        const std::string base = choice.name;
        if (const langexport::report_line* other = other_result_at(base, project)) {
            choice.name = name_apart_from(*other, base, project);
            for (const std::string& each : extensions_)
                if (is_own_result(with_extension(base, each), project))
                    choice.outdated.push_back(with_extension(base, each));
            return;
        }
        if (!may_have_had_one)
            return;
        for (const std::string& mark : marks_) {
            const std::string older = marked(base, mark);
            if (!is_any_there(older) || other_result_at(older, project))
                continue;
            if (!is_any_there(choice.name))
                choice.name = older;
            else
                for (const std::string& each : extensions_)
                    choice.outdated.push_back(with_extension(older, each));
        }
    }

    // The line about a file, if the file exists and has a result of this project; null otherwise.
    const langexport::report_line* result_at(const std::string& file,
                                             const std::string& project) const {
        const auto found = known_.find(file);
        return found != known_.end() && found->second.project == project && there_.has(file)
                   ? &found->second
                   : nullptr;
    }
    bool is_of_surface(const langexport::report_line& line) const {
        return line.surface.empty() || surface_.empty() || line.surface == surface_;
    }
    bool is_of_form(const langexport::report_line& line) const {
        const auto is_usual = [](const std::string& format) {
            return langexport::extension_of(format) == ".json" && format != "Luis";
        };
        return line.format == format_ || (is_usual(line.format) && is_usual(format_));
    }
    bool is_own_result(const std::string& file, const std::string& project) const {
        const langexport::report_line* line = result_at(file, project);
        return line && is_of_surface(*line) && is_of_form(*line);
    }
    // The result of another surface, or in another format, with this name and any extension.
    const langexport::report_line* other_result_at(const std::string& name,
                                                   const std::string& project) const {
        for (const std::string& each : extensions_)
            if (const langexport::report_line* line =
                    result_at(with_extension(name, each), project);
                line && !(is_of_surface(*line) && is_of_form(*line)))
                return line;
        return nullptr;
    }
    // Uses the mark that distinguishes the two results first.
    std::string name_apart_from(const langexport::report_line& other, const std::string& base,
                                const std::string& project) const {
        std::vector<std::string> marks = marks_;
        if (marks.size() > 1 && is_of_surface(other))
            std::swap(marks[0], marks[1]);
        for (const std::string& mark : marks)
            if (!other_result_at(marked(base, mark), project))
                return marked(base, mark);
        return marked(base, marks.back());
    }

    const results& known_;
    const std::string surface_, format_;
    const std::vector<std::string> extensions_;
    const names_in_folder there_;
    std::vector<std::string> marks_; // the possible texts after a `~` in a name
};

} // namespace tool

#endif
