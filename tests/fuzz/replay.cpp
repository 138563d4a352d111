// The ordinary test of the fuzz targets, without a fuzzer: gives each target every input of its folder, and a
// fixed number of changed copies of each, the same in every run.
//
//   replay <corpus>            every folder of the corpus, one for each target
//   replay <target> <file>...  these files alone, as they are: to look at an input that the fuzzer found

#include "fuzz/targets.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;
using langexport_tests::fuzz::target;

void run(const target& one, const std::string& input) {
    // A copy of exactly this size, so that a sanitizer sees a step beyond its end.
    const std::vector<char> bytes(input.begin(), input.end());
    one.run(std::string_view(bytes.data(), bytes.size()));
}

std::string changed(std::string input, const std::vector<std::string>& corpus,
                    std::mt19937& random) {
    const auto below = [&random](std::size_t most) { return most == 0 ? 0 : random() % most; };
    for (auto changes = below(4) + 1; changes > 0; --changes) {
        const std::size_t at = below(input.size() + 1);
        switch (below(6)) {
        case 0:
            input.insert(at, 1, static_cast<char>(random()));
            break;
        case 1:
            input.resize(at);
            break;
        case 2:
            input.erase(at, below(16));
            break;
        case 3: { // a piece of another input
            const std::string& other = corpus[below(corpus.size())];
            input.insert(at, other, below(other.size()), below(32));
            break;
        }
        case 4: // the same again
            input.insert(at, std::string(input, at, below(16)));
            break;
        default:
            if (at < input.size())
                input[at] = static_cast<char>(input[at] ^ (1 << below(8)));
        }
        input.resize(std::min<std::size_t>(input.size(), 4096));
    }
    return input;
}

std::string content_of(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        std::fprintf(stderr, "%s cannot be read\n", path.c_str());
        std::exit(1);
    }
    return std::string(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
}

// Every target has a folder with inputs, and every folder a target.
bool is_complete(const fs::path& corpus) {
    std::set<std::string> folders;
    for (const auto& entry : fs::directory_iterator(corpus))
        folders.insert(entry.path().filename().string());
    bool is_good = true;
    for (const target& one : langexport_tests::fuzz::all_targets())
        if (folders.erase(one.name) == 0 || fs::is_empty(corpus / one.name)) {
            std::fprintf(stderr, "the target '%s' has no inputs in the corpus\n", one.name);
            is_good = false;
        }
    for (const std::string& folder : folders) {
        std::fprintf(stderr, "'%s' in the corpus belongs to no target\n", folder.c_str());
        is_good = false;
    }
    return is_good;
}

void replay(const target& one, const fs::path& folder) {
    const auto began = std::chrono::steady_clock::now();
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(folder))
        files.push_back(entry.path());
    std::sort(files.begin(), files.end()); // folders have no order
    std::vector<std::string> corpus;
    for (const fs::path& path : files) {
        corpus.push_back(content_of(path));
        if (corpus.back().size() > one.max_size) { // libFuzzer would cut it
            std::fprintf(stderr, "%s has more than the %zu bytes of its target\n", path.c_str(),
                         one.max_size);
            std::exit(1);
        }
    }
    std::mt19937 random(1);
    for (const std::string& input : corpus) {
        run(one, input);
        for (int i = 0; i < one.copies; ++i)
            run(one, changed(input, corpus, random));
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    std::printf("%-12s %3zu inputs, %4d changed copies of each: %.1f s\n", one.name, corpus.size(),
                one.copies, took.count());
}

} // namespace

int main(int count, char** arguments) {
    if (count == 2 && fs::is_directory(arguments[1])) {
        if (!is_complete(arguments[1]))
            return 1;
        for (const target& one : langexport_tests::fuzz::all_targets())
            replay(one, fs::path(arguments[1]) / one.name);
        return 0;
    }
    const target* const one =
        count > 2 ? langexport_tests::fuzz::find_target(arguments[1]) : nullptr;
    if (!one) {
        std::fprintf(stderr, "usage: %s <corpus> | <target> <file>...\n", arguments[0]);
        return 1;
    }
    for (int i = 2; i < count; ++i)
        run(*one, content_of(arguments[i]));
    return 0;
}
