// Large project files: reads one into its typed form or into a DOM of Boost.JSON, or writes one to be read.
//
//   --make FILE  [--kind documents|utterances]  [--mib N]  [--changed 1]   writes a file of about that size. In a
//                                                          changed one, every thousandth item has another label.
//   --read FILE  [--as typed|dom]       reads it in pieces of 64 KiB and prints the costs
//   --compare FILE  --with FILE         reads both files and compares them

#include "support/options.hpp"
#include "support/usage.hpp"

#include <langexport/document/project_difference.hpp>
#include <langexport/document/project_file.hpp>

#include <boost/json/stream_parser.hpp>

#include <array>
#include <cstdint>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

using namespace langexport_benchmarks;

namespace {

// Numbers that are the same on every machine.
class sequence {
public:
    std::uint64_t below(std::uint64_t limit) {
        state_ = state_ * 6364136223846793005u + 1442695040888963407u;
        return (state_ >> 33) % limit;
    }

private:
    std::uint64_t state_ = 20;
};

constexpr std::array<std::string_view, 6> entities = {"Party",          "Amount",  "EffectiveDate",
                                                      "GoverningState", "Address", "Obligation"};
constexpr std::array<std::string_view, 12> words = {
    "flight", "to",     "Z\xC3\xBCrich", "tomorrow", "the",   "cheapest",
    "seat",   "window", "please",        "book",     "hotel", "two nights in"};

std::string label(sequence& random, std::uint64_t offset, bool is_changed) {
    return R"({"category":")" + std::string(entities[random.below(entities.size())]) +
           (is_changed ? "Changed" : "") + R"(","offset":)" + std::to_string(offset) +
           R"(,"length":)" + std::to_string(4 + random.below(30)) + "}";
}

std::string labels(sequence& random, std::uint64_t count, bool is_changed) {
    std::string text = "[";
    std::uint64_t offset = 0;
    for (std::uint64_t i = 0; i < count; ++i)
        text.append(i == 0 ? "" : ",")
            .append(label(random, offset += random.below(900), is_changed && i == 0));
    return text + "]";
}

std::string document(sequence& random, std::uint64_t number, bool is_changed) {
    return R"({"location":"contracts/agreement-)" + std::to_string(number) +
           R"(.txt","language":"en-us","dataset":")" + (random.below(5) == 0 ? "Test" : "Train") +
           R"(","entities":[{"regionOffset":0,"regionLength":)" +
           std::to_string(3000 + random.below(9000)) + R"(,"labels":)" +
           labels(random, 1 + random.below(5), is_changed) + "}]}";
}

std::string utterance(sequence& random, std::uint64_t number, bool is_changed) {
    std::string text = "number " + std::to_string(number);
    for (std::uint64_t i = 4 + random.below(10); i > 0; --i)
        text.append(" ").append(words[random.below(words.size())]);
    if (random.below(20) == 0)
        text += R"( \"now\")";
    return R"({"text":")" + text + R"(","language":"en-us","intent":"BookFlight","entities":)" +
           labels(random, 1 + random.below(2), is_changed) + R"(,"dataset":"Train"})";
}

void make(const options& given) {
    const bool is_text = given.text("kind", "documents") == "documents";
    const std::uint64_t size = given.number("mib", 286) << 20;
    const bool is_changed = given.number("changed", 0) != 0;
    std::ofstream file(given.text("make"), std::ios::binary);
    const std::string kind = is_text ? "CustomEntityRecognition" : "Conversation";
    file << R"({"projectFileVersion":"2023-04-01","stringIndexType":"Utf16CodeUnit",)"
         << R"("metadata":{"projectKind":")" << kind << R"(","projectName":"Large",)"
         << R"("language":"en-us","multilingual":false,"settings":{}},"assets":{"projectKind":")"
         << kind << R"(","entities":[{"category":"Party"},{"category":"Amount"}],)"
         << (is_text ? R"("documents":[)"
                     : R"("intents":[{"category":"BookFlight"}],"utterances":[)");
    sequence random;
    std::uint64_t written = 0;
    for (std::uint64_t number = 0; written < size; ++number) {
        const bool differs = is_changed && number % 1000 == 500;
        const std::string item =
            is_text ? document(random, number, differs) : utterance(random, number, differs);
        file << (number == 0 ? "" : ",") << item;
        written += item.size() + 1;
    }
    if (!(file << "]}}" << std::flush))
        throw std::runtime_error("the file cannot be written");
}

template <class Parser>
std::uint64_t read_pieces(const std::string& name, Parser& parser) {
    std::ifstream file(name, std::ios::binary);
    std::vector<char> piece(64 * 1024);
    std::uint64_t size = 0;
    while (file.read(piece.data(), static_cast<std::streamsize>(piece.size())) || file.gcount()) {
        const auto count = static_cast<std::size_t>(file.gcount());
        parser.write(std::string_view(piece.data(), count));
        size += count;
    }
    if (size == 0)
        throw std::runtime_error(name + " cannot be read");
    return size;
}

class dom_parser {
public:
    void write(std::string_view piece) { parser_.write(piece.data(), piece.size()); }
    boost::json::value finish() {
        parser_.finish();
        return parser_.release();
    }

private:
    boost::json::stream_parser parser_;
};

boost::json::object costs(std::uint64_t bytes, const usage& before, std::uint64_t resident) {
    boost::json::object result = to_json(usage::of_process() - before);
    result["bytes"] = bytes;
    result["growth"] = resident_bytes() - resident;
    result["peak_growth"] = peak_resident_bytes() - resident;
    return result;
}

template <class Parser>
boost::json::object read(const std::string& name) {
    const std::uint64_t resident = resident_bytes();
    const usage before = usage::of_process();
    Parser parser;
    const std::uint64_t bytes = read_pieces(name, parser);
    const auto file = parser.finish();
    return costs(bytes, before, resident);
}

boost::json::object compare(const std::string& before_name, const std::string& after_name) {
    const std::uint64_t resident = resident_bytes();
    const usage before = usage::of_process();
    langexport::project_file_parser parser;
    std::uint64_t bytes = read_pieces(before_name, parser);
    const langexport::project_file old_one = parser.finish();
    bytes += read_pieces(after_name, parser);
    const langexport::project_file new_one = parser.finish();
    const auto changed = langexport::compare(old_one, new_one).changed_items.size();
    boost::json::object result = costs(bytes, before, resident);
    result["changed"] = changed;
    return result;
}

void run(const options& given) {
    if (given.has("make"))
        make(given);
    else if (given.has("compare"))
        print_result(compare(given.text("compare"), given.text("with")));
    else if (given.text("as", "typed") == "typed")
        print_result(read<langexport::project_file_parser>(given.text("read")));
    else
        print_result(read<dom_parser>(given.text("read")));
}

} // namespace

int main(int count, char** arguments) {
    return run_program(count, arguments, run);
}
