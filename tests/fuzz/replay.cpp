// A main for readers.cpp without a fuzzer: gives it every file of the corpus, or those named, and a
// fixed number of changed copies of each, the same in every run.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

void run(const std::string& input) {
    // A copy of exactly this size, so that a sanitizer sees a step beyond its end.
    const std::vector<std::uint8_t> bytes(input.begin(), input.end());
    LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
}

std::string changed(std::string input, const std::vector<std::string>& corpus,
                    std::mt19937& random) {
    const auto below = [&random](std::size_t most) { return most == 0 ? 0 : random() % most; };
    for (auto changes = below(4) + 1; changes > 0; --changes) {
        // The first byte chooses the reader, and stays.
        const std::size_t at = std::min<std::size_t>(1 + below(input.size()), input.size());
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

} // namespace

int main(int count, char** arguments) {
    namespace fs = std::filesystem;
    std::vector<fs::path> files;
    for (int i = 1; i < count; ++i) {
        if (!fs::is_directory(arguments[i]))
            files.emplace_back(arguments[i]);
        else
            for (const auto& entry : fs::directory_iterator(arguments[i]))
                files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end()); // folders have no order
    std::vector<std::string> corpus;
    for (const auto& path : files) {
        std::ifstream file(path, std::ios::binary);
        corpus.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
        if (corpus.back().empty()) {
            std::fprintf(stderr, "%s cannot be read, or is empty\n", path.c_str());
            return 1;
        }
    }
    if (corpus.empty()) {
        std::fprintf(stderr, "usage: %s <folder or file>...\n", arguments[0]);
        return 1;
    }
    constexpr int copies = 1000;
    std::mt19937 random(1);
    for (const std::string& input : corpus) {
        run(input);
        for (int i = 0; i < copies; ++i)
            run(changed(input, corpus, random));
    }
    std::printf("%zu inputs and %zu changed copies: all promises were kept\n", corpus.size(),
                corpus.size() * copies);
    return 0;
}
