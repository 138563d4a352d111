#ifndef LANGEXPORT_TESTS_FUZZ_EXCHANGE_READER_HPP
#define LANGEXPORT_TESTS_FUZZ_EXCHANGE_READER_HPP

#include <string_view>

/// Reads bytes as the answer to a request, in one piece and in several. The first character says how they
/// end and who takes the body, the second how large the pieces are.
void read_exchange(std::string_view text);

#endif
