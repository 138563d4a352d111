#ifndef LANGEXPORT_TESTS_FUZZ_SECRET_READER_HPP
#define LANGEXPORT_TESTS_FUZZ_SECRET_READER_HPP

#include <string_view>

/// Hides a secret in a text. A byte above 127 stands for a part of the secret, in the form that the next byte
/// says.
void hide_secrets(std::string_view text);

#endif
